"""What a reader sets on a page: fields of its experiments' configurations, nested ones too.

A page's parameter ``change`` holds names and values. A name is the end of a field's path, such as
``hidden_size``, ``setting.gamma_0`` or ``alm_time.setting.gamma_0``, and every field that it fits
is set. All of it is checked before anything runs.
"""

import ast
import contextlib
import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from math import isfinite
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from evidence.kit.registry import EXPERIMENTS, PROFILES, experiment
from evidence.kit.sources import code, sources

Path = tuple[str, ...]


class Field(NamedTuple):
    """A field of an experiment's configuration.

    Attributes:
        path: the experiment, then the names on the way to the field.
        kind: its type.
        values: those of the profiles.
    """

    path: Path
    kind: Any
    values: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The path without the experiment."""
        return ".".join(self.path[1:])


def asked(page: str) -> tuple[str, ...]:
    """Return the experiments whose records a notebook asks for, as its code names them."""
    if page not in sources():
        return ()
    tree = ast.parse(code(sources()[page]))
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "page.records"
    ]
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    groups = {ast.unparse(a.value) for c in calls for a in c.args if isinstance(a, ast.Starred)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for group in groups & {alias.name for alias in node.names}:
                named |= set(getattr(import_module(node.module), group))
    return tuple(name for name in EXPERIMENTS if calls and name in named)


@cache
def fields(name: str) -> tuple[Field, ...]:
    """Return the fields of an experiment's configurations, nested ones in the place of theirs."""
    found: dict[Path, tuple[Any, dict[str, Any]]] = {}
    for profile in PROFILES:
        for config in experiment(name).PROFILES[profile]:
            for path, kind, value in _leaves(config):
                found.setdefault((name, *path), (kind, {}))[1][repr(value)] = value
    return tuple(Field(path, kind, tuple(seen.values())) for path, (kind, seen) in found.items())


def _leaves(config: Any) -> Iterator[tuple[Path, Any, Any]]:
    hints = get_type_hints(type(config))
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            for path, *leaf in _leaves(value):
                yield ((field.name, *path), *leaf)
        else:
            yield (field.name,), hints[field.name], value


def assigned(experiments: Sequence[str], change: Mapping[str, Any] | str | None) -> dict[Path, Any]:
    """Return the value of every field that is set, by its path.

    Args:
        experiments: those whose fields can be set.
        change: by name, or text such as ``hidden_size=5, rates=[0.1, 0.01]``.

    Raises:
        ValueError: a name fits no field, or a value none that its name fits; the sentence says
            what is accepted.
    """
    everything = [field for name in experiments for field in fields(name)]
    found = {}
    for key, value in read(change).items():
        fitting = [f for f in everything if ".".join(("", *f.path)).endswith(f".{key}")]
        if not fitting:
            names = ", ".join(sorted({field.name for field in everything}))
            raise ValueError(f"unknown parameter {key!r}; accepted: {names or 'none'}")
        for field in fitting:
            found[field.path] = checked(key, value, field)
    return found


def of(change: Mapping[Path, Any], name: str) -> dict[Path, Any]:
    """Return the values that are set of one experiment, by the path from its configuration."""
    return {path[1:]: value for path, value in change.items() if path[0] == name}


def read(change: Mapping[str, Any] | str | None) -> Mapping[str, Any]:
    """Return names and values, as they are or as text says them."""
    if not isinstance(change, str):
        if change is not None and not isinstance(change, Mapping):
            raise ValueError(
                f'change must be names and values such as "hidden_size=5, seeds=3", got {change!r}'
            )
        return change or {}
    found = {}
    for part in filter(None, re.split(r"[,;]\s*(?=[A-Za-z_][\w.-]*\s*=)", change.strip())):
        key, sign, value = part.partition("=")
        if not sign:
            raise ValueError(f'change must be such as "hidden_size=5, seeds=3", got {change!r}')
        found[key.strip()] = value.strip()
    return found


def checked(name: str, value: Any, field: Field) -> Any:
    """Return a value in the type of its field.

    Numbers must not be negative where none of the profiles' is, nor zero where none of these is;
    words must be among those of the profiles.

    Raises:
        ValueError: the value is not acceptable; the sentence says what is.
    """
    if isinstance(value, str) and field.kind is not str:
        with contextlib.suppress(ValueError, SyntaxError):
            value = ast.literal_eval(value)
    try:
        return _typed(value, field.kind, tuple(_flat(field.values)))
    except ValueError as error:
        raise ValueError(f"{name} must be {error}, got {value!r}") from None


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (tuple, list)):
            yield from _flat(value)
        else:
            yield value


def _typed(value: Any, kind: Any, seen: tuple[Any, ...]) -> Any:
    if get_origin(kind) is UnionType:
        if value is None and NoneType in get_args(kind):
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is tuple:
        inner, *rest = get_args(kind)
        example = json.dumps(next((v for v in seen if isinstance(v, (int, float, str))), None))
        if not isinstance(value, (tuple, list)) or not value:
            raise ValueError(f"a list such as [{example}]")
        if rest != [...] and len(value) != 1 + len(rest):
            raise ValueError(f"a list of {1 + len(rest)}")
        return tuple(_typed(one, inner, seen) for one in value)
    if dataclasses.is_dataclass(kind):
        return _made(value, kind, seen)
    if kind is str:
        accepted = [*dict.fromkeys(v for v in seen if isinstance(v, str))]
        if (value := str(value)) not in accepted:
            raise ValueError(f"one of {', '.join(accepted)}")
        return value
    if kind is bool:
        if not isinstance(value, bool):
            raise ValueError("True or False")
        return value
    return _number(value, kind, [v for v in seen if isinstance(v, (int, float))])


def _number(value: Any, kind: type, seen: Sequence[float]) -> float:
    least = min(seen, default=0)
    bound = " > 0" if least > 0 else " >= 0" if least == 0 else ""
    accepted = (int,) if kind is int else (int, float)
    right = isinstance(value, accepted) and not isinstance(value, bool) and isfinite(value)
    if not right or (least > 0 and value <= 0) or (least == 0 and value < 0):
        raise ValueError(f"{'a whole number' if kind is int else 'a number'}{bound}")
    return kind(value)


def _made(value: Any, kind: Any, seen: tuple[Any, ...]) -> Any:
    """Return a dataclass from the names and values of its fields."""
    if isinstance(value, kind):
        return value
    hints = get_type_hints(kind)
    if not isinstance(value, Mapping) or value.keys() - hints.keys():
        raise ValueError(f"names and values of {', '.join(hints)}")
    examples = [one for one in seen if isinstance(one, kind)]
    given = {}
    for key, one in value.items():
        given[key] = _typed(one, hints[key], tuple(_flat(getattr(e, key) for e in examples)))
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"names and values of {', '.join(hints)}") from error
