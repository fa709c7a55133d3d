"""The error on the test part against the share of weights left: a panel a set, a line a method."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from evidence.kit.records import Record
from evidence.kit.style import line, panels, plain_logarithm
from evidence.pages.sl1_front.choice import front
from evidence.pages.sl1_front.config import METHODS, SL1, SL1_ADAM, is_classification, shown
from evidence.pages.sl1_front.front import Fronts, curves, dense, errors

LEFT = np.geomspace(1.0, 0.01, 100)
"""Shares of weights that are not zero at which the lines are read."""

TICKS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)


def lines(found: Fronts) -> Figure:
    """Draw the medians over the trials, with their quartiles for paper A's own method alone."""
    with panels(len(found), 2.7, sharex=False) as (figure, axes):
        for ax, (name, group) in zip(axes, found.items(), strict=True):
            for number, method in enumerate(METHODS):
                if method in group:
                    _line(ax, group[method], method, number)
            classes = is_classification(next(iter(group.values())).config["dataset"])
            ax.axhline(_constant(group), color="0.4", lw=1.0, ls=":", label="constant answer")
            ax.axhline(dense(group), color="0.4", lw=1.0, ls="--", label="all weights, by Adam")
            ax.set(
                title=shown(name),
                ylabel="wrong answers" if classes else "root mean square",
                yscale="log",
                xscale="log",
                xlim=(1.0, LEFT[-1]),
            )
            plain_logarithm(ax.yaxis)
            ax.xaxis.set_major_locator(FixedLocator(TICKS))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        axes[-1].set_xlabel("weights that are not zero")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def _line(ax: Axes, record: Record, method: str, number: int) -> None:
    values = errors(record, 1 - LEFT)
    middle = np.median(values, axis=0)
    middle[~np.isfinite(middle) | (_least(record) > 1 - LEFT)] = np.nan
    ours = method in (SL1, SL1_ADAM)
    look = line(number, len(LEFT)) | ({"linewidth": 2.4} if ours else {})
    ax.plot(LEFT, middle, label=method, **look)
    if ours:
        # No interpolation between a trial that fails and one that does not.
        low, high = np.quantile(values, (0.25, 0.75), axis=0, method="nearest")
        inside = np.isfinite(middle) & np.isfinite(high)
        ax.fill_between(LEFT, low, high, where=inside, color=look["color"], alpha=0.15, lw=0)


def _least(record: Record) -> float:
    """Return the median over the trials of the least share of zeros on the front."""
    each = map(front, curves(record).values())
    return float(np.median([rows[0]["zeros"] if rows else 1.0 for rows in each]))


def _constant(group: Mapping[str, Record]) -> float:
    record = next(iter(group.values()))
    return float(np.median([row["test, constant"] for row in record.rows]))
