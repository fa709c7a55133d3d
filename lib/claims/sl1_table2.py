"""Paper A, Table 2: do its parameters agree with the text, with Table 3 and with each other?

Table 3's sparsities are read as zeros among the weights that get no gradient when a row of a table
enters in one time step; zeros among the others would need fewer steps than are found here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib import papers
from lib.claims.sl1_fig5 import IN_TABLE2, optimal
from lib.claims.sl1_search import SIGNS, TEXT, Search, candidate, power, values
from lib.datasets import SIZES
from lib.experiments.sl1_networks import DEAD, groups
from lib.experiments.sl1_protocol import HIDDEN_SIZE, TABLE2, Setting
from lib.models import GRU
from lib.theory.dead_weights import (
    decay_steps,
    l1_share,
    l1_steps,
    sl1_share,
    sl1_steps,
    stalled_share,
)
from lib.verdicts import Claim, decide

ROWS: Mapping[str, str] = {
    "Iris": "iris",
    "Wine": "wine",
    "Breast cancer": "breast-cancer-ljubljana",
    "KDD Cup 1999": "kdd",
    "MNIST": "mnist",
}
"""Table 2's rows by short names; breast cancer with the sizes that the paper gives."""

STABLE = 2.0
"""The largest eta lambda / alpha at which a gradient step on the parabola does not diverge."""

FACTOR = 10.0
"""Times of a step that differ by more than this from the rows' median do not fit to the others."""


@dataclass(frozen=True)
class Reading:
    """One row of Table 2 and what follows from it for dead weights.

    Attributes:
        setting: the row.
        per_epoch: steps an epoch.
        weights: entries of the weight matrices of a GRU.
        dead: those among them that get no gradient in one time step.
        l1: sparsity and seconds of L1-GRU in Table 3.
        sl1: those of SL1-GRU.
    """

    setting: Setting
    per_epoch: int
    weights: int
    dead: int
    l1: tuple[float, float]
    sl1: tuple[float, float]

    @property
    def step(self) -> float:
        """Eta lambda, by which one step of L1 shrinks a weight without gradient."""
        return self.setting.rate * self.setting.strength

    @property
    def stiffness(self) -> float:
        """Eta lambda / alpha, by which one step of SL1 shrinks it near zero, as a share."""
        return self.step / self.setting.alpha

    @property
    def decay(self) -> float:
        """Epochs in which SL1 takes a dead weight from alpha to 1e-5."""
        return decay_steps(self.step, self.setting.alpha) / self.per_epoch

    @property
    def l1_steps(self) -> float:
        """Steps after which dead weights alone give L1's printed sparsity."""
        return l1_steps(self.share(self.l1[0]), self.step)

    @property
    def sl1_steps(self) -> float:
        """Steps after which dead weights alone give SL1's printed sparsity."""
        return sl1_steps(self.share(self.sl1[0]), self.step, self.setting.alpha)

    @property
    def seconds_per_step(self) -> float:
        """Table 3's time of L1-GRU over `l1_steps`."""
        return self.l1[1] / self.l1_steps

    @property
    def sl1_then(self) -> float:
        """The sparsity that SL1's dead weights give after `l1_steps`."""
        return self.sl1_after(self.l1_steps / self.per_epoch)

    def share(self, sparsity: float) -> float:
        """Return the share of the dead weights that must be zero for this sparsity."""
        return sparsity * self.weights / self.dead

    def l1_after(self, epochs: float) -> float:
        """Return the sparsity that L1's dead weights give after so many epochs."""
        return l1_share(epochs * self.per_epoch, self.step) * self.dead / self.weights

    def sl1_after(self, epochs: float) -> float:
        """Return the same of SL1's."""
        found = sl1_share(epochs * self.per_epoch, self.step, self.setting.alpha)
        return found * self.dead / self.weights


