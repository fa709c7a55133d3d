"""The lowest R so far against CPU seconds and against passes over the series, method by method."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import panels, plain_logarithm
from evidence.pages.alm_race.claims_stochastic import best_run, title
from evidence.pages.alm_race.figure_time import along
from evidence.pages.alm_race.stochastic_config import METHODS


def courses(records: Sequence[Record]) -> Figure:
    """Draw the trials of one problem, each method on windows with its best window length."""
    config = records[0].config
    with panels(2, 3.2, sharex=False) as (figure, axes):
        for ax, trace, label in zip(
            axes, ("seconds", "passes"), ("CPU seconds", "passes over the series"), strict=True
        ):
            ends, begins = [], []
            for number, method in enumerate(METHODS):
                best = [(record.traces, best_run(record, method)) for record in records]
                runs = [(np.array(t[trace][k], float), np.array(t["lowest"][k])) for t, k in best]
                along(ax, runs, method, number)
                ends += [lowest[-1] for _, lowest in runs]
                begins += [lowest[0] for _, lowest in runs]
            ax.set(xscale="log", xlabel=label, ylabel="lowest R so far")
            ax.set_ylim(0.97 * min(ends), min(1.02 * max(begins), 1.9 * min(ends)))
            plain_logarithm(ax.xaxis)
        axes[0].set_title(title((config["steps"], config["hidden_size"])))
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure
