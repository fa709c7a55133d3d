"""Paper B, Table 3: its pages in short, how the runs began and ended, what a profile leaves out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import Markdown

from evidence.kit.tables import Section, SectionTable
from evidence.pages.alm_table3.claims import AMONG, PAIR, Findings
from evidence.pages.alm_table3.contest import Contest
from evidence.pages.alm_table3.tables import named, title
from evidence.pages.alm_table3.trials import ALM, FAIR, MEASURE_TITLES, PRINTED, RIVALS, STARTS
from evidence.protocols.alm import RESTARTED, TEST
from evidence.protocols.alm_training import EXPLODED, FINISHED
from evidence.protocols.titles import HEADS, SERIES
from evidence.statistics import Outcome, least_p, smallest_difference, summarise
from evidence.statistics.comparison import SIGNIFICANT
from evidence.statistics.summary import number

LEVEL = 100
"""Γ of Table 2."""

EDGE = "*"
"""Marks a choice at the end of its grid, beyond which a better one might lie."""


def in_short(found: Findings) -> Markdown:
    """Return how the ALM's comparisons with every group ended, a list per dataset."""
    lines = []
    for dataset in found.datasets:
        if len(found.datasets) > 1:
            lines += ["", f"{SERIES[dataset]}:", ""]
        for group in RIVALS:
            parts = [
                f"{MEASURE_TITLES[measure]} {_ended(contest)}"
                for (of, measure), contest in found.contests(dataset).items()
                if of == group and measure != RESTARTED
            ]
            lines.append(f"- Against {AMONG[group]}: {'; '.join(parts)}.")
    return Markdown("\n".join(lines))


def _ended(contest: Contest) -> str:
    outcomes = [c.outcome for c in contest.comparisons.values()]
    counts = {o: outcomes.count(o) for o in Outcome if o in outcomes}
    words = {Outcome.BETTER: "better", Outcome.TIE: "tied", Outcome.WORSE: "worse"}
    if len(counts) == 1:
        return f"**{words[outcomes[0]]} in all {len(outcomes)}** comparisons"
    return ", ".join(f"**{words[o]} in {n}**" for o, n in counts.items()) + f" of {len(outcomes)}"


def first_lead(found: Findings, dataset: str) -> Markdown:
    """Return how clear a lead has to be to count as the first of a family."""
    contest = found.contest(dataset, PRINTED, TEST)
    trials, family = len(found.trials.numbers(dataset)), len(contest.comparisons)
    given = f"With {trials} trials and {family} comparisons with the paper's methods"
    if not contest.decidable:
        return Markdown(f"{given} no lead can be told from chance, however clear it is.")
    unanimous = ""
    # One contrary trial, and be it the closest one, doubles the smallest p-value.
    if 2 * least_p(trials) * family > SIGNIFICANT:
        unanimous = "the first significant lead needs every single trial on its side, and "
    needed = smallest_difference(trials, SIGNIFICANT / family)
    return Markdown(
        f"{given}, {unanimous}a first lead of {number(needed, 2)} of its standard deviations over "
        "the trials is detected with a power of 80 %. Once some leads are significant, Holm's "
        "correction asks less of the next."
    )


def starts_table(found: Findings) -> pd.DataFrame:
    """Return how the ALM's runs began and ended: a row per dataset and initialisation."""
    frame = found.trials.frame
    runs = frame[(frame["method"] == ALM[1]) & (frame["standardise"] == "all")]
    rows = {}
    for (dataset, start), cell in runs.groupby(["dataset", "start"], sort=False):
        levels = cell["level"].dropna() if "level" in cell else pd.Series(dtype=float)
        ended = cell["status"].value_counts()
        rows[f"{HEADS[dataset]}: {title(start)}"] = [
            f"{ended.get(FINISHED, 0)} of {len(cell)}",
            f"{ended.get(EXPLODED, 0)}",
            f"{len(cell) - ended.get(FINISHED, 0) - ended.get(EXPLODED, 0)}",
            f"{np.sum(levels > LEVEL) + ended.get(EXPLODED, 0)}",
            f"{levels.max():.3g}" if len(levels) else "–",
        ]
    heads = ["finished", "start explodes", "broke down", f"L(s⁰) above {LEVEL}", "largest Γ"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def choices_table(found: Findings) -> SectionTable:
    """Return the rate and the epochs that every fair method chose, marked at the end of a grid."""
    return SectionTable(
        ("method", *(title(start) for start in STARTS)),
        [
            Section(
                SERIES[dataset],
                [
                    [
                        method[1],
                        *(
                            _choice(found.trials.runs(dataset, method, start).iloc[0])
                            for start in found.trials.starts(dataset)
                        ),
                    ]
                    for method in found.trials.methods(dataset, FAIR)
                ],
                "rate × epochs; iterations for L-BFGS",
            )
            for dataset in found.datasets
        ],
    )


def _choice(run: pd.Series) -> str:
    epochs = f"{run['epochs']:,.0f}{EDGE if run['epochs_at_edge'] else ''}"
    if pd.isna(run["rate"]):
        return epochs
    return f"{run['rate']:g}{EDGE if run['rate_at_edge'] else ''} × {epochs}"


def unfinished(found: Findings) -> Markdown:
    """Return a sentence that counts the runs of every method that did not finish."""
    frame = found.trials.frame
    lost = frame[(frame["status"] != FINISHED) & (frame["standardise"] == "all")]
    total = len(frame[frame["standardise"] == "all"])
    if lost.empty:
        return Markdown(f"Every one of the {total:,} runs behind this page finished.")
    counted = lost.groupby(["dataset", "group", "method", "start", "status"], sort=False).size()
    lines = [
        f"- {HEADS[dataset]}: {named((group, method))} from {title(start)}, {count} × {status}"
        for (dataset, group, method, start, status), count in counted.items()
    ]
    head = (
        f"{len(lost):,} of {total:,} runs behind this page did not finish. Means are over the "
        "others and say so; in every comparison such a run has lost."
    )
    return Markdown("\n".join([head, "", *lines]))


def scaling_table(found: Findings, dataset: str) -> pd.DataFrame | Markdown:
    """Return the ALM's errors with targets standardised over the whole series and without leak."""
    frame = found.trials.frame
    runs = frame[(frame["dataset"] == dataset) & (frame["method"] == ALM[1])]
    if set(runs["standardise"]) != {"all", "train"}:
        return Markdown("*This profile trains with the whole series' scale alone.*")
    rows = {
        title(start): [
            number(summarise(cell.loc[cell["standardise"] == scale, measure]).median, 3)
            for measure in PAIR
            for scale in ("all", "train")
        ]
        for start, cell in runs.groupby("start", sort=False)
    }
    heads = [f"{m}, {scale}" for m in ("training", "test") for scale in ("whole", "part")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def left_out(found: Findings, wanted: Sequence[str]) -> Markdown | None:
    """Return a note that names the datasets that a profile leaves out, None when it has all."""
    missing = [HEADS[name] for name in wanted if name not in found.datasets]
    if not missing:
        return None
    return Markdown(
        ":::{note}\nThe targets of the released file (" + ", ".join(missing) + ") are left out of "
        "this profile, because the file may not be passed on.\n:::"
    )
