"""Numbers that prose quotes and a small profile leaves out: NaN in their place.

A page quotes a number by the name under which a notebook publishes it. At the quick profile some
datasets and lengths are left out, and their numbers with them; without a stand-in the book could
not be built. At the paper profile nothing stands in, so that a name which no notebook publishes is
an error of the build.
"""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from evidence.kit.paths import ROOT

PREFIX = "application/papermill.record/"
"""How myst-nb marks what was published and not displayed."""

QUOTED = re.compile(r"\{glue:text\}`(?:results/\w+\.ipynb::)?(\w+)\.([^`]+?)(?::[^`:]*)?`")


def quoted(name: str) -> set[str]:
    """Return the names of a notebook's numbers that a page of the book quotes."""
    pages = [*ROOT.glob("notebooks/*/*.md"), *ROOT.glob("book/*.md")]
    found = (match for page in pages for match in QUOTED.findall(page.read_text("utf-8")))
    return {f"{notebook}.{key}" for notebook, key in found if notebook == name}


def published(notebook: NotebookNode) -> set[str]:
    """Return the names of what an executed notebook publishes."""
    return {
        output["metadata"]["scrapbook"]["name"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "scrapbook" in output.get("metadata", {})
    }


def stand_in(notebook: NotebookNode, name: str) -> None:
    """Publish NaN in an executed notebook for whatever is quoted of it and not there."""
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    for missing in sorted(quoted(name) - published(notebook)):
        cell.outputs.append(
            new_output(
                "display_data",
                data={f"{PREFIX}text/plain": "nan"},
                metadata={"scrapbook": {"mime_prefix": PREFIX, "name": missing}},
            )
        )
