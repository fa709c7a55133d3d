"""Paper A, Tables 3 and 5 as printed, beside what predictors without a network reach."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from evidence.kit.frames import column
from evidence.kit.records import Record
from evidence.papers import tables as papers
from evidence.rivals.predictors.of_tables import LINEAR, SCALES
from lib.datasets import SIZES
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.kdd import WHOLE

CLASSIFICATION = ("iris", "wine", LJUBLJANA, WHOLE, "mnist")

REGRESSION = ("boston", "diabetes", "wine-quality", "energy", "student")
"""Our tables for the rows of Tables 1 and 4, in the paper's order."""

CONFIDENCE = 0.95

Found = Mapping[str, Record]


def lead(record: Record, predictor: str, name: str) -> tuple[float, float, float]:
    """Return our mean, by how much SL1-GRU's printed figure is better, and the margin of chance.

    The margin is half the confidence interval of a difference of two means over our trials, both
    with our spread; it is 0 where the split is published and the predictor draws nothing.

    Args:
        record: a dataset's references.
        predictor: with whom SL1-GRU is compared.
        name: the column, an accuracy or, when it names a scale, an error.
    """
    values, dataset = column(record, name, predictor=predictor), record.config["dataset"]
    printed = results(dataset).set_index("model").loc["SL1-GRU", "test"]
    sign = 1 if dataset not in REGRESSION else -1
    chance = 0.0 if SIZES[dataset].published else margin(values)
    return float(values.mean()), float(sign * (printed - values.mean())), chance


def margin(values: np.ndarray) -> float:
    """Return half the confidence interval of the difference of two means of as many such values."""
    n = len(values)
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, 2 * (n - 1))
    return float(quantile * values.std(ddof=1) * np.sqrt(2 / n))


def nearer(found: Found) -> str:
    """Return on which of the two breast cancer sets logistic regression is nearer to Table 3."""
    printed = results(LJUBLJANA)["test"].median()
    return min(
        (LJUBLJANA, WISCONSIN),
        key=lambda name: abs(column(found[name], "test", predictor=LINEAR).mean() - printed),
    )


def nearest_scale(record: Record) -> str:
    """Return the scale on which ridge regression's test error is nearest to the printed ones."""
    printed = results(record.config["dataset"])["test"].median()
    errors = {scale: column(record, f"test, {scale}", predictor=LINEAR).mean() for scale in SCALES}
    return min(SCALES, key=lambda scale: abs(np.log(errors[scale] / printed)))


def results(name: str) -> pd.DataFrame:
    """Return the rows of Table 3 or 5 that stand beside one of our tables, a row per model."""
    table = papers.sl1_results(5 if name in REGRESSION else 3)
    return table[table["dataset"] == papers.SL1_TITLE_OF[name]]
