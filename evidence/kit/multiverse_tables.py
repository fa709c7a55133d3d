"""Both papers: what every choice does to a claim, as a table."""

import numpy as np

from evidence.kit.multiverse import Multiverse, Specification, explained, pairs
from evidence.kit.tables import Section, SectionTable
from evidence.statistics import Outcome
from evidence.statistics.summary import number


def choices_table(multiverse: Multiverse) -> SectionTable:
    """Return a section per choice, those that explain most first: a row for each of its levels."""
    order = sorted(multiverse.choices, key=lambda choice: -explained(multiverse, choice))
    heads = ("", "all", *multiverse.words.values(), "median effect")
    return SectionTable(
        heads, [_section(multiverse, choice) for choice in order], grid=True, joined=True
    )


def _section(multiverse: Multiverse, choice: str) -> Section:
    of_level = {
        level: [s for s in multiverse.specifications if s.choices.get(choice) == level]
        for level in multiverse.choices[choice]
    }
    alone = pairs(multiverse, choice)
    note = f"explains {explained(multiverse, choice):.0%} of the order"
    if alone.all:
        note += (
            f"; made another way alone it changes {alone.changed} of {alone.all} outcomes, "
            f"{alone.opposite} to the opposite"
        )
    factors = multiverse.neutral == 1
    return Section(choice, [_row(lv, found, factors) for lv, found in of_level.items()], note)


def _row(level: str, found: list[Specification], factors: bool) -> list[str]:
    judged = [s.outcome for s in found if s.decidable]
    # The lower of two middle values, for between -inf and inf there is nothing.
    middle = float(np.quantile([s.effect for s in found], 0.5, method="inverted_cdf"))
    return [
        level,
        f"{len(found)}",
        *(f"{judged.count(outcome)}" for outcome in Outcome),
        _effect(middle, factors),
    ]


def _effect(value: float, factor: bool) -> str:
    """Return a factor with three digits, a difference with two decimals and no negative zero."""
    if not np.isfinite(value):
        return "∞" if value > 0 else "-∞"
    return number(value, 3) if factor else f"{value:z.2f}"
