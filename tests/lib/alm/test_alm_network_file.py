"""A network's file and its verifier: what they claim, what they agree on, what they refuse."""

import ast
import dataclasses
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from evidence.kit.paths import ROOT
from evidence.pages.alm_fig1 import runs as alm_fig1
from lib import alm, verify
from lib.files import write_atomically

ACTIVATIONS = [alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()]
SOURCE = Path(verify.__file__).read_text()


def make(activation=ACTIVATIONS[0], seed=8, **options):
    rng = np.random.default_rng(seed)
    X, T, n, m, r = rng.uniform(-1, 1, (9, 5)), 9, 5, 3, 4
    Y = alm.predict(alm.Weights.normal(rng, r, n, m, 0.8), X, alm.ReLU())
    Y = (Y - Y.mean(axis=0)) / (Y.std(axis=0) + 0.1)
    assert Y.shape == (T, m)
    problem = alm.Problem(X, Y, alm.Penalties.from_tau(1.2, r, n, m), activation)
    options = {"outer_iterations": 15, "inner_iterations": 40, **options}
    start = alm.Weights.normal(rng, r, n, m, 0.1)
    settings = alm.Options(**options, activation=activation)
    return problem, alm.solve(X, Y, start, problem.penalties, settings)


@pytest.fixture(scope="module")
def trained():
    return make()


@pytest.fixture
def fields(trained, tmp_path):
    """The fields of a file that holds."""
    problem, result = trained
    alm.save(tmp_path / "honest.npz", result, problem)
    with np.load(tmp_path / "honest.npz") as stored:
        return dict(stored)


def code_lines():
    tree, inside = ast.parse(SOURCE), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            first = node.body[0]
            assert ast.get_docstring(node)
            inside.update(range(first.lineno, first.end_lineno + 1))
    lines = enumerate(SOURCE.splitlines(), start=1)
    return [line for i, line in lines if line.strip() and i not in inside]


def test_the_verifier_is_short_and_imports_only_numpy_and_the_standard_library():
    modules = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules.add(node.module)
    tops = {module.split(".")[0] for module in modules}
    assert "numpy" in tops
    assert tops - {"numpy"} <= sys.stdlib_module_names
    assert not re.search(r"import_module|__import__|exec\(|eval\(", SOURCE)
    assert len(code_lines()) <= 225