def reading(name: str, setting: Setting | None = None) -> Reading:
    """Return what follows from a row of Table 2, or from other parameters for its dataset.

    Args:
        name: a key of ``TABLE2``.
        setting: in place of the row.
    """
    setting = setting or TABLE2[name]
    title = papers.SL1_TITLE_OF[name]
    printed = papers.sl1_sizes().loc[title]
    model = GRU(int(printed["features"]), HIDDEN_SIZE, int(printed["classes"]), bias=True)
    cells = papers.sl1_results(3).set_index(["dataset", "model"]).loc[title]
    return Reading(
        setting=setting,
        per_epoch=-(-SIZES[name].train // setting.batch_size),
        weights=model.layout.weight_count,
        dead=int(groups(model, 1)[DEAD].sum()),
        l1=tuple(cells.loc["L1-GRU", ["sparsity", "seconds"]]),
        sl1=tuple(cells.loc["SL1-GRU", ["sparsity", "seconds"]]),
    )


def readings() -> dict[str, Reading]:
    """Return all rows of Table 2."""
    return {title: reading(name) for title, name in ROWS.items()}


def claims(search: Search) -> list[Claim]:
    """Judge Table 2 against the text, the grid search and Table 3."""
    found = readings()
    return [
        _same_optimum(),
        optimal(search, TABLE2["wine"], *IN_TABLE2),
        _time(found),
        _sparser(found),
        *_steps(found),
    ]


def _same_optimum() -> Claim:
    row = TABLE2["wine"]
    same = {n: getattr(row, n) == getattr(TEXT, n) for n in SIGNS}
    ratios = [
        f"{sign} {getattr(TEXT, n) / getattr(row, n):g} times as large"
        for n, sign in SIGNS.items()
        if not same[n]
    ]
    return Claim(
        "Table 2 summarises the results of the grid search, for Wine the optimum that the text "
        "names (section 4.2).",
        values(candidate(TEXT)) + " in the text",
        values(candidate(row)) + " in Table 2",
        decide(*same.values()),
        f"{sum(same.values())} of {len(same)} parameters agree. In the text "
        + (" and ".join(ratios) or "all are equal")
        + f", and with them the step ηλ, {power(TEXT.rate * TEXT.strength)} against "
        f"{power(row.rate * row.strength)}.",
    )


def _time(found: Mapping[str, Reading]) -> Claim:
    times = {title: r.seconds_per_step for title, r in found.items()}
    middle = float(np.median(list(times.values())))
    fits = {t: middle / FACTOR <= value <= middle * FACTOR for t, value in times.items()}
    text = reading("wine", TEXT)
    return Claim(
        "Table 2's parameters bring Table 3's sparsities of L1-GRU in Table 3's training times.",
        ", ".join(f"{t} {r.l1[0]:.4f} in {r.l1[1]:g} s" for t, r in found.items()),
        "time left for a step: " + ", ".join(f"{t} {seconds(s)}" for t, s in times.items()),
        decide(*fits.values()),
        "Steps that the sparsity takes if its zeros are dead weights. Judged, row by row, by "
        f"whether a step's time is within a factor of {FACTOR:g} of the rows' median, "
        f"{seconds(middle)}. With the text's η and λ Wine would have "
        f"{seconds(text.seconds_per_step)} a step.",
    )


def _sparser(found: Mapping[str, Reading]) -> Claim:
    reached = [r.sl1_then >= r.sl1[0] for r in found.values()]
    return Claim(
        "SL1-GRU can be as sparse as Table 3 prints when it is trained as long as L1-GRU.",
        ", ".join(f"{t} {r.sl1[0]:.4f}" for t, r in found.items()),
        ", ".join(f"{t} {r.sl1_then:.2g}" for t, r in found.items()),
        decide(*reached),
        "Sparsity of SL1's dead weights after the steps in which L1's reach their printed one. "
        "A parabola has no slope at zero: from α on a weight shrinks by the share ηλ/α a step and "
        "L1's by ηλ, so that SL1's are never ahead.",
    )


def _steps(found: Mapping[str, Reading]) -> list[Claim]:
    stalled = {t: stalled_share(r.step) for t, r in found.items()}
    return [
        Claim(
            "Steps on the smoothed penalty are stable: ηλ/α is below 2.",
            "not mentioned",
            ", ".join(f"{t} {power(r.stiffness)}" for t, r in found.items()),
            decide(*(r.stiffness < STABLE for r in found.values())),
            "Judged row by row. SL1 does not oscillate at these values, whatever the data say.",
        ),
        Claim(
            "The penalty moves every weight. Asked here: in single precision, too?",
            "precision not stated",
            ", ".join(f"{t} {share:.0%}" for t, share in stalled.items()) + " do not move",
            decide(*(share == 0 for share in stalled.values())),
            "Share of starts from U[−0.5, 0.5] that are the same number after a step of ηλ, "
            "rounded to single precision. Dead weights of this size would stay for ever; the "
            "others have a data gradient, too.",
        ),
    ]


def key_numbers(search: Search) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    rows = {**readings(), "text": reading("wine", TEXT)}
    for title, r in rows.items():
        numbers |= {
            f"{title}.step": r.step,
            f"{title}.l1_epochs": r.l1_steps / r.per_epoch,
            f"{title}.sl1_epochs": r.sl1_steps / r.per_epoch,
            f"{title}.microseconds": 1e6 * r.seconds_per_step,
            f"{title}.decay": r.decay,
            f"{title}.stalled": stalled_share(r.step),
            f"{title}.sl1_then": r.sl1_then,
        }
    lag = search.lag(candidate(TABLE2["wine"]))
    numbers |= {"rank": lag.rank, "behind": lag.behind}
    return {name: float(value) for name, value in numbers.items()}


def seconds(value: float) -> str:
    """Return a time in microseconds below a tenth of a millisecond, else in milliseconds."""
    return f"{1e6 * value:.1f} µs" if value < 1e-4 else f"{1e3 * value:.2g} ms"
