"""A directive that shows a table of data/registry.toml, so that no checksum is typed on a page.

:::{registry} upstream
:name: tab-upstream

The table's caption.
:::
"""

import tomllib
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

REGISTRY = Path("data") / "registry.toml"
DIGITS = 8
"""How many digits of a checksum are shown."""

COLUMNS = {
    "upstream": {"used_for": "Used for", "terms": "Terms"},
    "package": {"package": "Package", "terms": "Licence", "source": "Taken from it"},
    "committed": {"used_for": "Used for", "terms": "Terms"},
    "bundled": {"used_for": "Used for", "package": "Package", "terms": "Terms"},
}
"""Field of an entry to heading, for every table of the registry."""


def markdown(registry: dict[str, dict[str, dict[str, Any]]], table: str) -> list[str]:
    """Return a table of the registry as lines of Markdown: name, checksum, then its columns."""
    columns = COLUMNS[table]
    name = "Name" if table == "bundled" else "File"
    lines = [_row(name, "SHA-256 begins", *columns.values()), _row(*["---"] * (2 + len(columns)))]
    for entry, fields in registry[table].items():
        checksum = fields.get("sha256") or fields["sha256_of_values"]
        shown = (fields[key] for key in columns)
        lines.append(_row(f"`{entry}`", f"`{checksum[:DIGITS]}`", *shown))
    return lines


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


class RegistryTable(SphinxDirective):
    """One table of the registry, with the directive's content as its caption."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the table's nodes, and have the page rebuilt when the registry changes."""
        table = directives.choice(self.arguments[0], tuple(COLUMNS))
        path = Path(self.env.srcdir) / REGISTRY
        self.env.note_dependency(str(path))
        registry = tomllib.loads(path.read_text(encoding="utf-8"))
        text = [
            "```{table} " + " ".join(self.content),
            f":name: {self.options['name']}",
            "",
            *markdown(registry, table),
            "```",
        ]
        holder = nodes.Element()
        self.state.nested_parse(StringList(text, str(path)), self.content_offset, holder)
        return holder.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("registry", RegistryTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
