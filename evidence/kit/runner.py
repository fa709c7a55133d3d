"""Runs experiments: finds the records that exist, computes the others, one process per core."""

import glob
import json
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evidence.kit import columns, dependencies, manifest
from evidence.kit.backends import LOKY, each
from evidence.kit.folders import alone
from evidence.kit.paths import BUILD, DATA
from evidence.kit.progress import Progress
from evidence.kit.records import KEY_DIGITS, Outcome, Record, Store, Unit
from evidence.kit.registry import experiment, units

PAPER_RECORDS = DATA / "records" / "paper"


def collect(
    name: str, profile: str, change: Mapping[tuple[str, ...], Any] = MappingProxyType({})
) -> list[Record]:
    """Return the records of an experiment, as a notebook asks for them.

    The paper profile's records are the committed ones; a notebook never computes them, for that
    takes hours. The quick profile, and changed configurations, are computed where no record of
    today's code exists, and keep theirs in the build folder.

    Args:
        name: the experiment.
        profile: ``quick`` or ``paper``.
        change: configuration fields to replace, see `units`.

    Raises:
        ValueError: unknown experiment or profile.
        FileNotFoundError: a record of the paper profile is missing, or a dataset is needed that
            cannot be had.
    """
    custom = bool(change)
    wanted, records = units(name, profile, change), store(name, profile, custom=custom)
    if profile != "paper" or custom:
        return fill(records, wanted)
    found = [record for record in map(records.load, wanted) if record is not None]
    missing = len(wanted) - len(found)
    if missing:
        raise FileNotFoundError(
            f"{missing} of {len(wanted)} full-scale records of {name} are missing; "
            f"compute them with: python -m evidence run {name}"
        )
    return found


def store(name: str, profile: str, *, custom: bool = False) -> Store:
    """Return the store of an experiment's profile, or of its runs with overridden parameters.

    Full-scale records outlive changes of the code; the others belong to the code that their
    experiment imports.
    """
    if profile == "paper" and not custom:
        return Store(PAPER_RECORDS)
    return _of_today(name, BUILD / "records" / ("custom" if custom else profile))


def reproduced(name: str) -> Store:
    """Return where `make reproduce` keeps the records of an experiment."""
    return _of_today(name, BUILD / "reproduced")


def _of_today(name: str, root: Path) -> Store:
    return Store(root, code=dependencies.digest(dependencies.of_experiment(name)))


def fill(
    records: Store,
    wanted: Sequence[Unit],
    jobs: int = 1,
    backend: str = LOKY,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> list[Record]:
    """Return the records of `wanted` in order; the missing ones are computed as `each` says.

    A second process that asks for records of the same experiment says so and waits for the first.

    Raises:
        ValueError: a record does not hold what its configuration declares; otherwise as `each`.
        OSError: the records' folder cannot be written to; otherwise as `each`.
        ImportError: as `each`.
    """
    found = [records.load(unit) for unit in wanted]
    if wanted and wanted[0].config.alone:
        jobs, backend, scheduler = 1, LOKY, None
    if any(record is None for record in found):
        folder = records.path(wanted[0]).parent
        manifest.ready(folder)
        with alone(folder, lambda: _say(f"another process is at work in {folder}; waiting for it")):
            missing = [unit for unit in wanted if records.load(unit) is None]
            with progress_of(missing, jobs) if progress is None else nullcontext(progress) as told:
                for done in each(compute, missing, jobs, backend, scheduler):
                    unit, outcome, made = done
                    columns.check(unit.name, unit.config, outcome)
                    records.save(*done)
                    told.finished(unit, made["wall_seconds"])
        found = [records.load(unit) for unit in wanted]
    return [_present(records, *pair) for pair in zip(wanted, found, strict=True)]


def progress_of(missing: Sequence[Unit], jobs: int) -> Progress:
    """Return the progress over units, whose committed records say what they cost."""
    known = all(Store(PAPER_RECORDS).path(unit).exists() for unit in missing)
    return Progress(missing, jobs, cost, pace=1.0 if known else None)


def cost(unit: Unit) -> float | None:
    """Return the seconds of a unit's committed record, or of one with the same label, if any."""
    same = Store(PAPER_RECORDS).path(unit)
    alike = same.parent.glob(f"{glob.escape(unit.config.label)}-{'[0-9a-f]' * KEY_DIGITS}.json")
    for path in [same] if same.exists() else sorted(alike):
        return json.loads(path.read_bytes())["provenance"]["wall_seconds"]
    return None


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def compute(unit: Unit) -> tuple[Unit, Outcome, dict[str, Any]]:
    """Compute one unit on one thread; return it with its outcome and its provenance."""
    from threadpoolctl import threadpool_limits

    from evidence.kit import provenance

    module = experiment(unit.experiment)
    if torch := sys.modules.get("torch"):  # loaded by an experiment that needs it
        torch.set_num_threads(1)
    wall, cpu = time.perf_counter(), time.process_time()
    with threadpool_limits(1):
        outcome = module.run(unit.config)
    seconds = {
        "wall_seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
    }
    return unit, outcome, {**provenance.surroundings(), **seconds, "finished": provenance.now()}


def _present(records: Store, unit: Unit, record: Record | None) -> Record:
    if record is None:
        raise FileNotFoundError(f"the record {records.path(unit).name} vanished while it was read")
    # Committed records are listed with their checksums, and a test checks them once for all.
    if records.root != PAPER_RECORDS:
        columns.check(records.path(unit).name, unit.config, record)
    return record
