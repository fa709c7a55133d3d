"""Executes the notebooks: jupytext source, papermill with checked parameters, whole results."""

import ast
import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import jupytext
import nbformat
import papermill
from nbformat import NotebookNode

from evidence.kit import changes
from evidence.kit.folders import ready
from evidence.kit.glued import apart, stand_in
from evidence.kit.ledger import claims_of
from evidence.kit.paths import BUILD, ROOT
from evidence.kit.reference import RECORD, REFERENCE, check_claims
from evidence.kit.registry import PROFILES
from evidence.kit.sources import sources
from lib.files import unfinished
from lib.validation import one_of

PAPER = {"profile": "paper"}
"""The parameters with which the ledger's claims are made."""

QUICK = {"profile": "quick"}
"""Those of the reference notebooks."""

FAILED = BUILD / "failed"
"""Where a notebook goes that did not come to its end, or whose check failed."""

STARTS = 3
"""How often a kernel is started before its failure to start is reported."""

SILENCE = 120
"""Seconds that a kernel may take to send its outputs: on a busy machine more than usual."""

# ipykernel warns about its own subshells at start; nothing a reader could act on.
QUIET = ["--IPKernelApp.log_level=50"]


def load(name: str) -> NotebookNode:
    """Return a notebook's source as an unexecuted notebook with reproducible cell ids.

    Raises:
        ValueError: no notebook has this name.
    """
    notebook = jupytext.read(sources()[one_of("notebook", name, sources())])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{name}-{number}".replace("_", "-")
    # jupytext's own header keeps version numbers that change with the tool, not with the notebook.
    notebook.metadata.pop("jupytext", None)
    return notebook


def parameters(notebook: NotebookNode) -> dict[str, Any]:
    """Return the names and defaults that the cell tagged `parameters` assigns."""
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    assignments = [n for n in ast.parse(cell.source).body if isinstance(n, ast.Assign)]
    return {a.targets[0].id: ast.literal_eval(a.value) for a in assignments}


def execute(name: str, output: Path, /, told: TextIO | None = None, **given: Any) -> None:
    """Execute a notebook with parameters and move it to `output` once every cell has succeeded.

    Args:
        name: the notebook.
        output: where the executed notebook goes; an older one stays until the new one is whole.
        told: gets what the kernel says meanwhile, such as how far a training is.
        given: the notebook's parameters, or fields of its experiments' configurations, which
            become its parameter ``change``.

    Raises:
        ValueError: unknown notebook, or a parameter that `evidence.kit.changes` refuses.
        OSError: the output's folder cannot be written to.
        papermill.PapermillExecutionError: a cell failed.
        AssertionError: a figure shows no image; or, at the paper profile, the claims ended unlike
            those recorded. What was executed until then is kept in `FAILED`.
    """
    notebook = load(name)
    given = _accepted(name, parameters(notebook), given)
    if given.keys() - {"profile"}:
        _without_words(notebook)
    # The notebook runs in the project's folder; a reader's path begins where the reader is.
    paths = {key for key in given if key.endswith("_path") and given[key] is not None}
    given |= {key: str(Path(given[key]).expanduser().absolute()) for key in paths}
    if os.environ.get(RECORD) == "1":
        print(f"{RECORD}=1: {name} records new references, NOTHING IS COMPARED", file=sys.stderr)
    ready(output.parent)
    with tempfile.TemporaryDirectory(dir=output.parent, **unfinished(name)) as folder:
        source, result = Path(folder) / "source.ipynb", Path(folder) / "result.ipynb"
        nbformat.write(notebook, source)
        try:
            with _surroundings(Path(folder)):
                _run(source, result, given, told)
        except papermill.PapermillExecutionError:
            _keep(result, name)
            raise
        executed = nbformat.read(result, as_version=4)
        # papermill stores its temporary paths, and stderr holds progress bars and warnings with
        # paths of this machine: nothing that a reader of a notebook that succeeded could use.
        seconds = round(executed.metadata["papermill"]["duration"], 1)
        executed.metadata["papermill"] = {"parameters": given, "seconds": seconds}
        for cell in executed.cells:
            cell.metadata.pop("papermill", None)
            if "outputs" in cell:
                cell["outputs"] = [o for o in cell.outputs if o.get("name") != "stderr"]
        apart(executed)
        nbformat.write(executed, result)
        try:
            _check_figures(name, executed)
            if given == PAPER:
                check_claims(name, claims_of(executed))
        except AssertionError:
            _keep(result, name)
            raise
        if given != PAPER:
            stand_in(executed, name)
            nbformat.write(executed, result)
        result.replace(output)


