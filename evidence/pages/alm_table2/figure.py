"""Paper B, Table 2: L(s0) of every start beside the level that it must not exceed."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, line, panels
from evidence.pages.alm_table2.claims import LEVEL, power
from evidence.pages.alm_table2.runs_starts import QUICK, starts
from evidence.protocols.titles import SERIES
from lib import alm

EDGE = 1e6
"""Starts above this are drawn at the right edge, or they would press all others into a line."""

COLOURS = tuple(PALETTE[number] for number in (0, 1, 2, 3, 4, 5, 7))
"""The palette without its pale pink, which small points lose."""

LARGEST = 1e300
"""Where the axis ends at the latest; a start that overflows lies beyond any axis."""


def levels(records: Sequence[Record]) -> Figure:
    """Draw L(s0) of every seed, a row per initialisation, a panel per dataset."""
    units = one_by(records, "dataset")
    names = (*alm.INITIALISATIONS, *alm.VARIANTS)
    with panels(len(QUICK), 2.9) as (figure, axes):
        for ax, dataset in zip(axes, QUICK, strict=True):
            for number, name in enumerate(names):
                values = starts(units[dataset], name, "objective")
                height = number + 0.5 * (np.arange(values.size) / max(values.size - 1, 1) - 0.5)
                inside = values <= EDGE
                look = {"color": COLOURS[number], "alpha": 0.75, "linewidths": 0}
                ax.scatter(values[inside], height[inside], s=20, marker=MARKERS[number], **look)
                beyond = np.full(np.sum(~inside), 2.5 * EDGE)
                ax.scatter(beyond, height[~inside], s=22, marker=">", **look)
                ax.text(
                    1.02,
                    number,
                    power(values.max()),
                    va="center",
                    transform=ax.get_yaxis_transform(),
                )
            ax.text(1.02, -0.95, "largest", va="center", transform=ax.get_yaxis_transform())
            ax.axvline(LEVEL, color="0.15", linestyle="--", linewidth=1.2)
            ax.axvspan(EDGE, 6 * EDGE, color="0.92", zorder=0, lw=0)
            ax.set(xscale="log", xlim=(0.4, 6 * EDGE), ylim=(len(names) - 0.4, -0.6))
            ax.set_yticks(range(len(names)), [alm.initialisation(name).title for name in names])
            ax.set_title(SERIES[dataset], loc="left")
            ax.grid(axis="y", visible=False)
        axes[-1].set_xlabel("L(s⁰); dashed: Γ = 100; grey: beyond 10⁶")
    return figure


def he(records: Sequence[Record]) -> Figure:
    """Draw which share of He's starts has L(s0) up to a value, a line per dataset."""
    units = one_by(records, "dataset")
    most = min(LARGEST, max(starts(unit, "he", "objective").max() for unit in units.values()))
    with panels(1, 3.8) as (figure, (ax,)):
        for number, (dataset, unit) in enumerate(units.items()):
            values = np.sort(starts(unit, "he", "objective"))
            share = np.arange(1, values.size + 1) / values.size
            ax.plot(
                values,
                share,
                label=SERIES[dataset],
                drawstyle="steps-post",
                **line(number, values.size),
            )
        ax.axvline(LEVEL, color="0.15", linestyle="--", linewidth=1.2)
        ax.set(
            xscale="log",
            xticks=10.0 ** np.arange(0, np.log10(most) + 20, 20),
            xlim=(0.1, 10 * most),
            xlabel="L(s⁰); dashed: Γ = 100",
            ylabel="share of starts up to it",
            ylim=(0, 1.03),
            title="Starts from He weights",
        )
        ax.legend(loc="lower right")
    return figure
