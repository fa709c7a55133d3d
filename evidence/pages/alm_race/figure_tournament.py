"""Performance profiles of the tournament, and R along CPU time on one of its problems."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import line, panels, plain_logarithm
from evidence.pages.alm_race.figure_time import along
from evidence.pages.alm_race.harness import compared
from evidence.pages.alm_race.tables_tournament import times
from evidence.pages.alm_race.tournament_config import METHODS, SHARES
from evidence.statistics.profiles import profile

FARTHEST = 1000.0
"""The largest factor of the profiles."""


def profiles(records: Sequence[Record], compiled: bool = False) -> Figure:
    """Draw for each target the share of the trials solved within a factor of the first method.

    Args:
        records: of the tournament.
        compiled: whether the time of compilation counts.
    """
    factors = np.geomspace(1.0, FARTHEST, 200)
    with panels(len(SHARES), 2.8) as (figure, axes):
        for ax, share in zip(axes, SHARES, strict=True):
            found = profile(times(compared(records), share, compiled), factors)
            for number, (method, shares) in enumerate(zip(METHODS, found, strict=True)):
                ax.plot(factors, shares, label=method, **line(number, len(factors)))
            ax.set(title=f"τ = {share:g}", ylabel="share of the trials", ylim=(-0.03, 1.03))
        axes[-1].set(xscale="log", xlabel="CPU time over that of the first method")
        plain_logarithm(axes[-1].xaxis)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def courses(records: Sequence[Record], compiled: bool = False) -> Figure:
    """Draw R so far the lowest of every method along CPU time: medians and quartiles.

    Args:
        records: of the trials of one problem.
        compiled: whether the time of compilation counts.
    """
    with panels(1, 4.2) as (figure, (ax,)):
        for number, method in enumerate(METHODS):
            runs = [
                (_moments(record, k, row["compiled"] if compiled else 0.0))
                for record in compared(records)
                for k, row in enumerate(record.rows)
                if row["method"] == method and row["best"] is not None
            ]
            along(ax, runs, method, number)
        ax.set(xscale="log", yscale="log", xlabel="CPU seconds", ylabel="lowest R so far")
        plain_logarithm(ax.xaxis)
        plain_logarithm(ax.yaxis)
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _moments(record: Record, k: int, later: float) -> tuple[np.ndarray, np.ndarray]:
    """Return times and values of a run that begins after a compilation; it starts at time zero."""
    at = np.array(record.traces["seconds"][k])
    return np.where(at > 0.0, at + later, 0.0), np.array(record.traces["lowest"][k])
