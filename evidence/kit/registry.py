"""The experiments: which there are, where they stand, and which units of work they have.

An experiment is a module ``runs.py`` or ``runs_x.py`` of a folder of pages (see `evidence.pages`),
and its name is part of the hash of its records. It has

* ``PROFILES``: for ``quick`` and ``paper`` the frozen configurations, one per unit of work, each a
  subclass of `evidence.kit.config.Config`, which also says what it reads and what it writes,
* ``run(config) -> Outcome``: the computation of one unit.

A new experiment is a new file: nothing else names it.
"""

import dataclasses
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from evidence.kit.paths import ROOT
from evidence.kit.records import Unit
from lib.validation import one_of

PROFILES = ("quick", "paper")


def _name(path: Path) -> str:
    folder, own = path.parent.name, path.stem.removeprefix("runs").removeprefix("_")
    return f"{folder.split('_')[0]}_{own}" if own else folder


FILES = dict(sorted((_name(p), p) for p in ROOT.glob("evidence/pages/*/runs*.py")))
"""The file of every experiment."""

EXPERIMENTS = tuple(FILES)


def experiment(name: str) -> ModuleType:
    """Return the module of an experiment.

    Raises:
        ValueError: no experiment has this name.
    """
    path = FILES[one_of("experiment", name, EXPERIMENTS)].relative_to(ROOT)
    return import_module(".".join(path.with_suffix("").parts))


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
    given = {key: value for key, value in overrides.items() if value is not None}
    fields = [f.name for f in dataclasses.fields(configs[0])]
    for key in given:
        one_of(f"parameter of {name}", key, fields)
    changed = (dataclasses.replace(config, **given) for config in configs)
    return [Unit(name, config, config.checksums) for config in dict.fromkeys(changed)]
