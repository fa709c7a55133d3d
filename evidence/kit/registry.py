"""The experiments: which there are, where they stand, and which units of work they have.

An experiment is a module ``runs.py`` or ``runs_x.py`` of a folder of pages (see `evidence.pages`),
and its name is part of the hash of its records. It has

* ``PROFILES``: for ``quick`` and ``paper`` the frozen configurations, one per unit of work, each a
  subclass of `evidence.kit.config.Config`, which also says what it reads and what it writes,
* ``run(config) -> Outcome``: the computation of one unit.

A new experiment is a new file: nothing else names it.
"""

import dataclasses
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
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


def units(
    name: str, profile: str, change: Mapping[tuple[str, ...], Any] = MappingProxyType({})
) -> list[Unit]:
    """Return the units of work of an experiment, with configuration fields replaced.

    Args:
        name: the experiment.
        profile: ``quick`` or ``paper``.
        change: values by the path of a field, to replace in every unit; see
            `evidence.kit.changes`, which checks them.

    Raises:
        ValueError: unknown experiment or profile.
    """
    configs = experiment(name).PROFILES[one_of("profile", profile, PROFILES)]
    changed = (replaced(config, change) for config in configs)
    return [Unit(name, config, config.checksums) for config in dict.fromkeys(changed)]


def replaced(config: Any, values: Mapping[tuple[str, ...], Any]) -> Any:
    """Return a configuration with fields, by the path from it, replaced.

    A nested field of a configuration that has nothing in its place is left out.
    """
    own = {path[0]: value for path, value in values.items() if len(path) == 1}
    for name in {path[0] for path in values if len(path) > 1}:
        inner = {p[1:]: v for p, v in values.items() if p[0] == name and len(p) > 1}
        if dataclasses.is_dataclass(part := getattr(config, name)):
            own[name] = replaced(part, inner)
    return dataclasses.replace(config, **own)
