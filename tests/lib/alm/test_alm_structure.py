"""The package's arrows: no circle, a core without extensions, and imports that stay cheap."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import chain

from evidence.kit.paths import ROOT

PACKAGE = ROOT / "lib" / "alm"
EXTENSIONS = "lib.alm.extensions"


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py")}


def imported(path):
    """The package's modules that a file imports, those of type checkers alone included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in whole}
    return found & set(MODULES)


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: imported(path) for name, path in MODULES.items()}
    assert len(graph) > 20
    assert graph["lib.alm.bcd"] >= {"lib.alm.options", "lib.alm.workspace"}
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert order[-1] == "lib.alm"


def test_the_core_knows_no_extension():
    core = {n: p for n, p in MODULES.items() if not n.startswith(EXTENSIONS) and n != "lib.alm"}
    assert {"lib.alm.algorithm", "lib.alm.options", "lib.alm.certified"} <= set(core)
    for name, path in core.items():
        assert not [m for m in imported(path) if m.startswith(EXTENSIONS)], name
    assert EXTENSIONS + ".windows" in imported(MODULES["lib.alm"])


def test_the_method_needs_numpy_and_scipy_and_loads_nothing_else_of_what_is_installed():
    # What the interpreter itself loads at its start is left out: an environment may add to it.
    program = "import sys; own = set(sys.modules); import lib.alm; print(*(set(sys.modules) - own))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = chain(project["dependencies"], *project["optional-dependencies"].values())
    declared = {re.match(r"[\w-]+", text)[0].lower() for text in wanted} - {project["name"]}
    assert {"torch", "scikit-learn", "pandas", "matplotlib", "joblib"} <= declared
    names = packages_distributions()
    tops = {module.partition(".")[0] for module in loaded}
    used = {name.lower() for top in tops for name in names.get(top, [])}
    assert used & declared == {"numpy", "scipy"}
    ours = {name for name in loaded if name.startswith("lib.") and name not in MODULES}
    assert ours == {"lib.files", "lib.named", "lib.validation", "lib.verify"}
