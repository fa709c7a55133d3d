"""The tournament's figures: performance profiles, both leaders by problem, R along CPU time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, line, panels, plain_logarithm
from evidence.pages.alm_race.claims_schedules import pairs
from evidence.pages.alm_race.claims_tournament import SHARE, best_rival, times_by
from evidence.pages.alm_race.figure_time import along
from evidence.pages.alm_race.harness import compared
from evidence.pages.alm_race.tables_tournament import Cell, problems, times, title
from evidence.pages.alm_race.tournament_config import FAST, METHODS, SHARES
from evidence.statistics.profiles import profile

FARTHEST = 1000.0
"""The largest factor of the profiles."""

EDGE = 100.0
"""Where the figure of the leaders ends; what never arrives stands there."""

RIVALS = ("the best other method", "Adam, its best schedule")


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


def leaders(records: Sequence[Record], beside: Sequence[Record]) -> Figure:
    """Draw per problem how long the accelerated ALM takes to the target over its best rivals.

    Args:
        records: of the tournament.
        beside: Adam with shorter schedules, on the whole series and on windows.
    """
    found = factors(records, beside)
    with panels(1, 1.4 + 0.45 * len(found)) as (figure, (ax,)):
        ax.axvline(1.0, color="0.3", lw=1.2)
        for number, rival in enumerate(RIVALS):
            for row, rivals in enumerate(found.values()):
                known = rivals[rival][np.isfinite(rivals[rival])]
                if known.size:
                    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
                    look = {"color": PALETTE[number], "marker": MARKERS[number]}
                    at = row + 0.3 * (number - 0.5)
                    ax.plot([low, high], [at, at], color=look["color"], lw=2.0)
                    ax.plot(middle, at, label=rival if row == 0 else None, lw=0, **look)
        ax.set(xscale="log", xlim=(0.9 / EDGE, 1.1 * EDGE), ylim=(len(found) - 0.5, -0.5))
        ax.set(xlabel="CPU time of the accelerated ALM over the rival's")
        ax.set_yticks(range(len(found)), [title(problem) for problem in found])
        plain_logarithm(ax.xaxis)
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center")
    return figure


def factors(
    records: Sequence[Record], beside: Sequence[Record]
) -> dict[Cell, dict[str, np.ndarray]]:
    """Return the factors that `leaders` draws, trial by trial, by problem and rival.

    They lie between 1/EDGE and EDGE, where one of the two never arrives at these; where neither
    does they are NaN.
    """
    schedules = dict(pairs(records, beside, SHARE))
    found = {}
    for problem, group in problems(records).items():
        seconds = times_by(group)
        theirs = (seconds[best_rival(seconds)], schedules[problem].theirs)
        with np.errstate(invalid="ignore"):
            over = [np.clip(seconds[FAST] / each, 1 / EDGE, EDGE) for each in theirs]
        found[problem] = dict(zip(RIVALS, over, strict=True))
    return dict(sorted(found.items(), key=_by_units))


def _by_units(item: tuple[Cell, object]) -> tuple[int, float]:
    (_, steps, hidden_size), _ = item
    return hidden_size, np.inf if steps is None else steps


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
