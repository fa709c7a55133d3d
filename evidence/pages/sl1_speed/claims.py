"""Paper A, "faster because sparser": what a step costs, and whether zeros make it cheaper.

Decided after a quick run and before the full-scale ones. Times are taken in turns; one work is
faster than another when exact signed-rank tests over the turns say so, corrected after Holm over
the datasets of a claim. Such a test says that noise between the turns of one process did not make
the difference, not that the difference is large, nor that another process would show it: the ratios
stand beside it. A product in compressed rows is taken in the faster of two libraries.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from evidence.kit.records import Record
from evidence.kit.tables import counted
from evidence.kit.verdicts import Claim, Verdict, decide
from evidence.pages.sl1_speed.runs import (
    DENSE,
    FORMATS,
    GRADIENT,
    PRODUCT,
    SPARSITIES,
    STEP,
    printed,
)
from evidence.papers.tables import sl1_results
from evidence.protocols.sl1 import PRINTED, SL1
from evidence.protocols.titles import title
from evidence.statistics import Comparison, Outcome, compare
from evidence.statistics.comparison import can_decide

GRU = "GRU"
RIVALS = tuple(model for model in PRINTED if model != SL1)
LEVEL = 0.05
ABOVE = 0.5
"""The first sparsity on the grid that is above every printed one."""


def seconds(record: Record, part: str, arm: str) -> np.ndarray:
    """Return the CPU seconds of one arm, turn by turn."""
    return np.array(record.traces[f"{part}, {arm}"])


def name(record: Record) -> str:
    """Return what the record's dataset is called."""
    return title(record.config["dataset"])


