"""Runs experiments: finds the records that exist, computes the others, one process per core."""

import dataclasses
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import torch
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from lib import provenance
from lib.experiments.backends import LOKY, each
from lib.paths import BUILD, DATA
from lib.records import Outcome, Record, Store, Unit, source_digest
from lib.validation import one_of

EXPERIMENTS = (
    "alm_accelerated",
    "alm_activations",
    "alm_descent_fair",
    "alm_descent_printed",
    "alm_fig1",
    "alm_gamma_rule",
    "alm_holdout",
    "alm_kinks",
    "alm_kkt_road",
    "alm_penalties",
    "alm_polish",
    "alm_references",
    "alm_starts",
    "alm_stochastic",
    "alm_table3",
    "alm_table4",
    "alm_theory",
    "alm_time",
    "alm_u_block",
    "sl1_adaptive",
    "sl1_approximation",
    "sl1_convergence",
    "sl1_datasets",
    "sl1_drift",
    "sl1_grid",
    "sl1_modes",
    "sl1_oscillation",
    "sl1_patterns",
    "sl1_references",
    "sl1_rises",
    "sl1_speed",
    "sl1_step_bounds",
    "sl1_step_search",
    "sl1_table3",
    "sl1_table5",
)
PROFILES = ("quick", "paper")

PAPER_RECORDS = DATA / "records" / "paper"
REPRODUCED = BUILD / "reproduced"
"""Where `make reproduce` keeps its own records, apart from the committed ones."""


def experiment(name: str) -> ModuleType:
    """Return the module of an experiment.

    Raises:
        ValueError: no experiment has this name.
    """
    return import_module(f"lib.experiments.{one_of('experiment', name, EXPERIMENTS)}")


def units(name: str, profile: str, **overrides: Any) -> list[Unit]:
    """Return the units of work of an experiment, with configuration fields overridden.

    Args:
        name: the experiment.
        profile: ``quick`` or ``paper``.
        overrides: configuration fields to replace in every unit; None keeps the profile's value.

    Raises:
        ValueError: unknown experiment, profile or configuration field.
    """
    module = experiment(name)
    configs = module.PROFILES[one_of("profile", profile, PROFILES)]
    given = _given(overrides)
    fields = [f.name for f in dataclasses.fields(configs[0])]
    for key in given:
        one_of(f"parameter of {name}", key, fields)
    changed = (dataclasses.replace(config, **given) for config in configs)
    return [Unit(name, config, module.data(config)) for config in dict.fromkeys(changed)]


def collect(name: str, profile: str, **overrides: Any) -> list[Record]:
    """Return the records of an experiment, as a notebook asks for them.

    The paper profile's records are the committed ones; a notebook never computes them, for that
    takes hours. The quick profile, and overridden parameters, are computed where no record of
    today's source exists, and keep theirs in the build folder.

    Args:
        name: the experiment.
        profile: ``quick`` or ``paper``.
        overrides: configuration fields to replace; None keeps the profile's value.

    Raises:
        ValueError: unknown experiment, profile or configuration field.
        FileNotFoundError: a record of the paper profile is missing, or a dataset is needed that
            cannot be had.
    """
    custom = bool(_given(overrides))
    wanted, records = units(name, profile, **overrides), store(profile, custom=custom)
    if profile == "paper" and not custom:
        missing = sum(records.load(unit) is None for unit in wanted)
        if missing:
            raise FileNotFoundError(
                f"{missing} of {len(wanted)} full-scale records of {name} are missing; "
                f"compute them with: python -m lib.experiments run {name}"
            )
    return fill(records, wanted)


def store(profile: str, *, custom: bool = False) -> Store:
    """Return the store of a profile, or of runs with overridden parameters."""
    if profile == "paper" and not custom:
        return Store(PAPER_RECORDS)
    folder = "custom" if custom else profile
    return Store(BUILD / "records" / folder, code=source_digest())


def fill(
    records: Store,
    wanted: Sequence[Unit],
    jobs: int = 1,
    backend: str = LOKY,
    scheduler: str | None = None,
) -> list[Record]:
    """Return the records of `wanted` in order; the missing ones are computed as `each` says.

    Raises:
        ValueError, OSError, ImportError: as `each`.
    """
    missing = [unit for unit in wanted if records.load(unit) is None]
    if missing:
        finished = each(compute, missing, jobs, backend, scheduler)
        for done in tqdm(finished, total=len(missing), desc=missing[0].experiment, unit="unit"):
            records.save(*done)
            tqdm.write(f"  finished {_line(*done)}", file=sys.stderr)
    return [_present(records, unit) for unit in wanted]


def compute(unit: Unit) -> tuple[Unit, Outcome, dict[str, Any]]:
    """Compute one unit on one thread; return it with its outcome and its provenance."""
    torch.set_num_threads(1)
    wall, cpu = time.perf_counter(), time.process_time()
    with threadpool_limits(1):
        outcome = experiment(unit.experiment).run(unit.config)
    seconds = {
        "wall_seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
    }
    return unit, outcome, {**provenance.surroundings(), **seconds, "finished": provenance.now()}


def _line(unit: Unit, outcome: Outcome, made: dict[str, Any]) -> str:
    return f"{unit.experiment}/{unit.config.label} in {made['wall_seconds']:.1f} s"


def _present(records: Store, unit: Unit) -> Record:
    record = records.load(unit)
    if record is None:
        raise FileNotFoundError(f"the record {records.path(unit).name} vanished while it was read")
    return record


def _given(overrides: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in overrides.items() if value is not None}
