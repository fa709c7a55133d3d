"""What the chapters draw before they compute: the network, cut where the method cuts it."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from evidence.kit.style import PALETTE, panels

INK = "0.25"
X_IN, U_AT, H_AT, Y_OUT = 0.0, 1.5, 3.0, 4.5
"""Heights of inputs, of u, of h and of outputs."""
STEPS = (("t-1", 0.0), ("t", 2.6), ("t+1", 5.2))
RADIUS = 0.36


def unrolled() -> Figure:
    """Draw three steps of an Elman network with a spring wherever the method cuts a wire."""
    with panels(1, 4.4) as (figure, (ax,)):
        ax.set(xlim=(-1.45, 6.1), ylim=(-0.5, 5.0), aspect="equal")
        ax.axis("off")
        for step, x in STEPS:
            _wire(ax, (x, X_IN + 0.3), (x, X_IN + 0.55))
            _spring(ax, (x, X_IN + 0.55), (x, U_AT - RADIUS), PALETTE[0])
            _spring(ax, (x, U_AT + RADIUS), (x, H_AT - RADIUS), PALETTE[1])
            _wire(ax, (x, H_AT + RADIUS), (x, Y_OUT - 0.25), arrow=True)
            ax.text(x, X_IN, f"$x_{{{step}}}$", ha="center", va="center", fontsize=14)
            ax.text(x, Y_OUT, rf"$\hat y_{{{step}}}$", ha="center", va="center", fontsize=14)
            _variable(ax, x, U_AT, f"$u_{{{step}}}$")
            _variable(ax, x, H_AT, f"$h_{{{step}}}$")
            ax.text(x + 0.2, (H_AT + Y_OUT) / 2, "$A$", va="center", fontsize=12)
            ax.text(x + 0.22, 0.85, "$V$", va="center", fontsize=12)
            ax.text(x + 0.2, 2.25, r"$(\cdot)_+$", va="center", fontsize=11)
        for (_, x), (_, after) in pairwise(STEPS):
            _spring(ax, (x + 0.28, H_AT - 0.24), (after - 0.28, U_AT + 0.24), PALETTE[0])
            ax.text((x + after) / 2 + 0.2, 2.5, "$W$", fontsize=12)
        ax.text(-1.35, 0.85, "$C_1=0$", color=PALETTE[0], va="center", fontsize=12)
        ax.text(-1.35, 2.25, "$C_2=0$", color="#8a5a00", va="center", fontsize=12)
    return figure


def _variable(ax: Axes, x: float, y: float, text: str) -> None:
    ax.add_patch(Circle((x, y), RADIUS, facecolor="white", edgecolor=INK, lw=1.6, zorder=4))
    ax.text(x, y, text, ha="center", va="center", fontsize=12, zorder=5)


def _wire(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], arrow: bool = False
) -> None:
    look = {"arrowstyle": "-|>" if arrow else "-", "color": INK, "lw": 1.6}
    ax.annotate("", end, start, arrowprops=look | {"shrinkA": 0, "shrinkB": 0})


def _spring(
    ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: tuple[float, ...]
) -> None:
    """Draw a zigzag between two points, straight at its ends."""
    along = np.linspace(0, 1, 200)
    inner = np.clip((along - 0.2) / 0.6, 0, 1)
    sideways = 0.13 * np.sin(2 * np.pi * 4 * inner)
    way = np.subtract(end, start)
    across = np.array([-way[1], way[0]]) / np.hypot(*way)
    points = np.add(start, np.outer(along, way)) + np.outer(sideways, across)
    ax.plot(*points.T, color=colour, lw=1.8, zorder=3)