def faster(records: Sequence[Record], part: str, first: str, other: str) -> dict[str, Comparison]:
    """Return, by dataset, whether one arm takes less time than another; the ratio is theirs."""
    return compare({name(r): (seconds(r, part, first), seconds(r, part, other)) for r in records})


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge the shortest time, model by model, and what is given as its reason."""
    return [
        *(_against(records, rival) for rival in RIVALS),
        _zeros(records),
        _compressed(records),
        _printed_trend(),
        _lighter(records),
    ]


def _against(records: Sequence[Record], rival: str) -> Claim:
    found = faster(records, STEP, SL1, rival)
    ratios = [1 / c.ratio for c in found.values()]
    paper = list(printed_ratios(rival).values())
    return Claim(
        f"SL1-GRU needs less time than {rival} (sections 4.2 and 4.3).",
        f"{_range(paper)} of its time",
        f"{_range(ratios)} of its time for a step, medians of {len(ratios)} datasets",
        _judged(records, found),
        _why(records, found),
    )


def _zeros(records: Sequence[Record]) -> Claim:
    found = faster(records, GRADIENT, "printed", "dense")
    ratios = [1 / c.ratio for c in found.values()]
    shares = [printed(r.config["dataset"]) for r in records]
    return Claim(
        "The time is short because of the sparsity (section 4.2): zeros make a step cheaper.",
        f"sparsities of {min(shares):.1%} to {max(shares):.1%}",
        f"with as many weights at zero a gradient takes {_range(ratios)} of its time",
        _judged(records, found),
        f"{_why(records, found)} A dense product multiplies zeros too.",
    )


def _compressed(records: Sequence[Record]) -> Claim:
    pairs = {
        name(r): (
            compressed(r, ABOVE),
            seconds(r, PRODUCT, f"{DENSE} {ABOVE:g}"),
        )
        for r in records
    }
    found = compare(pairs)
    worth = {name(r): worthwhile(r) for r in records}
    return Claim(
        "Asked here: would a format for sparse matrices save time at the printed sparsities?",
        "not considered",
        f"at {ABOVE:.0%} zeros a product in compressed rows takes "
        f"{_range([1 / c.ratio for c in found.values()])} of the dense one's time",
        _judged(records, found),
        f"{_why(records, found)} {ABOVE:.0%} is above every printed sparsity. First faster: "
        + "; ".join(f"{title} {_share(share)}" for title, share in worth.items())
        + ".",
    )


def compressed(record: Record, share: float) -> np.ndarray:
    """Return the seconds of a product in compressed rows, of the library with the lower median."""
    found = [seconds(record, PRODUCT, f"{form} {share:g}") for form in FORMATS if form != DENSE]
    return min(found, key=np.median)


def worthwhile(record: Record) -> float | None:
    """Return the smallest share of zeros on the grid from which on compressed rows are faster."""
    first = None
    for share in reversed(SPARSITIES):
        dense = np.median(seconds(record, PRODUCT, f"{DENSE} {share:g}"))
        if np.median(compressed(record, share)) >= dense:
            break
        first = share
    return first


def _printed_trend() -> Claim:
    saved, sparse = np.array([(1 - p["ratio"], p["sparsity"]) for p in printed_rows()]).T
    found = spearmanr(sparse, saved)
    return Claim(
        "The sparser SL1-GRU is, the more time it saves: what the reason given would mean for the "
        "paper's own figures.",
        f"{saved.min():.0%} to {saved.max():.0%} less than GRU at sparsities of "
        f"{sparse.min():.1%} to {sparse.max():.1%}",
        f"rank correlation {found.statistic:.2f} over {len(saved)} sets, p = {found.pvalue:.2g}",
        decide(bool(found.statistic > 0 and found.pvalue < LEVEL)),
        "From Tables 3 and 5 alone. Judged by a positive rank correlation below the 5 % level.",
    )


def _lighter(records: Sequence[Record]) -> Claim:
    found = faster(records, STEP, GRU, "LSTM")
    ratios = [1 / c.ratio for c in found.values()]
    return Claim(
        "A GRU costs less to compute than an LSTM (section 1).",
        f"{_range(list(printed_ratios('LSTM', GRU).values()))} of its time in Tables 3 and 5",
        f"{_range(ratios)} of its time for a step, medians of {len(ratios)} datasets",
        _judged(records, found),
        _why(records, found),
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


def _judged(records: Sequence[Record], found: dict[str, Comparison]) -> Verdict:
    if not can_decide(min(len(next(iter(r.traces.values()))) for r in records), len(found)):
        return Verdict.UNTESTABLE
    return decide(*(c.outcome is Outcome.BETTER for c in found.values()))


def _why(records: Sequence[Record], found: dict[str, Comparison]) -> str:
    turns = min(len(next(iter(r.traces.values()))) for r in records)
    words = {Outcome.BETTER: "faster", Outcome.WORSE: "slower"}
    outcomes = counted((c.outcome for c in found.values()), words)
    tests = f"Signed-rank tests over {turns} turns of one process, Holm over {len(found)} datasets"
    return f"{tests}: {outcomes}."


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}"


def _share(share: float | None) -> str:
    return "at no share measured" if share is None else f"at {share:.0%}"


def times(records: Sequence[Record]) -> dict[str, float]:
    """Return what the prose quotes of the times, which belong to a machine.

    ``faster`` and ``slower`` are on how many sets SL1-GRU is so beyond chance than the GRU.
    """
    numbers = {}
    for record in records:
        dataset, gru = record.config["dataset"], seconds(record, STEP, GRU)
        for model in PRINTED:
            numbers[f"{dataset}.{model}"] = float(np.median(seconds(record, STEP, model) / gru))
    for model in (*RIVALS, SL1):
        each = [numbers[f"{r.config['dataset']}.{model}"] for r in records]
        numbers |= {f"least.{model}": min(each), f"most.{model}": max(each)}
    outcomes = [c.outcome for c in faster(records, STEP, SL1, GRU).values()]
    for word, outcome in (("faster", Outcome.BETTER), ("slower", Outcome.WORSE)):
        numbers[word] = float(outcomes.count(outcome))
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
