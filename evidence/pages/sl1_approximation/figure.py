"""Paper A, Figures 3 and 4: fitted functions, and sparsity along the training."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import line, panels
from evidence.pages.sl1_approximation.claims import PRINTED, SL1, arms
from evidence.pages.sl1_approximation.runs import FIG3, FIG4
from lib.datasets import functions


def fits(records: Sequence[Record]) -> Figure:
    """Draw Figure 3a: every model's curve from the first seed, an arm a panel."""
    points = functions.grid(FIG3)
    x, exact = points[:, 0], functions.RECIPES[FIG3].function(points)
    found = arms(records, FIG3)
    with panels(len(found), 3.0) as (figure, axes):
        for ax, (arm, record) in zip(axes, found.items(), strict=True):
            ax.plot(x, exact, color="0.75", linewidth=6, label="function", zorder=0)
            for number, model in enumerate(record.config["models"]):
                y = np.array(record.traces[f"{model}.answers"], dtype=float)
                ax.plot(x, y, label=model, **line(number, len(x)))
            margin = 0.1 * np.ptp(exact)
            ax.set(title=arm, ylabel="value", ylim=(exact.min() - margin, exact.max() + margin))
        axes[-1].set_xlabel("x")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def sparsity(records: Sequence[Record]) -> Figure:
    """Draw Figure 3b: the mean sparsity over the seeds along the iterations, an arm a panel."""
    found = arms(records, FIG3)
    with panels(len(found), 2.6, sharex=False) as (figure, axes):
        for ax, (arm, record) in zip(axes, found.items(), strict=True):
            iteration = record.traces["iteration"]
            for number, model in enumerate(record.config["models"]):
                y = np.array(record.traces[f"{model}.sparsity"]).mean(axis=0)
                ax.plot(iteration, y, label=model, **line(number, len(y)))
            ax.axhline(PRINTED, color="0.4", linewidth=1, label="stated for L1 and SL1", zorder=0)
            ax.set(title=arm, ylabel="sparsity (42)", ylim=(-0.03, 1.03))
        axes[-1].set_xlabel("iteration")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def surfaces(records: Sequence[Record]) -> Figure:
    """Draw Figure 4: the peaks function and SL1-GRU's answers on the grid, from the first seed."""
    recipe = functions.RECIPES[FIG4]
    exact = recipe.function(functions.grid(FIG4))
    found = arms(records, FIG4)
    maps = {"the function": exact}
    maps |= {arm: np.array(r.traces[f"{SL1}.answers"], dtype=float) for arm, r in found.items()}
    limit = np.abs(exact).max()
    edge = (recipe.high - recipe.low) / (recipe.points - 1) / 2
    extent = (recipe.low - edge, recipe.high + edge) * 2
    with panels(len(maps), 2.3) as (figure, axes):
        for ax, (title, values) in zip(axes, maps.items(), strict=True):
            image = ax.imshow(
                values.reshape(recipe.points, recipe.points).T,
                origin="lower",
                extent=extent,
                cmap="RdBu_r",
                vmin=-limit,
                vmax=limit,
                aspect="auto",
            )
            ax.grid(visible=False)
            ax.set(title=title, ylabel="y")
        axes[-1].set_xlabel("x")
        figure.colorbar(image, ax=axes, label="value", shrink=0.4)
    return figure
