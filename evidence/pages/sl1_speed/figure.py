"""Times of steps and of products with zeros, as ratios: medians and quartiles over the turns."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, band, panels, plain_logarithm
from evidence.pages.sl1_speed.claims import GRU, compressed, name, printed_ratios, seconds
from evidence.pages.sl1_speed.runs import DENSE, PRODUCT, SPARSITIES, STEP
from evidence.papers.tables import SL1_TITLE_OF
from evidence.protocols.sl1 import PRINTED


def steps(records: Sequence[Record]) -> Figure:
    """Draw the time of a step of every model over the GRU's, and the printed ratio hollow."""
    shown = [model for model in PRINTED if model != GRU]
    with panels(1, 0.75 * len(records) + 1.6) as (figure, (ax,)):
        y = np.arange(len(records))
        for number, model in enumerate(shown):
            look = {"color": PALETTE[number], "marker": MARKERS[number], "linestyle": ""}
            height = y + 0.14 * (number - (len(shown) - 1) / 2)
            ratios = [seconds(r, STEP, model) / seconds(r, STEP, GRU) for r in records]
            low, middle, high = np.quantile(ratios, (0.25, 0.5, 0.75), axis=1)
            ax.errorbar(
                middle, height, xerr=(middle - low, high - middle), label=model, ms=5, **look
            )
            ax.plot(_printed(model, records), height, fillstyle="none", ms=7, **look)
        ax.axvline(1, color="0.4", linewidth=0.8)
        ax.set(xlabel="time of a training step over the GRU's")
        ax.set_yticks(y, [name(record) for record in records])
        ax.invert_yaxis()
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _printed(model: str, records: Sequence[Record]) -> list[float]:
    """Return the printed time of a model over the GRU's."""
    gru, other = printed_ratios(GRU), printed_ratios(model)
    titles = [SL1_TITLE_OF[record.config["dataset"]] for record in records]
    return [gru[title] / other[title] for title in titles]


def products(records: Sequence[Record]) -> Figure:
    """Draw the time of a product in compressed rows over the dense one, by share of zeros."""
    with panels(1, 4.6) as (figure, (ax,)):
        x = 1 - np.array(SPARSITIES)
        for number, record in enumerate(records):
            ratios = [
                compressed(record, share) / seconds(record, PRODUCT, f"{DENSE} {share:g}")
                for share in SPARSITIES
            ]
            band(ax, x, np.transpose(ratios), number, name(record), markevery=1)
        ax.axhline(1, color="0.4", linewidth=0.8)
        ax.set(xscale="log", yscale="log", ylabel="compressed rows over dense")
        # The second share is so small that its label would stand on that of no zeros.
        labels = ["" if k == 1 else f"{share:.0%}" for k, share in enumerate(SPARSITIES)]
        ax.set_xticks(x, labels)
        ax.xaxis.minorticks_off()
        plain_logarithm(ax.yaxis)
        ax.set_xlabel("weights at zero")
        ax.invert_xaxis()
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
