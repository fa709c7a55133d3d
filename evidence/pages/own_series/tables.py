"""The tutorial's table and numbers: how well networks forecast beside predictors without one."""

from collections.abc import Mapping

import pandas as pd
from IPython.display import Markdown

from lib.estimators.backtest import (
    LONGER,
    OLDEST,
    PERSISTENCE,
    REFERENCES,
    RIDGE,
    root_mean_squares,
)

NETWORKS = "ALM networks"
KEYS: Mapping[str, str] = {
    PERSISTENCE: "persistence",
    OLDEST: "oldest",
    RIDGE: "ridge",
    LONGER: "longer",
    NETWORKS: "networks",
}


def errors(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the error of each period, a row, and predictor; the networks' is the mean over starts.

    Args:
        forecasts: what `lib.estimators.backtest.backtest` returned; every column that is not one of
            its own is a network from another start.
    """
    found = root_mean_squares(forecasts)
    return found[list(REFERENCES)].assign(**{NETWORKS: _of_networks(found).mean(axis=1)})


def _of_networks(found: pd.DataFrame) -> pd.DataFrame:
    return found.drop(columns=list(REFERENCES))


def error_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return what the page shows: the last period, the mean over all, and how often each is best.

    The brackets hold the smallest and the largest value over the networks' starts.
    """
    by_period, starts = errors(forecasts), _of_networks(root_mean_squares(forecasts))
    ranges = {"last": starts.iloc[-1], "mean": starts.mean()}
    best = by_period.idxmin(axis=1)
    table = {
        "last period": by_period.iloc[-1].map("{:.3f}".format),
        f"mean of {len(by_period)} periods": by_period.mean().map("{:.3f}".format),
        "best in": [f"{(best == name).sum()}" for name in by_period],
    }
    frame = pd.DataFrame(table)
    for column, values in zip(frame, ranges.values(), strict=False):
        frame.loc[NETWORKS, column] += f" [{values.min():.3f}, {values.max():.3f}]"
    return frame


def in_words(forecasts: pd.DataFrame) -> Markdown:
    """Return which predictor has the smallest mean error, and the networks' beside the others'."""
    mean = errors(forecasts).mean().sort_values()
    others = mean.drop(NETWORKS)
    gaps = [f"{_gap(mean[NETWORKS] / error)} that of *{name}*" for name, error in others.items()]
    starts = _of_networks(root_mean_squares(forecasts)).mean()
    differ = starts.max() / starts.min() - 1
    return Markdown(
        "**The smallest error, on average over the held-out periods, is that of "
        f"*{mean.index[0]}*.** The networks' error is {', '.join(gaps[:-1])} and {gaps[-1]}. "
        f"Their {len(starts)} random starts differ by {differ:.0%}."
    )


def _gap(ratio: float) -> str:
    return f"{ratio - 1:.0%} above" if ratio > 1 else f"{1 - ratio:.0%} below"


def key_numbers(forecasts: pd.DataFrame) -> dict[str, float]:
    """Return the numbers that the page's text quotes."""
    by_period, starts = errors(forecasts), _of_networks(root_mean_squares(forecasts))
    return {
        "periods": len(by_period),
        "starts": starts.shape[1],
        **{f"last.{key}": by_period[name].iloc[-1] for name, key in KEYS.items()},
        **{f"mean.{key}": by_period[name].mean() for name, key in KEYS.items()},
        "lowest": starts.mean().min(),
        "highest": starts.mean().max(),
        **{
            f"better_than.{key}": int((by_period[NETWORKS] < by_period[name]).sum())
            for name, key in KEYS.items()
            if name != NETWORKS
        },
    }
