"""Paper B, Figure 2: errors against CPU time, medians and quartiles over trials."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evidence.kit.style import line, panels, plain_logarithm
from evidence.pages.alm_table3.courses import PAIR, Race, Run
from evidence.pages.alm_table3.trials import ALM, MEASURE_TITLES, Method
from evidence.protocols.titles import SERIES

POINTS = 160
SHOWN = 1e4
"""What is so many times above the lowest error leaves the panel."""
CEILING = 1e30
"""Where the band of diverged runs ends, out of sight."""


def against_time(races: Sequence[Race], group: str) -> Figure:
    """Draw both errors of the ALM and of one group of methods on every dataset."""
    shown = [(race, measure) for race in races for measure in PAIR]
    with panels(len(shown), 3.1, sharex=False) as (figure, axes):
        for ax, (race, measure) in zip(axes, shown, strict=True):
            _panel(ax, race, group, measure)
            if measure == PAIR[0]:
                ax.set_title(SERIES[race.dataset])
        axes[-1].set_xlabel("CPU seconds")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def _panel(ax: Axes, race: Race, group: str, measure: str) -> None:
    seen = np.concatenate(
        [
            _curve(ax, race.runs[method], measure, number, method)
            for number, method in enumerate([ALM, *race.methods(group)])
        ]
    )
    ax.set(
        xscale="log",
        yscale="log",
        ylabel=MEASURE_TITLES[measure],
        ylim=(seen.min() / 1.2, min(seen.max(), seen.min() * SHOWN) * 1.2),
    )
    plain_logarithm(ax.yaxis)


def _curve(ax: Axes, runs: list[Run], measure: str, number: int, method: Method) -> np.ndarray:
    """Draw one method and return the finite values that its median and quartiles take."""
    begun = [run.seconds[run.seconds > 0] for run in runs]
    if not all(times.size for times in begun):
        return np.array([])
    first = float(np.median([times[0] for times in begun]))
    last = float(np.median([times[-1] for times in begun]))
    x = np.geomspace(first, max(last, first * 1.01), POINTS)
    values = np.array([run.at(x, measure) for run in runs])
    # Without interpolation, which has no answer between a finite and an infinite error.
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75), axis=0, method="inverted_cdf")
    look = line(number, POINTS)
    ax.plot(x, np.where(np.isfinite(middle), middle, np.nan), label=method[1], **look)
    ax.fill_between(x, low, np.minimum(high, CEILING), color=look["color"], alpha=0.15, lw=0)
    drawn = np.concatenate([low, middle, high])
    return drawn[np.isfinite(drawn)]