def test_the_verifier_works_copied_to_an_empty_folder(trained, tmp_path):
    problem, result = trained
    (tmp_path / "verify.py").write_text(SOURCE)
    alm.save(tmp_path / "network.npz", result, problem)
    np.savez(tmp_path / "data.npz", X=problem.X, Y=problem.Y)
    command = [sys.executable, "-I", "verify.py", "network.npz", "data.npz"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "HOLDS: all numbers agree to 1e-09"


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("outer_iterations", [2, 15])
def test_verifier_agrees_with_the_solver_s_own_measures(activation, outer_iterations, tmp_path):
    problem, result = make(activation, outer_iterations=outer_iterations)
    network = alm.save(tmp_path / "n.npz", result, problem)
    report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
    assert report.holds, report.reason
    assert len(report.numbers) == 10
    last, found = result.trace.iloc[-1], {k: v for k, (_, v) in report.numbers.items()}
    wanted = {
        "iterate.objective": last["objective"],
        "iterate.feasibility": last["feasibility"],
        "iterate.kkt_residual": last["kkt_residual"],
        "rollout.objective": last["rollout_objective"],
        "rollout.kkt_residual": network.rollout.measures.kkt_residual,
        "rollout.feasibility": network.rollout.measures.feasibility,
    }
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-13), name
    kinks = np.count_nonzero(result.U == 0.0) if activation.kink else 0
    assert found["iterate.kinks"] == kinks
    others = np.abs(result.U[result.U != 0.0]).min()
    assert found["iterate.smallest_u"] == others
    if found["rollout.kinks"] == 0:
        assert found["rollout.feasibility"] < 1e-14
        reduced = alm.reduced_gradient(problem, result.weights)
        assert found["rollout.kkt_residual"] == pytest.approx(reduced, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_any_network_can_be_certified_without_an_iterate(activation, tmp_path):
    problem, result = make(activation, outer_iterations=1)
    alm.save(tmp_path / "n.npz", result.weights, problem, kink_width=0.0)
    report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
    assert report.holds, report.reason
    assert list(report.numbers) == [f"rollout.{name}" for name in verify.MEASURES]
    assert report.numbers["rollout.kkt_residual"][1] == pytest.approx(
        alm.reduced_gradient(problem, result.weights), rel=1e-12
    )
    loaded = alm.load(tmp_path / "n.npz")
    assert loaded.iterate is None
    assert loaded.kink_width == 0.0


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
@pytest.mark.parametrize("guided", [False, True])
def test_adjoint_solves_the_conditions_in_h_and_u_whatever_sits_at_a_kink(activation, guided):
    problem, _ = make(activation)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights = alm.Weights.normal(rng, 4, 5, 3, 0.6)
        weights = dataclasses.replace(weights, b=rng.normal(size=4), c=rng.normal(size=3))
        state = alm.kink_point(problem, weights, 0.3)
        xi, zeta = alm.adjoint(problem, state, rng.normal(size=(9, 4)) if guided else None)
        zeros = np.count_nonzero(state.U == 0.0)
        assert zeros > 0 or activation.kink is None
        lam, later = problem.penalties.lambda6, np.vstack([xi[1:] @ weights.W, np.zeros((1, 4))])
        error = problem.Y - state.H @ weights.A.T - weights.c
        np.testing.assert_allclose(zeta, 2 / 9 * error @ weights.A + later, atol=1e-14)
        slope = np.divide(xi + 2 * lam * state.U, zeta)
        off = state.U != 0.0
        np.testing.assert_allclose(slope[off], activation.slope_at(state.U)[off], atol=1e-9)
        if activation.kink:
            left, right = activation.kink
            at = slope[~off]
            assert ((at >= left - 1e-12) & (at <= right + 1e-12)).all()
            ends = np.isclose(at, left) | np.isclose(at, right)
            assert ends[zeta[~off] >= 0].all()
            assert guided or np.isclose(at, left).all()


def test_a_kkt_point_at_kinks_is_certified_where_the_gradient_says_nothing():
    problem, result = make(outer_iterations=100, inner_iterations=500, tolerance=1e-9)
    assert result.status is alm.Status.CONVERGED
    network = alm.certify(problem, result)
    assert network.iterate.measures.kinks > 0
    assert network.rollout.measures.kinks == network.iterate.measures.kinks
    assert network.rollout.measures.kkt_residual < 1e-7
    assert network.rollout.measures.feasibility < 1e-7
    assert alm.reduced_gradient(problem, result.weights) > 1e-3
    # Without the solver's multipliers the slopes at the kinks are not known, only bounded.
    alone = alm.certify(problem, result.weights).rollout.measures
    assert alone.kkt_residual > network.rollout.measures.kkt_residual


def test_a_wide_kink_is_paid_for_in_feasibility(trained):
    problem, result = trained
    narrow, wide = (alm.certify(problem, result, width).rollout for width in (0.0, 0.5))
    assert wide.measures.kinks > narrow.measures.kinks
    assert wide.measures.feasibility > 0.01
    assert narrow.measures.feasibility < 1e-14
    assert wide.measures.objective == narrow.measures.objective


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_round_trip_is_exact(activation, tmp_path):
    problem, result = make(activation)
    saved = alm.save(tmp_path / "n.npz", result, problem)
    loaded = alm.load(str(tmp_path / "n.npz"))
    for name in ("W", "V", "b", "A", "c"):
        np.testing.assert_array_equal(getattr(loaded.weights, name), getattr(result.weights, name))
    for name in ("H", "U", "xi", "zeta"):
        np.testing.assert_array_equal(getattr(loaded.iterate, name), getattr(result, name))
    for name in ("xi", "zeta"):
        array = getattr(loaded.rollout, name)
        np.testing.assert_array_equal(array, getattr(saved.rollout, name))
        assert not array.flags.writeable
    assert (loaded.rollout.measures, loaded.iterate.measures) == (
        saved.rollout.measures,
        saved.iterate.measures,
    )
    assert loaded.activation == activation
    assert (loaded.penalties, loaded.kink_width) == (problem.penalties, saved.kink_width)
    assert loaded.checksums == saved.checksums
    again = loaded.problem(problem.X, problem.Y)
    np.testing.assert_array_equal(
        alm.predict(loaded.weights, again.X, again.activation),
        alm.predict(result.weights, problem.X, activation),
    )
    first = (tmp_path / "n.npz").read_bytes()
    alm.save(tmp_path / "n.npz", result, problem)
    assert (tmp_path / "n.npz").read_bytes() == first


def test_a_snapshot_can_be_saved_while_the_solver_runs(tmp_path):
    problem, _ = make()
    paths = []

    def keep(snapshot):
        paths.append(tmp_path / f"{snapshot.iteration}.npz")
        alm.save(paths[-1], snapshot, problem)

    start = alm.Weights.normal(np.random.default_rng(0), 4, 5, 3, 0.1)
    options = alm.Options(outer_iterations=2, inner_iterations=10)
    alm.solve(problem.X, problem.Y, start, problem.penalties, options, keep)
    assert len(paths) == 3
    assert all(verify.verify(path, problem.X, problem.Y).holds for path in paths)


def bumped(name, by, index=(0, 0)):
    def tamper(fields):
        fields[name] = fields[name].copy()
        fields[name][index] += by

    return tamper


def scaled(name, by):
    return lambda fields: fields.update({name: fields[name] * by})


def put(name, value):
    return lambda fields: fields.update({name: np.asarray(value)})


TAMPERED = {
    "weight W": (bumped("W", 1e-6), r"rollout\.kkt_residual is .* iterate\.kkt_residual is"),
    "weight V": (bumped("V", 1e-6), r"rollout\.kkt_residual is .* iterate\.kkt_residual is"),
    "weight b": (bumped("b", -1e-6, 1), r"rollout\.kkt_residual is .* iterate\.kkt_residual is"),
    "weight A": (bumped("A", 1e-6), r"rollout\.kkt_residual is .* iterate\.kkt_residual is"),
    "weight c": (bumped("c", 1e-6, 2), r"rollout\.kkt_residual is .* iterate\.kkt_residual is"),
    "h": (bumped("iterate.H", 1e-6, (3, 1)), r"iterate\.feasibility"),
    "u": (bumped("iterate.U", 1e-6, (3, 1)), r"iterate\.feasibility"),
    "multiplier xi": (bumped("iterate.xi", 1e-6), r"^iterate\.kkt_residual is claimed to be"),
    "multiplier zeta": (bumped("iterate.zeta", 1e-6), r"^iterate\.kkt_residual is claimed to be"),
    "adjoint xi": (bumped("rollout.xi", 1e-6), r"^rollout\.kkt_residual is claimed to be"),
    "adjoint zeta": (bumped("rollout.zeta", 1e-4), r"^rollout\.kkt_residual is claimed to be"),
    "objective lowered": (scaled("rollout.objective", 0.999), r"^rollout\.objective is claimed"),
    "objective of iterate": (scaled("iterate.objective", 0.999), r"^iterate\.objective is"),
    "residual lowered": (scaled("rollout.kkt_residual", 0.99), r"^rollout\.kkt_residual is"),
    "residual of iterate": (put("iterate.kkt_residual", 1e-12), r"^iterate\.kkt_residual is"),
    "violation lowered": (put("iterate.feasibility", 1e-12), r"^iterate\.feasibility is claimed"),
    "smallest u": (scaled("rollout.smallest_u", 2.0), r"^rollout\.smallest_u is claimed"),
    "kinks": (put("iterate.kinks", 0), r"^iterate\.kinks is claimed to be 0\.0 but is \d+\.0$"),
    "kink width": (put("kink_width", 0.5), r"rollout\.feasibility .* rollout\.kinks"),
    "penalty": (bumped("penalties", 1e-6, 0), r"rollout\.objective .* iterate\.objective"),
    "penalty of u": (scaled("penalties", [1, 1, 1, 1, 1, 1.1]), r"objective"),
    "negative penalty": (scaled("penalties", -1.0), "a number in penalties is not positive"),
    "too few penalties": (put("penalties", np.ones(5)), "wrong shape|penalties"),
    "activation": (put("activation", "elu"), "activation does not fit slope"),
    "activation and slope": (
        lambda f: (put("activation", "elu")(f), put("slope", 1.0)(f)),
        r"rollout\.objective .* iterate\.feasibility",
    ),
    "leaky": (
        lambda f: (put("activation", "leaky_relu")(f), put("slope", 0.01)(f)),
        r"rollout\.objective .* iterate\.feasibility",
    ),
    "slope": (put("slope", 0.01), "activation does not fit slope"),
    "unknown activation": (put("activation", "tanh"), "not know the activation tanh"),
    "NaN weight": (bumped("W", np.nan), "W is not finite"),
    "NaN multiplier": (bumped("rollout.xi", np.nan), r"rollout\.xi is not finite"),
    "infinite claim": (put("rollout.objective", np.inf), r"rollout\.objective is not finite"),
    "NaN claim": (put("iterate.kkt_residual", np.nan), r"iterate\.kkt_residual is not finite"),
    "format": (put("format", 2), "its format is 2, this program reads 1"),
    "shape of W": (put("W", np.zeros((4, 3))), "shapes of W, V, b, A, c, X and Y do not fit"),
    "shape of xi": (put("iterate.xi", np.zeros((8, 4))), r"iterate\.xi has the wrong shape, \(8, "),
    "column for a row": (put("c", np.zeros((3, 1))), "shapes of W, V, b, A, c, X and Y do not"),
    "checksum": (put("sha256_X", "0" * 64), "X is not the one of the file"),
    "words": (put("W", [["a"] * 4] * 4), "not a certificate for these data"),
    "complex numbers": (lambda f: f.update(A=f["A"] + 1e-3j), "not a certificate for these data"),
    "overflowing integers": (
        lambda f: f.update(A=np.full((3, 4), 2**32), c=np.full(3, 2**32)),
        r"rollout\.objective is claimed to be 0\.\d+ but is \d\.\d+e\+",
    ),
    "a claim with entries": (put("rollout.objective", [1.0, 2.0]), "not a certificate"),
    "explosive W": (scaled("W", 1e200), r"rollout\.objective is claimed to be .* but is (inf|nan)"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_tampered_file_is_caught_and_the_reason_named(what, fields, trained, tmp_path):
    tamper, reason = TAMPERED[what]
    tamper(fields)
    np.savez(tmp_path / "tampered.npz", **fields)
    report = verify.verify(tmp_path / "tampered.npz", trained[0].X, trained[0].Y)
    assert not report.holds
    assert re.search(reason, report.reason), report.reason


def test_every_missing_field_is_named(fields, trained, tmp_path):
    for name in fields:
        rest = {key: value for key, value in fields.items() if key != name}
        np.savez(tmp_path / "less.npz", **rest)
        report = verify.verify(tmp_path / "less.npz", trained[0].X, trained[0].Y)
        assert (report.holds, report.reason) == (False, f"the file lacks '{name}'")
        with pytest.raises(ValueError, match=rf"less\.npz lacks the field '{re.escape(name)}'"):
            alm.load(tmp_path / "less.npz")


def test_a_truncated_or_foreign_file_is_no_certificate(trained, tmp_path):
    problem, result = trained
    alm.save(tmp_path / "n.npz", result, problem)
    whole = (tmp_path / "n.npz").read_bytes()
    broken = [whole[: len(whole) * k // 7] for k in range(7)]
    broken += [whole[:-1], b"PK\x03\x04", b"not an archive", b"\x93NUMPY"]
    for content in broken:
        (tmp_path / "n.npz").write_bytes(content)
        report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
        assert not report.holds
        assert report.reason.startswith("not a certificate for these data: ")
        with pytest.raises(ValueError, match=r"n\.npz is not a network's file: "):
            alm.load(tmp_path / "n.npz")
    np.save(tmp_path / "array.npy", problem.X)
    assert not verify.verify(tmp_path / "array.npy", problem.X, problem.Y).holds
    with pytest.raises(ValueError, match=r"array\.npy is not a network's file"):
        alm.load(tmp_path / "array.npy")
    missing = verify.verify(tmp_path / "none.npz", problem.X, problem.Y)
    assert not missing.holds
    assert "none.npz" in missing.reason
    with pytest.raises(FileNotFoundError):
        alm.load(tmp_path / "none.npz")


def test_damage_anywhere_in_the_file_is_harmless_or_caught(trained, tmp_path):
    problem, result = trained
    alm.save(tmp_path / "n.npz", result, problem)
    whole = (tmp_path / "n.npz").read_bytes()
    with np.load(tmp_path / "n.npz") as stored:
        honest = dict(stored)
    rng = np.random.default_rng(0)
    caught = 0
    for place in rng.integers(len(whole), size=150):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.integers(8)
        (tmp_path / "n.npz").write_bytes(damaged)
        if verify.verify(tmp_path / "n.npz", problem.X, problem.Y).holds:
            with np.load(tmp_path / "n.npz") as stored:
                same = dict(stored)
            for name, value in honest.items():
                np.testing.assert_array_equal(same[name], value)
        else:
            caught += 1
    assert caught > 50


def other_data(problem):
    X, Y = problem.X.copy(), problem.Y.copy()
    swapped, bent = X.copy(), Y.copy()
    swapped[[2, 3]] = X[[3, 2]]
    bent[4, 1] += 1e-6
    return {
        "swapped rows": (swapped, Y, "X is not the one of the file"),
        "a target moved": (X, bent, "Y is not the one of the file"),
        "both reversed": (X[::-1], Y[::-1], "X is not the one of the file"),
        "fewer steps": (X[:8], Y[:8], "X is not the one of the file"),
        "unequal lengths": (X, Y[:8], "shapes of W, V, b, A, c, X and Y do not fit"),
        "other width": (X[:, :4], Y, "shapes of W, V, b, A, c, X and Y do not fit"),
        "NaN": (X * np.nan, Y, "X is not the one of the file"),
        "three axes": (X[None], Y, "not a certificate for these data"),
    }


@pytest.mark.parametrize("what", list(other_data(make(outer_iterations=1)[0])))
def test_other_data_are_refused_by_the_verifier_and_by_the_file(what, trained, tmp_path):
    problem, result = trained
    X, Y, reason = other_data(problem)[what]
    alm.save(tmp_path / "n.npz", result, problem)
    report = verify.verify(tmp_path / "n.npz", X, Y)
    assert not report.holds
    assert reason in report.reason
    with pytest.raises(ValueError, match=r"[XY] (is not what the network|must)"):
        alm.load(tmp_path / "n.npz").problem(X, Y)


def test_data_in_another_layout_or_type_are_the_same_data(trained, tmp_path):
    problem, result = trained
    alm.save(tmp_path / "n.npz", result, problem)
    swapped = problem.Y.astype(">f8")
    assert verify.verify(tmp_path / "n.npz", np.asfortranarray(problem.X), swapped).holds
    assert verify.verify(tmp_path / "n.npz", problem.X.tolist(), problem.Y.tolist()).holds


@dataclass(frozen=True)
class Bent(alm.Activation):
    """A leaky ReLU with a second number."""

    slope: float = 0.5
    power: float = 1.0
    kink = (0.5, 1.0)

    def value(self, u, out=None):
        return np.maximum(u, self.slope * u, out=out)

    def slope_at(self, u):
        return np.where(u > 0.0, 1.0, self.slope)

    def minimise(self, a, theta2, q, out):
        raise NotImplementedError


def test_an_activation_s_numbers_come_back_to_the_last_bit(tmp_path, monkeypatch):
    problem, result = make()
    bent = dataclasses.replace(problem, activation=Bent(0.1, 1 / 3))
    with pytest.raises(ValueError, match=r"Bent\(slope=0.1.*has no name to write into a file"):
        alm.save(tmp_path / "n.npz", result.weights, bent)
    monkeypatch.setitem(alm.ACTIVATIONS, "bent", Bent)
    alm.save(tmp_path / "n.npz", result.weights, bent)
    with np.load(tmp_path / "n.npz") as stored:
        fields = dict(stored)
    assert fields["activation"] == f"bent(power={1 / 3!r})"
    assert alm.load(tmp_path / "n.npz").activation == bent.activation
    assert alm.verify(tmp_path / "n.npz", problem.X, problem.Y).holds
    alone = verify.verify(tmp_path / "n.npz", problem.X, problem.Y).reason
    assert "does not know the activation bent(power=0.333" in alone
    for text in ("bent", "bent(power=1.0, power2=1.0)", "bent(power)", "bent(power=one)"):
        np.savez(tmp_path / "bad.npz", **fields | {"activation": text})
        with pytest.raises(ValueError, match=r"bad\.npz: "):
            alm.load(tmp_path / "bad.npz")
        assert not alm.verify(tmp_path / "bad.npz", problem.X, problem.Y).holds
    assert "No such file" in alm.verify(tmp_path / "none.npz", problem.X, problem.Y).reason


def test_two_activations_cannot_share_a_name():
    with pytest.raises(ValueError, match=r"'relu' is taken by lib.*ReLU; give Second another one"):

        class Second(Bent, name="relu"):
            pass

    assert alm.ACTIVATIONS["relu"] is alm.ReLU


REFUSED_BY_LOAD = {
    "format": (put("format", 2), "unknown format 2; accepted: 1"),
    "activation": (
        put("activation", "tanh"),
        "unknown activation 'tanh'; accepted: elu, leaky",
    ),
    "slope": (put("slope", 0.5), "slope must be 0.0, got 0.5"),
    "NaN": (bumped("W", np.nan), "W must be finite, got 1 NaN"),
    "shape": (put("V", np.zeros((3, 5))), r"V must have shape \(4, n\), got \(3, 5\)"),
    "multiplier": (put("iterate.xi", np.zeros((8, 4))), r"iterate.xi must have shape \(9, 4\)"),
    "claim": (put("rollout.objective", np.nan), r"rollout.objective must be finite"),
    "penalty": (scaled("penalties", 0.0), "lambda1 must be a finite number > 0"),
    "kink width": (put("kink_width", -1.0), "kink_width must be a finite number >= 0"),
}


@pytest.mark.parametrize("what", REFUSED_BY_LOAD)
def test_load_refuses_a_bad_file_in_one_sentence(what, fields, tmp_path):
    tamper, reason = REFUSED_BY_LOAD[what]
    tamper(fields)
    np.savez(tmp_path / "bad.npz", **fields)
    with pytest.raises(ValueError, match=rf"bad\.npz: {reason}"):
        alm.load(tmp_path / "bad.npz")


def test_save_refuses_what_it_cannot_certify_and_leaves_no_file(trained, tmp_path):
    problem, result = trained
    X, Y, p = problem.X, problem.Y, problem.penalties
    path = tmp_path / "n.npz"
    w = result.weights
    explosive = alm.Weights(1e200 * np.eye(4), w.V, w.b + 1.0, w.A, w.c)
    other = alm.Penalties.from_tau(1.3, 4, 5, 3)
    bad = [
        (result, alm.Problem(X, Y, other), {}, "another problem: its objective is"),
        (result, alm.Problem(X, Y[::-1], p), {}, "another problem: its objective is"),
        (result, alm.Problem(X, Y, p, alm.ELU()), {}, "another problem: its kkt_residual is"),
        (result, alm.Problem(X[:8], Y[:8], p), {}, r"H must have shape \(8, 4\), got \(9, 4\)"),
        (w, alm.Problem(X[:, :4], Y, p), {}, "weights are for 5 inputs"),
        (explosive, problem, {}, "roll-out of the weights explodes"),
        (w, problem, {"kink_width": -1.0}, "kink_width must be a finite number >= 0"),
        (
            dataclasses.replace(result, xi=result.xi * np.nan),
            problem,
            {},
            "xi must be finite, got 36 NaN",
        ),
    ]
    for network, given, options, reason in bad:
        with pytest.raises(ValueError, match=reason):
            alm.save(path, network, given, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_while_writing_leaves_the_old_file(trained, tmp_path, monkeypatch):
    problem, result = trained
    path = tmp_path / "n.npz"
    alm.save(path, result, problem)
    before = path.read_bytes()

    def crash(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="no space left"):
        alm.save(path, result.weights, problem)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    write_atomically(path, b"\x00\r\n")
    assert path.read_bytes() == b"\x00\r\n"


def test_command_line_prints_a_line_per_quantity_and_a_verdict(trained, tmp_path, capsys):
    problem, result = trained
    network, data = str(tmp_path / "n.npz"), str(tmp_path / "data.npz")
    alm.save(network, result, problem)
    np.savez(data, X=problem.X, Y=problem.Y)
    assert verify.main([network, data]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == [
        f"{point}.{name}" for point in ("rollout", "iterate") for name in verify.MEASURES
    ]
    assert lines[-1] == "HOLDS: all numbers agree to 1e-09"

    tables = [str(tmp_path / "X.csv"), str(tmp_path / "Y.csv")]
    for name, table in zip(tables, (problem.X, problem.Y), strict=True):
        np.savetxt(name, table, fmt="%.17g", delimiter=",")
    assert verify.main([network, *tables]) == 0
    assert verify.main([network, *tables[::-1]]) == 1
    np.savez(data, X=problem.X[::-1], Y=problem.Y)
    assert verify.main([network, data]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("DOES NOT HOLD: not a certificate for these data: X is")


def test_command_line_names_unusable_data(trained, tmp_path, capsys):
    np.savez(tmp_path / "half.npz", X=trained[0].X)
    (tmp_path / "words.csv").write_text("a,b\n1,2\n")
    np.save(tmp_path / "array.npy", trained[0].X)
    names = ["half.npz", "words.csv", "array.npy", "none.npz"]
    for given in ([n] for n in names):
        with pytest.raises(SystemExit) as ended:
            verify.main(["n.npz", *(str(tmp_path / name) for name in given)])
        assert ended.value.code == 2
        assert "the data cannot be read" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        verify.main(["n.npz", *[str(tmp_path / "words.csv")] * 2])
    assert ended.value.code == 2


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S)


@pytest.mark.parametrize("page", ["book/alm_rnn.md", "README.md"])
def test_the_page_s_example_runs_and_its_command_verifies(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (example,) = (block for block in blocks(page, "python") if "alm.save" in block)
    (command,) = (
        line
        for block in blocks(page, "bash")
        for line in block.splitlines()
        if "-m lib.verify" in line
    )
    exec(compile(example, page, "exec"), {})
    words = command.split()
    assert words[:3] == [".venv/bin/python", "-m", "lib.verify"]
    assert verify.main(words[3:]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "HOLDS: all numbers agree to 1e-09"


def test_a_recorded_run_hands_out_its_network(tmp_path):
    config = dataclasses.replace(
        alm_fig1.PROFILES["quick"][0], outer_iterations=4, inner_iterations=10
    )
    problem, result = alm_fig1.train(config)
    alm.save(tmp_path / "n.npz", result, problem)
    report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
    assert report.holds, report.reason
    (row,) = alm_fig1.run(config).rows
    for claim, column in (
        ("rollout.objective", "rollout_objective"),
        ("iterate.objective", "objective"),
        ("iterate.feasibility", "feasibility"),
        ("iterate.kkt_residual", "kkt_residual"),
    ):
        assert report.numbers[claim][1] == pytest.approx(row[column], rel=1e-10)


@pytest.mark.parametrize("activation", ACTIVATIONS[:2], ids=repr)
def test_at_a_kink_the_multiplier_is_the_admissible_one_nearest_to_the_guide(activation):
    """Another sign would certify a larger residual than the solver's own multipliers have."""
    problem, _ = make(activation)
    low, high = activation.kink
    sides = set()
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights = alm.Weights.normal(rng, 4, 5, 3, 0.6)
        state, guide = alm.kink_point(problem, weights, 0.3), rng.normal(size=(9, 4))
        xi, zeta = alm.adjoint(problem, state, guide)
        for place in zip(*np.nonzero(state.U == 0.0), strict=True):
            between = zeta[place] < 0.0
            slopes = np.linspace(low, high, 10_001 if between else 2)
            wanted = min(slopes * zeta[place], key=lambda v: abs(v - guide[place]))
            assert xi[place] == pytest.approx(wanted, abs=1e-3)
            sides.add((bool(between), guide[place] > 0, xi[place] > 0))
    assert len(sides) >= 4


@pytest.mark.parametrize("width", [0.0, 0.25])
def test_a_u_as_large_as_the_kink_width_counts_as_a_kink(width):
    problem, result = make(outer_iterations=1)
    _, U = alm.rollout(result.weights, problem.X, problem.activation)
    width = width and float(np.abs(U).flat[3])
    kinks = alm.kink_point(problem, result.weights, width).U == 0.0
    np.testing.assert_array_equal(kinks, np.abs(U) <= width)
