"""Compares recomputed records with the committed ones: whatever a page publishes or draws."""

from collections.abc import Iterator, Sequence

from evidence.kit import dependencies
from evidence.kit.columns import differences as found_in
from evidence.kit.config import Config
from evidence.kit.records import Record, Store, Unit
from evidence.kit.sources import code, sources


def differences(
    name: str, wanted: Sequence[Unit], committed: Store, repeated: Store
) -> Iterator[tuple[str, bool]]:
    """Yield a sentence per unit and whether it differs by more than accepted somewhere.

    Args:
        name: the experiment.
        wanted: its units of work.
        committed: the store that holds the published records.
        repeated: the store that holds the recomputed ones.
    """
    shown = ", ".join(pages(name)) or "no page"
    for unit in wanted:
        old, new = committed.load(unit), repeated.load(unit)
        if old is None or new is None:
            yield f"{unit.name}: no {'committed' if old is None else 'repeated'} record", True
            continue
        found, beyond = compare(old, new, unit.config)
        yield f"{unit.name} on {shown}: {found}" if beyond else f"{unit.name}: {found}", beyond


def compare(old: Record, new: Record, config: Config) -> tuple[str, bool]:
    """Return in words how two records differ, and whether by more than is accepted of a column.

    Where they agree the words name the number that differs most for what is accepted of it, where
    they do not the one of every column and trace that is beyond, with both values.

    Args:
        old: the published record.
        new: the recomputed one.
        config: the unit's, which says what is accepted.
    """
    found = found_in(config, old, new)
    beyond = [difference for difference in found if difference.beyond]
    if beyond:
        return "DIFFERS, " + "; ".join(map(str, beyond)), True
    return f"agrees, at most {found[0]}", False


def pages(name: str) -> list[str]:
    """Return the names of the notebooks that read an experiment's records."""
    found = {page: dependencies.of(code(path)) for page, path in sources().items()}
    return [page for page, files in found.items() if name in dependencies.experiments(files)]
