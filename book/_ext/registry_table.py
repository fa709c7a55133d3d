"""The directive `registry` shows a table of lib/datasets/registry.toml.

:::{registry} upstream
:name: tab-upstream

The table's caption.
:::
"""

from functools import partial
from typing import ClassVar

from computed_table import ComputedTable, table
from sphinx.application import Sphinx

from lib.datasets.registry import registry

DIGITS = 8
"""How many digits of a checksum are shown."""

COLUMNS = {
    "upstream": {"used_for": "Used for", "terms": "Terms"},
    "package": {"package": "Package", "terms": "Licence", "source": "Taken from it"},
    "committed": {"used_for": "Used for", "terms": "Terms"},
    "bundled": {"used_for": "Used for", "package": "Package", "terms": "Terms"},
}
"""Field of an entry to heading, for every table of the registry."""


def markdown(name: str) -> list[str]:
    """Return a table of the registry as lines of Markdown: name, checksum, then its columns."""
    columns = COLUMNS[name]
    rows = [("Name" if name == "bundled" else "File", "SHA-256 begins", *columns.values())]
    for entry, fields in registry()[name].items():
        checksum = fields.get("sha256") or fields["sha256_of_values"]
        shown = (fields[key] for key in columns)
        rows.append((f"`{entry}`", f"`{checksum[:DIGITS]}`", *shown))
    return table(*rows)


class RegistryTable(ComputedTable):
    """One table of the registry."""

    tables: ClassVar = {name: partial(markdown, name) for name in COLUMNS}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("registry", RegistryTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
