"""Paper A, section 4.1, Figures 3 and 4: who fits two functions, and how sparse it becomes.

Every claim is judged in each arm: a reading of the input with a rule of training.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_approximation.runs import (
    FIG3,
    FIG4,
    LINEAR,
    OSCILLATING,
    REFERENCES,
    column,
)
from evidence.protocols.sl1_networks import DEAD, groups
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.summary import number
from lib.datasets.functions import NOISE, grid
from lib.models import GRU
from lib.training.epochs import NEAR_ZERO

PLAIN, REGULARISED, SL1 = ("RNN", "LSTM", "GRU"), ("L1-GRU", "L2-GRU", "SL1-GRU"), "SL1-GRU"
PAPER = (*PLAIN, *REGULARISED)
SPARSE = ("L1-GRU", SL1)

PRINTED, AROUND, SETTLED = 0.8, 0.1, 2_000
"""The sparsity that section 4.1 states, how far off still counts as around it, and from when."""

CAPTURED = 0.1
"""Local variations count as captured where this share of ridge regression's error is left."""

TITLES = {"step": "single steps", "series": "one sequence"}

Arms = Mapping[str, Record]


def arms(records: Sequence[Record], function: str) -> dict[str, Record]:
    """Return the records of one function by the titles of their arms."""
    return {
        f"{TITLES[r.config['reading']]}, {r.config['rule']}": r
        for r in records
        if r.config["function"] == function
    }


def fig3_claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what section 4.1 says of Figures 3a and 3b."""
    found = arms(records, FIG3)
    closer = {arm: _pairs(r, "grid", REGULARISED, PLAIN) for arm, r in found.items()}
    own = {arm: _pairs(r, "grid", REGULARISED, ("GRU",)) for arm, r in found.items()}
    others = tuple(model for model in PAPER if model != SL1)
    best = {arm: _pairs(r, "oscillating", (SL1,), others) for arm, r in found.items()}
    return [
        Claim(
            "The regularised models lie closer to the curve than RNN, LSTM and GRU (Fig. 3a).",
            "seen in a figure",
            _tallies(closer),
            _decide(closer),
            "Closer: a smaller mean squared distance to the function without noise at the 100 "
            "points. Each arm is a family of nine comparisons.",
        ),
        Claim(
            "The same, asked against the GRU alone: what the penalty does to one and the same "
            "cell.",
            "seen in a figure",
            _tallies(own),
            _decide(own),
            "Three comparisons an arm; median factors between the errors, the GRU's over the "
            "other: " + _factors(own) + ".",
        ),
        Claim(
            "SL1-GRU is the most accurate in the oscillating region (Fig. 3a).",
            "seen in a figure",
            _tallies(best),
            _decide(best),
            f"Against the five other models of the paper at the points with x < {OSCILLATING:g}, "
            "where the oscillation is at least ten times the noise.",
        ),
        *_sparsity_claims(found),
    ]


def _sparsity_claims(found: Arms) -> list[Claim]:
    late = {(arm, m): settled(r, m) for arm, r in found.items() for m in SPARSE}
    lower = {
        arm: compare(
            {
                (m, other): (1 - column(r, m, "sparsity"), 1 - column(r, other, "sparsity"))
                for m in SPARSE
                for other in ("GRU", "LSTM")
            }
        )
        for arm, r in found.items()
    }
    config = next(iter(found.values())).config
    share, needed = most(config, SETTLED), least_iterations(config)
    return [
        Claim(
            f"L1-GRU and SL1-GRU settle at a sparsity around {PRINTED:g} after {SETTLED:,} "
            "iterations (Fig. 3b).",
            f"around {PRINTED:g}",
            "; ".join(
                f"{arm}: " + ", ".join(f"{m} {_span(late[arm, m])}" for m in SPARSE)
                for arm in found
            ),
            decide(*(bool((abs(v - PRINTED) <= AROUND).all()) for v in late.values())),
            f"Mean over the seeds of the share (42) of entries below {NEAR_ZERO:g}, smallest and "
            f"largest of the iterations from {SETTLED:,} on (or the last, if there are fewer). "
            f"Around: within {AROUND:g}.",
        ),
        Claim(
            "The same, asked of the arithmetic: can gradient descent with the stated η and λ have "
            f"set so many weights to zero after {SETTLED:,} iterations of single steps?",
            f"around {PRINTED:g}",
            f"at most {share:.1%}; {PRINTED:.0%} takes at least {needed:,.0f} iterations",
            decide(share >= PRINTED - AROUND),
            f"A weight that the data do not move comes nearer to zero by at most ηλ = "
            f"{config['rate'] * config['strength']:g} an iteration. In a network of one step these "
            "are all recurrent weights and the reset gate's; the bound lets all others be zero.",
        ),
        Claim(
            "GRU and LSTM show lower sparsity than L1-GRU and SL1-GRU (Fig. 3b).",
            "seen in a figure",
            _tallies(lower),
            _decide(lower),
            "Compared is the share of weights that are not near zero after the last iteration, "
            "four comparisons an arm. Lower by how much, in the mean: " + _gaps(found) + ".",
        ),
    ]


def fig4_claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what section 4.1 says of Figure 4."""
    found = arms(records, FIG4)
    trend = {arm: _pairs(r, "grid", (SL1,), REFERENCES) for arm, r in found.items()}
    left = {arm: remaining(r, SL1) for arm, r in found.items()}
    own = {arm: _pairs(r, "grid", (SL1,), ("GRU",)) for arm, r in found.items()}
    return [
        Claim(
            "SL1-GRU captures the global trend of the peaks function (Fig. 4).",
            "two surfaces that look alike",
            _tallies(trend),
            _decide(trend),
            "Judged by its distance to the function without noise at the 100 points, against the "
            "mean target and against ridge regression on x and y.",
        ),
        Claim(
            "SL1-GRU captures its local variations (Fig. 4).",
            "two surfaces that look alike",
            "of ridge regression's error is left: "
            + "; ".join(f"{arm} {np.median(v):.1%}" for arm, v in left.items()),
            decide(*(bool(np.median(v) <= CAPTURED) for v in left.values())),
            f"Captured: at most {CAPTURED:.0%} is left, in the median over the seeds. The error is "
            + "; ".join(
                f"{np.median(column(r, SL1, 'grid')) / NOISE**2:,.0f} times the noise's variance "
                f"({arm})"
                for arm, r in found.items()
            )
            + ".",
        ),
        Claim(
            "Section 4.1 takes the figure as a merit of SL1-GRU. Asked here: does the GRU without "
            "a penalty do worse?",
            "not shown",
            _tallies(own),
            _decide(own),
            "Median factors between the errors, GRU over SL1-GRU: " + _factors(own) + ".",
        ),
    ]


