"""Paper A, Figure 5: what a grid search found, how sure it is, and what another choice would do.

Two candidates are compared by Student's test on the splits, each with its cross-validated accuracy.
Splits of one table share most of their samples, so that this finds differences too easily; the
test that is corrected for it, on the held-out folds, finds too few. It was meant to decide alone,
until it left undecided what differs greatly on every split. Both are shown; what is tied
lies between them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from evidence.kit.records import Record
from evidence.kit.tables import superscript
from evidence.pages.sl1_search.runs_grid import DATASET
from evidence.protocols.sl1 import TABLE2, Setting
from evidence.statistics import Outcome, holm, resampled_t
from lib.datasets import SIZES
from lib.validation import one_of

Candidate = tuple[float, float, float]

SIGNS = {"rate": "η", "strength": "λ", "alpha": "α"}
AXES = tuple(SIGNS)

TEXT = Setting(rate=5e-3, strength=5e-5, alpha=1e-2, batch_size=TABLE2[DATASET].batch_size)
"""What section 4.2 calls optimal for Wine; it names no size of the mini-batch."""

LEVEL = 0.05
"""Of a whole family of comparisons."""


@dataclass(frozen=True)
class Lag:
    """How one candidate did against the best.

    Attributes:
        rank: one more than the candidates with a higher accuracy.
        accuracy: in cross-validation.
        behind: by how much the best is better.
        p: by the splits, after Holm's correction for all comparisons with the best.
        severe_p: the same by the test that is corrected for shared samples.
    """

    rank: int
    accuracy: float
    behind: float
    p: float
    severe_p: float


@dataclass(frozen=True)
class Effect:
    """What changing one parameter alone does.

    Attributes:
        comparisons: pairs of candidates that differ in this parameter only.
        significant: those that differ by the splits after Holm's correction for all of them.
        severe: those that differ by the test that is corrected for shared samples.
        largest: the largest difference in accuracy among the significant ones, 0 without any.
        share: of the variance of the candidates' accuracies that this parameter's means have.
    """

    comparisons: int
    significant: int
    severe: int
    largest: float
    share: float


@dataclass(frozen=True, eq=False)
class Search:
    """Accuracies of all candidates after one number of epochs.

    Attributes:
        values: of eta, of lambda and of alpha.
        epoch: how many.
        folds: (candidates, trials, k), accuracy on each held-out fold.
        test: (candidates, trials), accuracy on the test part.
        loss: (candidates,), mean error on the held-out folds.
    """

    values: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]
    epoch: int
    folds: np.ndarray
    test: np.ndarray
    loss: np.ndarray

    @cached_property
    def cells(self) -> list[Candidate]:
        """The candidates (eta, lambda, alpha), in the order of the arrays."""
        rates, strengths, alphas = self.values
        return [(rate, s, alpha) for rate in rates for s in strengths for alpha in alphas]

    @cached_property
    def by_trial(self) -> np.ndarray:
        """Cross-validated accuracy, (candidates, trials)."""
        return self.folds.mean(2)

    @cached_property
    def accuracy(self) -> np.ndarray:
        """Cross-validated accuracy, (candidates,)."""
        return self.folds.mean((1, 2))

    @property
    def best(self) -> int:
        """The most accurate candidate; of several the one with the smallest error."""
        return int(np.lexsort((self.loss, -self.accuracy))[0])

    @cached_property
    def p(self) -> np.ndarray:
        """By the splits, of the comparisons with the best, after Holm; 1 for itself."""
        return self._against_best(self._by_splits)

    @property
    def tied(self) -> np.ndarray:
        """Which candidates chance could have put behind the best, itself included."""
        return self.p > LEVEL

    def against_others(self, cell: Candidate) -> dict[Candidate, Outcome]:
        """Return how a candidate did against every other, by the splits, Holm over all of them."""
        k = self._place(cell)
        others = [j for j in range(len(self.cells)) if j != k]
        corrected = holm([self._by_splits(k, j) for j in others])
        found = {}
        for j, p in zip(others, corrected, strict=True):
            ahead = Outcome.BETTER if self.accuracy[k] > self.accuracy[j] else Outcome.WORSE
            found[self.cells[j]] = ahead if p <= LEVEL else Outcome.TIE
        return found

    @cached_property
    def severe_p(self) -> np.ndarray:
        """As `p`, by the test that is corrected for shared samples."""
        return self._against_best(self._by_folds)

    def lag(self, cell: Candidate) -> Lag | None:
        """Return how a candidate did against the best, None where it is not in the grid."""
        if cell not in self.cells:
            return None
        k = self.cells.index(cell)
        accuracy = float(self.accuracy[k])
        return Lag(
            rank=int(np.sum(self.accuracy > accuracy)) + 1,
            accuracy=accuracy,
            behind=float(self.accuracy.max()) - accuracy,
            p=float(self.p[k]),
            severe_p=float(self.severe_p[k]),
        )

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """What each parameter does."""
        grid = self.accuracy.reshape([len(v) for v in self.values])
        found = {}
        for axis, name in enumerate(AXES):
            pairs = [
                (a, b)
                for a, b in combinations(range(len(self.cells)), 2)
                if [i for i in range(3) if self.cells[a][i] != self.cells[b][i]] == [axis]
            ]
            p = holm([self._by_splits(a, b) for a, b in pairs])
            severe = holm([self._by_folds(a, b) for a, b in pairs])
            gaps = np.array([abs(self.accuracy[a] - self.accuracy[b]) for a, b in pairs])
            means = grid.mean(tuple(i for i in range(3) if i != axis))
            found[name] = Effect(
                comparisons=len(pairs),
                significant=int(np.sum(p <= LEVEL)),
                severe=int(np.sum(severe <= LEVEL)),
                largest=float(gaps[p <= LEVEL].max(initial=0.0)),
                share=float(means.var() / grid.var()) if grid.var() else 0.0,
            )
        return found

    def chosen(self, scores: np.ndarray, trial: int) -> np.ndarray:
        """Return the candidates with the highest of some scores (candidates, trials) in a trial."""
        return np.flatnonzero(scores[:, trial] == scores[:, trial].max())

    @cached_property
    def choices(self) -> dict[str, np.ndarray]:
        """What choosing in each trial brings, (trials,) each; a mean over candidates that tie.

        ``reported`` is the test accuracy of those with the highest test accuracy, ``elsewhere``
        their test accuracy in the other trials, on which they were not chosen, and ``validated``
        the test accuracy of those with the highest cross-validated accuracy.
        """
        trials = range(self.test.shape[1])
        by_test = [self.chosen(self.test, t) for t in trials]
        by_folds = [self.chosen(self.by_trial, t) for t in trials]
        return {
            "reported": self.test.max(0),
            "elsewhere": np.array(
                [np.delete(self.test[found], t, axis=1).mean() for t, found in enumerate(by_test)]
            ),
            "validated": np.array([self.test[found, t].mean() for t, found in enumerate(by_folds)]),
        }

    def _place(self, cell: Candidate) -> int:
        return self.cells.index(one_of("candidate (eta, lambda, alpha)", cell, self.cells))

    def _against_best(self, test: Callable[[int, int], float]) -> np.ndarray:
        others = [k for k in range(len(self.cells)) if k != self.best]
        found = np.ones(len(self.cells))
        found[others] = holm([test(self.best, k) for k in others])
        return found

    def _by_splits(self, a: int, b: int) -> float:
        return resampled_t(self.by_trial[a] - self.by_trial[b], 0)

    def _by_folds(self, a: int, b: int) -> float:
        return resampled_t(self.folds[a] - self.folds[b], 1 / (self.folds.shape[2] - 1))


def search(records: Sequence[Record], look: int = -1) -> Search:
    """Return the search after one of the numbers of epochs at which accuracies were kept.

    Args:
        records: one for each alpha.
        look: which of them, the last by default.
    """
    records = sorted(records, key=lambda record: record.config["alpha"])
    config = records[0].config
    epoch = sorted({row["epoch"] for row in records[0].rows})[look]
    sizes, k, trials = SIZES[DATASET], config["folds"], config["trials"]
    shape = (len(config["rates"]), len(config["strengths"]), trials)

    def column(name: str, *more: int) -> np.ndarray:
        found = [
            np.array([row[name] for row in record.rows if row["epoch"] == epoch], float)
            for record in records
        ]
        stacked = np.stack([values.reshape(*shape, *more) for values in found], 2)
        return stacked.reshape(-1, trials, *more)

    return Search(
        values=(
            tuple(config["rates"]),
            tuple(config["strengths"]),
            tuple(record.config["alpha"] for record in records),
        ),
        epoch=epoch,
        folds=column("right", k) / (sizes.train // k),
        test=column("test") / sizes.test,
        loss=column("loss").mean(1),
    )


def candidate(setting: Setting) -> Candidate:
    """Return the place of a setting in the grid."""
    return setting.rate, setting.strength, setting.alpha


def percent(share: float) -> str:
    """Return a share in percent with two decimals."""
    return f"{100 * share:.2f} %"


def points(difference: float) -> str:
    """Return a difference of two shares in percentage points with two decimals."""
    return f"{100 * difference:.2f} points"


def values(cell: Candidate) -> str:
    """Return a candidate's parameters."""
    return ", ".join(f"{s} = {power(v)}" for s, v in zip(SIGNS.values(), cell, strict=True))


def power(value: float) -> str:
    """Return a number of one digit with a power of ten, or plain if that is short."""
    if value >= 1e-3:
        return f"{value:g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{float(digits):g}·10{superscript(int(exponent))}"
