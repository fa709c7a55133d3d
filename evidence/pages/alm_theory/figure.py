"""Paper B's theory: constants and quotients, descent, stopping rules, and where the runs go."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from evidence.kit.frames import by
from evidence.kit.records import Record
from evidence.kit.style import MARKERS, PALETTE, line, panels
from evidence.pages.alm_theory.block_descent import BLOCKS
from evidence.pages.alm_theory.claims import SEARCHES, values
from evidence.pages.alm_theory.runs import of_part
from evidence.pages.alm_theory.tables import SEARCH_TITLES, arm
from evidence.protocols.titles import SERIES

FLOOR = 1e-17
"""Where an exact zero is drawn on a logarithmic axis."""


def constants(records: Sequence[Record]) -> Figure:
    """Draw each constant's range with the largest quotients of every search, a dataset a column."""
    groups = by(of_part(list(records), "blocks"), "dataset")
    with panels(2, 3.2) as (figure, axes):
        for ax, block, constant, equation in zip(
            axes, "zh", ("L1", "L2"), ("(3.2)", "(3.3)"), strict=True
        ):
            for x, (record,) in enumerate(groups.values()):
                found = values([record], constant)
                ax.vlines(x, found.min(), found.max(), color="0.2", linewidth=7, zorder=1)
                ax.hlines(np.median(found), x - 0.3, x + 0.3, color="0.2", linewidth=2)
                for number, search in enumerate(SEARCHES):
                    measured = values([record], f"{search}_{block}")
                    if measured.size:
                        ax.plot(
                            x - 0.24 + 0.16 * number,
                            measured.max(),
                            MARKERS[number],
                            color=PALETTE[number],
                            markersize=8,
                        )
            ax.set(yscale="log", ylabel="rate of change", xlim=(-0.5, len(groups) - 0.5))
            ax.set_title(f"L{'₁₂'[int(constant[1]) - 1]} (bars) and quotients of {equation}")
        for number, search in enumerate(SEARCHES):
            axes[0].plot(
                [],
                [],
                MARKERS[number],
                color=PALETTE[number],
                markersize=8,
                label=SEARCH_TITLES[search],
            )
        figure.legend(loc="outside lower center", ncols=2, fontsize=10)
        axes[-1].set_xticks(range(len(groups)), [SERIES[name] for name in groups])
    return figure


def descent(records: Sequence[Record]) -> Figure:
    """Draw the smallest descent of a sweep per subproblem beside the two bounds, all seeds."""
    groups = by(of_part(list(records), "blocks"), "dataset")
    with panels(len(groups), 2.3, sharex=False) as (figure, axes):
        for ax, (name, (record,)) in zip(axes, groups.items(), strict=True):
            subproblems: dict[int, list[dict]] = {}
            for row in record.rows:
                subproblems.setdefault(row["subproblem"] + 1, []).append(row)
            points = [
                (k, row["smallest"])
                for k, rows in subproblems.items()
                for row in rows
                if row["smallest"] is not None
            ]
            ax.plot(
                *zip(*points, strict=True), "o", color=PALETTE[0], markersize=4, label="measured"
            )
            for number, (pick, label) in enumerate(
                ((max, "largest modulus, as printed"), (min, "smallest modulus")), start=1
            ):
                # gamma, and with it a modulus, can differ between seeds.
                bound = [
                    min(pick(row[f"alpha_{block}"] for block in BLOCKS) for row in rows)
                    for rows in subproblems.values()
                ]
                ax.plot(list(subproblems), bound, label=label, **line(number, len(bound)))
            ax.set(yscale="log", ylabel="2 descent / change²", title=SERIES[name])
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes[0].legend(loc="center right", fontsize=9)
        axes[-1].set_xlabel("subproblem k")
    return figure


def stopping(records: Sequence[Record]) -> Figure:
    """Draw dist(0, dL) and what (3.17) knows of it along the first subproblem of the first seed."""
    (record,) = of_part(list(records), "stopping")
    first = record.rows[0]
    sweep = np.array(record.traces["sweep"])
    known = np.array(record.traces["moved"]) * first["L1"]
    with panels(1, 4.0) as (figure, (ax,)):
        ax.plot(sweep, known, label="max{L₁, L₂, μ} times the move, (3.17)", **line(0, len(sweep)))
        ax.plot(
            sweep,
            record.traces["distance"],
            label="dist(0, ∂L), what (3.6) bounds",
            **line(1, len(sweep)),
        )
        for row in record.rows:
            if row["seed"] == 0:
                ax.axhline(row["epsilon"], color="0.5", linewidth=0.8, zorder=0)
                ax.annotate(f"ε = {row['epsilon']:g}", (sweep[0], row["epsilon"]), fontsize=8)
        ax.set(xscale="log", yscale="log", xlabel="sweep", ylabel="distance from stationarity")
        ax.set_title("The two stopping rules")
        ax.legend(loc="lower left", fontsize=9)
    return figure


def outer(records: Sequence[Record], dataset: str = "synthetic-t10") -> Figure:
    """Draw violation, KKT residual and gamma over outer iterations: medians, an arm a line."""
    chosen = of_part(list(records), "outer", dataset=dataset)
    labels = {
        "feasibility": "feasibility violation",
        "kkt_residual": "KKT residual",
        "gamma": "γ",
    }
    with panels(3, 2.6) as (figure, axes):
        for ax, (measure, label) in zip(axes, labels.items(), strict=True):
            for number, record in enumerate(chosen):
                runs = np.array(record.traces[measure], dtype=float)
                y = np.maximum(np.median(runs, axis=0), FLOOR)
                ax.plot(np.arange(len(y)), y, label=arm(record), **line(number, len(y)))
            ax.set(yscale="log", ylabel=label)
        axes[0].set_title(SERIES[dataset])
        axes[-1].set_xlabel("outer iteration")
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=1, fontsize=9
        )
    return figure
