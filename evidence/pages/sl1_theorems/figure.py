"""Paper A, the theorems: an admitted step that raises E, step sizes on Iris, weights that drift."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, line, panels

STEPS = {
    "bound": "admitted\nby (A2)",
    "largest_monotone": "largest\nwithout a rise",
    "safe_step": "guaranteed\nat the start",
    "level_step": "guaranteed\nfor all steps",
}
MODES = {"out": "output weight penalised", "all": "all weights penalised"}


def rising(errors: Sequence[float], step: int, rate: float, flower: str) -> Figure:
    """Draw E over the steps of the counterexample and mark its rise."""
    with panels(1, 2.8) as (figure, (ax,)):
        ax.plot(range(len(errors)), errors, **line(0, 1))
        ax.plot([step, step + 1], errors[step : step + 2], color=PALETTE[3], linewidth=3)
        ax.annotate(
            "rises",
            (step + 1, errors[step + 1]),
            (10, -5),
            textcoords="offset points",
            color=PALETTE[3],
            weight="bold",
        )
        ax.set(xlabel="gradient step", ylabel="error E", ylim=(0, None))
        ax.set_title(f"Iris, {flower} against the others, η = {rate:.3f}")
    return figure


def step_sizes(steps: Mapping[str, np.ndarray]) -> Figure:
    """Draw the step sizes of every start on Iris, a row per kind."""
    with panels(1, 3.0) as (figure, (ax,)):
        for row, name in enumerate(STEPS):
            values = steps[name][~np.isnan(steps[name])]
            spread = np.linspace(-0.2, 0.2, values.size) if values.size > 1 else np.zeros(1)
            ax.plot(
                values,
                row + spread,
                MARKERS[row],
                color=PALETTE[row],
                markersize=5,
                alpha=0.8,
            )
        ax.set_xscale("log")
        ax.set_yticks(range(len(STEPS)), STEPS.values())
        ax.set(xlabel="step size η", ylim=(len(STEPS) - 0.5, -0.5))
        ax.set_title("Step sizes on Iris, one mark per start")
    return figure


def drift(records: Sequence[Record]) -> Figure:
    """Draw the norm of all weights and of the gradient over the steps, both penalty modes."""
    with panels(2, 2.6) as (figure, (weights, gradients)):
        for number, record in enumerate(records):
            x, label = np.array(record.traces["iteration"][1:]), MODES[record.config["mode"]]
            look = line(number, x.size)
            weights.plot(x, record.traces["weight_norm"][1:], label=label, **look)
            gradients.plot(x, record.traces["gradient_norm"][1:], **look)
        weights.set(ylabel="norm of all weights", xscale="log")
        gradients.set(ylabel="gradient norm", xlabel="gradient step", xscale="log", yscale="log")
        weights.legend(loc="upper left")
    return figure
