"""Whatever is given for a parameter of a public function is taken, or refused by a ValueError."""

import inspect
import warnings

import numpy as np
import pytest

from lib import alm

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 2))
Y = X[:, :1]
WEIGHTS = alm.Weights.normal(RNG, 3, 2, 1, 0.1)
PENALTIES = alm.Penalties.from_tau(1.0, 3, 2, 1)
PROBLEM = alm.Problem(X, Y, PENALTIES)
H, U = alm.rollout(WEIGHTS, X, alm.ReLU())
STATE = alm.State(WEIGHTS, H, U)
XI, ZETA = alm.adjoint(PROBLEM, STATE)
RESULT = alm.solve(X, Y, WEIGHTS, PENALTIES, alm.accelerated(Y, outer_iterations=2))
SIZES = {"r": 3, "n": 2, "m": 1}
MATRICES = {name: getattr(WEIGHTS, name) for name in ("W", "V", "b", "A", "c")}
RIGHT = {
    **SIZES,
    **MATRICES,
    **{f"lambda{k}": 0.1 for k in range(1, 7)},
    **{"X": X, "Y": Y, "H": H, "U": U, "xi": XI, "zeta": ZETA, "state": STATE, "gamma": 1.0},
    **{"weights": WEIGHTS, "penalties": PENALTIES, "problem": PROBLEM, "activation": alm.ReLU()},
    **{"options": alm.Options(outer_iterations=1), "generator": RNG, "name": "glorot"},
    **{"chosen": alm.Forgetting.scaled(Y, length=4), "length": 4, "kappa": 1.0},
}
OF_TRAINED = {"trained": RESULT, "result": RESULT}
WRONG = [None, 3, 2.5, float("nan"), -1, "x", [], [1, "a"], X[:, 0], X * np.nan, np.zeros((0, 2))]
WRONG += [{}, True, X[None], WEIGHTS, np.array("x"), 1j]


def parameters(called):
    """Return the parameters of a callable that can be called with `RIGHT`, else none."""
    try:
        found = inspect.signature(called).parameters
    except (TypeError, ValueError):
        return {}
    taken = {name: one for name, one in found.items() if one.kind is not one.VAR_KEYWORD}
    # Of what has a default, the options are given all the same: a whole run takes seconds.
    needed = [n for n, one in taken.items() if one.default is one.empty or n == "options"]
    right = RIGHT | (OF_TRAINED if "problem" in needed else {})
    if inspect.isabstract(called) or set(needed) - set(right):
        return {}
    return {"needed": {name: right[name] for name in needed}, "all": list(taken)}


CALLED = {name: getattr(alm, name) for name in alm.__all__ if callable(getattr(alm, name))}
# What only the package makes: records of a run.
MADE = {"Certified", "CertifiedNetwork", "Polished", "Refuge", "Result", "Snapshot", "State"}
CASES = [
    (name, parameter)
    for name, called in CALLED.items()
    if name not in MADE
    for parameter in parameters(called).get("all", ())
]


def test_most_of_the_package_is_called():
    assert len({name for name, _ in CASES}) > 30


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_a_wrong_argument_is_a_value_error(name, parameter):
    called = CALLED[name]
    right = parameters(called)["needed"]
    for wrong in WRONG:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = called(**{**right, parameter: wrong})
                if inspect.isgenerator(found):
                    next(found)
            except ValueError as refused:
                said = str(refused)
                assert said, (name, parameter, wrong)
                assert "ambiguous" not in said, said
