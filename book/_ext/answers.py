r"""What came out on a page of results, shown on another page: {answer}`alm_fig1`."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from evidence.kit.sources import sources

BOLD = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE | re.DOTALL)
GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
LINK = re.compile(r"\]\((?=\w+\.ipynb)")
FORMAT = re.compile(r":[^:.]*(\.\d+)?[a-z%]$")


def answer(name: str) -> str:
    """Return the first bold sentence of a notebook, and how its claims ended if it judges any.

    Their numbers are asked for, and their links lead, from a page in `book`.

    Raises:
        ValueError: the notebook does not exist or has no such sentence.
    """
    page = sources()[name].read_text(encoding="utf-8") if name in sources() else ""
    found = BOLD.search(page)
    if found is None:
        raise ValueError(f"no page {name!r} that begins with an answer")
    told = " ".join(found[1].split())
    if "page.claims(" in page:
        told += f" {{glue:text}}`{name}.verdicts:s`"
    return GLUE.sub(lambda key: _from_afar(name, key[1]), LINK.sub("](results/", told))


def _from_afar(name: str, key: str) -> str:
    # From another page a number needs a format.
    key = key if FORMAT.search(key) else f"{key}:g"
    page, _, own = key.rpartition("::")
    return f"{{glue:text}}`results/{page or f'{name}.ipynb'}::{own}`"


class Answer(SphinxRole):
    """The first bold sentence of a page of results, and how its claims ended."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return its nodes, and have the page read again when the notebook changes."""
        self.env.note_dependency(str(sources()[self.text]))
        return self.inliner.parse(answer(self.text), self.lineno, self.inliner, nodes.Element())


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the role."""
    app.add_role("answer", Answer())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
