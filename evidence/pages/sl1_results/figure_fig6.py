"""Paper A, Figure 6: error, gradient norm and weight norm on MNIST against epochs."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evidence.kit.records import Record
from evidence.kit.style import line, panels, plain_logarithm
from evidence.pages.sl1_results.claims_fig6 import course, runs

PANELS = {
    "error": "error E, a mini-batch",
    "gradient_norm": "gradient norm, a mini-batch",
    "weight_norm": "norm of all weights,\nover the first",
}


def curves(records: Sequence[Record]) -> Figure:
    """Draw mean and standard deviation over the trials of every model."""
    with panels(len(PANELS), 3.0) as (figure, axes):
        for ax, (name, label) in zip(axes, PANELS.items(), strict=True):
            for number, (model, record) in enumerate(runs(records).items()):
                epoch, values = np.array(record.traces["epoch"]), course(record, name)
                if name == "weight_norm":
                    values = values / values[:, :1]
                middle, spread = values.mean(axis=0), values.std(axis=0, ddof=1)
                look = line(number, len(epoch))
                ax.plot(epoch, middle, label=model, **look)
                ax.fill_between(
                    epoch, middle - spread, middle + spread, color=look["color"], alpha=0.15, lw=0
                )
            ax.set_ylabel(label)
            if name != "weight_norm":
                ax.set_yscale("log")
                plain_logarithm(ax.yaxis)
        axes[-1].set_xlabel("epoch")
        axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
