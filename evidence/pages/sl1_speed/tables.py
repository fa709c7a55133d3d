"""Paper A, "faster because sparser": the times in tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable
from evidence.kit.timing import spread
from evidence.pages.sl1_speed.claims import GRU, name, printed_column, seconds
from evidence.pages.sl1_speed.runs import (
    DENSE,
    FORMATS,
    GRADIENT,
    PRODUCT,
    SPARSITIES,
    STEP,
    printed,
)
from evidence.papers.tables import SL1_TITLE_OF
from evidence.protocols.sl1 import PRINTED, PROX


def ratios_table(records: Sequence[Record]) -> SectionTable:
    """Return the time of every model over the GRU's: printed, and ours with its quartiles."""
    sections = []
    for record in records:
        dataset = record.config["dataset"]
        wide = printed_column("seconds").loc[SL1_TITLE_OF[dataset]]
        own = seconds(record, STEP, GRU)
        rows = []
        for model in (*PRINTED, PROX):
            paper = f"{wide[model] / wide[GRU]:.2f}" if model in PRINTED else "–"
            rows.append((model, paper, spread(seconds(record, STEP, model) / own)))
        trials = record.config["trials"]
        note = f"a GRU's step: {1e6 * np.median(own) / trials:.0f} µs a trial"
        sections.append(Section(name(record), rows, note))
    return SectionTable(
        ("model", "paper, over GRU", "ours, over GRU"), sections, grid=True, brief=True
    )


def zeros_table(records: Sequence[Record]) -> pd.DataFrame:
    """Return the time of a gradient with zeros over that of the dense one."""
    rows = {}
    for record in records:
        dense = seconds(record, GRADIENT, "dense")
        rows[name(record)] = {
            "printed sparsity": f"{printed(record.config['dataset']):.1%}",
            "so many zeros": spread(seconds(record, GRADIENT, "printed") / dense),
            "99 % zeros": spread(seconds(record, GRADIENT, "0.99") / dense),
        }
    return pd.DataFrame(rows).T


def products_table(records: Sequence[Record]) -> SectionTable:
    """Return the time of products in compressed rows over the dense one, by share of zeros."""
    sections = []
    for record in records:
        rows = []
        for form in FORMATS:
            if form == DENSE:
                continue
            ratios = (
                seconds(record, PRODUCT, f"{form} {share:g}")
                / seconds(record, PRODUCT, f"{DENSE} {share:g}")
                for share in SPARSITIES
            )
            rows.append((form, *(f"{np.median(ratio):.2f}" for ratio in ratios)))
        dense = 1e6 * np.median(seconds(record, PRODUCT, f"{DENSE} 0"))
        sections.append(Section(name(record), rows, f"dense: {dense:.3g} µs"))
    heads = ("over dense", *(f"{share:.0%} zeros" for share in SPARSITIES))
    return SectionTable(heads, sections, grid=True, brief=True)
