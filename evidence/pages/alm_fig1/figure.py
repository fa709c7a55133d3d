"""Paper B, Figure 1, with what the paper's figure leaves out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.frames import by, padded
from evidence.kit.records import Record
from evidence.kit.style import band, panels
from evidence.protocols.titles import SERIES

FLOOR = 1e-17
"""Where an exact zero is drawn on a logarithmic axis."""


def feasibility(records: Sequence[Record]) -> Figure:
    """Draw the feasibility violation over outer iterations: median and full range over seeds."""
    with panels(1, 4.2) as (figure, (ax,)):
        _lines(ax, records, "feasibility")
        ax.set(
            yscale="log",
            ylabel="feasibility violation",
            xlabel="outer iteration",
            title="Feasibility violation of the ALM",
        )
        ax.legend(loc="lower left")
    return figure


def optimality(records: Sequence[Record]) -> Figure:
    """Draw what tells progress: the KKT residual and the objective of the rolled-out network."""
    with panels(2, 3.6) as (figure, (kkt, value)):
        _lines(kkt, records, "kkt_residual")
        kkt.set(yscale="log", ylabel="KKT residual", title="Distance from the KKT conditions")
        _lines(value, records, "rollout_objective")
        value.set(
            yscale="log",
            ylabel="objective R",
            xlabel="outer iteration",
            title="Objective of the network the weights make",
        )
        kkt.legend(loc="lower left", fontsize=9)
    return figure


def _lines(ax, records: Sequence[Record], measure: str) -> None:
    for number, (dataset, group) in enumerate(by(records, "dataset").items()):
        x = max((record.traces["iteration"] for record in group), key=len)
        # A run that broke down is shorter than the others.
        runs = np.maximum(padded([record.traces[measure] for record in group]), FLOOR)
        band(ax, x, runs, number, SERIES[dataset], (0, 0.5, 1))
