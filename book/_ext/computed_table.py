"""Tables that are computed when the site is built, so that no number of theirs is typed on a page.

:::{NAME} TABLE
:name: tab-label

The table's caption.
:::
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


def table(*rows: tuple[str, ...]) -> list[str]:
    """Return rows of cells, the first of them the heads, as lines of Markdown."""
    heads, *others = rows
    return [_row(heads), _row(("---",) * len(heads)), *map(_row, others)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


class ComputedTable(SphinxDirective):
    """One of several tables, with the directive's content as its caption."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"name": directives.unchanged_required}
    tables: ClassVar[Mapping[str, Callable[[], list[str]]]]
    """The lines of Markdown of each table, by its name."""

    def run(self) -> list[nodes.Node]:
        """Return the table's nodes, and have the page read again in every build."""
        name = directives.choice(self.arguments[0], tuple(self.tables))
        self.env.note_reread()
        text = [
            "```{table} " + " ".join(self.content),
            f":name: {self.options['name']}",
            "",
            *self.tables[name](),
            "```",
        ]
        source, _ = self.get_source_info()
        holder = nodes.Element()
        self.state.nested_parse(StringList(text, source), self.content_offset, holder)
        return holder.children
