"""The methods as a package: what a wheel holds, what it does alone, and what an import loads."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement

from evidence.kit.paths import ROOT

BASE = ["numpy", "scipy", "pandas", "scikit-learn", "tqdm"]
OPTIONAL = ("torch", "pooch", "requests", "mlxtend", "matplotlib", "distributed", "IPython")
"""What a base install lacks."""

README = (ROOT / "README.md").read_text().split("\n## Use the ALM without the book\n")[1]
TEN_LINES = re.search(r"```python\n(.*?)```", README, re.S)[1]

ALONE = """
assert series.X.shape == (10, 5)
assert np.isfinite(result.best.row["rollout_objective"])

from lib.estimators import ALMRegressor

assert alm.__file__.startswith({folder!r}), alm.__file__
draw = np.random.default_rng(0)
X = draw.normal(size=(60, 2))
Y = X[:, :1] - X[:, 1:]
model = ALMRegressor(4, tau=0.01, tolerance=None, outer_iterations=20, random_state=0).fit(X, Y)
assert model.score(X, Y) > 0.9, model.score(X, Y)
problem = alm.Problem(X, Y, alm.Penalties.from_tau(0.01, r=4, n=2, m=1))
alm.save("network.npz", model.weights_, problem)
assert alm.verify("network.npz", X, Y).holds

for name in ("iris", "sp500-intended"):
    assert datasets.available(name)
    assert np.isfinite(datasets.load(name).X).all()

def gru():
    from lib.estimators import GRURegressor

def models():
    import lib.models

for ask, package, extra in (
    (gru, "torch", "gru"),
    (models, "torch", "gru"),
    (model.to_torch, "torch", "gru"),
    (lambda: datasets.load("boston"), "mlxtend", "data"),
    (lambda: datasets.load("student"), "pooch", "data"),
):
    try:
        ask()
    except ModuleNotFoundError as error:
        print(error)
        assert f"needs {{package}}, which is not installed" in str(error), error
        assert f"rnn-reproductions[{{extra}}]" in str(error), error
    else:
        raise AssertionError(package)
assert not datasets.available("student")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy so that nothing is left in the repository."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, source)
    for folder in ("lib", "evidence", "data/papers"):
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, ignore=leave)
    program = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", program, str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    [built] = target.glob("*.whl")
    return built


def test_the_wheel_holds_the_methods_and_their_data_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        [metadata] = [name for name in archive.namelist() if name.endswith("/METADATA")]
        lines = archive.read(metadata).decode().splitlines()
    wanted = [p for kind in ("py", "toml", "csv") for p in (ROOT / "lib").rglob(f"*.{kind}")]
    assert held == {path.relative_to(ROOT).as_posix() for path in wanted}
    needed = [line for line in lines if line.startswith("Requires-Dist: ")]
    base = [re.split("[: ;]+", line)[1] for line in needed if "extra ==" not in line]
    assert base == BASE


def behind(names):
    """The distributions that an install of these brings, themselves included."""
    found, left = {}, list(names)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = distribution(name)
            needed = map(Requirement, found[name].requires or ())
            left += [r.name for r in needed if not r.marker or r.marker.evaluate({"extra": ""})]
    return found.values()


def test_the_wheel_works_alone_and_says_which_extra_is_missing(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    for installed in behind(BASE):
        for top in {file.parts[0] for file in installed.files} - {"..", "__pycache__"}:
            (site / top).symlink_to(installed.locate_file(top))
    assert not any((site / name).exists() for name in OPTIONAL)
    done = subprocess.run(
        [sys.executable, "-S", "-c", TEN_LINES + ALONE.format(folder=str(site))],
        cwd=tmp_path,
        env={"PYTHONPATH": str(site), "OMP_NUM_THREADS": "1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


NETWORK = "import numpy as np; X = np.ones((9, 2)); y = X[:, 0]; "
IMPORTS = {
    "import lib.alm": {"numpy", "scipy"},
    "import lib.datasets": {"numpy", "pandas"},
    "from lib.datasets import load; load('sp500-intended')": {"numpy", "pandas"},
    "import lib.estimators; dir(lib.estimators)": {"numpy", "scipy", "pandas", "sklearn", "tqdm"},
    "import lib.estimators.backtest": {"numpy", "scipy", "pandas", "sklearn", "tqdm"},
    NETWORK + "from lib.estimators import ALMRegressor as Net; "
    "Net(2, outer_iterations=2, tolerance=None).fit(X, y).predict(X)": {
        *("numpy", "scipy", "pandas", "sklearn", "tqdm"),
    },
    "import lib.models": {"numpy", "torch", "tqdm"},
}
HEAVY = {"numpy", "scipy", "pandas", "sklearn", "torch", "tqdm", *OPTIONAL}


@pytest.mark.parametrize("statement", IMPORTS)
def test_an_import_loads_what_it_needs_and_no_other_package(statement):
    program = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tops = {name.partition(".")[0] for name in done.stdout.split()}
    assert tops & HEAVY == IMPORTS[statement]
