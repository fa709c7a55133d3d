"""The directive `provenance` shows what the full-scale records cost and what made them."""

from typing import ClassVar

import nbformat
from computed_table import ComputedTable, table
from sphinx.application import Sphinx

from evidence.kit import costs
from evidence.kit.paths import RESULTS
from evidence.kit.records import Record
from evidence.kit.sources import sources
from evidence.kit.tables import literal

DIGITS = 8
"""How many digits of a checksum or a commit are shown."""


def _all() -> list[Record]:
    return [record for records in costs.full_scale().values() for record in records]


def experiments() -> list[str]:
    """Return a row per experiment: what it computes, its cost, and the commits it was made with."""
    rows = [("Experiment", "Records", "CPU", "Wall", "Commits")]
    for name, records in costs.full_scale().items():
        spent = costs.cost(records)
        made = " ".join(literal(commit[:DIGITS]) for commit in costs.commits(records))
        what = f"{costs.subject(name)} (`{name}`)"
        rows.append((what, str(spent.records), _time(spent.cpu), _time(spent.wall), made))
    return table(*rows)


def totals() -> list[str]:
    """Return a row per sum that a reader may ask for."""
    rows = [("Of", "Records", "CPU", "Two cores", "Wall")]
    for title, names in costs.TOTALS.items():
        spent = costs.cost(
            [record for name in names for record in costs.full_scale().get(name, [])]
        )
        times = map(_time, (spent.cpu, spent.two_cores, spent.wall))
        rows.append((title, str(spent.records), *times))
    return table(*rows)


def surroundings() -> list[str]:
    """Return a row per package version and machine that records were made with."""
    rows = [("What", "Which", "Records")]
    for what, values in costs.surroundings(_all()).items():
        rows += [(literal(what), literal(value), str(number)) for value, number in values.items()]
    return table(*rows)


def datasets() -> list[str]:
    """Return a row per dataset that records were made from."""
    rows = [("Dataset", "SHA-256 begins", "Records")]
    for (name, checksum), number in costs.datasets_read(_all()).items():
        rows.append((literal(name), literal(checksum[:DIGITS]), str(number)))
    return table(*rows)


def notebooks() -> list[str]:
    """Return a row per page of results: how long its notebook took when this site was built."""
    rows = [("Page", "Wall")]
    for name in sources():
        executed = nbformat.read(RESULTS / f"{name}.ipynb", as_version=4)
        seconds = executed.metadata["papermill"].get("seconds")
        rows.append((f"[](results/{name}.ipynb)", "" if seconds is None else _time(seconds)))
    return table(*rows)


def _time(seconds: float) -> str:
    """Return a time in the largest unit of which there is one."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f}\N{NO-BREAK SPACE}{unit}"
    return f"{seconds:.1f}\N{NO-BREAK SPACE}s"


class ProvenanceTable(ComputedTable):
    """One table about the records."""

    tables: ClassVar = {
        function.__name__: function
        for function in (totals, experiments, surroundings, datasets, notebooks)
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("provenance", ProvenanceTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
