"""Paper B, section 5.1: the three targets that the S&P series can have."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from evidence.kit.style import PALETTE, panels
from lib.datasets import sp500
from lib.datasets.scaling import standardise

PANELS = {
    "DP": "as released: dividend-price ratio DP",
    sp500.OF_PRICES: "as written: formula of volatility, of prices",
    sp500.TARGET: "as intended: volatility of returns",
}


def targets() -> Figure:
    """Draw the three columns of the committed file over time, standardised; test part shaded."""
    frame = sp500.rebuilt()
    months = pd.PeriodIndex(frame.index, freq="M").to_timestamp()
    values = standardise(frame[list(PANELS)].to_numpy(), sp500.TRAIN, "all")
    bottom, top = np.floor(values.min()), np.ceil(values.max())
    with panels(len(PANELS), 2.1) as (figure, axes):
        for number, (ax, title, y) in enumerate(zip(axes, PANELS.values(), values.T, strict=True)):
            ax.plot(months, y, color=PALETTE[number], linewidth=1.2)
            ax.axvspan(months[sp500.TRAIN], months[-1], color="0.5", alpha=0.2, lw=0)
            ax.set(title=title, ylabel="standardised", ylim=(bottom, top))
            ax.margins(x=0.01)
        axes[-1].set_xlabel("month")
        axes[0].text(months[sp500.TRAIN], top * 0.95, " test", va="top", fontsize=10)
    return figure
