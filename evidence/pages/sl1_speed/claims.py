"""Paper A, "faster because sparser": what a step costs, and whether zeros make it cheaper.

Decided after a quick run and before the full-scale ones, but for `A-int-l1-cost`: that all shares
of zeros count there was decided when the records were known, and turned it round. Algorithm 1 has a
fixed number of epochs, so that times of a training compare as those of a step. Times are taken in
turns; one work is faster than another when exact signed-rank tests over the turns say so, corrected
after Holm over all comparisons of a claim. Such a test says that noise between the turns of one
process did not make the difference, not that the difference is large, nor that another process
would show it: the ratios stand beside it. A product in compressed rows is taken in the faster of
two libraries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Value, Values
from evidence.pages.sl1_speed.runs import (
    DENSE,
    FORMATS,
    GRADIENT,
    PRODUCT,
    SPARSITIES,
    STEP,
)
from evidence.papers.tables import SL1_TITLE_OF, sl1_results
from evidence.protocols.sl1 import PRINTED, SL1, TARGETS
from evidence.protocols.titles import title
from evidence.statistics import Comparison, Outcome, compare, median_interval
from evidence.statistics.comparison import can_decide

GRU, LSTM, L1, L2 = "GRU", "LSTM", "L1-GRU", "L2-GRU"
RIVALS = tuple(model for model in PRINTED if model != SL1)
LEVEL = 0.05
ABOVE = 0.5
"""The first sparsity on the grid that is above all of Tables 3 and 5; Figure 3b prints 0.8."""

WITHIN = "torch CSR"
"""The compressed rows of the library of the dense product, so that nothing else differs."""

STATED = (8.7, 20.1)
"""Per cent of the GRU's training time that SL1-GRU saves, by the abstract."""


def seconds(record: Record, part: str, arm: str) -> np.ndarray:
    """Return the CPU seconds of one arm, turn by turn."""
    return np.array(record.traces[f"{part}, {arm}"])


def name(record: Record) -> str:
    """Return what the record's dataset is called."""
    return title(record.config["dataset"])


@dataclass(frozen=True)
class Race:
    """Two works on one dataset's size.

    Attributes:
        first: seconds of the one that is said to be faster, turn by turn.
        other: seconds of the other.
        lead: the other's printed time over the first's, 1 where none is printed.
    """

    first: np.ndarray
    other: np.ndarray
    lead: float = 1.0


