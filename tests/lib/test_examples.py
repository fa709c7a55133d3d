"""The examples in the docstrings of the methods run, and each public name has one."""

import doctest
import importlib
import inspect
import pkgutil
import re

import pytest

import lib
from evidence.kit.paths import ROOT

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(lib.__path__, "lib.")
    if not module.name.endswith("__main__")
)
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples(name):
    return [test for test in FINDER.find(importlib.import_module(name)) if test.examples]


@pytest.mark.parametrize("name", [name for name in MODULES if examples(name)])
def test_the_examples_of_a_module_run_as_shown(name):
    runner = doctest.DocTestRunner(verbose=False)
    package = ".".join(name.split(".")[:2])
    shared = {}  # what the package's own example leaves, from which the others go on
    for first in (test for test in examples(package) if test.name == package):
        runner.run(first, clear_globs=False)
        shared = first.globs
    for test in examples(name):
        test.globs = shared | test.globs
        runner.run(test)
    assert runner.tries
    assert not runner.failures


def test_an_example_that_shows_another_value_is_seen():
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda text: None).failed == 1


RETURNED = {
    "lib.alm": {
        "Certified": "certify",
        "CertifiedNetwork": "certify",
        "Forgetting": "forget",
        "Initialisation": "initialisation",
        "Measures": "measure",
        "Pass": "forget",
        "Polished": "polish",
        "Refuge": "solve",
        "Result": "solve",
        "Snapshot": "iterate",
        "State": "kink_point",
        "Status": "solve",
        "Windows": "windowed",
    },
    "lib.datasets": {
        "Dataset": "dataset",
        "Series": "load",
        "Sizes": "trial",
        "Split": "split",
        "Table": "load",
    },
    "lib.estimators": {"GRUEstimator": "GRUClassifier", "load": "save"},
    "lib.estimators.backtest": {"root_mean_squares": "backtest"},
    "lib.estimators.forecasting": {"OneStepAhead": "one_step_ahead"},
    "lib.estimators.linear": {"Linear": "below"},
    "lib.estimators.stability": {"tamed": "explodes"},
    "lib.models": {"Cache": "GRU", "Twin": "to_torch"},
    "lib.penalties": {"Term": "bind"},
    "lib.training": {
        "Fit": "fit",
        "History": "fit",
        "Result": "train",
        "State": "descend",
        "Trace": "train",
    },
    "lib.verify": {"Report": "verify", "main": "verify", "unpack": "verify"},
}
"""Names that are shown where they are made or used, by package: in the example of which other."""


def documented():
    """Return the classes and functions of the API pages by module and name."""
    found = {}
    for page in sorted((ROOT / "book" / "api").glob("*.md")):
        for block in page.read_text().split(".. automodule:: ")[1:]:
            module, *options = block.split("\n\n")[0].split("```")[0].split("\n")
            options = dict(re.findall(r":([\w-]+): *(.*)", "\n".join(options)))
            if "members" not in options:
                continue
            named, left_out = (options.get(o, "") for o in ("members", "exclude-members"))
            held = importlib.import_module(module)
            names = named.split(", ") if named else getattr(held, "__all__", None)
            names = names or [n for n, o in vars(held).items() if _own(n, o, module)]
            for name in set(names) - set(left_out.split(", ")):
                if inspect.isroutine(item := getattr(held, name)) or inspect.isclass(item):
                    found[module, name] = item
    return found


def _own(name, item, module):
    return not name.startswith("_") and getattr(item, "__module__", None) == module


def has_example(item):
    """Return whether a name has an example; a class also has those of its methods."""
    return any(test.examples for test in FINDER.find(item, "it"))


def is_base(item):
    """Return whether a class is there to be raised or derived from: `extend` shows how."""
    if not inspect.isclass(item):
        return False
    abstract = inspect.isabstract(item) or getattr(item, "_is_protocol", False)
    return abstract or issubclass(item, BaseException)


def test_every_public_name_has_an_example():
    public = documented()
    without = {key for key, item in public.items() if not (has_example(item) or is_base(item))}
    shown = {(module, name) for module, names in RETURNED.items() for name in names}
    assert without == shown
    for module, names in RETURNED.items():
        for name, where in names.items():
            assert has_example(public[module, where]), f"{module}.{name}: {where} has no example"
