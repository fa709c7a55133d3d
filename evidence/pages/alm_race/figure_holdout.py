"""What going on is worth: the objective and the test error along the iterations, no stopping."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import PALETTE, band, line, panels, plain_logarithm
from evidence.pages.alm_race.claims_holdout import values
from evidence.pages.alm_race.runs_holdout import FULL, STOPPED
from evidence.rivals.predictors.of_series import RIDGE, ZERO

MARKED = (0, 1, 2, 5, 10, 20, 50, 100)
"""The outer iterations with a marker."""


def along(records: Sequence[Record]) -> Figure:
    """Draw medians and quartiles of R and of the test error, and where early stopping stops."""
    stops = values(records, STOPPED, "iteration")
    with panels(2, 2.7) as (figure, axes):
        for ax, name in zip(axes, ("rollout_objective", "test"), strict=True):
            # The second training of each record is the one that goes on.
            runs = np.array([record.traces[name][1] for record in records], dtype=float)
            iterations = range(runs.shape[1])
            band(ax, iterations, runs, 0, FULL, markevery=[k for k in MARKED if k in iterations])
            ax.plot(
                stops,
                values(records, STOPPED, name),
                "D",
                color=PALETTE[1],
                label=f"{STOPPED}, a point per trial",
            )
            ax.set(yscale="log")
            plain_logarithm(ax.yaxis)
        for number, method in enumerate((RIDGE, ZERO), start=2):
            level = np.median(values(records, method))
            look = line(number, 1) | {"marker": None}
            axes[1].axhline(level, label=method, color=look["color"], linestyle=look["linestyle"])
        # The start is iteration 0, and all that matters comes soon after it.
        axes[1].set_xscale("symlog", linthresh=1)
        axes[1].set_xlim(left=-0.1)
        axes[1].xaxis.set_major_formatter("{x:g}")
        axes[0].set(title="Objective R", ylabel="R")
        axes[1].set(title="Error on the test part", ylabel="test error", xlabel="outer iteration")
        figure.legend(*axes[1].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure
