"""A smoothing coefficient that falls with the gradient: the error on the way, and alpha."""

import numpy as np
from matplotlib.figure import Figure

from lib.claims.sl1_adaptive import title
from lib.experiments.sl1_adaptive import ARMS
from lib.figures.style import line, panels
from lib.records import Record


def courses(record: Record) -> Figure:
    """Draw the error with the exact L1 penalty above the lowest end, and the falling alpha."""
    x = np.array(record.traces["iteration"])[1:]
    curves = {arm: np.array(record.traces[arm]) for arm in ARMS}
    lowest = np.min([found[:, -1] for found in curves.values()], axis=0)[:, None]
    alpha = np.array(record.traces["alpha"])[:, 1:]
    with panels(2, 2.9) as (figure, (error, width)):
        for number, (arm, found) in enumerate(curves.items()):
            median = np.median(found / lowest - 1, axis=0)[1:]
            look = line(number, len(x))
            # What has reached the lowest end is no point on a logarithmic axis.
            error.plot(x, np.where(median > 0, median, np.nan), label=arm, **look)
        error.set(yscale="log", ylabel="excess of the exact error", title=title(record))
        error.legend(loc="upper right", ncols=2, fontsize=9)
        low, middle, high = np.quantile(alpha, (0, 0.5, 1), axis=0)
        look = line(1, len(x))
        width.plot(x, middle, **look)
        width.fill_between(x, low, high, color=look["color"], alpha=0.2, lw=0)
        width.axhline(record.config["rate"] * record.config["strength"], color="0.4", lw=0.8)
        width.set(yscale="log", xlabel="gradient step", ylabel="falling α")
    return figure
