"""Records: what every finished trial leaves behind, written atomically, one file per unit of work.

A unit of work is an experiment's name, its configuration and the checksums of its data. Their hash
names the file, so a run that was killed finds what it had finished and goes on with the rest. The
hash leaves out the source text: the committed records of the paper profile survive a changed
comment, and the audit test guards them instead. Profiles that cost seconds pass `code`, the digest
of what their experiment imports, and are trained anew whenever it changes.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from evidence.kit import manifest
from evidence.kit.paths import ROOT

KEY_DIGITS = 12


def settings(config: Any) -> dict[str, Any]:
    """Return the fields of a frozen configuration dataclass as plain JSON values."""
    return {f.name: _plain(getattr(config, f.name)) for f in dataclasses.fields(config)}


@dataclass(frozen=True)
class Outcome:
    """What one unit of work found.

    Attributes:
        rows: one mapping per trial, from column to number or word.
        traces: named columns of equal meaning along an iteration, each a list of numbers or words.
    """

    rows: list[dict[str, Any]]
    traces: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Unit:
    """One unit of work: an experiment, its frozen configuration and its data's checksums."""

    experiment: str
    config: Any
    data: Mapping[str, str]

    @property
    def name(self) -> str:
        """What the unit is called in a sentence."""
        return f"{self.experiment}/{self.config.label}"

    def identity(self, code: str | None = None) -> dict[str, Any]:
        """Return what the hash covers; `code` is the source digest of code-sensitive profiles."""
        identity = {
            "experiment": self.experiment,
            "config": settings(self.config),
            "data": dict(sorted(self.data.items())),
        }
        return identity if code is None else identity | {"code": code}


@dataclass(frozen=True)
class Record:
    """A finished unit: its configuration, rows, traces and provenance."""

    experiment: str
    config: dict[str, Any]
    data: dict[str, str]
    rows: list[dict[str, Any]]
    traces: dict[str, list[Any]]
    provenance: dict[str, Any]


class Store:
    """A directory of records.

    Args:
        root: the directory; made when the first record is written.
        code: source digest that becomes part of every hash, or None for records that outlive
            changes of the source.
    """

    def __init__(self, root: Path, code: str | None = None) -> None:
        self.root = root
        self.code = code

    def path(self, unit: Unit) -> Path:
        """Return where the record of `unit` is or would be."""
        text = json.dumps(unit.identity(self.code), sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:KEY_DIGITS]
        return self.root / unit.experiment / f"{unit.config.label}-{key}.json"

    def load(self, unit: Unit) -> Record | None:
        """Return the record of `unit`, or None when there is none yet.

        Raises:
            ValueError: the file is there but is not a record of this unit, or, a committed one, is
            not the file that the manifest lists.
        """
        path = self.path(unit)
        if not path.exists():
            return None
        text = manifest.read(path)
        try:
            content = json.loads(text, object_pairs_hook=_single)
            record = Record(**{f.name: content[f.name] for f in dataclasses.fields(Record)})
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ValueError(
                f"{_shown(path)} is not a record ({error}); delete it to have it recomputed"
            ) from error
        identity = unit.identity()
        if any(getattr(record, name) != identity[name] for name in identity):
            raise ValueError(
                f"{_shown(path)} holds another configuration than its name says; "
                "delete it to have it recomputed"
            )
        return record

    def save(self, unit: Unit, outcome: Outcome, provenance: Mapping[str, Any]) -> Record:
        """Write the record of `unit` atomically and return it as `load` will."""
        content = {
            **unit.identity(self.code),
            "rows": [_plain(row) for row in outcome.rows],
            "traces": _plain(outcome.traces),
            "provenance": _plain(provenance),
        }
        manifest.write(self.path(unit), _layout(content))
        record = self.load(unit)
        if record is None:
            raise FileNotFoundError(f"{_shown(self.path(unit))} vanished while it was written")
        return record


def rounded(values: ArrayLike, digits: int) -> list[Any]:
    """Return an array as nested lists with so many significant digits: a figure shows no more."""
    array = np.asarray(values, dtype=np.float64)
    return np.vectorize(lambda value: float(f"{value:.{digits}g}"), otypes=[float])(array).tolist()


def finite(value: float) -> float | None:
    """Return the value, None when it has left the range of floating-point numbers."""
    return float(value) if np.isfinite(value) else None


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands in it twice")
    return found


def _plain(value: Any) -> Any:
    """Return `value` in JSON's own types; NumPy scalars and arrays become numbers and lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return settings(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _layout(content: Mapping[str, Any]) -> str:
    """Return JSON with one line per row and per trace, so that a diff shows what changed."""

    def dump(value: Any) -> str:
        return json.dumps(value, sort_keys=True)

    parts = []
    for name, value in content.items():
        if name == "rows":
            body = "[\n" + ",\n".join(f"  {dump(row)}" for row in value) + "\n ]"
        elif isinstance(value, dict) and value:
            lines = (f"  {dump(k)}: {dump(v)}" for k, v in value.items())
            body = "{\n" + ",\n".join(lines) + "\n }"
        else:
            body = dump(value)
        parts.append(f" {dump(name)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
