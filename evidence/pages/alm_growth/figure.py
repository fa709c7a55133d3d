"""The figure of growth: a sweep against the length of the series, trials against workers."""

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, panels, plain_logarithm
from evidence.pages.alm_growth.tables import SEEN, machine, measured, shared


def growth(record: Record) -> Figure:
    """Draw measured times as marks and predicted ones as lines, dashed where nothing was fitted."""
    model, times = machine(record), measured(record)
    with panels(2, 3.6, sharex=False) as (figure, (above, below)):
        for number, r in enumerate(record.config["hidden_sizes"]):
            look = {"color": PALETTE[number]}
            T = np.array([steps for steps, size in times if size == r])
            here = 1e3 * np.array([np.median(times[steps, r]) for steps in T])
            above.plot(T, here, MARKERS[number], ms=6, label=f"r = {r}", **look)
            for part, dashes in ((T <= SEEN, "-"), (T[T <= SEEN].max() <= T, "--")):
                line = [1e3 * model.sweep(steps, r) for steps in T[part]]
                above.plot(T[part], line, dashes, lw=1.2, **look)
        above.set(xscale="log", yscale="log", xlabel="steps of the series", ylabel="a sweep, ms")
        above.legend()
        for number, (trials, by_workers) in enumerate(shared(record).items()):
            look = {"color": PALETTE[number]}
            workers = list(by_workers)
            here = [np.median(seconds) for seconds, _ in by_workers.values()]
            below.plot(workers, here, MARKERS[number], ms=6, label=f"{trials} trials", **look)
            below.plot(workers, [wanted for _, wanted in by_workers.values()], lw=1.2, **look)
        below.set(xlabel="workers", ylabel="wall seconds", ylim=(0, None), xticks=workers)
        below.legend()
        for axis in (above.xaxis, above.yaxis):
            plain_logarithm(axis)
    return figure
