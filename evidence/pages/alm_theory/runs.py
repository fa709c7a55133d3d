r"""Paper B, Lemma 3.2 and Theorems 4.3, 4.7 and 4.8, measured along runs of section 5.3's kind.

Three parts. *blocks*: for every subproblem of a run the constants L1 and L2 of (3.4), the
quotients of (3.2) and (3.3) that they bound, along the sweeps and searched for in the level set,
and what every block of every sweep takes off L, (4.4) to (4.6). *stopping*: the first subproblem
with the cap lifted: how many sweeps until (3.6), until (3.17), and what (4.8) allows. *outer*:
gamma, multipliers, feasibility violation and KKT residual with eta3 below and above 1, with inner
loops that end as in section 5.3, or by (3.6).

Data and start of a seed are those of Figure 1. What counts as "holds" stands with the claims and
was written down before the runs.
"""

from collections.abc import Mapping
from dataclasses import replace

from evidence.kit.records import Outcome, Record
from evidence.pages.alm_theory.blocks import blocks
from evidence.pages.alm_theory.config import Theory
from evidence.pages.alm_theory.loops import outer, stopping
from evidence.protocols.alm import SP500, T10, T500, TABLE2
from lib.validation import one_of

PARTS = {"blocks": blocks, "stopping": stopping, "outer": outer}


def _outer(
    name: str,
    seeds: int,
    caps: tuple[int, int],
    etas: tuple[float, ...],
    rule: str = "step",
    gamma: float = 1.0,
) -> tuple[Theory, ...]:
    settings = [replace(TABLE2[name], eta3=eta3, gamma=gamma) for eta3 in etas]
    return tuple(Theory("outer", name, seeds, s, *caps, (rule,)) for s in settings)


def _own(name: str) -> float:
    return TABLE2[name].eta3


PROFILES: Mapping[str, tuple[Theory, ...]] = {
    "quick": (
        Theory("blocks", T10, 2, TABLE2[T10], 5, 40, searched=(0, 4), pairs=3),
        Theory("blocks", SP500, 1, TABLE2[SP500], 2, 20, pairs=3),
        Theory("stopping", T10, 1, TABLE2[T10], 1, 7_000),
        *_outer(T10, 2, (40, 100), (_own(T10), 1.5)),
        *_outer(T10, 2, (40, 100), (_own(T10), 1.5), gamma=0.01),
        *_outer(T10, 2, (30, 1_000), (1.5,), rule="residual"),
    ),
    "paper": (
        Theory("blocks", T10, 6, TABLE2[T10], 20, 100, searched=(0, 1, 10, 19)),
        Theory("blocks", SP500, 2, TABLE2[SP500], 10, 100, searched=(0, 1, 9)),
        Theory("blocks", T500, 1, TABLE2[T500], 6, 100, searched=(0, 5), pairs=5),
        Theory("stopping", T10, 10, TABLE2[T10], 1, 60_000),
        *_outer(T10, 6, (100, 500), (_own(T10), 1.1, 1.5)),
        *_outer(SP500, 2, (30, 100), (_own(SP500), 1.5)),
        *_outer(T500, 1, (15, 80), (_own(T500), 1.5)),
        *_outer(T10, 3, (100, 500), (_own(T10), 1.5), gamma=0.01),
        *_outer(T10, 4, (100, 5_000), (1.5,), rule="residual"),
    ),
}


def run(config: Theory) -> Outcome:
    """Measure one part on one dataset."""
    return PARTS[one_of("part", config.part, PARTS)](config)


def of_part(records: list[Record], part: str, **setting: object) -> list[Record]:
    """Return the records of one part, for *outer* those whose fields have the given values."""
    return [
        record
        for record in records
        if record.config["part"] == part
        and all(
            record.config.get(key, record.config["setting"].get(key)) == value
            for key, value in setting.items()
        )
    ]
