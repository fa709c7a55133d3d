"""Paper A: printed sparsities against counts, caps and the steps that they take."""

from decimal import Decimal

import numpy as np

from evidence.errata.registry import Check, brief, checks, draws
from evidence.papers import tables as papers
from evidence.protocols.penalty_alone import HALF_WIDTH
from evidence.protocols.sl1 import HIDDEN_SIZE, MODELS
from evidence.protocols.sl1_networks import DEAD, groups
from evidence.protocols.sl1_sparsity import SPARSE, TRIALS, Printed, cells, implied, of
from lib.datasets import functions
from lib.models import GRU
from lib.training.epochs import NEAR_ZERO


@checks("A-e-sparsity-least")
def _least(trials: int = TRIALS) -> Check:
    found = cells(3, 5)
    low = [cell for cell in found if cell.value * 1.001 < cell.least * TRIALS / trials]
    lowest = min(found, key=lambda cell: cell.value / cell.least)
    return Check(
        f"down to {lowest.value:.1e} ({lowest.model}, {lowest.dataset})",
        f"one weight in {trials} trials is {lowest.least * TRIALS / trials:.1e} there; "
        f"{len(low)} of {len(found)} cells are positive and smaller than that",
        len(low) > 0,
    )


@checks("A-e-sparsity-grain")
def _grain(trials: int = TRIALS) -> Check:
    """A cell is tested where its digits tell neighbouring counts apart."""
    tested, impossible = 0, []
    for cell in cells(3, 5):
        digits = papers.sl1_digits(cell.table).set_index(["dataset", "model"])
        text = digits.loc[(cell.dataset, cell.model), "sparsity"]
        half = float(Decimal(5).scaleb(Decimal(text).as_tuple().exponent - 1))
        if cell.value < cell.least or 2 * half * trials * cell.weights > 0.5:
            continue
        tested += 1
        counts = (trials * cell.weights, trials * (cell.weights + _biases(cell)))
        off = [abs(round(cell.value * n) / n - cell.value) for n in counts]
        if min(off) > half * (1 + 1e-9):
            impossible.append(f"{cell.model} on {cell.dataset} {text}")
    return Check(
        f"means of counts over {trials} trials",
        f"{len(impossible)} of {tested} cells that are large enough and have digits enough are no "
        f"such mean: {', '.join(impossible)}",
        len(impossible) > 0,
    )


def _biases(cell: Printed) -> int:
    size = papers.sl1_sizes().loc[cell.dataset]
    outputs = 1 if np.isnan(size["classes"]) else int(size["classes"])
    layout = MODELS[cell.model](int(size["features"]), HIDDEN_SIZE, outputs, bias=True).layout
    return layout.size - layout.weight_count


@checks("A-e-sparsity-output")
def _output(everything: bool = False) -> Check:
    found = of(cells(3, 5), *SPARSE)
    above = [cell for cell in found if not cell.within_output and not everything]
    shares = [cell.output for cell in found]
    return Check(
        "only the output weights are penalised",
        f"they are {min(shares):.1%} to {max(shares):.1%} of the weights; {len(above)} of "
        f"{len(found)} sparsities of L1-GRU and SL1-GRU, {min(c.value for c in found):.1%} to "
        f"{max(c.value for c in found):.1%}, exceed that",
        len(above) > 0,
    )


@checks("A-e-T3-steps")
def _steps(smoothing: bool = True) -> Check:
    ahead = [w for w in implied() if w.sl1_seconds < w.l1_seconds]
    sets = {cell.dataset: cell.value for cell in of(cells(3), SPARSE[1])}
    l1 = {cell.dataset: cell.value for cell in of(cells(3), SPARSE[0])}
    ahead = [w for w in ahead if sets[w.dataset] > l1[w.dataset]]
    needs = {w.dataset: (w.l1_steps, w.sl1_steps if smoothing else w.l1_steps) for w in ahead}
    return Check(
        f"sparser after less time on {', '.join(needs)}",
        "steps for the printed shares, L1 and SL1: "
        + "; ".join(f"{name} {a:,.0f} and {b:,.0f}" for name, (a, b) in needs.items()),
        all(sl1 > l1 for l1, sl1 in needs.values()) and bool(needs),
    )


PRINTED_F3 = 0.8
"""The sparsity at which Figure 3b is said to settle, after so many iterations:"""
SETTLED = 2000


@checks("A-e-F3-sparsity")
def _figure3(steps_an_iteration: int = 1, rate: float = 0.001, strength: float = 5e-4) -> Check:
    """Weights that one step of time does not reach move by the penalty alone."""
    model = GRU(1, HIDDEN_SIZE, 1)
    dead = groups(model, 1)[DEAD].mean()
    moved = rate * strength * SETTLED * steps_an_iteration
    most = 1 - dead + dead * min((moved + NEAR_ZERO) / HALF_WIDTH, 1)
    return Check(
        f"about {PRINTED_F3} after {SETTLED} iterations",
        f"a weight that the penalty alone moves has moved by {brief(moved)} then; for one step of "
        f"time and {HIDDEN_SIZE} units at most {most:.2f} of the weights can be at zero",
        most < PRINTED_F3,
    )


@checks("A-e-F3-cap")
def _figure3_cap(penalised: str = "output") -> Check:
    shares = [
        1.0 if penalised == "all" else H / GRU(1, H, 1).layout.weight_count for H in range(1, 129)
    ]
    return Check(
        f"sparsity about {PRINTED_F3} with a penalty on the output weights",
        f"of a GRU with one input the output weights are at most {max(shares):.1%} (one hidden "
        f"unit), with {HIDDEN_SIZE} units {shares[HIDDEN_SIZE - 1]:.1%}",
        max(shares) < PRINTED_F3,
    )


@checks("A-e-F3-output")
def _figure3_output(sigmoid: bool = True) -> Check:
    values = {
        name: functions.RECIPES[name].function(functions.grid(name)) for name in functions.NAMES
    }
    outside = {name: ((y <= 0) | (y >= 1)).sum() if sigmoid else 0 for name, y in values.items()}
    f, q = values["function-1d"], values["function-2d"]
    return Check(
        "outputs (11) lie between 0 and 1",
        f"f goes from {f.min():.2f} to {f.max():.2f} and q from {q.min():.2f} to {q.max():.2f} on "
        f"the grids; outside that range are {outside['function-1d']} and {outside['function-2d']} "
        "of 100 points",
        all(count > 0 for count in outside.values()),
    )


@checks("A-e-F3-interval")
def _figure3_interval(low: float = 0.5) -> Check:
    axis = functions.grid("function-1d")[:, 0]
    return Check(
        f"from {low}",
        f"the points of (40) begin at {axis.min():g}; {(axis < low).sum()} of {axis.size} lie "
        f"below {low}",
        bool((axis < low).any()),
    )


@checks("A-e-E42")
def _count(size: bool = False) -> Check:
    """What (42) says of a fresh start; `size` takes the absolute value."""
    start = draws("A-e-E42").uniform(-HALF_WIDTH, HALF_WIDTH, 100_000)
    printed = np.mean((np.abs(start) if size else start) < NEAR_ZERO)
    right = np.mean(np.abs(start) < NEAR_ZERO)
    return Check(
        f"{printed:.2f} of fresh weights",
        f"{right:.0e} with the absolute value",
        bool(printed > 100 * max(right, NEAR_ZERO)),
    )
