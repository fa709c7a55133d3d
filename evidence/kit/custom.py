"""What a page shows of a run with fields that a reader set: what differs, and its own numbers.

Tables and figures of a page are made for its own runs, and some need several that a reader's
choice may not leave. Such a cell says so instead of ending the notebook.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import Markdown, display

from evidence.kit.frames import frame
from evidence.kit.records import Record
from evidence.kit.registry import units
from evidence.kit.tables import literal

NOTE = Markdown(
    "**A run of your own.** Numbers, tables and figures below are its own. The text around them "
    "speaks of the recorded runs, and no verdict is given."
)

MOST = 60
"""Rows of a run that are shown."""


def what_differs(name: str, profile: str, change: Mapping[tuple[str, ...], Any]) -> pd.DataFrame:
    """Return a row for each field of an experiment that was set: its value, the profile's ones."""
    rows = []
    for path, value in change.items():
        seen = {}
        for unit in units(name, profile):
            part: Any = unit.config
            for step in path:
                part = getattr(part, step, None)
            seen[repr(part)] = part
        usual = ", ".join(str(one) for one in seen.values())
        rows.append({"field": ".".join(path), "of": name, "here": str(value), profile: usual})
    return pd.DataFrame(rows).set_index("field")


def show(
    name: str, profile: str, change: Mapping[tuple[str, ...], Any], records: Sequence[Record]
) -> None:
    """Display what a reader's run is, and its rows; from then on no cell ends the notebook."""
    display(
        NOTE,
        what_differs(name, profile, change),
        numbers(records),
    )
    _tolerate()


def is_overridden(name: str, given: Mapping[str, Any]) -> bool:
    """Return whether a notebook's variables hold other parameters than its source, but a profile.

    Args:
        name: of the notebook.
        given: its global variables.
    """
    from evidence.kit.notebook import load, parameters  # here, for it loads papermill

    own = parameters(load(name))
    return any(given[key] != value for key, value in own.items() if key != "profile")


def numbers(records: Sequence[Record]) -> pd.DataFrame:
    """Return the rows of records, a line per row, without what is a list or the same in all."""
    table = frame(records)
    plain = table.loc[:, [not table[c].map(lambda v: isinstance(v, list)).any() for c in table]]
    own = {key for record in records for row in record.rows for key in row}
    kept = [c for c in plain if c in own or plain[c].astype(str).nunique() > 1]
    return plain[kept].head(MOST)


class Tolerant(ast.NodeTransformer):
    """Wraps a cell, so that an exception in it is told in one line and ends nothing."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Return the cell with its last expression displayed and its exceptions caught."""
        if not node.body:
            return node
        wrapped = ast.parse(
            "from evidence.kit.custom import left_out as _left_out, shown as _shown\n"
            "try:\n    pass\nexcept Exception as _error:\n    _left_out(_error)"
        )
        *body, last = node.body
        if isinstance(last, ast.Expr):
            call = ast.Call(ast.Name("_shown", ast.Load()), [last.value], [])
            last = ast.copy_location(ast.Expr(ast.copy_location(call, last)), last)
        wrapped.body[1].body = [*body, last]
        return ast.fix_missing_locations(wrapped)


def shown(value: object) -> None:
    """Display a cell's last value, as a notebook does."""
    if hasattr(value, "_repr_html_"):
        value._repr_html_()  # what fails here would end the notebook if the display met it
    if value is not None:
        display(value)


def left_out(error: Exception) -> None:
    """Say that a cell shows nothing, and why."""
    said = literal(" ".join(f"{type(error).__name__}: {error}".split())[:300])
    why = "this part needs runs that are not among yours"
    if isinstance(error, AssertionError):
        why = "what this part compares does not agree in your run"
    display(Markdown(f"*Not shown: {why} ({said}).*"))


def _tolerate() -> None:
    shell = get_ipython()
    if shell and not any(isinstance(t, Tolerant) for t in shell.ast_transformers):
        shell.ast_transformers.append(Tolerant())
