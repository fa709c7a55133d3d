"""The objective against CPU time, and the time to each value of it: medians and quartiles."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import band, line, panels, plain_logarithm
from evidence.pages.alm_race.claims_time import lowest, times
from evidence.pages.alm_race.harness import compared
from evidence.pages.alm_race.runs_time import METHODS, TARGETS

POINTS = 160


def race(
    records: Sequence[Record],
    methods: Sequence[str] = METHODS,
    targets: Sequence[float] = TARGETS,
) -> Figure:
    """Draw R so far the lowest against time above, and time to each target below."""
    with panels(2, 3.4, sharex=False) as (figure, (along, to)):
        for number, method in enumerate(methods):
            _along(along, records, method, number)
            _to(to, records, method, number, targets)
        ends = [lowest(records, method) for method in methods]
        least = min(targets[-1], *(end.min() for end in ends))
        most = max(targets[0], *(np.median(end) for end in ends))
        limits = (0.97 * least, 1.1 * most)
        along.set(xscale="log", xlabel="CPU seconds", ylabel="lowest R so far", ylim=limits)
        to.set(yscale="log", xlabel="value of R", ylabel="CPU seconds until then")
        to.invert_xaxis()
        plain_logarithm(along.xaxis)
        plain_logarithm(to.yaxis)
        figure.legend(*along.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure


def _along(ax: Axes, records: Sequence[Record], method: str, number: int) -> None:
    runs = [
        (np.array(r.traces["seconds"][k]), np.array(r.traces["lowest"][k]))
        for r in compared(records)
        for k, row in enumerate(r.rows)
        if row["method"] == method
    ]
    along(ax, runs, method, number)


def along(ax: Axes, runs: Sequence[tuple[np.ndarray, np.ndarray]], name: str, number: int) -> None:
    """Draw median and quartiles of runs that fall in steps, each given by its times and values."""
    # A run that broke down in its first step has no course; all runs start at time zero.
    moving = [at for at, _ in runs if at[-1] > 0]
    if not moving:
        return
    first = max(at[at > 0][0] for at in moving)
    x = np.geomspace(first, max(at[-1] for at, _ in runs), POINTS)
    held = [lowest[np.searchsorted(at, x, side="right") - 1] for at, lowest in runs]
    band(ax, x, held, number, name)


def _to(
    ax: Axes, records: Sequence[Record], method: str, number: int, targets: Sequence[float]
) -> None:
    """Draw the targets that at least three quarters of the runs reach."""
    found = {
        t: np.quantile(times(records, method, t), (0.25, 0.5, 0.75), method="inverted_cdf")
        for t in targets
    }
    shown = {t: q for t, q in found.items() if np.isfinite(q).all()}
    if not shown:
        return
    low, middle, high = np.array(list(shown.values())).T
    look = line(number, len(shown)) | {"markevery": 1}
    ax.errorbar(list(shown), middle, (middle - low, high - middle), capsize=3, **look)
