"""Paper A, Figure 1: the GRU cell as a drawing, with its equations below it."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from evidence.kit.style import PALETTE, WIDTH

INK, FRAME = "0.15", "0.96"
COLOURS = {"z": PALETTE[0], "r": PALETTE[1], "candidate": PALETTE[2], "state": PALETTE[4]}
EQUATIONS = (
    ("r", r"$r_t=\sigma\,(W_r\,[h_{t-1},x_t]+b_r)$", "(3)", "reset gate"),
    ("z", r"$z_t=\sigma\,(W_z\,[h_{t-1},x_t]+b_z)$", "(2)", "update gate"),
    (
        "candidate",
        r"$\tilde h_t=\tanh\,(W_{\tilde h}\,[r_t\circ h_{t-1},x_t]+b_{\tilde h})$",
        "(4)",
        "candidate",
    ),
    ("state", r"$h_t=(1-z_t)\circ h_{t-1}+z_t\circ\tilde h_t$", "(5)", "new state"),
)
X_STATE, X_RESET, X_UPDATE, X_CANDIDATE, X_END = 1.1, 3.1, 5.5, 8.7, 10.6
Y_INPUT, Y_STACK, Y_GATES, Y_RESET, Y_SHARE, Y_KEEP, Y_STATE = 0.7, 1.5, 2.7, 4.2, 5.1, 6.0, 7.3


def cell() -> Figure:
    """Draw one time step: lines carry vectors, boxes are layers, circles act element by element."""
    figure = plt.figure(figsize=(WIDTH, 6.7), dpi=160, facecolor="white")
    ax = figure.add_axes((0.01, 0.30, 0.98, 0.69))
    ax.set(xlim=(-0.6, 11.1), ylim=(-0.35, 8.3), aspect="equal")
    ax.axis("off")
    _frame(ax)
    _lines(ax)
    _nodes(ax)
    _labels(ax)
    _equations(figure)
    plt.close(figure)
    return figure


def _frame(ax: Axes) -> None:
    frame = FancyBboxPatch(
        (0.45, 0.2),
        9.5,
        7.75,
        boxstyle="round,pad=0,rounding_size=0.35",
        facecolor=FRAME,
        edgecolor="0.7",
    )
    ax.add_patch(frame)


def _lines(ax: Axes) -> None:
    _path(ax, (-0.5, Y_STATE), (X_CANDIDATE, Y_STATE))
    _path(ax, (X_CANDIDATE, Y_STATE), (X_END + 0.4, Y_STATE), arrow=True, colour="state")
    _path(ax, (X_STATE, Y_STATE), (X_STATE, Y_STACK))
    _path(ax, (X_STATE, -0.25), (X_STATE, Y_STACK))
    _path(ax, (X_STATE, Y_STACK), (X_UPDATE, Y_STACK), (X_UPDATE, Y_GATES - 0.45), arrow=True)
    _path(ax, (X_RESET, Y_STACK), (X_RESET, Y_GATES - 0.45), arrow=True)
    _path(ax, (X_STATE, Y_INPUT), (X_CANDIDATE, Y_INPUT), (X_CANDIDATE, Y_GATES - 0.45), arrow=True)
    _path(ax, (X_STATE, Y_RESET), (X_RESET - 0.32, Y_RESET), arrow=True)
    _path(ax, (X_RESET, Y_GATES), (X_RESET, Y_RESET - 0.32), arrow=True, colour="r")
    turn = (X_CANDIDATE - 1.6, Y_RESET)
    left = (X_CANDIDATE - 0.75, Y_GATES)
    _path(ax, (X_RESET, Y_RESET), turn, (turn[0], Y_GATES), left, arrow=True)
    # The gap shows that the lines cross and do not join.
    gap = [Y_RESET, Y_RESET]
    ends = [X_UPDATE - 0.17, X_UPDATE + 0.17]
    ax.plot(ends, gap, color=FRAME, linewidth=6, solid_capstyle="butt", zorder=3)
    _path(ax, (X_UPDATE, Y_GATES), (X_UPDATE, Y_KEEP - 0.35), arrow=True, colour="z")
    _path(ax, (X_UPDATE, Y_SHARE), (X_CANDIDATE - 0.32, Y_SHARE), arrow=True, colour="z")
    _path(ax, (X_UPDATE, Y_KEEP), (X_UPDATE, Y_STATE - 0.32), arrow=True, colour="z")
    _path(ax, (X_CANDIDATE, Y_GATES), (X_CANDIDATE, Y_SHARE - 0.32), arrow=True, colour="candidate")
    _path(ax, (X_CANDIDATE, Y_SHARE), (X_CANDIDATE, Y_STATE - 0.32), arrow=True)
    for x, y in ((X_STATE, Y_STATE), (X_STATE, Y_RESET), (X_STATE, Y_INPUT), (X_RESET, Y_STACK)):
        ax.plot(x, y, "o", color=INK, markersize=5, zorder=4)
    ax.plot(X_UPDATE, Y_SHARE, "o", color=COLOURS["z"], markersize=5, zorder=4)
    ax.plot(X_STATE, Y_STACK, "s", color=INK, markersize=8, zorder=4)


def _path(ax: Axes, *points: tuple[float, float], arrow: bool = False, colour: str = "") -> None:
    look = {"color": COLOURS.get(colour, INK), "linewidth": 1.9, "zorder": 3}
    ax.plot(*zip(*points, strict=True), solid_joinstyle="round", **look)
    if arrow:
        (x0, y0), (x1, y1) = points[-2:]
        length = max(abs(x1 - x0), abs(y1 - y0))
        start = (x1 - 0.2 * (x1 - x0) / length, y1 - 0.2 * (y1 - y0) / length)
        head = {"arrowstyle": "-|>", "mutation_scale": 15, "shrinkA": 0, "shrinkB": 0}
        ax.add_patch(FancyArrowPatch(start, (x1, y1), **head, **look))


def _nodes(ax: Axes) -> None:
    for x, text, name in (
        (X_RESET, r"$\sigma$", "r"),
        (X_UPDATE, r"$\sigma$", "z"),
        (X_CANDIDATE, "tanh", "candidate"),
    ):
        _box(ax, x, Y_GATES, 1.5, 0.9, text, COLOURS[name])
    _box(ax, X_UPDATE, Y_KEEP, 1.1, 0.7, "$1-$", "white")
    for x, y, text in (
        (X_RESET, Y_RESET, r"$\circ$"),
        (X_UPDATE, Y_STATE, r"$\circ$"),
        (X_CANDIDATE, Y_SHARE, r"$\circ$"),
        (X_CANDIDATE, Y_STATE, r"$+$"),
    ):
        edge, width = (COLOURS["state"], 3) if "+" in text else (INK, 1.2)
        ax.add_patch(Circle((x, y), 0.32, facecolor="white", edgecolor=edge, lw=width, zorder=5))
        ax.text(x, y, text, ha="center", va="center", fontsize=16, color=INK, zorder=6)


def _box(ax: Axes, x: float, y: float, width: float, height: float, text: str, colour) -> None:
    box = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.15",
        facecolor="white",
        edgecolor=INK if colour == "white" else colour,
        linewidth=1.2 if colour == "white" else 3,
        zorder=5,
    )
    ax.add_patch(box)
    ax.text(x, y, text, ha="center", va="center", fontsize=16, color=INK, zorder=6)


def _labels(ax: Axes) -> None:
    for x, y, text, side in (
        (-0.55, Y_STATE + 0.42, "$h_{t-1}$", "left"),
        (X_END - 0.45, Y_STATE + 0.42, "$h_t$", "left"),
        (X_STATE + 0.2, -0.1, "$x_t$", "left"),
        (X_RESET + 0.3, Y_STACK + 0.42, "$[h_{t-1},x_t]$", "left"),
        (X_RESET + 0.2, Y_RESET - 0.72, "$r_t$", "left"),
        (X_UPDATE + 0.2, Y_RESET - 0.72, "$z_t$", "left"),
        (X_CANDIDATE + 0.2, Y_RESET - 0.5, r"$\tilde h_t$", "left"),
        (X_RESET + 0.42, Y_RESET + 0.45, r"$r_t\circ h_{t-1}$", "left"),
    ):
        ax.text(x, y, text, ha=side, va="center", fontsize=16, color=INK, zorder=6)


def _equations(figure: Figure) -> None:
    ax = figure.add_axes((0.01, 0.0, 0.98, 0.29))
    ax.set(xlim=(0, 1), ylim=(4, 0))
    ax.axis("off")
    for row, (name, equation, number, words) in enumerate(EQUATIONS):
        y = row + 0.5
        ax.plot(0.025, y, "s", color=COLOURS[name], markersize=11)
        ax.text(0.06, y, equation, va="center", fontsize=16, color=INK)
        ax.text(0.93, y, words, va="center", ha="right", fontsize=12, color=INK)
        ax.text(1.0, y, number, va="center", ha="right", fontsize=12, color=INK)
