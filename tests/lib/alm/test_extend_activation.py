"""The how-to page adds an activation that works: its file goes into a copy of the package."""

import re
import shutil
import subprocess
import sys

import pytest

from evidence.kit.paths import ROOT

PAGE = (ROOT / "book" / "extend.md").read_text()
SECTION = PAGE.split("\n## A new activation\n")[1].split("\n## ")[0]
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?python\n(?::caption: (\S+)\n\n)?(.*?\n)```$", re.M | re.S
)

CHECKS = """
import re, subprocess, sys
import torch
from lib import verify

assert alm.ACTIVATIONS["absolute"] is Absolute
first = result.trace["rollout_objective"].iloc[0]
assert result.best.row["rollout_objective"] < 0.1 * first
assert model.score(X, Y) > 0.9, model.score(X, Y)
assert model.certificate_.activation == Absolute()

# The minimiser beats every point of a grid.
a, theta2 = draw.normal(0, 3, (2, 200))
best = np.empty(200)
Absolute().minimise(a.copy(), theta2.copy(), 1.2, best)
cost = lambda u: 0.6 * u**2 - a * u + (theta2 - abs(u)) ** 2 / 2
assert (cost(best) <= cost(np.linspace(-6, 6, 4001)[:, None]).min(axis=0)).all()

# The file holds it to the last bit; the verifier alone does not know it, and says so.
assert network.activation == Absolute()
np.testing.assert_array_equal(network.weights.W, result.weights.W)
np.savez("data.npz", X=X, Y=Y)
command = [sys.executable, verify.__file__, "network.npz", "data.npz"]
alone = subprocess.run(command, capture_output=True, text=True)
assert alone.returncode == 1
assert "not know the activation absolute, only relu, leaky_relu, elu" in alone.stdout, alone
assert report.holds and len(report.numbers) == 10, report.reason
with np.load("network.npz") as stored:
    fields = dict(stored)
np.savez("forged.npz", **fields | {"W": 1.01 * fields["W"]})
assert "rollout.objective is claimed" in alm.verify("forged.npz", X, Y).reason
np.savez("forged.npz", **fields | {"slope": 1.0})
assert not alm.verify("forged.npz", X, Y).holds

brief = alm.accelerated(Y, activation=problem.activation, outer_iterations=5)
early = alm.solve(X, Y, start, problem.penalties, brief)
polished = alm.polish(problem, early, stages=10)
assert polished.error < 0.5 * early.row["feasibility"], (polished.row, early.row)
outputs = model.to_torch()(torch.from_numpy(X)).detach().numpy()
np.testing.assert_allclose(outputs, model.predict(X, start="zero"), atol=1e-12)

for wrong in (
    lambda: ALMRegressor(activation="tanh").fit(X, Y),
    lambda: alm.Problem(X, Y, problem.penalties, "absolute"),
):
    try:
        wrong()
    except ValueError as error:
        assert re.search("accepted: .*absolute|such as .*Absolute[(][)]", str(error)), error
    else:
        raise AssertionError
print("all checks made")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package with the page's file in it."""
    root = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    [(file, code)] = [block for block in BLOCK.findall(SECTION) if block[0]]
    with (root / file).open("x") as stream:
        stream.write(code)
    return root


def test_the_page_s_activation_trains_is_saved_loaded_and_verified(copy):
    [example] = [code for file, code in BLOCK.findall(SECTION) if not file]
    script = copy / "example.py"
    script.write_text(example + CHECKS)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "all checks made\n", done.stderr


def test_the_page_s_file_is_in_the_house_s_style(copy):
    shutil.copy(ROOT / "pyproject.toml", copy)
    for command in (["check"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, "lib/alm"], cwd=copy, check=True)
