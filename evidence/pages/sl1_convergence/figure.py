"""Paper A, Theorems 1-3 as curves, and the oscillation near zero."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import line, panels
from evidence.pages.sl1_convergence.runs import MEASURES
from evidence.pages.sl1_convergence.runs_oscillation import ARMS
from evidence.protocols.sl1_methods import METHODS

LABELS = {
    "error": "error E",
    "gradient_norm": "gradient norm",
    "weight_norm": "norm of all weights",
}
PENALISED = {"out": "output weights penalised", "all": "all weights penalised"}
SHOWN = ("L1", "SL1", "SL1, small alpha", "prox-L1")


def convergence(record: Record) -> Figure:
    """Draw error, gradient norm and weight norm of one mode: medians over seeds, on log axes."""
    x = np.array(record.traces["iteration"])
    with panels(3, 2.8) as (figure, axes):
        for ax, measure in zip(axes, MEASURES, strict=True):
            for number, method in enumerate(METHODS):
                y = np.median(record.traces[f"{method}.{measure}"], axis=0)
                ax.plot(x, y, label=method, **line(number, len(x)))
            ax.set_ylabel(LABELS[measure])
            if measure != "weight_norm":
                ax.set_yscale("log")
        axes[0].set_title(PENALISED[record.config["mode"]])
        axes[0].legend(loc="upper right", ncols=2, fontsize=9)
        axes[-1].set_xlabel("gradient step")
    return figure


def oscillation(record: Record) -> Figure:
    """Draw the smallest penalised weight of the first seed over the last steps, an arm a panel."""
    step = record.config["rate"] * record.config["strength"]
    with panels(len(SHOWN), 1.7) as (figure, axes):
        for number, (ax, arm) in enumerate(zip(axes, SHOWN, strict=True)):
            path = np.array(record.traces[arm]) / step
            ax.plot(record.traces["step"], path, **line(number, 1))
            ax.axhline(0, color="0.4", linewidth=0.8, zorder=0)
            method, alpha = ARMS[arm]
            smoothed = f", α = {alpha:g}, ηλ/α = {step / alpha:g}" if "SL1" in arm else ""
            ax.set_title(f"{method}{smoothed}", fontsize=11, loc="left")
            ax.set_ylim(-1.6, 1.6)
        axes[-1].set_xlabel("gradient step, counted from the end of the training")
        figure.supylabel("weight nearest to zero, in units of ηλ", fontsize=11)
    return figure


def two_cycle(errors: Sequence[float]) -> Figure:
    """Draw the error of the two-cycle over its steps."""
    with panels(1, 2.4) as (figure, (ax,)):
        ax.plot(range(len(errors)), errors, **line(3, 1))
        ax.set(xlabel="gradient step", ylabel="error E", ylim=(0, None))
        ax.set_title("An error that (A2) says must fall")
    return figure
