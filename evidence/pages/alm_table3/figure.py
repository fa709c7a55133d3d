"""Paper B, Table 3: the errors of all methods as distributions over trials."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from evidence.kit.style import MARKERS, PALETTE, diagonal, panels, plain_logarithm
from evidence.pages.alm_table3.claims import Findings
from evidence.pages.alm_table3.tables import named
from evidence.pages.alm_table3.trials import (
    ALM,
    FAIR,
    MEASURE_TITLES,
    OBJECTIVE,
    OWN,
    PRINTED,
    SIMPLE,
    TEST,
    Method,
)
from evidence.protocols.titles import SERIES
from lib import alm

ROW = 0.5
"""Inches per method."""

CEILING = 1e30
"""Where the bar of diverged runs ends, out of sight."""

GAP = 0.15
"""Between two starts of one method, in rows."""


def errors(found: Findings, measure: str) -> Figure:
    """Draw one error of every method and start: median, quartiles and 5 to 95 % over the trials.

    A panel per dataset of the page. The paper's mean is a cross. A bar that leaves the panel on the
    right belongs to runs that diverged.
    """
    methods = {name: _methods(found, name, measure) for name in found.datasets}
    rows = max(sum(map(len, groups)) for groups in methods.values())
    with panels(len(methods), 1.0 + ROW * rows, sharex=False) as (figure, axes):
        for ax, (dataset, groups) in zip(axes, methods.items(), strict=True):
            _panel(ax, found, dataset, measure, groups)
            ax.set_title(SERIES[dataset])
        for number, start in enumerate(found.trials.starts(found.datasets[0])):
            look = {"color": PALETTE[number], "marker": MARKERS[number], "linestyle": "none"}
            axes[0].plot([], [], **look, label=alm.initialisation(start).title)
        if measure != OBJECTIVE:
            axes[0].plot([], [], "x", color="0.2", label="paper's mean")
        figure.legend(loc="outside upper center", ncols=3)
    return figure


def printed_against_ours(found: Findings, measure: str) -> Figure:
    """Draw every cell: the printed mean to the right, ours upwards; on the line they are equal."""
    with panels(len(found.datasets), 4.4, sharex=False) as (figure, axes):
        for ax, dataset in zip(axes, found.datasets, strict=True):
            seen = []
            for number, group in enumerate((OWN, PRINTED)):
                methods = [ALM] if group == OWN else found.trials.methods(dataset, group)
                cells = [c for c in found.of(dataset, methods, measure) if c.printed is not None]
                ours = [
                    np.mean(found.trials.errors(dataset, c.method, c.start, measure)) for c in cells
                ]
                look = {"color": PALETTE[number], "marker": MARKERS[number], "linestyle": "none"}
                ax.plot([c.printed for c in cells], ours, **look, alpha=0.7, label=group)
                seen += [*ours, *(c.printed for c in cells)]
            words = MEASURE_TITLES[measure]
            ax.set(xscale="log", yscale="log", xlabel=f"printed {words}", ylabel=f"our {words}")
            ax.set_title(SERIES[dataset])
            for axis in (ax.xaxis, ax.yaxis):
                plain_logarithm(axis)
            limits = _limits(np.array(seen), 30.0)
            ax.set(xlim=limits, ylim=limits)
            if limits[1] > 20 * limits[0]:  # too many labels for the width
                ax.xaxis.set_minor_formatter(NullFormatter())
            diagonal(ax)
        axes[0].legend()
    return figure


def objective_against_test(found: Findings, dataset: str) -> Figure:
    """Draw R against the test error, medians over the trials: a mark per method and start.

    What lies to the left trained further, what lies below predicts better.
    """
    groups = dict(zip((OWN, PRINTED, FAIR), _methods(found, dataset, OBJECTIVE), strict=True))
    with panels(1, 4.2) as (figure, (ax,)):
        for number, (group, methods) in enumerate(groups.items()):
            points = [
                [
                    np.median(found.trials.errors(dataset, method, start, measure))
                    for measure in (OBJECTIVE, TEST)
                ]
                for method in methods
                for start in found.trials.starts(dataset)
            ]
            look = {"color": PALETTE[number], "marker": MARKERS[number], "linestyle": "none"}
            ax.plot(*np.transpose(points), **look, alpha=0.7, label=group)
        ax.set(xscale="log", yscale="log", xlabel="objective R", ylabel="test error")
        plain_logarithm(ax.xaxis)
        plain_logarithm(ax.yaxis)
        ax.legend()
    return figure


def _methods(found: Findings, dataset: str, measure: str) -> list[list[Method]]:
    """Return the methods of a dataset, a list per group."""
    others = [found.trials.methods(dataset, group) for group in (PRINTED, FAIR)]
    # A predictor without a network has no objective.
    simple = [] if measure == OBJECTIVE else [found.trials.methods(dataset, SIMPLE)]
    return [[ALM], *others, *simple]


def _panel(
    ax: Axes, found: Findings, dataset: str, measure: str, groups: list[list[Method]]
) -> None:
    """Draw one dataset, its groups of methods below each other."""
    methods = [method for group in groups for method in group]
    seen = [
        value
        for row, method in enumerate(methods)
        for value in _row(ax, found, dataset, method, measure, row)
    ]
    limits = _limits(np.array(seen))
    ax.hlines(np.cumsum([len(g) for g in groups])[:-1] - 0.5, *limits, color="0.5", lw=0.8)
    ax.set(
        xscale="log",
        xlim=limits,
        ylim=(len(methods) - 0.4, -0.6),
        xlabel=MEASURE_TITLES[measure],
        yticks=range(len(methods)),
        yticklabels=[named(method) for method in methods],
    )
    plain_logarithm(ax.xaxis)
    ax.grid(axis="y", visible=False)


def _row(
    ax: Axes, found: Findings, dataset: str, method: Method, measure: str, row: int
) -> list[float]:
    """Draw the starts of one method and return what has to be seen."""
    starts = found.trials.starts(dataset)
    if method[0] == SIMPLE:
        values = found.trials.errors(dataset, method, starts[0], measure)
        return _bar(ax, values, row, "0.2", "o")
    printed = {c.start: c.printed for c in found.of(dataset, [method], measure)}
    seen = []
    for number, start in enumerate(starts):
        y = row + (number - (len(starts) - 1) / 2) * GAP
        values = found.trials.errors(dataset, method, start, measure)
        seen += _bar(ax, values, y, PALETTE[number], MARKERS[number])
        if printed.get(start) is not None:
            ax.plot(printed[start], y, "x", color="0.2", markersize=5, zorder=3)
            seen.append(printed[start])
    return seen


def _bar(ax: Axes, values: np.ndarray, y: float, color, marker: str) -> list[float]:
    # Without interpolation, which has no answer between a finite and an infinite error.
    points = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), method="inverted_cdf")
    drawn = np.minimum(points, CEILING)
    ax.plot(drawn[[0, 4]], [y, y], color=color, lw=0.9)
    ax.plot(drawn[[1, 3]], [y, y], color=color, lw=2.6)
    ax.plot(drawn[2], y, marker, color=color, markersize=4)
    return [float(v) for v in points]


def _limits(seen: np.ndarray, factor: float = 1e5) -> tuple[float, float]:
    """Return a logarithmic range of the values that are within a factor of the median."""
    finite = seen[np.isfinite(seen) & (seen > 0)]
    middle = np.median(finite)
    shown = finite[(finite > middle / factor) & (finite < middle * factor)]
    return float(shown.min() / 1.3), float(shown.max() * 1.3)
