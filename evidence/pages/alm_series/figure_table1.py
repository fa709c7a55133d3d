"""Paper B, Table 1: how far chance decides what an error on one drawn series is."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.style import PALETTE, panels
from evidence.papers import tables as papers
from evidence.papers.alm_zero import zero_cells
from evidence.protocols.titles import SERIES
from evidence.rivals.predictors.of_series import ZERO
from lib.datasets import SYNTHETIC

DECADES = (0.035, 7.0)
"""The vertical axis of either panel, in units of m, so that both show the same ratios."""


def zero_predictor(records: Sequence[Record]) -> Figure:
    """Draw the zero predictor's test error on every drawn series, sorted, beside the paper's."""
    cells, found = zero_cells(), one_by(records, "dataset")
    with panels(2, 3.4, sharex=False) as (figure, axes):
        for ax, name in zip(axes, SYNTHETIC, strict=True):
            values = np.sort(column(found[name], f"{ZERO} test"))
            m = found[name].rows[0]["m"]
            own = cells.loc[cells["dataset"] == name, "test"].median()
            table = papers.alm_errors(papers.ALM_TABLE_OF[name])
            lowest = table["test"].min()
            ax.plot(
                np.arange(1, len(values) + 1),
                values,
                "o",
                color=PALETTE[0],
                markersize=5,
                label="answering zero, our draws",
            )
            ax.axhline(own, color=PALETTE[1], linestyle="-", label="answering zero, the paper's")
            ax.axhline(
                lowest, color=PALETTE[2], linestyle="--", label="lowest of the paper's table"
            )
            ax.set(
                yscale="log",
                ylim=(DECADES[0] * m, DECADES[1] * m),
                ylabel="test error",
                title=SERIES[name],
                xlabel="data sets, sorted by this error",
            )
            ax.grid(axis="x", visible=False)
            ax.set_xticks([])
        axes[0].legend(loc="lower right")
    return figure
