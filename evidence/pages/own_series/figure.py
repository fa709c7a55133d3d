"""The tutorial's figures: the last held-out period, all periods' errors, and what is to come."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evidence.kit.style import PALETTE, line, panels
from evidence.pages.own_series.tables import NETWORKS, errors
from lib.estimators import Forecaster
from lib.estimators.backtest import LONGER, PERIOD, PERSISTENCE, REFERENCES, RIDGE, TRUTH

SHOWN = (PERSISTENCE, RIDGE, LONGER)


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
        for number, name in enumerate(SHOWN):
            top.plot(x, last[name], label=name, **line(number, len(last)))
        top.fill_between(
            x, networks.min(axis=1), networks.max(axis=1), color=PALETTE[len(SHOWN)], alpha=0.4
        )
        top.plot(x, networks.mean(axis=1), label=NETWORKS, **line(len(SHOWN), len(last)))
        top.set(title="The last held-out period", ylabel=unit)
        top.tick_params(axis="x", rotation=30)
        for number, name in enumerate((*SHOWN, NETWORKS)):
            style = line(number, len(by_period)) | {"markevery": 1}
            bottom.plot(by_period.index, by_period[name], **style)
        bottom.set(title="All held-out periods", ylabel="root mean squared error")
        bottom.set(xlabel="held-out period", ylim=(0, None))
        bottom.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(*top.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def ahead_figure(forecaster: Forecaster, forecast: pd.DataFrame, unit: str) -> Figure:
    """Draw the end of a series and what comes after it.

    Args:
        forecaster: what forecast.
        forecast: what its `forecast` returned.
        unit: of the target, for the axis.
    """
    with panels(1, 2.9) as (figure, (ax,)):
        forecaster.plot(forecast, ax).set_ylabel(unit)
    return figure
