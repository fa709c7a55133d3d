"""Paper B, Table 3: how the runs behind it began and ended, and what a profile leaves out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from IPython.display import Markdown

from lib.claims.alm_datasets import HEADS
from lib.claims.alm_table3 import PAIR, Findings
from lib.claims.alm_table3_tables import named, title
from lib.claims.alm_trials import ALM
from lib.experiments.alm_table3 import EXPLODED, FINISHED
from lib.statistics import summarise
from lib.statistics.summary import number

LEVEL = 100
"""Γ of Table 2."""


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
    heads = [f"{m}, {scale}" for m in ("training", "test") for scale in ("whole", "training part")]
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
