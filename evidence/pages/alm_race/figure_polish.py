"""The road of the polish: how far each network is off a KKT point after every stage."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.kit.style import DASHES, MARKERS, PALETTE, panels
from evidence.pages.alm_race.runs_polish import WANTED, off


def road(records: Sequence[Record]) -> Figure:
    """Draw the smallest error so far of every network against the polish's CPU seconds."""
    with panels(1, 3.6) as (figure, (ax,)):
        for number, ((_, steps, hidden), group) in enumerate(
            by(records, "recipe", "steps", "hidden_size").items()
        ):
            for k, record in enumerate(group):
                traces = record.traces
                error = np.maximum(traces["feasibility"], traces["kkt_residual"])
                lowest = np.minimum.accumulate([off(record.rows[0]), *error])
                ax.plot(
                    [1e-3, *np.maximum(traces["seconds"], 1e-3)],
                    lowest,
                    color=PALETTE[number],
                    linestyle=DASHES[number],
                    marker=MARKERS[number],
                    markevery=[len(lowest) - 1],
                    alpha=0.7,
                    label=f"T = {steps}, r = {hidden}" if k == 0 else None,
                )
        ax.axhline(WANTED, color="0.4", lw=1.0)
        ax.set(
            xscale="log",
            yscale="log",
            xlabel="CPU seconds of the polish",
            ylabel="off a KKT point, smallest so far",
        )
        figure.legend(loc="outside upper center", ncols=2)
    return figure
