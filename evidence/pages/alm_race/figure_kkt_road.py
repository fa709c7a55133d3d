"""The road towards a KKT point: residuals above, R of the point and of its roll-out below."""

from matplotlib.figure import Figure

from evidence.kit.records import Record
from evidence.kit.style import line, panels

ABOVE = {
    "kkt_residual": "KKT residual, as the sweeps end",
    "block_W": "of which in W",
    "settled_kkt_residual": "KKT residual, settled",
    "settled_feasibility": "violation, settled",
}
BELOW = {"settled_objective": "R, settled", "settled_rollout_objective": "R of its roll-out"}


def road(record: Record) -> Figure:
    """Draw the road of one network against the sweeps."""
    traces = record.traces
    with panels(2, 3.4) as (figure, axes):
        number = 0
        for ax, lines in zip(axes, (ABOVE, BELOW), strict=True):
            for name, label in lines.items():
                look = line(number, len(traces["sweeps"]))
                ax.plot(traces["sweeps"], traces[name], label=label, **look)
                number += 1
            ax.set(xscale="log")
        axes[0].set(ylabel="norm", yscale="log")
        axes[1].set(ylabel="R", xlabel="sweeps")
        figure.legend(loc="outside upper center", ncols=2)
    return figure
