"""The examples in the docstrings of the methods run, and most names that a user calls have one."""

import doctest
import importlib
import pkgutil

import pytest

import lib

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


@pytest.mark.parametrize(
    ("package", "without"),
    [
        ("alm", {"lipschitz_constants", "polish", "settle", "verify"}),
        ("penalties", {"bind"}),
    ],
)
def test_every_function_of_a_package_has_an_example(package, without):
    module = importlib.import_module(f"lib.{package}")
    public = {name: getattr(module, name) for name in module.__all__}
    functions = {n for n, o in public.items() if callable(o) and not isinstance(o, type)}
    assert {n for n in functions if ">>> " not in (public[n].__doc__ or "")} == without
