"""The how-to page adds parts that work: its files go into a copy of the package."""

import re
import shutil
import subprocess
import sys

import pytest

from evidence.kit.paths import ROOT

_, *PARTS = (ROOT / "book" / "extend.md").read_text().split("\n## ")
SECTIONS = dict(part.split("\n", 1) for part in PARTS)
REGISTRY = "lib/datasets/registry.toml"
BLOCK = re.compile(r"^```(?:\{code-block\} )?\w+\n(?::caption: (\S+)\n\n)?(.*?\n)```$", re.M | re.S)


ACTIVATION = """
import re, subprocess, sys
import torch
from lib import verify

assert alm.ACTIVATIONS["absolute"] is Absolute
first = result.trace["rollout_objective"].iloc[0]
assert result.best.row["rollout_objective"] < 0.1 * first
assert model.score(X, Y) > 0.9, model.score(X, Y)
assert model.activation_ == Absolute()

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
np.testing.assert_allclose(outputs, model.predict(X), atol=1e-10)

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


PENALTY = """
import pickle, re
import torch
from lib.penalties import PENALTIES, Regulariser

assert PENALTIES["pseudo_huber"] is PseudoHuber
np.testing.assert_array_equal(by_name.predict(X), as_object.predict(X))
assert np.abs(by_name.params_["w_out"]).sum() < 0.9 * np.abs(without.params_["w_out"]).sum()
assert by_name.score(X, y) > 0.9, by_name.score(X, y)

# The gradient is that of the value, in memory of its own or in what is given.
w = torch.tensor(draw.normal(size=(2, 3, 4)), requires_grad=True)
phi = PseudoHuber(0.3)
[wanted] = torch.autograd.grad((w.square() + 0.09).sqrt().sum(), w)
w = w.detach()
given = torch.empty_like(w)
assert phi.gradient(w, out=given) is given
for found in (given, phi.gradient(w)):
    torch.testing.assert_close(found, wanted)
torch.testing.assert_close(phi.value(w), (w.square() + 0.09).sqrt().flatten(1).sum(1))

stored = pickle.loads(pickle.dumps(as_object))
assert stored.penalty == PseudoHuber(0.1)
np.testing.assert_array_equal(stored.predict(X), as_object.predict(X))

for wrong in (
    lambda: GRURegressor(penalty="huber").fit(X, y),
    lambda: Regulariser("pseudo_huber", 1.0),
):
    try:
        wrong()
    except ValueError as error:
        assert re.search("accepted: .*pseudo_huber|such as .*PseudoHuber[(]alpha[)]", str(error))
    else:
        raise AssertionError
print("all checks made")
"""

CELL = """
import pickle, re
import torch
from lib.models import CELLS, to_torch

assert CELLS["leaky"] is Leaky
assert model.score(X, y) > 0.9, model.score(X, y)
assert model.model_ == Leaky(1, 8, 1, True, True)

# Outputs as the formula has them, gradients as autograd has them; a sequence of one step too.
def literal(cell, w, x):
    h, answers = torch.zeros(len(x), cell.hidden_size, dtype=x.dtype), []
    for x_t in x.unbind(1):
        g = torch.tanh(x_t @ w["W_hx"].T + h @ w["W_hh"].T + w.get("b_h", 0))
        h = (1 - cell.leak) * h + cell.leak * g
        answers.append(h @ w["w_out"].T + w.get("b_out", 0))
    return torch.cat(answers if cell.every_step else answers[-1:], 1)

for steps in (1, 4):
    for biased in (False, True):
        for every_step in (False, True):
            cell = Leaky(2, 3, 2, biased, biased, every_step, leak=0.3)
            params = cell.initialise([draw, draw])
            params.flat += 0.1
            x = torch.tensor(draw.normal(size=(1, 5, steps, 2)))
            found, cache = cell.forward(params, x)
            d = torch.tensor(draw.normal(size=found.shape))
            gradient = cell.backward(params, cache, d)
            for k in range(2):
                w = {n: params[n][k].clone().requires_grad_() for n in cell.layout.shapes}
                wanted = literal(cell, w, x[0])
                torch.testing.assert_close(found[k], wanted)
                (wanted * d[k]).sum().backward()
                for name, value in w.items():
                    grad = torch.zeros_like(value) if value.grad is None else value.grad
                    torch.testing.assert_close(gradient[name][k], grad)

stored = pickle.loads(pickle.dumps(model))
assert stored.model_ == model.model_
np.testing.assert_array_equal(stored.predict(X), model.predict(X))

for wrong, words in (
    (lambda: GRURegressor(cell="elman").fit(X, y), "unknown cell 'elman'; accepted: .*leaky"),
    (lambda: to_torch(model.model_, model.params_), "torch has no equal of Leaky"),
):
    try:
        wrong()
    except ValueError as error:
        assert re.search(words, str(error)), error
    else:
        raise AssertionError
print("all checks made")
"""

DATASET = """
import re
from pathlib import Path
import numpy as np
from lib.datasets.registry import registry
from lib.estimators import GRURegressor

assert datasets.DATASETS["tides"].load.__module__ == "lib.datasets.tides"
assert (table.X.shape, table.y.shape, table.X[1, 1], table.y[-1, 0]) == ((12, 2), (12, 1), 0.6, 3.4)
assert datasets.checksum("tides") == registry()["committed"]["tides.csv"]["sha256"]
assert datasets.files("tides") == ()
assert datasets.available("tides")

assert (len(parts.X_train), len(parts.X_test)) == (8, 4)
assert np.abs(parts.X_train.mean(axis=0)).max() < 1e-12
model = GRURegressor(8, strength=0.0, tolerance=None, random_state=0)
level = parts.y_train.mean()
model.fit(parts.X_train, parts.y_train - level)
assert model.score(parts.X_test, parts.y_test - level) > 0.5

file = Path(datasets.__file__).parent / "tides.csv"
whole = file.read_text()
file.write_text(whole.replace("4.7", "4.8"))
for wrong, words in (
    (lambda: datasets.load("tide"), "unknown dataset 'tide'; accepted: .*tides"),
    (lambda: datasets.load("tides", standardise="all"), "tides is a table"),
    (lambda: datasets.load("tides"), "tides.csv is not the registered tides.csv"),
):
    try:
        wrong()
    except ValueError as error:
        assert re.search(words, str(error)), error
    else:
        raise AssertionError
file.write_text(whole)
print("all checks made")
"""

CHECKS = {
    "A new activation": ACTIVATION,
    "A new penalty": PENALTY,
    "A new recurrent cell": CELL,
    "A new dataset": DATASET,
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package with the page's files in it."""
    root = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "lib", root / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    for section in SECTIONS.values():
        for file, code in BLOCK.findall(section):
            if file:
                with (root / file).open("a" if file == REGISTRY else "x") as stream:
                    stream.write(code)
    return root


def test_every_section_is_checked():
    assert list(SECTIONS) == list(CHECKS)


@pytest.mark.parametrize("title", CHECKS)
def test_the_page_s_part_does_what_the_page_says(copy, title):
    [example] = [code for file, code in BLOCK.findall(SECTIONS[title]) if not file]
    script = copy / f"{title.split()[-1]}.py"
    script.write_text(example + CHECKS[title])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "all checks made\n", done.stderr


def test_the_page_s_files_are_in_the_house_s_style(copy):
    shutil.copy(ROOT / "pyproject.toml", copy)
    for command in (["check"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, "lib"], cwd=copy, check=True)
