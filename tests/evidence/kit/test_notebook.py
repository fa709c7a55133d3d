"""Notebooks run with checked parameters, appear whole or not at all, and match their references."""

import json
import multiprocessing.forkserver
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evidence import __main__ as command_line
from evidence.__main__ import main
from evidence.kit import forked, glued, notebook, reference, sources
from evidence.kit.paths import RESULTS, ROOT

SOURCE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A demonstration

```{code-cell} ipython3
:tags: [parameters]
profile = "quick"
size = None
```

```{code-cell} ipython3
print(profile, 1 / (size or 1))
```
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "notebooks" / "demo").mkdir(parents=True)
    (tmp_path / "notebooks" / "demo" / "demo_one.md").write_text(SOURCE)
    monkeypatch.setattr(sources, "NOTEBOOKS", tmp_path / "notebooks")
    return tmp_path


def test_a_notebook_runs_with_its_parameters(folder):
    notebook.execute("demo_one", folder / "out.ipynb", size=4)
    executed = nbformat.read(folder / "out.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "quick 0.25\n"
    assert executed.metadata.papermill.parameters == {"size": 4}
    assert 0 < executed.metadata.papermill.seconds < 600
    assert len(executed.metadata.papermill) == 2, "papermill's own fields hold temporary paths"
    assert [p.name for p in folder.iterdir() if p.name.startswith(".demo")] == []


def test_a_user_s_surroundings_do_not_reach_a_figure(folder, monkeypatch):
    """Nor does a kernel that is forked from a process that has read the user's settings."""
    (folder / "matplotlibrc").write_text("lines.linewidth: 9\nsvg.fonttype: none\n")
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    settings = "get_config().InlineBackend.figure_formats = {'pdf'}\n"
    (profile / "ipython_kernel_config.py").write_text(settings)
    monkeypatch.setenv("MATPLOTLIBRC", str(folder / "matplotlibrc"))
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    look = "\n\n```{code-cell} ipython3\nprint(plt.rcParams['lines.linewidth'])\n```\n"
    source = folder / "notebooks" / "demo" / "demo_one.md"
    source.write_text(SOURCE + FIGURE + look)
    notebook.execute("demo_one", folder / "own.ipynb")
    assert forked_from(folder, "fork.ipynb") == 0
    for name in ("own", "fork"):
        *_, drawn, said = nbformat.read(folder / f"{name}.ipynb", 4).cells
        kinds = {kind for output in drawn.outputs for kind in output.data}
        assert kinds & {"image/png", "image/svg+xml"}, name
        assert said.outputs[0].text == "1.5\n", name
    assert os.environ["MPLBACKEND"] == "Agg"


def test_a_kernel_that_is_slow_to_answer_is_waited_for(folder, monkeypatch):
    asked = {}
    monkeypatch.setattr(notebook.papermill, "execute_notebook", lambda *a, **k: asked.update(k))
    notebook._run(folder / "a", folder / "b", {}, None)
    client = notebook.papermill.clientwrap.PapermillNotebookClient
    assert asked["iopub_timeout"] == notebook.SILENCE > 10 * client.iopub_timeout.default_value


def test_a_file_that_is_no_notebook_is_not_taken_for_one(folder):
    (folder / "notebooks" / "demo" / "notes.md").write_bytes(b"# To do\n\xff\n")
    assert list(sources.sources()) == ["demo_one"]


def test_a_run_by_hand_goes_where_the_book_does_not_look(folder, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "BUILD", folder)
    assert main(["execute", "demo_one", "-p", "size", "4"]) == 0
    assert (folder / "own" / "demo_one.ipynb").exists()
    into = str(RESULTS / "demo_one.ipynb")
    assert main(["execute", "demo_one", "--output", into]) == 2
    assert "belongs to make book" in capsys.readouterr().err


def test_a_page_that_somebody_else_executed_is_not_the_book_s(folder):
    output = folder / "demo_one.ipynb"
    assert not forked.made(output, "quick")
    notebook.execute("demo_one", output, profile="quick")
    assert forked.made(output, "quick")
    assert not forked.made(output, "paper")
    notebook.execute("demo_one", output, profile="quick", size=4)
    assert not forked.made(output, "quick")
    nbformat.write(notebook.load("demo_one"), folder / "source.ipynb")
    papermill.execute_notebook(folder / "source.ipynb", output, {"profile": "quick"})
    assert not forked.made(output, "quick")
    output.write_text("cut off")
    assert not forked.made(output, "quick")


def test_what_the_kernel_says_of_its_progress_reaches_the_terminal(folder, monkeypatch, capsys):
    source = folder / "notebooks" / "demo" / "demo_one.md"
    said = 'import sys\nprint("half", "of it", file=sys.stderr)\nprint(profile'
    source.write_text(SOURCE.replace("print(profile", said))
    monkeypatch.setattr(command_line, "BUILD", folder)
    assert main(["execute", "demo_one", "-p", "size", "4"]) == 0
    told = capsys.readouterr()
    assert "half of it" in told.err
    assert told.out == f"demo_one is executed in {folder / 'own' / 'demo_one.ipynb'}\n"
    assert "half of it" not in (folder / "own" / "demo_one.ipynb").read_text(encoding="utf-8")
    notebook.execute("demo_one", folder / "out.ipynb")
    assert "half of it" not in capsys.readouterr().err


def test_what_is_built_can_be_moved_out_of_a_checkout_that_cannot_be_written_to(tmp_path):
    code = "from evidence.kit.runner import reproduced; print(reproduced('alm_fig1').root)"
    command = [sys.executable, "-c", code]
    told = subprocess.run(
        command,
        env={**os.environ, "RNN_BUILD": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"{tmp_path / 'reproduced'}\n"


def test_text_of_another_run_is_left_out(folder):
    source = folder / "notebooks" / "demo" / "demo_one.md"
    source.write_text(SOURCE + "\n## Results\n\nMauna Loa rises.\n")
    for given, wanted in (({}, True), ({"profile": "quick"}, True), ({"size": 4}, False)):
        notebook.execute("demo_one", folder / "out.ipynb", **given)
        text = "".join(cell.source for cell in nbformat.read(folder / "out.ipynb", 4).cells)
        assert ("Mauna Loa" in text) is wanted
        assert "## Results" in text


def test_unknown_names_are_refused_before_anything_runs(folder):
    with pytest.raises(ValueError, match="parameter of notebook demo_one 'sise'; accepted: prof"):
        notebook.execute("demo_one", folder / "out.ipynb", sise=4)
    with pytest.raises(ValueError, match="unknown notebook 'demo'; accepted: demo_one"):
        notebook.execute("demo", folder / "out.ipynb")
    assert main(["execute", "demo_one", "-p", "sise", "4"]) == 2


def test_a_failing_cell_leaves_the_older_result_and_what_was_executed(folder, monkeypatch):
    monkeypatch.setattr(notebook, "FAILED", folder / "failed")
    output = folder / "out.ipynb"
    output.write_text("older")
    with pytest.raises(notebook.papermill.PapermillExecutionError, match="TypeError"):
        notebook.execute("demo_one", output, size="a word")
    assert output.read_text() == "older"
    monkeypatch.setattr(notebook, "FAILED", output / "no folder")
    with pytest.raises(notebook.papermill.PapermillExecutionError, match="TypeError"):
        notebook.execute("demo_one", output, size="a word")
    kept = nbformat.read(folder / "failed" / "demo_one.ipynb", 4)
    assert any(o.output_type == "error" for c in kept.cells for o in c.get("outputs", []))


def test_a_kernel_that_cannot_start_is_started_again_and_a_failing_one_is_not(folder, monkeypatch):
    run, failures = notebook.papermill.execute_notebook, []

    def unlucky(*paths, **options):
        if failures:
            raise RuntimeError(failures.pop())
        run(*paths, **options)

    monkeypatch.setattr(notebook.papermill, "execute_notebook", unlucky)
    failures[:] = ["Kernel died before replying to kernel_info"] * 2
    notebook.execute("demo_one", folder / "out.ipynb")
    assert (folder / "out.ipynb").exists()
    for wrong in (["Kernel died before replying to kernel_info"] * 3, ["out of memory"]):
        failures[:] = wrong
        with pytest.raises(RuntimeError, match=wrong[0]):
            notebook.execute("demo_one", folder / "never.ipynb")
    assert not (folder / "never.ipynb").exists()


SEES = """

```{code-cell} ipython3
import json, matplotlib.pyplot as plt
from ipykernel.connect import get_connection_info
print(vars(json).get("left"), "torch" in vars(), plt.rcParams["lines.linewidth"])
print(get_connection_info(unpack=True)["transport"])
json.left = plt.rcParams["lines.linewidth"] = 7.0
```
"""


FORK = """
import json, sys
from pathlib import Path
from evidence.kit import forked, notebook, sources
folder, output, given = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
sources.NOTEBOOKS, notebook.REFERENCE = folder / "notebooks", folder
forked.SERVER = forked.FORKED  # what was set here holds there
sys.exit(forked.execute("demo_one", folder / output, **given))
"""


def forked_from(folder, output, **given):
    """Execute the notebook in a fork of a fresh process: from this one it would inherit tests."""
    command = [sys.executable, "-c", FORK, folder, output, json.dumps(given)]
    environment = {**os.environ, "RNN_BUILD": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def test_forked_notebooks_are_whole_and_see_nothing_of_each_other(folder):
    (folder / "notebooks" / "demo" / "demo_one.md").write_text(SOURCE + SEES)
    for output in ("one.ipynb", "two.ipynb"):
        assert forked_from(folder, output, size=4) == 0
        said = [cell.outputs[0].text for cell in nbformat.read(folder / output, 4).cells[-2:]]
        assert said == ["quick 0.25\n", "None False 1.5\nipc\n"]
    assert forked_from(folder, output, size="a word") == 1


def test_an_exit_code_is_not_lost_to_a_start_in_another_thread(monkeypatch, tmp_path):
    """Each start asks for the exit codes of all children, and each can be read once."""
    monkeypatch.setattr(multiprocessing.forkserver._forkserver, "_preload_modules", [])
    monkeypatch.setattr(forked, "_execute", print)  # a short child
    asked, read, ended = count(), multiprocessing.forkserver.read_signed, threading.Event()

    def read_late(descriptor):
        if next(asked) == 1:  # after the child's number its exit code, by the thread that waits
            ended.set()
            time.sleep(1)
        return read(descriptor)

    monkeypatch.setattr(multiprocessing.forkserver, "read_signed", read_late)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(forked.execute, "one", tmp_path)
        assert ended.wait(60)
        assert forked.execute("two", tmp_path) == first.result() == 0


FIGURE = """

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-demo
---
import matplotlib.pyplot as plt
figure, _ = plt.subplots()
figure
```
"""


def test_a_figure_of_a_forked_notebook_is_an_image(folder):
    source = folder / "notebooks" / "demo" / "demo_one.md"
    source.write_text(SOURCE + FIGURE)
    assert forked_from(folder, "one.ipynb") == 0
    shown = nbformat.read(folder / "one.ipynb", 4).cells[-1].outputs
    assert {kind for output in shown for kind in output.data} == {"image/svg+xml", "text/plain"}
    source.write_text(SOURCE + FIGURE.replace("\nfigure\n", "\nplt.close(figure)\nfigure.axes\n"))
    with pytest.raises(AssertionError, match="demo_one: fig-demo shows no image but"):
        notebook.execute("demo_one", folder / "two.ipynb")
    assert not (folder / "two.ipynb").exists()


CHECK = """

```{code-cell} ipython3
:tags: [remove-cell, nbval-check-output]
from pathlib import Path
from evidence.kit import reference
reference.REFERENCE = Path("FOLDER")
reference.check("demo_one", profile, {"error": 0.5})
```
"""


def test_nbval_and_the_comparison_in_its_place_fail_when_a_recorded_number_is_altered(
    folder, monkeypatch
):
    text = SOURCE + CHECK.replace("FOLDER", str(folder))
    (folder / "notebooks" / "demo" / "demo_one.md").write_text(text)
    monkeypatch.setattr(notebook, "REFERENCE", folder)
    recorded, kept = folder / "demo_one.quick.json", folder / "demo_one.ipynb"
    recorded.write_text('{"error": 0.5}')
    notebook.execute("demo_one", kept, **notebook.QUICK)
    command = [sys.executable, "-m", "pytest", "-q", "--nbval-lax", "-W", "default", str(kept)]

    def nbval():
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        return done.returncode, done.stdout

    assert nbval()[0] == 0
    assert forked_from(folder, "out.ipynb", **notebook.QUICK) == 0
    recorded.write_text('{"error": 0.50001}')
    code, said = nbval()
    assert code == 1
    assert "error is 0.5 but the reference says 0.50001" in said
    assert forked_from(folder, "out.ipynb", **notebook.QUICK) == 1


def test_what_a_check_prints_is_compared_with_the_reference_notebook(folder, monkeypatch):
    monkeypatch.setattr(notebook, "REFERENCE", folder / "kept")
    (folder / "kept").mkdir()
    cell = new_code_cell("check()", metadata={"tags": ["nbval-check-output"]})
    cell.outputs.append(new_output("stream", text="every key number agrees"))
    nbformat.write(new_notebook(cells=[cell]), folder / "kept" / "demo_one.ipynb")
    nbformat.write(new_notebook(cells=[cell]), folder / "out.ipynb")
    notebook.compare("demo_one", folder / "out.ipynb")
    cell.outputs[0].text = "NOTHING IS COMPARED"
    nbformat.write(new_notebook(cells=[cell]), folder / "out.ipynb")
    with pytest.raises(
        AssertionError, match=r"demo_one: its checks print .*NOTHING IS COMP.*every"
    ):
        notebook.compare("demo_one", folder / "out.ipynb")
    nbformat.write(new_notebook(), folder / "out.ipynb")
    with pytest.raises(AssertionError, match=r"its checks print \[\]"):
        notebook.compare("demo_one", folder / "out.ipynb")


def test_what_a_page_quotes_and_a_small_profile_leaves_out_is_nan(monkeypatch, tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks" / "a").mkdir(parents=True)
    (tmp_path / "notebooks" / "a" / "one.md").write_text(
        "{glue:text}`one.there:.1f` and {glue:text}`one.read as.28 steps.gain:.2g`, "
        "{glue:text}`two.x`"
    )
    (tmp_path / "book" / "index.md").write_text("{glue:text}`results/one.ipynb::one.far`")
    monkeypatch.setattr(glued, "ROOT", tmp_path)
    cell = new_code_cell("glue('there')")
    made = new_notebook(cells=[new_markdown_cell("one"), cell])
    scrapbook = {"scrapbook": {"mime_prefix": glued.PREFIX, "name": "one.there"}}
    data = {f"{glued.PREFIX}text/plain": "0.5"}
    cell.outputs.append(new_output("display_data", data=data, metadata=scrapbook))
    glued.stand_in(made, "one")
    shown = {o.metadata.scrapbook.name: o.data[f"{glued.PREFIX}text/plain"] for o in cell.outputs}
    assert shown == {"one.there": "0.5", "one.read as.28 steps.gain": "nan", "one.far": "nan"}
    nbformat.validate(made)


@pytest.mark.parametrize("name", sources.sources())
def test_the_reference_notebook_holds_the_cells_of_its_source(name):
    expected = notebook.load(name)
    recorded = nbformat.read(reference.REFERENCE / f"{name}.ipynb", as_version=4)
    assert [(c.cell_type, c.source, c.metadata) for c in recorded.cells] == [
        (c.cell_type, c.source, c.metadata) for c in expected.cells
    ], f"record it again with: python -m evidence reference {name}"
    # nbval compares to the last digit, which is another one on another machine.
    checked = [c for c in recorded.cells if "nbval-check-output" in c.metadata.get("tags", [])]
    assert {o.output_type for c in checked for o in c.outputs} <= {"stream"}


@pytest.mark.parametrize("name", sources.sources())
def test_every_notebook_takes_a_profile_and_ends_with_its_check(name):
    cells = notebook.load(name).cells
    assert notebook.parameters(notebook.load(name))["profile"] == "quick"
    assert set(cells[-1].metadata.tags) >= {"remove-cell", "nbval-check-output"}
    for profile in ("quick", "paper"):
        assert (reference.REFERENCE / f"{name}.{profile}.json").exists()


@pytest.mark.parametrize("name", sources.sources())
def test_a_notebook_gets_records_through_its_page_which_says_whose_they_are(name):
    code = "\n".join(c.source for c in notebook.load(name).cells if c.cell_type == "code")
    assert "collect(" not in code
    assert ("page.records(" in code) == ("page.provenance(" in code)


def test_a_moved_number_is_named_with_both_values(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    monkeypatch.setenv(reference.RECORD, "1")
    reference.check("demo", "quick", {"error": 0.5, "word": "cap", "empty": float("nan")})
    monkeypatch.delenv(reference.RECORD)
    assert "demo.quick.json is written anew and NOTHING IS COMPARED" in capsys.readouterr().out
    assert json.loads((tmp_path / "demo.quick.json").read_text())["error"] == 0.5

    capsys.readouterr()
    reference.check("demo", "quick", {"error": 0.5000001, "word": "cap", "empty": float("nan")})
    assert capsys.readouterr().out == "demo: every key number agrees with its reference\n"
    with pytest.raises(AssertionError, match=r"error is 0\.6 but the reference says 0\.5"):
        reference.check("demo", "quick", {"error": 0.6, "word": "cap", "empty": float("nan")})
    with pytest.raises(AssertionError, match="word is absent but the reference says cap"):
        reference.check("demo", "quick", {"error": 0.5, "empty": float("nan")})
    with pytest.raises(FileNotFoundError, match=r"no reference demo\.paper\.json"):
        reference.check("demo", "paper", {})
    reference.check("demo", "paper", {}, custom=True)
    assert "nothing" not in capsys.readouterr().out


def test_a_check_does_not_go_with_the_assertions_that_python_optimises_away():
    code = "from evidence.kit.reference import check_claims; check_claims('no_page', [CLAIM])"
    claim = "{'id': 'B-one', 'verdict': 'REPRODUCED', 'numbers': {}}"
    ended = subprocess.run(
        [sys.executable, "-O", "-c", code.replace("CLAIM", claim)], capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "no_page: claims that are not those of no_page.claims.json" in ended.stderr


def test_a_moved_verdict_is_named_with_its_claim(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "REFERENCE", tmp_path)
    one, two = (
        {"id": f"B-{n}", "verdict": "REPRODUCED", "numbers": {"gap": 1.0}, "found": "1"}
        for n in ("one", "two")
    )
    reference.check_claims("demo", [])
    with pytest.raises(AssertionError, match=r"not those of demo\.claims\.json: B-one REPROD"):
        reference.check_claims("demo", [one])
    monkeypatch.setenv(reference.RECORD, "1")
    reference.check_claims("demo", [one, two])
    monkeypatch.delenv(reference.RECORD)
    reference.check_claims("demo", [one | {"found": "2", "numbers": {"gap": 1.0001}}, two])
    with pytest.raises(AssertionError, match=r"B-two CONTRADICTED .*; B-two REPRODUCED .*; record"):
        reference.check_claims("demo", [one, two | {"verdict": "CONTRADICTED"}])
    with pytest.raises(AssertionError, match=r"B-two REPRODUCED"):
        reference.check_claims("demo", [one])
