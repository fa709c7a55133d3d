"""The task graph behind make: doit reruns a task only when the content of what it reads changed."""

import json
import os
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

from doit.exceptions import TaskFailed
from doit.reporter import ConsoleReporter
from doit.tools import config_changed

from evidence.kit import dependencies, forked, tested
from evidence.kit.paths import BUILD, RESULTS, ROOT
from evidence.kit.reference import REFERENCE
from evidence.kit.registry import PROFILES
from evidence.kit.site import HTML
from evidence.kit.sources import code, sources
from lib.files import write_atomically

# Two tasks run side by side. Were each to compute with a thread per core, they would wait for each
# other: a notebook of seconds then takes minutes.
os.environ.setdefault("OMP_NUM_THREADS", "1")

PROFILE = os.environ.get("PROFILE", "paper")
if PROFILE not in PROFILES:
    sys.exit(f"unknown PROFILE {PROFILE!r}; accepted: {', '.join(PROFILES)}")

SEEN = BUILD / "browser.json"  # what the site's tests have passed on
PYTHON = f'"{sys.executable}"'


def files(*patterns: str) -> list[str]:
    return sorted(
        str(path.relative_to(ROOT))
        for pattern in patterns
        for path in ROOT.glob(pattern)
        if path.is_file()
        and not path.is_relative_to(RESULTS)
        and not path.name.startswith(".")
        and "__pycache__" not in path.parts
    )


SOURCES = ("lib", "evidence", "tests", "benchmarks", "book/_ext")
LIBRARY = files("lib/**/*.py", "evidence/**/*.py", "requirements.txt")
DATA = files("data/**/*")
BOOK = files("book/**/*", "_config.yml", "_toc.yml")
TESTS = [path for path in sorted(ROOT.glob("tests/**/test_*.py")) if "browser" not in path.parts]
PYTEST = (sys.executable, "-m", "pytest", "-q")
EVERYTHING = files("*", *(f"{folder}/**/*" for folder in (*SOURCES, "book", "notebooks", "data")))
# What executes every notebook, so that a page depends on it without importing it.
EXECUTION = dependencies.closure([dependencies.KIT / "forked.py"])


LONG = ("own_series", "alm_theory")  # begun first, so that none of them is left alone at the end
NOTEBOOKS = dict(sorted(sources().items(), key=lambda item: item[0] not in LONG))


class Reporter(ConsoleReporter):
    """Names every task when it starts and says how long it took when it ends."""

    def initialize(self, tasks, selected_tasks):
        super().initialize(tasks, selected_tasks)
        self.started = {}

    def execute_task(self, task):
        if task.actions:
            self.started[task.name] = time.monotonic()
            self.outstream.write(f"..  {task.title()}\n")

    def add_success(self, task):
        super().add_success(task)
        if task.name in self.started:
            seconds = time.monotonic() - self.started[task.name]
            self.outstream.write(f"ok  {task.title()} ({seconds:.0f} s)\n")

    def skip_uptodate(self, task):
        if task.actions:
            self.outstream.write(f"--  {task.title()} (up to date)\n")


DOIT_CONFIG = {"default_tasks": ["book"], "reporter": Reporter, "verbosity": 2}


def execution(name: str, source: Path, profile: str, output: Path) -> dict:
    """Return the task that executes one notebook; it depends on what its code imports and reads."""
    modules = dependencies.of(code(source))
    read = [
        *(source, ROOT / "requirements.txt"),
        *(modules | EXECUTION),
        *dependencies.data(modules),
    ]
    compared = "claims.json" if profile == "paper" else "ipynb"
    reference = files(
        *(f"notebooks/reference/{name}.{end}" for end in (f"{profile}.json", compared))
    )
    return {
        "name": name,
        "actions": [(executed, [name, output, profile])],
        "file_dep": [*reference, *sorted(map(str, read))],
        "targets": [str(output)],
        "uptodate": [config_changed(profile), (forked.made, [output, profile])],
    }


def executed(name: str, output: Path, profile: str) -> TaskFailed | None:
    # Below zero it is the number of a signal: whoever was killed has said nothing.
    if status := forked.execute(name, output, profile=profile):
        return TaskFailed(f"{name} ended with exit code {status}")
    return None


def task_execute():
    """execute every notebook at PROFILE for the site"""
    for name, source in NOTEBOOKS.items():
        yield execution(name, source, PROFILE, RESULTS / f"{name}.ipynb")


