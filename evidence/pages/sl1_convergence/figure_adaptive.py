"""A smoothing coefficient that falls with the gradient: the error on the way, and alpha."""

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import band, line, panels
from evidence.pages.sl1_convergence.claims_adaptive import title
from evidence.pages.sl1_convergence.runs_adaptive import ARMS, FALLING, FIXED

RESOLVED = 1e-3
"""Percent up to which the axis of the error is linear."""


def courses(record: Record) -> Figure:
    """Draw each arm's exact error over that of the fixed alpha, and the falling alpha below."""
    x = np.array(record.traces["iteration"])
    fixed = np.array(record.traces[FIXED])
    alpha = np.array(record.traces["alpha"])
    floor = record.config["rate"] * record.config["strength"]
    with panels(2, 2.9) as (figure, (error, width)):
        for number, arm in enumerate(ARMS):
            if arm != FIXED:
                percent = 100 * (np.array(record.traces[arm]) / fixed - 1)
                error.plot(x, np.median(percent, axis=0), label=arm, **line(number, len(x)))
        error.axhline(0, color="0.4", lw=0.8, zorder=0)
        error.set_yscale("symlog", linthresh=RESOLVED)
        error.margins(y=0.1)
        error.set(ylabel="exact error against\nfixed α, percent", title=title(record))
        band(width, x, alpha, ARMS.index(FALLING), quantiles=(0, 0.5, 1))
        width.axhline(floor, color="0.4", lw=0.8, zorder=0)
        limits = (floor / 2, 2 * alpha.max())
        width.set(yscale="log", xlabel="gradient step", ylabel="falling α", ylim=limits)
        figure.legend(*error.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure
