"""The tutorial's figure: the last held-out period, and the errors of all of them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lib.claims.own_series import NETWORKS, errors
from lib.estimators.backtest import PERIOD, PERSISTENCE, REFERENCES, RIDGE, TRUTH
from lib.figures.style import PALETTE, line, panels


def forecasts_figure(forecasts: pd.DataFrame, unit: str) -> Figure:
    """Draw truth and forecasts of the last period, and every period's error.

    Args:
        forecasts: what `lib.estimators.backtest.backtest` returned.
        unit: of the target, for the axes.
    """
    last = forecasts[forecasts[PERIOD] == forecasts[PERIOD].max()]
    networks = last.drop(columns=[TRUTH, PERIOD, *REFERENCES])
    by_period = errors(forecasts)
    x = last.index if isinstance(last.index, pd.DatetimeIndex) else np.arange(len(last))
    with panels(2, 2.9, sharex=False) as (figure, (top, bottom)):
        top.plot(x, last[TRUTH], "o", color="0.2", label="measured", zorder=5)
        for number, name in enumerate((PERSISTENCE, RIDGE)):
            top.plot(x, last[name], label=name, **line(number, len(last)))
        top.fill_between(x, networks.min(axis=1), networks.max(axis=1), color=PALETTE[2], alpha=0.4)
        top.plot(x, networks.mean(axis=1), label=NETWORKS, **line(2, len(last)))
        top.set(title="The last held-out period", ylabel=unit)
        top.tick_params(axis="x", rotation=30)
        for number, name in enumerate((PERSISTENCE, RIDGE, NETWORKS)):
            style = line(number, len(by_period)) | {"markevery": 1}
            bottom.plot(by_period.index, by_period[name], label=name, **style)
        bottom.set(title="All held-out periods", ylabel=f"root mean squared error, {unit}")
        bottom.set(xlabel="held-out period", ylim=(0, None))
        bottom.xaxis.set_major_locator(MaxNLocator(integer=True))
        top.legend()
        bottom.legend()
    return figure
