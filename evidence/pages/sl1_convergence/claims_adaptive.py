"""Paper A, its outlook: does a smoothing coefficient that falls with the gradient do better?

Decided before the full-scale runs: errors are compared seed by seed with exact signed-rank tests,
one family for each question over the settings and penalty modes. Such a test says that noise did
not make a difference, not that it is large; beside what it calls one stands its median.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_convergence.claims import rows
from evidence.pages.sl1_convergence.runs_adaptive import (
    ARMS,
    FALLING,
    FIXED,
    SMALLEST,
    SMOOTHED,
    THRESHOLD,
)
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide
from evidence.statistics.summary import number

WISH = "to be investigated (section 5)"
SETTINGS = {"table2": "Table 2's values", "seen": "a coarse step"}
MODES = {"out": "output weights", "all": "all weights"}


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


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge what the paper hopes of an alpha that is adjusted by the gradient."""
    return [
        _falls(records),
        _compared(
            records,
            "objective",
            FIXED,
            "Dynamically adjusting α can improve the optimisation. Asked here: does a falling α "
            "end at a smaller error with the exact L1 penalty than the paper's fixed one?",
        ),
        _compared(
            records,
            "test_error",
            FIXED,
            "Dynamically adjusting α can improve the model's performance. Asked here: is its test "
            "error smaller than with the fixed α?",
        ),
        _compared(
            records,
            "objective",
            SMALLEST,
            "Asked here: is it the falling that helps? Does it end at a smaller error with the "
            "exact penalty than the smallest α from the start?",
        ),
        _compared(
            records,
            "objective",
            THRESHOLD,
            "Asked here: does it end at a smaller error with the exact penalty than the soft "
            "threshold, which needs no α?",
        ),
    ]


def _falls(records: Sequence[Record]) -> Claim:
    rises = {title(r): column(r, "increases", FALLING) for r in records}
    swings = {title(r): column(r, "swinging", FALLING) for r in records}
    return Claim(
        "Asked here: with α falling, does E never rise, and does no weight swing about zero?",
        WISH,
        "; ".join(
            f"{name}: {rises[name].sum():.0f} rises, {swings[name].sum():.0f} swinging weights"
            for name in rises
        ),
        decide(*(not found.any() for group in (rises, swings) for found in group.values())),
        "Two conditions for each setting, over all seeds. E grows with α, so renewing α lowers it; "
        "and ηλ, the least that α can become, is twice the smallest stable one.",
    )


def _compared(records: Sequence[Record], name: str, rival: str, claim: str) -> Claim:
    tests = against(records, name, rival)
    trials = min((test.trials for test in tests.values()), default=0)
    if not can_decide(trials, len(tests)):
        verdict, why = Verdict.UNTESTABLE, f"{trials} trials cannot decide {len(tests)} questions."
    else:
        verdict = decide(*(test.outcome is Outcome.BETTER for test in tests.values()))
        why = f"Signed-rank tests over {trials} seeds, Holm over {len(tests)}."
    return Claim(claim, WISH, _shown(tests), verdict, why)


def _shown(tests: Mapping[str, Comparison]) -> str:
    def said(test: Comparison) -> str:
        # The size of a lead that chance could have made says nothing.
        size = f" by {number(100 * abs(test.ratio - 1), 2)} % (median)"
        return test.outcome.value + ("" if test.outcome is Outcome.TIE else size)

    return "; ".join(f"{name}: {said(test)}" for name, test in tests.items())


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
