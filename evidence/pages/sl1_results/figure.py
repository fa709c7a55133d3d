"""Paper A, Tables 3 and 5: the test scores of all models, at the end and along the epochs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, diagonal, line, panels
from evidence.pages.sl1_results.cells import FEWEST, simple
from evidence.pages.sl1_results.overfitting import GRU
from evidence.pages.sl1_results.results import Results, is_classification, printed, shown
from evidence.protocols.sl1 import MODELS, PROX, SL1
from evidence.protocols.sl1_networks import TEST
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR
from evidence.statistics import mean_interval

OURS, PAPER, SIMPLE = PALETTE[0], PALETTE[3], "0.35"


def scores(results: Results, references: Sequence[Record]) -> Figure:
    """Draw every trial of every model, its mean with the bootstrap interval, the paper's mean.

    A panel per dataset; vertical lines are the predictors that need no network.
    """
    with panels(len(results.names), 2.5, sharex=False) as (figure, axes):
        for ax, name in zip(axes, results.names, strict=True):
            _panel(ax, results, references, name)
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def _panel(ax: Axes, results: Results, references: Sequence[Record], name: str) -> None:
    classes = is_classification(name)
    for row, model in enumerate(MODELS):
        values = results.scores(name, model, TEST)
        values = values[np.isfinite(values)]
        first = row == 0
        ax.plot(
            values,
            np.full(values.size, row + 0.22),
            "|",
            color=OURS,
            alpha=0.55,
            markersize=6,
            label="ours, each trial" if first else None,
        )
        if values.size >= FEWEST:
            ax.plot(mean_interval(values), [row, row], color=OURS, lw=2.4)
        if values.size:
            label = "ours, mean and interval" if first else None
            ax.plot(values.mean(), row, "o", color=OURS, markersize=5, label=label)
        if model != PROX:
            label = "paper's mean" if first else None
            ax.plot(printed(name)[TEST][model], row, "X", color=PAPER, markersize=7, label=label)
    _simple(ax, references, name)
    ax.set(
        title=shown(name),
        xlabel="test accuracy" if classes else "test error (mean square)",
        yticks=range(len(MODELS)),
        yticklabels=list(MODELS),
        ylim=(len(MODELS) - 0.5, -0.5),
    )
    if not classes:
        _scale(ax.xaxis)
    ax.grid(axis="y", visible=False)


def _simple(ax: Axes, references: Sequence[Record], name: str) -> None:
    """Draw what needs no network; a largest class far below all networks is only written down."""
    look = {"color": SIMPLE, "lw": 1.3}
    linear, constant = (simple(references, name, p, TEST) for p in (LINEAR, CONSTANT))
    if linear is None:
        return
    ax.axvline(linear.mean(), linestyle="--", label="logistic or ridge regression", **look)
    low, high = ax.get_xlim()
    dots = {"linestyle": ":", "label": "largest class or mean"} | look
    if is_classification(name) and constant.mean() < low - (high - low):
        ax.plot([], [], **dots)
        ax.text(
            0.0,
            1.03,
            f"← largest class: {constant.mean():.3f}",
            transform=ax.transAxes,
            color=SIMPLE,
            fontsize=9,
        )
    else:
        ax.axvline(constant.mean(), **dots)


WIDE = 6.0
"""Errors whose largest is this many times the smallest are drawn on a logarithmic axis."""


def _scale(axis: Axis) -> None:
    """Make the axis of errors logarithmic where they are wide apart, with ticks such as 0.2."""
    low, high = axis.get_data_interval()
    if low > 0 and high / low >= WIDE:
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())


SMALLEST = {True: 1e-3, False: 1e-2}
"""Up to which difference of accuracies, or share of an error, the axis is linear."""


def courses(results: Results) -> Figure:
    """Draw along the epochs how the mean test scores differ from the plain GRU's.

    A panel per dataset: differences of accuracies, or of errors as shares of the GRU's.
    """
    with panels(len(results.names), 2.3, sharex=False) as (figure, axes):
        for ax, name in zip(axes, results.names, strict=True):
            classes = is_classification(name)
            plain = _course(results, name, GRU)
            epochs = results.record(name, GRU).traces["epoch"][1:]
            ax.axhline(0.0, color="0.35", lw=1.0, label=GRU)
            for number, model in enumerate(model for model in MODELS if model != GRU):
                apart = (_course(results, name, model) - plain) / (1.0 if classes else plain)
                width = 2.4 if model == SL1 else 1.3
                ax.plot(epochs, apart, label=model, **line(number, apart.size), linewidth=width)
            ax.set_yscale("symlog", linthresh=SMALLEST[classes])
            ax.yaxis.set_major_formatter("{x:g}")
            ax.set(title=shown(name), ylabel="accuracy − GRU's" if classes else "error / GRU's − 1")
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes[-1].set_xlabel("epochs")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure


def _course(results: Results, name: str, model: str) -> np.ndarray:
    """Return the mean over the trials, without epoch 0, which is the same start for all GRUs."""
    return results.course(name, model, TEST)[:, 1:].mean(axis=0)


def printed_against_ours(results: Results) -> Figure:
    """Draw every cell: the printed mean to the right, ours upwards; on the line they are equal."""
    with panels(1, 4.6) as (figure, (ax,)):
        for number, name in enumerate(results.names):
            cells = printed(name)[TEST]
            ours = [np.nanmean(results.scores(name, model, TEST)) for model in cells.index]
            look = {"color": PALETTE[number], "marker": MARKERS[number % len(MARKERS)]}
            ax.plot(cells, ours, **look, linestyle="none", alpha=0.7, label=shown(name))
        score = "test accuracy" if is_classification(results.names[0]) else "test error"
        ax.set(xlabel=f"printed {score}", ylabel=f"our {score}")
        for axis in (ax.xaxis, ax.yaxis):
            _scale(axis)
        diagonal(ax)
        figure.legend(loc="outside upper center", ncols=3)
    return figure
