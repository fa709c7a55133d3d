"""What the full-scale records cost and what made them, added up from their provenance."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from evidence.kit.records import Record, Store
from evidence.kit.registry import EXPERIMENTS, experiment, units
from evidence.kit.runner import PAPER_RECORDS

TOTALS = {
    "Table 3 of paper A": ("sl1_table3",),
    "Table 5 of paper A": ("sl1_table5",),
    "Tables 3 and 5 of paper A": ("sl1_table3", "sl1_table5"),
    "Table 3 of paper B": ("alm_table3", "alm_descent_printed"),
    "Everything of paper A": tuple(name for name in EXPERIMENTS if name.startswith("sl1_")),
    "Everything of paper B": tuple(name for name in EXPERIMENTS if name.startswith("alm_")),
    "The bench of the estimators": tuple(n for n in EXPERIMENTS if n.startswith("estimators_")),
    "Everything": EXPERIMENTS,
}
"""Experiments whose costs are added up, by what the reader calls them together."""


@dataclass(frozen=True)
class Cost:
    """What a set of records cost.

    Attributes:
        records: how many there are.
        cpu: CPU time of all of them, in seconds.
        wall: time from start to end of each, added up, in seconds.
        two_cores: how long they take with two cores for them alone, in seconds.
    """

    records: int
    cpu: float
    wall: float
    two_cores: float


@cache
def full_scale() -> dict[str, list[Record]]:
    """Return the committed records by experiment, in the order in which they are computed.

    An experiment that has none yet is left out: this page tells what was spent.
    """
    store = Store(PAPER_RECORDS)
    found = {name: map(store.load, units(name, "paper")) for name in EXPERIMENTS}
    present = {name: [record for record in loaded if record] for name, loaded in found.items()}
    return {name: records for name, records in present.items() if records}


def cost(records: Sequence[Record]) -> Cost:
    """Return what these records cost."""
    cpu = [record.provenance["cpu_seconds"] for record in records]
    wall = [record.provenance["wall_seconds"] for record in records]
    return Cost(len(records), sum(cpu), sum(wall), elapsed(cpu, 2))


def elapsed(seconds: Iterable[float], cores: int) -> float:
    """Return when the last of some works ends if each starts as soon as a core is free."""
    free = [0.0] * cores
    for work in seconds:
        heapq.heapreplace(free, free[0] + work)
    return max(free)


def subject(name: str) -> str:
    """Return what an experiment computes: the first sentence of its module, without its stop."""
    return experiment(name).__doc__.split("\n")[0].removesuffix(".")


def commits(records: Iterable[Record]) -> list[str]:
    """Return the commits that made some records, the one with most of them first."""
    return [name for name, _ in Counter(r.provenance["commit"] for r in records).most_common()]


def surroundings(records: Sequence[Record]) -> dict[str, dict[str, int]]:
    """Return how many records were made with each version of a package, and on each machine.

    Returns:
        By what is counted (``python``, ``numpy``, ..., ``machine``) the records by each value.
    """
    found: dict[str, Counter[str]] = {}
    for record in records:
        machine = record.provenance["machine"]
        words = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}"
        for what, value in (record.provenance["versions"] | {"machine": words}).items():
            found.setdefault(what, Counter())[value] += 1
    return {what: dict(values) for what, values in found.items()}


def datasets_read(records: Iterable[Record]) -> dict[tuple[str, str], int]:
    """Return how many records read each dataset, by its name and its checksum."""
    read = Counter(pair for record in records for pair in record.data.items())
    return dict(sorted(read.items()))
