"""Paper A, Tables 3 and 5: the test scores of all models, at the end and along the epochs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from evidence.kit.records import Record
from evidence.kit.style import PALETTE, line, panels
from evidence.pages.sl1_results.cells import FEWEST, simple
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


def courses(results: Results) -> Figure:
    """Draw the mean test score of every model along the epochs, a panel per dataset."""
    with panels(len(results.names), 2.3, sharex=False) as (figure, axes):
        for ax, name in zip(axes, results.names, strict=True):
            for number, model in enumerate(MODELS):
                epochs = results.record(name, model).traces["epoch"]
                # Epoch 0 is the start, the same for all GRUs, and far off the scale.
                mean = results.course(name, model, TEST)[:, 1:].mean(axis=0)
                look = line(number, mean.size)
                width = 2.4 if model == SL1 else 1.3
                ax.plot(epochs[1:], mean, label=model, **look, linewidth=width)
            classes = is_classification(name)
            ax.set(
                title=shown(name),
                ylabel="test accuracy" if classes else "test error",
            )
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
            if not classes:
                _scale(ax.yaxis)
        axes[-1].set_xlabel("epochs")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure
