"""Paper A, section 4.1, Figures 3 and 4: who fits two functions, and how sparse it becomes.

The paper's claims are asked in both readings of the input and with the paper's rule of training,
gradient descent (17); what Adam makes of it stands beside. A family of comparisons is one arm, a
reading with a rule.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Value, Values
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

Arms = Mapping[str, Record]
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
    own, other = _own(records, FIG3), _own(records, FIG3, paper=False)
    rivals = tuple(model for model in PAPER if model != SL1)
    both = {
        f"{figure}, {arm}": record
        for figure, function in {"Fig. 3": FIG3, "Fig. 4": FIG4}.items()
        for arm, record in _own(records, function).items()
    }
    step = {arm: r for arm, r in both.items() if r.config["reading"] == "step"}
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
            "A-F3a-closer": _leads(own, "grid", REGULARISED, PLAIN, f"Nine an arm, {curve}"),
            "O-F3a-gru": _leads(own, "grid", REGULARISED, ("GRU",), f"Three an arm, {curve}"),
            "A-F3a-best": _leads(own, "oscillating", (SL1,), rivals, f"Five an arm, {region}"),
            "O-F3a-adam": _leads(other, "oscillating", (SL1,), rivals, f"Five, {region}"),
            "A-F3b-level": _level(own),
            "O-F3b-arithmetic": _arithmetic(next(iter(own.values())).config),
            "A-F3b-lower": _sparser(own, SPARSE, ("GRU", "LSTM"), 1 / (1 - PRINTED)),
            "A-F3-regularise": _sparser(own, REGULARISED, ("GRU",)),
        }
    )


def fig4_claims(records: Sequence[Record]) -> list[Judged]:
    """Return what section 4.1 says of Figure 4, with what was measured."""
    own = _own(records, FIG4)
    curve = "mean squared distance to the function without noise at the 100 points"
    return judge(
        {
            "A-F4-trend": _leads(own, "grid", (SL1,), REFERENCES, f"Two an arm, {curve}"),
            "A-F4-local": _local(own),
            "O-F4-gru": _leads(own, "grid", (SL1,), ("GRU",), f"One an arm, {curve}"),
        }
    )


def _own(records: Sequence[Record], function: str, paper: bool = True) -> dict[str, Record]:
    """Return the arms with the paper's rule of training, or those with the other one."""
    found = arms(records, function)
    return {arm: r for arm, r in found.items() if (r.config["rule"] == PAPER_RULE) == paper}


def _sparser(
    found: Arms, models: Sequence[str], others: Sequence[str], lead: float = 0.0
) -> Comparisons:
    tests = {arm: _pairs(r, "dense", models, others) for arm, r in found.items()}
    means = "; ".join(
        f"{arm} "
        + ", ".join(f"{column(r, m, 'sparsity').mean():.2g} ({m})" for m in (*models, *others))
        for arm, r in found.items()
    )
    return Comparisons(
        _cases(tests, lead),
        detail=f"{len(models) * len(others)} pairs an arm, share of weights below {NEAR_ZERO:g} "
        f"after the last iteration; means: {means}",
    )


def _cases(found: Mapping[str, Pairs], lead: float = 0.0) -> dict[tuple, Case]:
    return {
        (arm, *pair): Case(test.outcome, visible=lead >= test.visible)
        for arm, pairs in found.items()
        for pair, test in pairs.items()
    }


def _leads(
    found: Arms, name: str, models: Iterable[str], others: Iterable[str], detail: str
) -> Comparisons:
    return _compared({arm: _pairs(r, name, models, others) for arm, r in found.items()}, detail)


def _compared(found: Mapping[str, Pairs], detail: str) -> Comparisons:
    ratios = {arm: [test.ratio for test in pairs.values()] for arm, pairs in found.items()}
    factors = "; ".join(
        f"{number(min(r), 3)} to {number(max(r), 3)} ({arm})" for arm, r in ratios.items()
    )
    return Comparisons(
        _cases(found),
        detail=f"{detail}; median factors by which the other's is larger: {factors}",
    )


def _level(found: Arms) -> Values:
    late = {f"{m}, {arm}": settled(r, m) for arm, r in found.items() for m in SPARSE}
    return Values(
        {
            name: Value(PRINTED, float(v.mean()), (float(v.min()), float(v.max())), rounding=AROUND)
            for name, v in late.items()
        },
        detail=f"Share (42) of entries below {NEAR_ZERO:g}, mean, smallest and largest of the runs "
        f"and of the iterations from {SETTLED:,} on; around is within {AROUND:g}: "
        + ", ".join(f"{v.mean():.2g} ({name})" for name, v in late.items()),
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


def _local(found: Arms) -> Comparisons:
    left = {arm: remaining(r, SL1) for arm, r in found.items()}

    def ended(share: float) -> Outcome:
        if share <= CAPTURED:
            return Outcome.BETTER
        return Outcome.WORSE if share > 1 else Outcome.TIE

    return Comparisons(
        {
            (arm, seed): Case(ended(share), visible=True)
            for arm, shares in left.items()
            for seed, share in enumerate(shares)
        },
        detail=f"Runs of SL1-GRU; captured is a squared distance to the function of at most "
        f"{CAPTURED:.0%} of ridge regression's. Left is in the median "
        + "; ".join(f"{np.median(v):.1%} ({arm})" for arm, v in left.items())
        + ", or "
        + "; ".join(
            f"{np.median(column(r, SL1, 'grid')) / NOISE**2:,.0f} times the noise's variance"
            for r in found.values()
        ),
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
