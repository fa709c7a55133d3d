"""Paper A, its outlook: does a smoothing coefficient that falls with the gradient do better?

Decided before the full-scale runs: errors are compared seed by seed with exact signed-rank tests,
one family for each question over the settings and penalty modes. Such a test says that noise did
not make a difference, not that it is large; beside what it calls one stands its median.
"""

from collections.abc import Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal
from evidence.kit.tables import Section, SectionTable
from evidence.pages.sl1_convergence.claims import rows
from evidence.pages.sl1_convergence.runs_adaptive import (
    ARMS,
    FALLING,
    FIXED,
    SMALLEST,
    SMOOTHED,
    SUBGRADIENT,
    THRESHOLD,
)
from evidence.statistics import Comparison, compare
from evidence.statistics.summary import number

SETTINGS = {"table2": "Table 2's values", "seen": "a coarse step"}
MODES = {"out": "output weights", "all": "all weights"}
EFFECTS = {"objective": "error with L1", "near_zero": "share of weights below 1e-5"}


def title(record: Record) -> str:
    """Return what the reader calls a record: its setting and which weights are penalised."""
    return f"{SETTINGS[record.config['setting']]}, {MODES[record.config['mode']]}"


def column(record: Record, name: str, arm: str) -> np.ndarray:
    """Return one column of an arm's rows as an array over seeds, infinite where it diverged."""
    found = rows(record, name, arm=arm)
    return np.array([np.inf if value is None else value for value in found], dtype=float)


def against(records: Sequence[Record], name: str, rival: str) -> dict[str, Comparison]:
    """Return the falling arm's comparisons with another one, a family over the records."""
    return compare({title(r): (column(r, name, FALLING), column(r, name, rival)) for r in records})


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what the page asks, with what was measured."""
    return judge(
        {
            "A-2.2-effect": _effect(records),
            "O-5-safe": _safe(records),
            "O-5-error": _compared(records, "objective", FIXED),
            "O-5-test": _compared(records, "test_error", FIXED),
            "O-5-smallest": _compared(records, "objective", SMALLEST),
            "O-5-threshold": _compared(records, "objective", THRESHOLD),
        }
    )


def _effect(records: Sequence[Record]) -> Comparisons:
    """Compare how far the smallest and the paper's alpha end from L1, at Table 2's values."""

    def off(record: Record, name: str, arm: str) -> np.ndarray:
        return np.abs(column(record, name, arm) - column(record, name, SUBGRADIENT))

    own = [r for r in records if r.config["setting"] == "table2"]
    tests = compare(
        {
            (r.config["mode"], name): (off(r, name, SMALLEST), off(r, name, FIXED))
            for r in own
            for name in EFFECTS
        }
    )
    small, paper = own[0].config["rate"] * own[0].config["strength"], own[0].config["alpha"]
    sizes = ", ".join(
        f"{EFFECTS[name]} ({MODES[mode]}) {number(test.ratio, 3)}"
        for (mode, name), test in tests.items()
    )
    return Comparisons(
        {key: Case(test.outcome) for key, test in tests.items()},
        detail=f"Distances at the end of training on Iris from what L1 gives, α = {small:.2g} "
        f"against {paper:g} at Table 2's other values; median factors: {sizes}",
    )


def _safe(records: Sequence[Record]) -> Universal:
    found = [[column(r, n, FALLING) for n in ("increases", "swinging")] for r in records]
    rises, swings = np.concatenate(found, axis=1)
    return Universal(
        cases=rises.size,
        violated=int(((rises > 0) | (swings > 0)).sum()),
        drawn="Runs with a falling α, all settings; violated where the error rises, renewals of α "
        "included, or a weight swings about zero",
    )


def _compared(records: Sequence[Record], name: str, rival: str) -> Comparisons:
    tests = against(records, name, rival)
    return Comparisons(
        {key: Case(test.outcome) for key, test in tests.items()},
        detail="Median factors by which the other's is larger: "
        + ", ".join(f"{number(test.ratio, 6)} ({key})" for key, test in tests.items()),
    )


def ends_table(records: Sequence[Record]) -> SectionTable:
    """Return where every arm ends, medians over the seeds: a section per record, a row per arm."""
    heads = (
        "Arm",
        "α at the end",
        "Exact error above the lowest",
        "Test error",
        "Below 1e-5",
        "Exactly zero",
        "Swinging",
    )
    sections = []
    for record in records:
        best = np.min([column(record, "objective", arm) for arm in ARMS], axis=0)
        rows = []
        for arm in ARMS:
            excess = column(record, "objective", arm) / best - 1
            alpha = np.median(column(record, "alpha", arm)) if arm in SMOOTHED else None
            rows.append(
                (
                    arm,
                    "" if alpha is None else number(alpha, 2),
                    number(np.median(excess), 2),
                    number(np.median(column(record, "test_error", arm)), 4),
                    f"{np.median(column(record, 'near_zero', arm)):.1%}",
                    f"{np.median(column(record, 'zero', arm)):.1%}",
                    f"{np.median(column(record, 'swinging', arm)):.0f}",
                )
            )
        sections.append(Section(title(record), rows))
    return SectionTable(heads, sections)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {"seeds": len(rows(records[0], "seed", arm=FALLING))}
    for record in records:
        label = f"{record.config['setting']}.{record.config['mode']}"
        for arm in ARMS:
            for name in ("objective", "test_error", "near_zero"):
                numbers[f"{label}.{arm}.{name}"] = np.median(column(record, name, arm))
        numbers[f"{label}.alpha"] = np.median(column(record, "alpha", FALLING))
    return {name: float(value) for name, value in numbers.items()}
