"""Paper B, Table 3a: the cells of gradient descent that a formula gives, and so our program."""

import numpy as np
import pandas as pd

from evidence.kit.rule import Identity, Value, Values
from evidence.kit.tables import Section, SectionTable
from evidence.pages.alm_table3.output_bias import OutputBias, paper_cells
from evidence.pages.alm_table3.runs_descent_printed import EPOCHS
from evidence.pages.alm_table3.trials import Trials
from evidence.papers.alm_zero import PRINTED as ROUNDING
from evidence.protocols.alm import TABLE2, TEST, TRAIN, penalties

PARTS = (TRAIN, TEST)

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


def formula() -> Values:
    """Return the printed full-batch cells from N(0, 1e-3) beside those of the formula.

    The anchor's test error, which is met by construction, is left out, and so is a method that has
    the rate and the errors of another one.
    """
    cells, other = _different(True), gaps(False)
    return Values(
        {
            f"{method}, {part}": Value.exact(row[part], row[f"formula_{part}"], ROUNDING)
            for method, row in cells.iterrows()
            for part in PARTS
            if (method, part) != (ANCHOR, "test")
        },
        f"From such small weights only the output bias learns, in closed form: Table 4's rates, "
        f"{EPOCHS['3a']} epochs and the test error of {ANCHOR} give the others, when the loss is a "
        "mean over the outputs too, as Keras takes it; were it the mean over steps alone, as in "
        f"(2.6), the formula would miss by up to {other.max():.1%}",
    )


def program(trials: Trials) -> Identity:
    """Return how far our own runs are from the formula, each with its series' own number."""
    frame = trials.frame.dropna(subset=["formula_train"])
    gaps = [np.abs(frame[part] / frame[f"formula_{part}"] - 1).max() for part in PARTS]
    return Identity(
        gap=float(max(gaps)),
        tolerance=SAME,
        cases=len(frame),
        detail="Relative distance of the errors of our full-batch runs from N(0, 10⁻³) at T = 10",
    )


def _different(mean_over_outputs: bool) -> pd.DataFrame:
    """Return the cells of methods that do not repeat another one's rate and errors."""
    cells = paper_cells(problem(mean_over_outputs), EPOCHS["3a"], ANCHOR)
    return cells.drop_duplicates(["rate", *PARTS])


def gaps(mean_over_outputs: bool) -> np.ndarray:
    """Return by how much of each printed number of :func:`formula` the formula misses it."""
    cells = _different(mean_over_outputs)
    missed = {part: abs(cells[f"formula_{part}"] / cells[part] - 1) for part in PARTS}
    return np.concatenate([missed["train"], missed["test"].drop(ANCHOR)])


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
