"""Test errors with the penalties and with a hundredth of them, trial by trial."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, panels, plain_logarithm
from evidence.pages.alm_premises.claims import errors
from evidence.pages.alm_premises.runs_penalties import FULL, WEAK
from evidence.protocols.alm import TEST
from evidence.protocols.titles import SERIES


def overfitting(records: Sequence[Record]) -> Figure:
    """Draw the test error without the strength of the penalties against the one with it."""
    with panels(1, 4.6) as (figure, (ax,)):
        ends = []
        for number, record in enumerate(records):
            full, weak = (errors(record, strength, TEST) for strength in (FULL, WEAK))
            known = np.isfinite(full) & np.isfinite(weak)
            ends += [*full[known], *weak[known]]
            ax.plot(
                full[known],
                weak[known],
                MARKERS[number],
                color=PALETTE[number],
                markersize=6,
                alpha=0.8,
                label=SERIES[record.config["dataset"]],
            )
        limits = (0.8 * min(ends), 1.25 * max(ends))
        ax.plot(limits, limits, color="0.4", lw=1.0, zorder=0)
        ax.set(
            xscale="log",
            yscale="log",
            xlim=limits,
            ylim=limits,
            xlabel="test error, penalties of Table 2",
            ylabel="test error, a hundredth of them",
        )
        plain_logarithm(ax.xaxis)
        plain_logarithm(ax.yaxis)
        ax.legend(loc="lower right")
    return figure
