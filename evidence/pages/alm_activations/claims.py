"""Paper B, section 4.3: does the method train with the leaky ReLU and the ELU as with the ReLU?

The thresholds were set after quick runs had been seen and before the full-scale records were
complete.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Limit, Universal
from evidence.pages.alm_activations.runs import TITLES, UPDATES, column, groups, rows_of, traces_of
from evidence.pages.alm_activations.runs_u_block import NAMES
from evidence.protocols.alm_training import FINISHED
from evidence.protocols.thresholds import FALLEN, ROUNDING, STATIONARY
from evidence.protocols.titles import SHORT
from evidence.statistics import Outcome

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


def claims(trained: Sequence[Record]) -> list[Judged]:
    """Return whether the method behaves with the other two activations as it does with the ReLU."""
    rises = {name: _sum(trained, name, *(f"rises_{b}" for b in UPDATES)) for name in NAMES}
    updates = {name: len(UPDATES) * _sum(trained, name, "updates") for name in NAMES}
    met = [
        finished(group, name) & fallen(group, name)
        for group in groups(trained).values()
        for name in OTHERS
    ]
    fell = np.concatenate(met)
    longest = _longest(trained)
    residuals = np.concatenate([column(longest, name, "kkt_residual") for name in OTHERS])
    return judge(
        {
            "B-4.3-P1": Universal(
                sum(updates.values()),
                sum(rises.values()),
                "Block updates of the first sweeps with all three activations: whether L, "
                "evaluated after each, rises",
            ),
            "B-2-extends": Universal(
                fell.size,
                int((~fell).sum()),
                "Runs with the leaky ReLU and the ELU on three series: whether the violation ends "
                f"below {FALLEN:g} of its jump, as it does with the ReLU",
            ),
            "B-2-extends-theory": Limit(
                residuals.size,
                int((residuals < STATIONARY).sum()),
                0,
                f"KKT residual below {STATIONARY:g}",
                "T = 10 with the leaky ReLU and the ELU, Figure 1's parameters and caps, which "
                "the theorems do not admit; the ReLU itself reaches it in "
                f"{int((column(longest, 'relu', 'kkt_residual') < STATIONARY).sum())} of "
                f"{residuals.size // len(OTHERS)}",
            ),
            "O-4.3-residual": Comparisons(
                {
                    (name, key): Case(
                        Outcome.BETTER if 1 / ALIKE <= ratio <= ALIKE else Outcome.WORSE, True
                    )
                    for name in OTHERS
                    for key, ratio in _ratios(trained, name).items()
                },
                detail="Median KKT residual at the end over the ReLU's on the same series, alike "
                f"within a factor {ALIKE:g}: "
                + "; ".join(
                    f"{TITLES[name]} "
                    + ", ".join(f"{r:.2g} ({_short(k)})" for k, r in _ratios(trained, name).items())
                    for name in OTHERS
                ),
            ),
        }
    )


def _ratios(trained: Sequence[Record], name: str) -> dict[str, float]:
    return {
        key: _typical_residual(group, name) / _typical_residual(group, "relu")
        for key, group in groups(trained).items()
    }


def _typical_residual(group: Sequence[Record], name: str) -> float:
    return max(float(np.median(column(group, name, "kkt_residual"))), ROUNDING)


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
    found = {
        f"{_label(trained, g)}.elu_cost": float(np.median(cost(g, "elu") / cost(g, "relu")))
        for g in groups(trained).values()
    }
    least, most = min(found.values()), max(found.values())
    return found | {"elu_cost.least": least, "elu_cost.most": most}


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
