"""The bench's figure: each series' errors over that of ridge regression."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from evidence.kit.style import MARKERS, PALETTE, panels
from evidence.pages.estimators_bench.predictors import ALM, GRU, MLP, RIDGE


def beside_ridge(found: pd.DataFrame) -> Figure:
    """Draw a line of marks for each series, in the order of the ALM's ratio.

    Args:
        found: the scaled error of each series, a row, and model.
    """
    ratio = found.div(found[RIDGE], axis=0).sort_values(ALM)
    with panels(1, 1.6 + 0.3 * len(ratio)) as (figure, (ax,)):
        ax.axvline(1.0, color="0.3", lw=1.2)
        for number, (name, shift) in enumerate(((MLP, -0.2), (GRU, 0.0), (ALM, 0.2))):
            ax.plot(
                ratio[name],
                np.arange(len(ratio)) - shift,
                MARKERS[number],
                color=PALETTE[number],
                label=name,
            )
        ax.set(xlabel="error over that of ridge regression")
        ax.set_yticks(range(len(ratio)), ratio.index)
        ax.invert_yaxis()
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
