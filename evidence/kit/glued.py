"""What an executed notebook publishes, an output for each number, as myst-nb reads it.

Numbers that prose quotes and a small profile leaves out get NaN in their place.

A page quotes a number by the name under which a notebook publishes it. At the quick profile some
datasets and lengths are left out, and their numbers with them; without a stand-in the book could
not be built. At the paper profile nothing stands in, so that a name which no notebook publishes is
an error of the build.
"""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_output

from evidence.kit.paths import ROOT
from evidence.kit.publish import TOGETHER

PREFIX = "application/papermill.record/"
"""How myst-nb marks what was published and not displayed."""

QUOTED = re.compile(r"\{glue:text\}`(?:results/\w+\.ipynb::)?(\w+)\.([^`]+?)(?::[^`:]*)?`")


def quoted(name: str) -> set[str]:
    """Return the names of a notebook's numbers that a page of the book quotes."""
    pages = [*ROOT.glob("notebooks/*/*.md"), *ROOT.glob("book/*.md")]
    found = (match for page in pages for match in QUOTED.findall(page.read_text("utf-8")))
    return {f"{notebook}.{key}" for notebook, key in found if notebook == name}


def apart(notebook: NotebookNode) -> None:
    """Give every value that an executed notebook's cells published together an output of its own.

    Such an output is what `myst_nb.glue` would have written.
    """
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = [one for output in cell.outputs for one in _parts(output)]


def _parts(output: NotebookNode) -> list[NotebookNode]:
    together = output.get("data", {}).get(TOGETHER)
    return [output] if together is None else [_glued(*pair) for pair in together.items()]


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
        cell.outputs.append(_glued(missing, "nan"))


def _glued(name: str, text: str) -> NotebookNode:
    scrapbook = {"scrapbook": {"mime_prefix": PREFIX, "name": name}}
    return new_output("display_data", data={f"{PREFIX}text/plain": text}, metadata=scrapbook)
