"""Paper A's printed sparsities against arithmetic: which can be, and what they would take.

Every figure follows from the sizes of Tables 1 and 4, 32 hidden units and Table 2; no network is
trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evidence.papers.tables import SL1_TITLE_OF, sl1_results, sl1_sizes
from evidence.protocols.penalty_alone import HALF_WIDTH, delay, steps_for
from evidence.protocols.sl1 import HIDDEN_SIZE, MODELS, SL1, TABLE2
from evidence.protocols.sl1_methods import METHODS
from evidence.protocols.sl1_networks import DEAD, OUTPUT, groups
from lib.training.epochs import NEAR_ZERO

L1 = "L1-GRU"


SPARSE = (L1, SL1)
"""The two penalties that the paper says make a network sparse."""


TRIALS = 10
"""Over which a printed sparsity is a mean (section 4.2)."""


CHANCE = NEAR_ZERO / HALF_WIDTH
"""The share of weights from U[-0.5, 0.5) that are below 1e-5 before any training."""


ROUNDING = 1e-3
"""A printed figure is as good as its digits."""


@dataclass(frozen=True)
class Printed:
    """One printed sparsity.

    Attributes:
        table: 3 or 5.
        dataset, model: as the paper names them.
        value: what is printed.
        weights: entries of all weight matrices.
        least: the smallest positive mean, one weight in ten trials.
        least_of_matrices: the same, were the share a mean over the matrices.
        dead: share of the weights that cannot act in one step.
        output: share of the output weights.
        matrices: how many weight matrices there are.
    """

    table: int
    dataset: str
    model: str
    value: float
    weights: int
    least: float
    least_of_matrices: float
    dead: float
    output: float
    matrices: int

    @property
    def possible(self) -> bool:
        """Whether ten trials can have this mean."""
        return self.value * (1 + ROUNDING) >= self.least

    @property
    def possible_for_matrices(self) -> bool:
        """Whether they can, were the share a mean over the matrices."""
        return self.value * (1 + ROUNDING) >= self.least_of_matrices

    @property
    def within_output(self) -> bool:
        """Whether the output weights alone could make it up, with what is near zero by chance."""
        return self._within(self.output)

    @property
    def within_output_matrix(self) -> bool:
        """Whether they could, were the share a mean over the matrices."""
        return self._within(1 / self.matrices)

    def _within(self, share: float) -> bool:
        return self.value <= share + (1 - share) * CHANCE


def cells(*tables: int) -> list[Printed]:
    """Return the printed sparsities of Table 3, Table 5 or both, in the paper's order."""
    found = []
    for table in tables:
        for row in sl1_results(table).itertuples():
            size = sl1_sizes().loc[row.dataset]
            outputs = 1 if np.isnan(size["classes"]) else int(size["classes"])
            model = MODELS[row.model](int(size["features"]), HIDDEN_SIZE, outputs, bias=True)
            members, n = groups(model, 1), model.layout.weight_count
            blocks = [np.prod(shape) for _, shape in model.layout.weights]
            found.append(
                Printed(
                    table=table,
                    dataset=row.dataset,
                    model=row.model,
                    value=row.sparsity,
                    weights=n,
                    least=1 / (TRIALS * n),
                    least_of_matrices=1 / (TRIALS * len(blocks) * max(blocks)),
                    dead=members[DEAD].sum() / n,
                    output=members[OUTPUT].sum() / n,
                    matrices=len(blocks),
                )
            )
    return found


def of(found: Sequence[Printed], *models: str) -> list[Printed]:
    """Return the cells of some models."""
    return [cell for cell in found if cell.model in models]


def unpenalised(found: Sequence[Printed]) -> list[Printed]:
    """Return the cells of the models without a penalty."""
    return of(found, *(m for m in MODELS if m not in METHODS or METHODS[m] == "no penalty"))


@dataclass(frozen=True)
class Implied:
    """What Table 3's sparsities of L1 and SL1 take under gradient descent.

    Attributes:
        dataset: as the paper names it.
        step: eta lambda.
        lag: steps that SL1 needs from alpha down to 1e-5.
        l1_steps: after so many the dead weights alone make up the printed sparsity of L1.
        sl1_steps: the same of SL1.
        steps_an_epoch: mini-batches of Table 2's size.
        l1_seconds, sl1_seconds: printed training times.
    """

    dataset: str
    step: float
    lag: float
    l1_steps: float
    sl1_steps: float
    steps_an_epoch: int
    l1_seconds: float
    sl1_seconds: float


def implied() -> list[Implied]:
    """Return what the printed sparsities of Table 3 take, dataset by dataset."""
    table = sl1_results(3).set_index(["dataset", "model"])
    found = []
    for cell in of(cells(3), SL1):
        names = [name for name, title in SL1_TITLE_OF.items() if title == cell.dataset]
        setting = TABLE2[names[0]]
        step = setting.rate * setting.strength
        l1, sl1 = (table.loc[(cell.dataset, model)] for model in SPARSE)
        found.append(
            Implied(
                dataset=cell.dataset,
                step=step,
                lag=delay(step, setting.alpha),
                l1_steps=steps_for(l1["sparsity"] / cell.dead, step),
                sl1_steps=steps_for(sl1["sparsity"] / cell.dead, step, setting.alpha),
                steps_an_epoch=-(
                    -int(sl1_sizes().loc[cell.dataset, "train"]) // setting.batch_size
                ),
                l1_seconds=l1["seconds"],
                sl1_seconds=sl1["seconds"],
            )
        )
    return found


def highest_printed(table: int) -> tuple[int, int]:
    """Return on how many datasets of a printed table SL1 is the sparsest, and of how many."""
    rows = sl1_results(table)
    best = rows.loc[rows.groupby("dataset")["sparsity"].idxmax(), "model"]
    return int((best == SL1).sum()), len(best)