def task_site():
    """build the site; a warning is an error"""
    results = [str(RESULTS / f"{name}.ipynb") for name in sources()]
    return {
        "actions": [f"{PYTHON} -m evidence.kit.site"],
        "file_dep": [*BOOK, *results, *LIBRARY, *DATA],
        "targets": [str(HTML / "index.html")],
    }


def task_book():
    """execute the notebooks and build the site"""
    return {"actions": None, "task_dep": ["site"]}


def task_pdf():
    """print the whole site to _build/book.pdf and look for each page and figure in it"""
    return {
        "actions": [f"{PYTHON} -m evidence.kit.pdf"],
        "file_dep": task_site()["file_dep"],
        "task_dep": ["site"],
        "targets": [str(BUILD / "book.pdf")],
    }


def task_lint():
    """check style and formatting"""
    return {
        "actions": [f"{PYTHON} -m ruff check .", f"{PYTHON} -m ruff format --check ."],
        "file_dep": files("*.py", *(f"{folder}/**/*.py" for folder in SOURCES), "pyproject.toml"),
    }


def unit(changed: list[str]) -> bool:
    tests = TESTS
    if changed and not os.environ.get("CI"):
        tests = tested.affected(map(ROOT.joinpath, changed), tests)
    print(f"    {len(tests)} of {len(TESTS)} test files can be moved by what has changed")
    return not tests or subprocess.run([*PYTEST, "-n", "2", *tests], cwd=ROOT).returncode == 0


def task_unit():
    """run the unit tests that a change since they last passed can move; with CI set, all"""
    return {
        "actions": [unit],
        "file_dep": EVERYTHING,
        "uptodate": [not os.environ.get("CI")],
        "task_dep": ["lint"],
    }


def task_quick():
    """execute every notebook at the quick profile, trained anew when the source changed"""
    for name, source in NOTEBOOKS.items():
        task = execution(name, source, "quick", BUILD / "quick" / f"{name}.ipynb")
        yield task | {"task_dep": ["unit"]}


def task_nbval():
    """execute a reference notebook of each folder as users of nbval do

    What nbval compares in the others, `quick` has compared on its way.
    """
    names = ("alm_errata", "sl1_errata", "gru_from_scratch")
    some = [REFERENCE / f"{name}.ipynb" for name in names]
    read = {path for name in names for path in dependencies.of(code(sources()[name]))}
    return {
        "actions": [
            # One after the other: two kernels that start at once can be given the same port. Those
            # of `quick`, which run beside them, have none.
            f"{PYTHON} -m pytest -q --nbval-lax -W default {' '.join(map(str, some))}"
        ],
        "file_dep": [*map(str, some), *sorted(map(str, read)), "requirements.txt"],
        "task_dep": ["unit"],
    }


def browser() -> bool:
    site = (HTML.rglob(f"*.{end}") for end in ("html", "css", "js"))
    found = (path for path in chain(*site) if path.name != "searchindex.js")
    now = tested.marks([*found, *map(ROOT.joinpath, files("tests/browser/*"))])
    new = os.environ.get("CI") or not SEEN.exists()
    before = {} if new else json.loads(SEEN.read_text(encoding="utf-8"))
    changed = tested.changed_pages(before, now)
    if changed == []:
        return True
    options, environment = ["tests/browser"], dict(os.environ)
    if changed is not None:
        options += ["--ignore", "tests/browser/test_reader.py"]
        environment["BOOK_PAGES"] = os.pathsep.join(Path(name).name for name in changed)
    done = subprocess.run([*PYTEST, "-n", "2", "-rs", *options], cwd=ROOT, env=environment)
    if done.returncode == 0:
        write_atomically(SEEN, json.dumps(now))
    return done.returncode == 0


def task_browser():
    """read the pages of the site that have changed as their readers do; with CI set, all"""
    return {
        "actions": [browser],
        "uptodate": [False],
        "task_dep": ["site"],
    }


def task_test():
    """everything that must hold before a change is published"""
    return {"actions": None, "task_dep": ["lint", "unit", "nbval", "quick", "site", "browser"]}


def task_references():
    """record new reference values"""
    for name in sources():
        yield {
            "name": name,
            "actions": [f"{PYTHON} -m evidence reference {name}"],
            "uptodate": [False],
        }


def task_bench():
    """measure speed side by side"""
    for path in sorted((ROOT / "benchmarks").glob("bench_*.py")):
        yield {
            "name": path.stem.removeprefix("bench_"),
            "actions": [f"{PYTHON} {path.relative_to(ROOT)}"],
            "uptodate": [False],
        }
