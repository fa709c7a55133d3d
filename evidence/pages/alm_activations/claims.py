"""Paper B, section 4.3: does the method train with the leaky ReLU and the ELU as with the ReLU?

How each row is decided stands in the constants below and in the last column of the table. The rules
were set after quick runs had been seen and before the full-scale records were complete.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.alm_activations.runs import TITLES, UPDATES, column, groups, rows_of, traces_of
from evidence.pages.alm_activations.runs_u_block import NAMES
from evidence.protocols.alm_training import FINISHED
from evidence.protocols.thresholds import FALLEN, ROUNDING, STATIONARY
from evidence.protocols.titles import SHORT

ALIKE = 10.0
"""Two median KKT residuals are alike within this factor."""

OTHERS = tuple(name for name in NAMES if name != "relu")

SHOWN = {
    "train": ("train error", "{:.3g}"),
    "test": ("test error", "{:.3g}"),
    "rollout_objective": ("R", "{:.4g}"),
    "feasibility": ("violation", "{:.1e}"),
    "kkt_residual": ("KKT residual", "{:.1e}"),
    "gamma": ("γ", "{:.2g}"),
}


def claims(trained: Sequence[Record]) -> list[Claim]:
    """Judge whether the method behaves with the other two activations as it does with the ReLU."""
    return [_descent(trained), _feasibility(trained), _residual(trained), _kkt_points(trained)]


def _descent(trained: Sequence[Record]) -> Claim:
    rises = {name: _sum(trained, name, *(f"rises_{b}" for b in UPDATES)) for name in NAMES}
    updates = {name: len(UPDATES) * _sum(trained, name, "updates") for name in NAMES}
    entries, differing = (_sum(trained, "leaky", key) for key in ("entries", "differing"))
    return Claim(
        "Each block update lowers L or leaves it, also with the other activations (P1).",
        "the u block still separates into problems in one variable",
        "updates that raise L: "
        + ", ".join(f"{TITLES[n]}: {rises[n]} of {updates[n]:,}" for n in NAMES),
        decide(*(rises[name] == 0 for name in NAMES)),
        "Judged by L itself after every block of the first sweeps. In these sweeps the printed "
        f"(4.35) would have set {differing:,} of {entries:,} entries of u differently.",
    )


def _feasibility(trained: Sequence[Record]) -> Claim:
    met = {
        name: [
            (finished(group, name) & fallen(group, name)).tolist()
            for group in groups(trained).values()
        ]
        for name in NAMES
    }
    shown = {
        name: f"{sum(sum(group) for group in met[name])} of {sum(map(len, met[name]))}"
        for name in NAMES
    }
    return Claim(
        "The method extends (section 4.3). Asked here: does the feasibility violation fall as with "
        "the ReLU?",
        "no computation",
        "runs in which it falls "
        + ", ".join(f"{TITLES[name]}: {value}" for name, value in shown.items()),
        decide(*(all(group) for name in OTHERS for group in met[name])),
        f"Judged as on the page about Figure 1: the run ends below {FALLEN:g} of its jump, for "
        "each activation, dataset and trial.",
    )


def _residual(trained: Sequence[Record]) -> Claim:
    ratios = {
        name: {
            key: _typical_residual(group, name) / _typical_residual(group, "relu")
            for key, group in groups(trained).items()
        }
        for name in OTHERS
    }
    return Claim(
        "The same, asked of the KKT residual: does it end where the ReLU's does?",
        "no computation",
        "; ".join(
            f"{TITLES[name]}, as a multiple of the ReLU's: "
            + ", ".join(f"{ratio:.2g} ({_short(key)})" for key, ratio in found.items())
            for name, found in ratios.items()
        ),
        decide(*(1 / ALIKE <= r <= ALIKE for found in ratios.values() for r in found.values())),
        f"Judged by the medians over the trials of a dataset, alike within a factor {ALIKE:g}; "
        f"what is below {ROUNDING:g} counts as that.",
    )


def _typical_residual(group: Sequence[Record], name: str) -> float:
    return max(float(np.median(column(group, name, "kkt_residual"))), ROUNDING)


def _kkt_points(trained: Sequence[Record]) -> Claim:
    longest = _longest(trained)
    near = {name: column(longest, name, "kkt_residual") < STATIONARY for name in NAMES}
    return Claim(
        "Theorem 4.8 extends, through (4.36) and for a smooth activation at once (P2). Asked here: "
        "do the runs with Figure 1's caps reach a KKT point?",
        "proved for η₃ > 1 and subproblems solved to (3.6)",
        f"residual below {STATIONARY:g} at T = 10: "
        + ", ".join(
            f"{TITLES[name]}: {np.sum(hits)} of {hits.size} runs" for name, hits in near.items()
        ),
        decide(
            *(bool(hits.all()) for hits in near.values()),
            any(bool(hits.any()) for hits in near.values()),
        ),
        "No test of the theorem, whose assumptions these settings do not meet. Holds when all runs "
        "reach one, in part when some do.",
    )


def _longest(trained: Sequence[Record]) -> list[Record]:
    """Return the group of the shortest series that has the most sweeps."""
    short = [g for g in groups(trained).values() if g[0].config["dataset"] == "synthetic-t10"]
    return max(short, key=lambda group: group[0].config["inner_iterations"])


def finished(group: Sequence[Record], name: str) -> np.ndarray:
    """Tell which trials of an activation ran to their end."""
    return np.array([row["status"] == FINISHED for row in rows_of(group, name)])


def fallen(group: Sequence[Record], name: str) -> np.ndarray:
    """Tell in which trials the violation ended far below its jump at the first iteration."""
    jump = np.array([trace[1] if trace else 0.0 for trace in traces_of(group, name, "feasibility")])
    return column(group, name, "feasibility") < FALLEN * jump


def results_table(trained: Sequence[Record]) -> pd.DataFrame:
    """Return the last iterate of every dataset: a column per activation."""
    rows = []
    for key, group in groups(trained).items():
        rows.append((_short(key), dict.fromkeys(map(TITLES.get, NAMES), "")))
        for measure, (head, form) in SHOWN.items():
            cells = {
                TITLES[name]: form.format(np.median(column(group, name, measure))) for name in NAMES
            }
            rows.append((head, cells))
    return pd.DataFrame([cells for _, cells in rows], index=[head for head, _ in rows])


def cost(group: Sequence[Record], name: str) -> np.ndarray:
    """Return the milliseconds of CPU time that a sweep took, a value per trial."""
    seconds, sweeps = (column(group, name, key) for key in ("seconds", "sweeps"))
    return 1000.0 * seconds / sweeps


def cost_table(trained: Sequence[Record]) -> pd.DataFrame:
    """Return milliseconds per sweep, medians over the trials, and their ratio within a trial."""
    table = {}
    for key, group in groups(trained).items():
        cells = {TITLES["relu"]: f"{np.median(cost(group, 'relu')):.2g}"}
        for name in OTHERS:
            ratio = np.median(cost(group, name) / cost(group, "relu"))
            cells[TITLES[name]] = f"{np.median(cost(group, name)):.2g} ({ratio:.2g} ×)"
        table[_short(key)] = cells
    return pd.DataFrame.from_dict(table, orient="index")


def key_numbers(trained: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes; no times."""
    numbers: dict[str, float] = {}
    leaky = rows_of(trained, "leaky")
    entries, differing = (sum(row.get(k, 0) for row in leaky) for k in ("entries", "differing"))
    numbers["differing_percent"] = 100.0 * differing / entries
    for group in groups(trained).values():
        label = _label(trained, group)
        for name in NAMES:
            for measure in ("train", "test", "rollout_objective", "feasibility", "kkt_residual"):
                value = float(np.median(column(group, name, measure)))
                numbers[f"{label}.{name}.{measure}"] = value
            worst = column(group, name, "rollout_objective").max()
            numbers[f"{label}.{name}.worst_objective"] = float(worst)
            residuals = column(group, name, "kkt_residual")
            numbers[f"{label}.{name}.solved"] = float(np.sum(residuals < STATIONARY))
            numbers[f"{label}.{name}.fallen"] = float(np.sum(fallen(group, name)))
        numbers[f"{label}.trials"] = float(len(rows_of(group, "relu")))
    return numbers


def times(trained: Sequence[Record]) -> dict[str, float]:
    """Return how many times as long a sweep of the ELU took: the median over a dataset's trials."""
    return {
        f"{_label(trained, g)}.elu_cost": float(np.median(cost(g, "elu") / cost(g, "relu")))
        for g in groups(trained).values()
    }


def _sum(trained: Sequence[Record], name: str, *columns: str) -> int:
    return sum(row.get(key, 0) for row in rows_of(trained, name) for key in columns)


def _label(trained: Sequence[Record], group: list[Record]) -> str:
    """Return the name of a group that is the same in every profile."""
    dataset = group[0].config["dataset"]
    short = dataset == "synthetic-t10" and group != _longest(trained)
    return f"{dataset}-short" if short else dataset


def _short(key: str) -> str:
    dataset, caps = key.split(", ")
    return f"{SHORT[dataset]}, {caps}"