def _keep(result: Path, name: str) -> None:
    """Keep a notebook that failed, to be looked at; say where."""
    with contextlib.suppress(OSError):  # it must not hide why the notebook failed
        FAILED.mkdir(parents=True, exist_ok=True)
        kept = shutil.move(result, FAILED / f"{name}.ipynb")
        print(f"what {name} has executed is in {kept}", file=sys.stderr)


@contextlib.contextmanager
def _surroundings(folder: Path) -> Iterator[None]:
    """Keep a user's settings away from a kernel: Matplotlib's, IPython's and the text encoding."""
    settings = folder / "matplotlibrc"
    settings.touch()
    own = {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MATPLOTLIBRC": str(settings),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONUTF8": "1",
    }
    before = dict(os.environ)
    os.environ.update(own)
    try:
        yield
    finally:
        for key in own:
            os.environ.pop(key)
        os.environ.update(before)


def _check_figures(name: str, executed: NotebookNode) -> None:
    for cell in executed.cells:
        figure = cell.metadata.get("mystnb", {}).get("figure")
        shown = {kind for output in cell.get("outputs", []) for kind in output.get("data", {})}
        # A small profile may leave a figure out, and then shows nothing.
        if figure and shown and not any(kind.startswith("image/") for kind in shown):
            raise AssertionError(f"{name}: {figure['name']} shows no image but {sorted(shown)}")


def _accepted(name: str, own: Mapping[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook's parameters, fields of configurations gathered in ``change``."""
    fields = {key: value for key, value in given.items() if key not in own}
    if "change" not in own:
        for key in fields:
            one_of(f"parameter of notebook {name}", key, own)
        return given
    change = {**changes.read(given.get("change")), **fields}
    if not change:
        return given
    changes.assigned(changes.asked(name), change)
    return {key: value for key, value in given.items() if key in own} | {"change": change}


def _without_words(notebook: NotebookNode) -> None:
    """Keep of a notebook's text the headings, for the rest speaks of the recorded runs."""
    for cell in notebook.cells:
        cell.metadata.pop("mystnb", None)
        if cell.cell_type == "markdown":
            cell.source = "\n\n".join(re.findall(r"^#+ .*$", cell.source, re.MULTILINE))


def _run(source: Path, result: Path, given: dict[str, Any], told: TextIO | None) -> None:
    """Execute a notebook file; start again when the kernel could not start.

    A kernel binds its ports a moment after they were found free. When two notebooks start at once,
    the other may have taken one of them by then.
    """
    for attempt in reversed(range(STARTS)):
        try:
            papermill.execute_notebook(
                source,
                result,
                parameters=given,
                cwd=ROOT,
                progress_bar=False,
                request_save_on_cell_execute=False,  # a page with many figures would be all saving
                extra_arguments=QUIET,
                iopub_timeout=SILENCE,
                stderr_file=told,
            )
            return
        except RuntimeError as error:
            if attempt == 0 or "before replying" not in str(error):
                raise


def compare(name: str, output: Path) -> None:
    """Compare what an executed notebook's checks print with the reference notebook.

    This is what ``pytest --nbval-lax`` compares, without executing the notebook a second time.

    Raises:
        AssertionError: a check printed something else, or there is another number of checks.
    """
    paths = (output, REFERENCE / f"{name}.ipynb")
    new, old = ([*map(_printed, filter(_checks, nbformat.read(p, 4).cells))] for p in paths)
    if new != old:
        raise AssertionError(f"{name}: its checks print {new}, the reference notebook's {old}")


def _printed(cell: NotebookNode) -> list[str]:
    return ["".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in cell.outputs]


def write_reference(name: str, profiles: Sequence[str] = PROFILES) -> None:
    """Record a notebook's key numbers for each profile, and with quick the notebook for nbval."""
    notebook = load(name)
    ready(REFERENCE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[RECORD] = "1"
        try:
            for profile in profiles:
                execute(name, Path(folder) / f"{profile}.ipynb", profile=profile)
        finally:
            del os.environ[RECORD]
        if "quick" not in profiles:
            return
        # Once more, to be compared with what was recorded: that line is the reference notebook's.
        execute(name, Path(folder) / "quick.ipynb", profile="quick")
        executed = nbformat.read(Path(folder) / "quick.ipynb", as_version=4)
    checked = filter(_checks, executed.cells)
    for number, cell in enumerate(notebook.cells):
        if _checks(cell):
            # nbval refuses outputs of a cell that does not say it was run.
            cell |= {"outputs": next(checked).outputs, "execution_count": number}
    nbformat.write(notebook, REFERENCE / f"{name}.ipynb")


def _checks(cell: NotebookNode) -> bool:
    return "nbval-check-output" in cell.metadata.get("tags", [])


def value(text: str) -> Any:
    """Return what a word of the command line says as a Python literal, else the word itself."""
    with contextlib.suppress(ValueError, SyntaxError):
        return ast.literal_eval(text)
    return text