def compared(races: Mapping[object, Race], what: str) -> Comparisons | None:
    """Return the races of a claim, Holm over all of them; None for none."""
    if not races:
        return None
    found = compare({key: (race.first, race.other) for key, race in races.items()})
    ratios = [1 / comparison.ratio for comparison in found.values()]
    return Comparisons(
        {
            key: Case(each.outcome, visible=bool(1 < races[key].lead >= each.visible))
            for key, each in found.items()
        },
        detail=f"{what}: {min(ratios):.2f} to {max(ratios):.2f} of the other's time, signed-rank "
        f"tests over the turns of one process, Holm over {len(found)}",
    )


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what is said of times and of their reason, with what was measured."""
    fitted = [r for r in records if r.config["dataset"] in TARGETS]
    classified = [r for r in records if r not in fitted]
    against_all = [(SL1, rival) for rival in RIVALS]
    return judge(
        {
            "A-abs-time": _saving(
                {name(r): _step(r, SL1, GRU) for r in records},
                "Share of the GRU's time that a step of SL1-GRU saves",
                STATED,
            ),
            "A-T3-fastest": compared(steps(classified, against_all), "A step of SL1-GRU"),
            "A-T5-fastest": compared(steps(fitted, against_all), "A step of SL1-GRU"),
            "A-T3-because": _saving(
                {name(r): _with_zeros(r) for r in classified},
                "Share of the time that a gradient saves with as many weights at zero as printed, "
                "against the printed saving of SL1-GRU",
            ),
            "A-int-l1-cost": _can_save(records),
            "A-T5-saves": compared(
                {name(r): _left_out(r) for r in fitted},
                f"A product with {ABOVE:.0%} of the weights left out, more than Tables 3 and 5 "
                "print, in compressed rows",
            ),
            "A-int-cheaper": compared(steps(records, [(GRU, LSTM)]), "A step of a GRU"),
            "A-T3-l1-time": compared(steps(records, [(L1, GRU)]), "A step of L1-GRU"),
            "A-T3-l2-time": compared(
                steps((r for r in records if _lead(r, L2, GRU) > 1), [(L2, GRU)])
                | steps((r for r in records if _lead(r, L2, GRU) < 1), [(GRU, L2)]),
                "A step of the one with the shorter printed time",
            ),
            "O-T3-trend": _printed_trend(),
        }
    )


def steps(records: Iterable[Record], pairs: Sequence[tuple[str, str]]) -> dict[tuple, Race]:
    """Return the steps of pairs of models on every dataset, beside their printed times."""
    return {
        (name(r), first, other): _step(r, first, other) for r in records for first, other in pairs
    }


def _step(record: Record, first: str, other: str) -> Race:
    return Race(
        seconds(record, STEP, first), seconds(record, STEP, other), _lead(record, first, other)
    )


def _with_zeros(record: Record) -> Race:
    works = (seconds(record, GRADIENT, arm) for arm in ("printed", DENSE))
    return Race(*works, _lead(record, SL1, GRU))


def _left_out(record: Record) -> Race:
    dense = seconds(record, PRODUCT, f"{DENSE} {ABOVE:g}")
    return Race(compressed(record, ABOVE), dense, _lead(record, SL1, GRU))


def _lead(record: Record, first: str, other: str) -> float:
    return printed_ratios(first, other)[SL1_TITLE_OF[record.config["dataset"]]]


def _saving(
    races: Mapping[str, Race], what: str, stated: tuple[float, float] | None = None
) -> Values | None:
    """Return medians over the turns, for a turn that was disturbed says nothing of the work.

    What is stated is a range, or on every set what the printed times save.
    """
    if not races:
        return None

    def value(race: Race) -> Value:
        share = 100 * (1 - race.first / race.other)
        chance = median_interval(share) if share.size > 2 else None
        theirs = stated or 100 * (1 - 1 / race.lead)
        return Value(theirs, float(np.median(share)), chance, null=0.0, rounding=0.05)

    values = {key: value(race) for key, race in races.items()}
    ours = [each.ours for each in values.values()]
    return Values(
        values,
        detail=f"{what}, {min(ours):+.1f} to {max(ours):+.1f} %, medians over the turns; a "
        "negative one is lost",
        unit="%",
    )


def _cheaper(records: Sequence[Record]) -> dict[tuple[str, float], Comparison]:
    """Return by set and share of zeros what they do to the time of a product.

    It is compared in one library; a share of 0 stands for a gradient with the printed zeros.
    """
    races = {}
    for record in records:
        race = _with_zeros(record)
        races[name(record), 0.0] = race.first, race.other
        for share in filter(None, SPARSITIES):
            works = (seconds(record, PRODUCT, f"{form} {share:g}") for form in (WITHIN, DENSE))
            races[name(record), share] = tuple(works)
    return compare(races)


def _can_save(records: Sequence[Record]) -> Values:
    """Count the sets on which zeros make something cheaper: the sentence says that they can.

    It names no share of zeros, so that all of the grid count, those above the printed ones as well.
    """
    found = _cheaper(records)
    cheaper = [key for key, each in found.items() if each.outcome is Outcome.BETTER]
    value = Value.exact((1, np.inf), len({of for of, _ in cheaper}))
    if not can_decide(min(each.trials for each in found.values()), len(found)):
        value = replace(value, chance=None)
    few = len({of for of, share in cheaper if share <= ABOVE})
    return Values(
        {"sets": value},
        detail="Sets on which a gradient with as many zeros as printed, or a product in PyTorch's "
        f"compressed rows with {SPARSITIES[1]:.0%} to {SPARSITIES[-1]:.0%}, is faster than "
        "without: "
        + ("; ".join(f"{of} at {share:.0%}" for of, share in cheaper) or "none")
        + f". With up to {ABOVE:.0%}, more than Tables 3 and 5 print, {few}; zeros at random, not "
        f"asked is whether L1 leaves as many, and at what error; Holm over {len(found)}",
        unit="sets",
    )


def compressed(record: Record, share: float) -> np.ndarray:
    """Return the seconds of a product in compressed rows, of the library with the lower median."""
    found = [seconds(record, PRODUCT, f"{form} {share:g}") for form in FORMATS if form != DENSE]
    return min(found, key=np.median)


def _printed_trend() -> Comparisons:
    saved, sparse = np.array([(1 - p["ratio"], p["sparsity"]) for p in printed_rows()]).T
    found = spearmanr(sparse, saved)
    outcome = Outcome.BETTER if found.statistic > 0 else Outcome.WORSE
    return Comparisons(
        {"trend": Case(outcome if found.pvalue < LEVEL else Outcome.TIE)},
        detail=f"Rank correlation of printed sparsity and printed saving {found.statistic:.2f} "
        f"over {len(saved)} sets, p = {found.pvalue:.2g}",
    )


def printed_rows() -> list[dict]:
    """Return per dataset of Tables 3 and 5 the time of SL1 over GRU, and SL1's sparsity."""
    sparsity = printed_column("sparsity")[SL1]
    return [
        {"dataset": dataset, "ratio": ratio, "sparsity": sparsity[dataset]}
        for dataset, ratio in printed_ratios(GRU).items()
    ]


