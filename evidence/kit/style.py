"""What all figures share: a palette told apart without colour vision, markers, sizes, fonts."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter
from numpy.typing import ArrayLike

PALETTE = (
    "#0173b2",
    "#de8f05",
    "#029e73",
    "#d55e00",
    "#cc78bc",
    "#ca9161",
    "#fbafe4",
    "#949494",
    "#ece133",
    "#56b4e9",
)
"""The colours that seaborn calls colorblind."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)))

WIDTH = 6.2
"""Inches; a figure this wide is still readable when a phone shrinks it to its own width."""

LOOK = {
    "font.size": 11,
    "axes.labelsize": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "legend.fontsize": 10,
    "legend.frameon": True,
    "legend.handlelength": 3.0,
    "figure.dpi": 160,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "lines.linewidth": 1.6,
}
"""What every figure has beyond seaborn's white grid."""

LARGEST = 300_000
"""Characters of an SVG; a figure with more marks than that is shown by its pixels."""


@lru_cache(maxsize=1)  # a notebook asks twice, once for each kind of image
def vectors(figure: Figure) -> str | None:
    """Return a figure as SVG, the same text each time, or None where it would be too long."""
    drawn = io.StringIO()
    with plt.rc_context({"svg.hashsalt": "book"}):
        metadata = {"Date": None, "Creator": None}
        figure.savefig(drawn, format="svg", bbox_inches="tight", metadata=metadata)
    return drawn.getvalue() if drawn.tell() <= LARGEST else None


def show_vectors(formatters: Mapping[str, Any]) -> None:
    """Let a notebook's figures become SVG, and pixels only where `vectors` says None."""
    pixels = formatters["image/png"].lookup_by_type(Figure)
    formatters["image/svg+xml"].for_type(Figure, vectors)
    formatters["image/png"].for_type(Figure, lambda f: None if vectors(f) else pixels(f))


@contextmanager
def panels(
    rows: int, height: float, *, sharex: bool = True, ratios: Sequence[float] | None = None
) -> Iterator[tuple[Figure, list[Axes]]]:
    """Yield a figure of `rows` panels, `height` inches high in the mean, and tidy it at the end.

    Panels stand below each other, never side by side: side by side they are unreadable on a phone.
    """
    import seaborn as sns  # here, for it takes long and a page without a figure needs it not

    with plt.rc_context({**sns.axes_style("whitegrid"), **LOOK}):
        figure, axes = plt.subplots(
            rows,
            1,
            figsize=(WIDTH, rows * height),
            sharex=sharex,
            height_ratios=ratios,
            layout="constrained",
        )
        figure.get_layout_engine().set(h_pad=0.1)
        yield figure, list(axes) if rows > 1 else [axes]
        for ax in figure.axes:
            sns.despine(ax=ax)
        # Closed, or a notebook would show it once as the cell's value and once as an open figure.
        plt.close(figure)


def line(number: int, points: int) -> dict:
    """Return colour, dash and sparse markers of line `number` over `points` points.

    Markers start at different points, so that lines on top of each other can be told apart.
    """
    every = max(points // 8, 1)
    return {
        "color": PALETTE[number % len(PALETTE)],
        "linestyle": DASHES[number % len(DASHES)],
        "marker": MARKERS[number % len(MARKERS)],
        "markevery": (number * every // len(MARKERS), every),
        "markersize": 5,
    }


def band(
    ax: Axes,
    x: ArrayLike,
    runs: ArrayLike,
    number: int,
    label: str | None = None,
    quantiles: tuple[float, float, float] = (0.25, 0.5, 0.75),
    **changes: object,
) -> None:
    """Draw the median of runs as line `number` and their quartiles as a band around it.

    Args:
        ax: where.
        x: of the points.
        runs: shape (runs, points), NaN behind the end of a run that is shorter.
        number: of the line, which decides its look.
        label: in the legend.
        quantiles: lower edge, line and upper edge; (0, 0.5, 1) for the full range.
        changes: of the line's look.
    """
    low, middle, high = np.nanquantile(runs, quantiles, axis=0)
    look = line(number, len(middle)) | changes
    ax.plot(x, middle, label=label, **look)
    ax.fill_between(x, low, high, color=look["color"], alpha=0.15, lw=0)


def diagonal(ax: Axes) -> None:
    """Draw the line on which both axes say the same, over what both show."""
    ends = min(ax.get_xlim()[0], ax.get_ylim()[0]), max(ax.get_xlim()[1], ax.get_ylim()[1])
    ax.plot(ends, ends, color="0.5", lw=1.0, zorder=0)
    ax.set(xlim=ends, ylim=ends)


class PlainLogFormatter(LogFormatter):
    """Labels as 0.02 and 20, where matplotlib's own formatter writes 2e-02."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of a tick, empty where matplotlib would leave it out.

        Over more than a decade so is 3, which would touch 4.
        """
        low, high = sorted(self.axis.get_view_interval())
        touches = high > 10 * low and f"{x:e}".startswith("3")
        return f"{x:g}" if super().__call__(x, pos) and not touches else ""


def plain_logarithm(axis: Axis) -> None:
    """Label a logarithmic axis with numbers as 20 rather than with powers of ten.

    Over two decades or less there are labels between those of the powers, too.
    """
    axis.set_major_formatter(PlainLogFormatter())
    axis.set_minor_formatter(PlainLogFormatter(minor_thresholds=(2, 0.4)))
