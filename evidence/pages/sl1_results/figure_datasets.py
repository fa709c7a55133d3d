"""Paper A, Tables 3 and 5: the printed results beside predictors that need no network."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, panels
from evidence.pages.sl1_results.references import REGRESSION, nearest_scale, results
from evidence.protocols.titles import title
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR


def beside_the_paper(references: Sequence[Record]) -> Figure:
    """Draw a line per dataset: six printed models, the constant answer, the linear predictor."""
    found = one_by(references, "dataset")
    groups = [
        [name for name in found if (name in REGRESSION) == regression]
        for regression in (False, True)
    ]
    with panels(2, 3.6, sharex=False) as (figure, axes):
        for ax, names in zip(axes, groups, strict=True):
            for place, name in enumerate(names):
                _line(ax, place, found[name])
            ax.set_yticks(range(len(names)), [title(name) for name in names])
            ax.set_ylim(len(names) - 0.5, -0.5)
            ax.grid(axis="y", visible=False)
        axes[0].set(title="Table 3", xlabel="test accuracy")
        axes[1].set(title="Table 5", xlabel="test error over that of the mean target", xscale="log")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _line(ax: Axes, place: int, record: Record) -> None:
    name = record.config["dataset"]
    part = f"test, {nearest_scale(record)}" if name in REGRESSION else "test"
    constant = column(record, part, predictor=CONSTANT).mean()
    unit = constant if name in REGRESSION else 1.0
    linear = column(record, part, predictor=LINEAR) / unit
    cells = results(name).set_index("model")["test"] / unit
    first = place == 0
    ax.axhline(place, color="0.85", linewidth=0.8, zorder=0)
    ax.plot(
        cells.drop("SL1-GRU"),
        [place] * (len(cells) - 1),
        MARKERS[0],
        color="0.55",
        markersize=5,
        label="paper, other models" if first else None,
    )
    for values, number, label in (
        ([cells["SL1-GRU"]], 3, "paper, SL1-GRU"),
        ([constant / unit], 0, "largest class or mean"),
        ([linear.mean()], 2, "logistic or ridge regression"),
    ):
        ax.plot(
            values,
            [place],
            MARKERS[number + 1],
            color=PALETTE[number],
            markersize=8,
            markerfacecolor="none",
            markeredgewidth=1.8,
            label=label if first else None,
        )
