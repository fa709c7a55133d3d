"""Both papers: a specification curve, the effects of all specifications above their choices."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from evidence.kit.multiverse import Multiverse, Specification, in_order
from evidence.kit.style import PALETTE, panels, plain_logarithm
from evidence.statistics import Outcome

LOOKS = {
    Outcome.BETTER: {"color": PALETTE[0], "marker": "o"},
    Outcome.TIE: {"color": "0.55", "marker": "s"},
    Outcome.WORSE: {"color": PALETTE[3], "marker": "v"},
}
UNJUDGED = {"color": "0.8", "marker": "x"}

CURVE, ROW = 3.3, 0.22
"""Inches: the height of the upper panel, and of one level below."""

HEAD = 1.25
"""Levels' heights from a choice's last level to the next choice's name."""


def curve(multiverse: Multiverse) -> Figure:
    """Draw every specification's effect with its interval, sorted, and below what it chooses."""
    found = in_order(multiverse)
    rows = sum(HEAD + len(levels) for levels in multiverse.choices.values())
    heights = (CURVE, ROW * rows)
    with panels(2, sum(heights) / 2, ratios=heights) as (figure, (above, below)):
        _effects(above, multiverse, found)
        _choices(below, multiverse, found)
        figure.legend(
            handles=_legend(multiverse), loc="outside upper center", ncols=4, handlelength=1.0
        )
    return figure


def _look(specification: Specification) -> dict:
    return LOOKS[specification.outcome] if specification.decidable else UNJUDGED


def _effects(ax: Axes, multiverse: Multiverse, found: list[Specification]) -> None:
    size = 4.5 if len(found) < 80 else 3.5
    for x, specification in enumerate(found):
        look = _look(specification)
        if specification.interval is not None:
            drawn = np.clip(specification.interval, *multiverse.limits)
            ax.plot([x, x], drawn, color=look["color"], lw=0.9, alpha=0.8)
        y = np.clip(specification.effect, *multiverse.limits)
        ax.plot(x, y, **look, markersize=size, linestyle="none", clip_on=False, zorder=3)
    ax.axhline(multiverse.neutral, color="0.2", lw=0.9)
    if multiverse.neutral == 1:
        ax.set_yscale("log")
        plain_logarithm(ax.yaxis)
    ax.set(ylabel=multiverse.effect, xlim=(-1, len(found)))
    ax.tick_params(labelbottom=False)
    ax.grid(axis="x", visible=False)


def _choices(ax: Axes, multiverse: Multiverse, found: list[Specification]) -> None:
    y, ticks = 0, {}
    for choice, levels in multiverse.choices.items():
        ax.text(-1, y, f" {choice}", va="center", fontsize=11, fontweight="bold")
        for level in levels:
            y += 1
            ticks[y] = level
            chosen = [x for x, s in enumerate(found) if s.choices.get(choice) == level]
            colors = [_look(found[x])["color"] for x in chosen]
            ax.vlines(chosen, y - 0.38, y + 0.38, colors=colors, lw=_width(len(found)))
        y += HEAD
    ax.set(
        ylim=(y - 0.5, -0.6),
        yticks=list(ticks),
        yticklabels=list(ticks.values()),
        xlabel="specification, sorted by effect",
    )
    ax.tick_params(axis="y", labelsize=10.5)
    ax.grid(visible=False)


def _width(specifications: int) -> float:
    """Return the width of a mark in points, a little less than its share of the axis."""
    return min(5.0, 240 / specifications)


def _legend(multiverse: Multiverse) -> list[Line2D]:
    entries = [(LOOKS[outcome], multiverse.words[outcome]) for outcome in Outcome]
    if len(multiverse.judged) < len(multiverse.specifications):
        entries.append((UNJUDGED, "too few trials"))
    return [Line2D([], [], linestyle="none", label=word, **look) for look, word in entries]