def settled(record: Record, model: str) -> np.ndarray:
    """Return the mean sparsity over the seeds at iterations from 2,000 on, or at the last."""
    iteration = np.array(record.traces["iteration"])
    chosen = iteration >= min(SETTLED, iteration[-1])
    return np.array(record.traces[f"{model}.sparsity"]).mean(axis=0)[chosen]


def most(config: Mapping, iterations: int) -> float:
    """Return the largest sparsity to be expected of a GRU of one step under gradient descent.

    Weights that never have a data gradient start from U[-1/2, 1/2) and approach zero by at most
    eta lambda an iteration; all others may be zero.
    """
    dead = _dead(config)
    reach = 2 * (config["rate"] * config["strength"] * iterations + NEAR_ZERO)
    return 1 - dead + dead * min(reach, 1.0)


def least_iterations(config: Mapping) -> float:
    """Return from which iteration on `most` allows the printed sparsity."""
    dead = _dead(config)
    reach = (PRINTED - (1 - dead)) / dead
    return (reach / 2 - NEAR_ZERO) / (config["rate"] * config["strength"])


def _dead(config: Mapping) -> float:
    """Return the share of the weights of a GRU for one input that one step cannot reach."""
    return float(groups(GRU(1, config["hidden_size"], 1), steps=1)[DEAD].mean())


def remaining(record: Record, model: str) -> np.ndarray:
    """Return which share of ridge regression's error on the grid is left, seed by seed."""
    return column(record, model, "grid") / column(record, LINEAR, "grid")


def rivals(record: Record) -> dict[str, Comparison]:
    """Return SL1-GRU's comparisons with every other model of a record, on the grid: one family."""
    models = dict.fromkeys(row["model"] for row in record.rows if row["model"] not in REFERENCES)
    others = [model for model in models if model != SL1]
    return {other: found for (_, other), found in _pairs(record, "grid", (SL1,), others).items()}


def key_numbers(records: Sequence[Record], function: str) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {"noise": NOISE**2}
    for record in arms(records, function).values():
        arm = f"{record.config['reading']}.{record.config['rule']}"
        for model in dict.fromkeys(row["model"] for row in record.rows):
            for name in ("train", "grid", "oscillating", "between", "sparsity", "zeros"):
                if any(name in row for row in record.rows if row["model"] == model):
                    numbers[f"{arm}.{model}.{name}"] = np.median(column(record, model, name))
        numbers[f"{arm}.diverged"] = sum(row.get("diverged", False) for row in record.rows)
    config = record.config
    numbers |= {
        "most": most(config, SETTLED),
        "least_iterations": least_iterations(config),
        "passes": least_iterations(config) / len(grid(function)),
        "dead": _dead(config),
        "step": config["rate"] * config["strength"],
    }
    return {name: float(value) for name, value in numbers.items()}


Pairs = Mapping[tuple[str, str], Comparison]


def _pairs(record: Record, name: str, models: Iterable[str], others: Iterable[str]) -> Pairs:
    """Compare each of `models` with each of `others`; all of it is one family."""
    others = tuple(others)
    return compare(
        {(m, o): (column(record, m, name), column(record, o, name)) for m in models for o in others}
    )


def _decide(found: Mapping[str, Pairs]):
    return decide(
        *(c.outcome is Outcome.BETTER for pairs in found.values() for c in pairs.values())
    )


def _tallies(found: Mapping[str, Pairs]) -> str:
    parts = []
    for arm, pairs in found.items():
        ended = Counter(c.outcome for c in pairs.values())
        words = ", ".join(f"{ended[o]} {o.value}" for o in Outcome if ended[o])
        parts.append(f"{arm}: {words}")
    return "; ".join(parts)


def _factors(found: Mapping[str, Pairs]) -> str:
    return "; ".join(
        f"{arm} " + ", ".join(f"{number(c.ratio, 4)} ({m})" for (m, _), c in pairs.items())
        for arm, pairs in found.items()
    )


def _gaps(found: Arms) -> str:
    parts = []
    for arm, r in found.items():
        mean = {m: column(r, m, "sparsity").mean() for m in (*SPARSE, "GRU", "LSTM")}
        gap = min(mean[m] for m in SPARSE) - max(mean["GRU"], mean["LSTM"])
        parts.append(f"{arm} {gap:.2g} at least")
    return "; ".join(parts)


def _span(values: np.ndarray) -> str:
    low, high = f"{values.min():.2g}", f"{values.max():.2g}"
    return low if low == high else f"{low} to {high}"
