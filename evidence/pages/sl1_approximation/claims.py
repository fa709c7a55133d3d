"""Paper A, section 4.1, Figures 3 and 4: who fits two functions, and how sparse it becomes.

The paper does not say how the points enter a network, one by one or as a sequence. Its claims are
asked in either reading, with its own rule of training, gradient descent (17); what Adam makes of it
stands beside. A family of comparisons is one arm, a reading with a rule.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Readings, Value, Values
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

PAPER_RULE = "gradient descent"
TITLES = {"step": "single steps", "series": "one sequence"}

Pairs = Mapping[tuple[str, str], Comparison]


def arms(records: Sequence[Record], function: str) -> dict[str, Record]:
    """Return the records of one function by the titles of their arms."""
    return {
        f"{TITLES[r.config['reading']]}, {r.config['rule']}": r
        for r in records
        if r.config["function"] == function
    }


def fig3_claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 4.1 says of Figures 3a and 3b, with what was measured."""
    own, other = _readings(records, FIG3), _readings(records, FIG3, paper=False)
    both = _readings(records, FIG3, FIG4)
    step = {reading: found for reading, found in both.items() if reading == TITLES["step"]}
    rivals = tuple(model for model in PAPER if model != SL1)
    curve = "mean squared distance to the function without noise at the 100 points"
    region = (
        f"mean squared distance at the points with x < {OSCILLATING:g}, where the oscillation is "
        "at least ten times the noise"
    )
    return judge(
        {
            "A-abs-superior": _leads(both, "grid", (SL1,), rivals, f"Both functions, {curve}"),
            "A-4.1-generalise": _leads(
                step,
                "between",
                (SL1,),
                rivals,
                "Both functions, mean squared distance between the training points, which only "
                "networks that read single steps have",
            ),
            "A-F3a-closer": _leads(own, "grid", REGULARISED, PLAIN, curve),
            "O-F3a-gru": _leads(own, "grid", REGULARISED, ("GRU",), curve),
            "A-F3a-best": _leads(own, "oscillating", (SL1,), rivals, region),
            "O-F3a-adam": _leads(other, "oscillating", (SL1,), rivals, region),
            "A-F3b-level": Readings({reading: _level(*found) for reading, found in own.items()}),
            "O-F3b-arithmetic": _arithmetic(_first(own).config),
            "A-F3b-lower": _leads(own, "dense", SPARSE, ("GRU", "LSTM"), LESS, 1 / (1 - PRINTED)),
            "A-F3-regularise": _leads(own, "dense", REGULARISED, ("GRU",), LESS),
        }
    )


def fig4_claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 4.1 says of Figure 4, with what was measured."""
    own = _readings(records, FIG4)
    curve = "mean squared distance to the function without noise at the 100 points"
    return judge(
        {
            "A-F4-trend": _leads(own, "grid", (SL1,), REFERENCES, curve),
            "A-F4-local": Readings({reading: _local(*found) for reading, found in own.items()}),
            "O-F4-gru": _leads(own, "grid", (SL1,), ("GRU",), curve),
        }
    )


Arms = Mapping[str, Sequence[Record]]
"""Per reading its records, one for each function."""

LESS = f"share of the weights that are not below {NEAR_ZERO:g} after the last iteration"


def _readings(records: Sequence[Record], *functions: str, paper: bool = True) -> Arms:
    """Return the arms with the paper's rule of training, or those with the other one."""
    found: dict[str, list[Record]] = {}
    for r in records:
        if r.config["function"] in functions and (r.config["rule"] == PAPER_RULE) == paper:
            found.setdefault(TITLES[r.config["reading"]], []).append(r)
    return found


def _first(found: Arms) -> Record:
    return next(iter(found.values()))[0]


def _leads(
    found: Arms,
    name: str,
    models: Iterable[str],
    others: Iterable[str],
    detail: str,
    lead: float = 0.0,
) -> Readings:
    """Return the leads of models over others by one measure, a family an arm."""
    pairs = {
        (reading, record.config["function"]): _pairs(record, name, models, others)
        for reading, of in found.items()
        for record in of
    }
    ratios = {
        reading: [
            test.ratio
            for (at, _), tests in pairs.items()
            if at == reading
            for test in tests.values()
        ]
        for reading in found
    }
    factors = "; ".join(
        f"{number(min(r), 3)} to {number(max(r), 3)} ({at})" for at, r in ratios.items()
    )
    return Readings(
        {
            reading: Comparisons(
                {
                    (function, *pair): Case(test.outcome, visible=lead >= test.visible)
                    for (at, function), tests in pairs.items()
                    if at == reading
                    for pair, test in tests.items()
                }
            )
            for reading in found
        },
        detail=f"{detail}; median factors by which the other's is larger: {factors}",
    )


def _level(record: Record) -> Values:
    late = {model: settled(record, model) for model in SPARSE}
    return Values(
        {
            name: Value(PRINTED, float(v.mean()), (float(v.min()), float(v.max())), rounding=AROUND)
            for name, v in late.items()
        },
        detail=f"Share (42) of entries below {NEAR_ZERO:g}, mean, smallest and largest of the runs "
        f"and of the iterations from {SETTLED:,} on; around is within {AROUND:g}",
    )


def _arithmetic(config: Mapping) -> Values:
    return Values(
        {"sparsity": Value.exact((PRINTED - AROUND, 1.0), most(config, SETTLED))},
        detail=f"The most that {SETTLED:,} iterations of single steps can set to zero; "
        f"{PRINTED:.0%} take at least {least_iterations(config):,.0f}. A weight that the data do "
        f"not move comes nearer to zero by at most ηλ = {config['rate'] * config['strength']:g} an "
        "iteration; in a network of one step these are all recurrent weights and the reset "
        "gate's, and the bound lets all others be zero",
    )


def _local(record: Record) -> Comparisons:
    left = remaining(record, SL1)

    def ended(share: float) -> Outcome:
        if share <= CAPTURED:
            return Outcome.BETTER
        return Outcome.WORSE if share > 1 else Outcome.TIE

    return Comparisons(
        {seed: Case(ended(share), visible=True) for seed, share in enumerate(left)},
        detail=f"Runs of SL1-GRU; captured is a squared distance to the function of at most "
        f"{CAPTURED:.0%} of ridge regression's. Left is in the median {np.median(left):.1%}, or "
        f"{np.median(column(record, SL1, 'grid')) / NOISE**2:,.0f} times the noise's variance",
    )


def settled(record: Record, model: str) -> np.ndarray:
    """Return the sparsity of all seeds at iterations from 2,000 on, or at the last."""
    iteration = np.array(record.traces["iteration"])
    chosen = iteration >= min(SETTLED, iteration[-1])
    return np.array(record.traces[f"{model}.sparsity"])[:, chosen]


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


def _pairs(record: Record, name: str, models: Iterable[str], others: Iterable[str]) -> Pairs:
    """Compare each of `models` with each of `others`; all of it is one family.

    The name ``dense`` is the share of weights that are not near zero.
    """

    def values(model: str) -> np.ndarray:
        if name == "dense":
            return 1 - column(record, model, "sparsity")
        return column(record, model, name)

    known = {row["model"] for row in record.rows}
    others = [model for model in others if model in known]
    return compare({(m, o): (values(m), values(o)) for m in models for o in others})
