"""Paper B, Table 3a: the cells of gradient descent that a formula gives, and so our program."""

from collections.abc import Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable
from evidence.kit.verdicts import Claim, decide
from evidence.pages.alm_table3.output_bias import OutputBias, paper_cells
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS
from evidence.protocols.alm import TABLE2, penalties

NEAR = 0.005
"""A printed error and the formula's agree when they are this close, relative to the former."""

SAME = 1e-3
"""Our runs and the formula agree when they are this close."""

SIZES = {"inputs": 5, "outputs": 3, "steps": 10}
"""n, m and T of Table 1's first row."""

ANCHOR = "GDC"
"""Its printed test error gives the formula its one number."""


def problem(mean_over_outputs: bool = True) -> OutputBias:
    """Return the training of the output bias in the setting of Table 3a."""
    weights = penalties(TABLE2["synthetic-t10"], SIZES["inputs"], SIZES["outputs"])
    return OutputBias(SIZES["outputs"], SIZES["steps"], weights.lambda5, mean_over_outputs)


def formula_claim(records: Sequence[Record]) -> Claim:
    """Judge whether the loss, rates and epochs as read here give the paper's own numbers.

    Args:
        records: among them those of ``alm_descent_printed`` on the series of ten steps.
    """
    cells, other = gaps(True), gaps(False)
    ours = own_gap(records)
    return Claim(
        "Gradient descent from N(0, 10⁻³): the full-batch cells of Table 3a follow from one of "
        "them.",
        "GD 2.747 and 5.311; GDC and GDNM 2.769 and 5.079",
        f"the formula misses the other {cells.size} different numbers by {cells.max():.1e} of one "
        f"at most, our runs miss the formula by {ours:.0e}",
        decide(*(cells < NEAR), ours < SAME),
        "From such small weights only the output bias learns, and that in closed form, for any "
        f"series. Table 4's rates, 500 epochs and the test error of {ANCHOR} give the others, when "
        "the loss is a mean over the outputs too, as Keras takes it. Were it the mean over steps "
        f"alone, as in (2.6), the formula would miss by up to {other.max():.1%}.",
    )


def gaps(mean_over_outputs: bool) -> np.ndarray:
    """Return by how much of each printed number the formula misses it.

    The anchor's test error, which is met by construction, is left out, and so is a method that has
    the rate and the errors of another one.
    """
    cells = paper_cells(problem(mean_over_outputs), EPOCHS["3a"], ANCHOR)
    cells = cells.drop_duplicates(["rate", "train", "test"])
    missed = {part: abs(cells[f"formula_{part}"] / cells[part] - 1) for part in ("train", "test")}
    return np.concatenate([missed["train"], missed["test"].drop(ANCHOR)])


def own_gap(records: Sequence[Record]) -> float:
    """Return the largest share by which one of our runs misses the formula."""
    rows = [row for r in records for row in r.rows if row.get("formula_train") is not None]
    return max(
        abs(row[part] / row[f"formula_{part}"] - 1) for row in rows for part in ("train", "test")
    )


def formula_table() -> SectionTable:
    """Return the printed cells beside those of the formula, for either reading of the loss."""
    readings = {"mean over steps and outputs": True, "mean over steps alone, as in (2.6)": False}
    sections = []
    for reading, outputs in readings.items():
        cells = paper_cells(problem(outputs), EPOCHS["3a"], ANCHOR)
        rows = [
            [
                str(method),
                f"{row['rate']:g}",
                *(f"{row[name]:.3f}" for name in ("train", "formula_train")),
                *(f"{row[name]:.3f}" for name in ("test", "formula_test")),
            ]
            for method, row in cells.iterrows()
        ]
        train, test = zero_errors(outputs)
        rows.append(["zero predictor", "", "–", f"{train:.3f}", "–", f"{test:.3f}"])
        sections.append(Section(f"Loss: {reading}", rows))
    heads = ("method", "rate", "training, paper", "formula", "test, paper", "formula")
    return SectionTable(heads, sections)


def zero_errors(mean_over_outputs: bool = True) -> tuple[float, float]:
    """Return the errors of the answer zero on the paper's series, by the formula."""
    of = problem(mean_over_outputs)
    anchor = paper_cells(of, EPOCHS["3a"], ANCHOR).loc[ANCHOR]
    fraction = of.fraction(float(anchor["rate"]), EPOCHS["3a"])
    return of.errors(0.0, of.zero_test(fraction, float(anchor["test"])))