def printed_ratios(rival: str, model: str = SL1) -> dict[str, float]:
    """Return the printed time of a model over another one's, by dataset."""
    wide = printed_column("seconds")
    return (wide[model] / wide[rival]).to_dict()


def printed_column(column: str) -> pd.DataFrame:
    """Return a column of Tables 3 and 5: a row per dataset, a column per model."""
    both = pd.concat([sl1_results(table) for table in (3, 5)])
    return both.pivot(index="dataset", columns="model", values=column)


def times(records: Sequence[Record]) -> dict[str, float]:
    """Return what the prose quotes of the times, which belong to a machine.

    ``faster`` and ``slower`` are on how many sets SL1-GRU is so beyond chance than the GRU,
    ``worth`` on how many a product in compressed rows is, and ``worth.half`` with up to half zeros.
    """
    numbers = {}
    for record in records:
        dataset, gru = record.config["dataset"], seconds(record, STEP, GRU)
        for model in PRINTED:
            numbers[f"{dataset}.{model}"] = float(np.median(seconds(record, STEP, model) / gru))
    for model in (*RIVALS, SL1):
        each = [numbers[f"{r.config['dataset']}.{model}"] for r in records]
        numbers |= {f"least.{model}": min(each), f"most.{model}": max(each)}
    races = compared(steps(records, [(SL1, GRU)]), "")
    outcomes = [case.outcome for case in races.cases.values()]
    for word, outcome in (("faster", Outcome.BETTER), ("slower", Outcome.WORSE)):
        numbers[word] = float(outcomes.count(outcome))
    cheaper = [key for key, each in _cheaper(records).items() if each.outcome is Outcome.BETTER]
    numbers["worth"] = float(len({of for of, share in cheaper if share}))
    numbers["worth.half"] = float(len({of for of, share in cheaper if 0 < share <= ABOVE}))
    return numbers


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares: what was timed and what is printed, no times."""
    rows = printed_rows()
    saved, sparse = [1 - row["ratio"] for row in rows], [row["sparsity"] for row in rows]
    numbers = {
        "saved.least": float(min(saved)),
        "saved.most": float(max(saved)),
        "correlation": float(spearmanr(sparse, saved).statistic),
        "datasets": float(len(records)),
    }
    for record in records:
        row = next(r for r in record.rows if r["part"] == GRADIENT and r["arm"] == "printed")
        numbers[f"{record.config['dataset']}.zeros"] = float(row["zeros"])
    return numbers
