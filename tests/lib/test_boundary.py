"""Whatever cannot be meant is refused in one sentence, never with another exception."""

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from sklearn.base import clone
from sklearn.linear_model import Ridge

from lib import alm, datasets
from lib.estimators import (
    ALMRegressor,
    ElmanNetwork,
    Forecaster,
    GRUClassifier,
    GRURegressor,
    Standardised,
    load,
    prox_l1_,
    read_series,
    save,
    smooth_l1_penalty,
)
from lib.penalties import PENALTIES, NoPenalty, Regulariser
from lib.training import OPTIMISERS, MiniBatches
from lib.validation import LONGEST, array, count, flag, one_of, positive, real, share, shown

INPUTS = 1000
WORDS = ("must", "accepted", "masked", "beyond", "draw", "needed")


class Hostile:
    """Refuses whatever is asked of it."""

    def __repr__(self):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = object.__hash__

    def __array__(self, *_, **__):
        raise RuntimeError("no")


X = np.linspace(-1.0, 1.0, 12).reshape(6, 2)
Y = np.linspace(0.0, 1.0, 6)[:, None]
WEIGHTS = alm.Weights.normal(np.random.default_rng(0), 3, 2, 1, 0.1)
PENALTIES_1 = alm.Penalties.from_tau(1.0, 3, 2, 1)
SHORT = alm.Options(outer_iterations=1, inner_iterations=1)

NO_NUMBER = (
    *("1", "a", b"1", "", None, True, False, np.True_, 1j, complex(1, 0), np.complex128(2)),
    *(float("nan"), float("inf"), -float("inf"), -1, -1e-300, np.nan, np.ma.masked, pd.NA, pd.NaT),
    *(np.datetime64("2020-01-01"), np.timedelta64(3, "D"), date(2020, 1, 1), Decimal("NaN")),
    *([1], (1, 2), {}, {"a": 1}, np.array([1.0, 2.0]), np.array(["1"]), object(), Hostile(), len),
    *(torch.tensor([1.0, 2.0]), pd.Series([1.0, 2.0]), range(3), Ellipsis, type, 10**400),
)
NO_RATE = tuple(v for v in NO_NUMBER if not isinstance(v, list | tuple | np.ndarray))
NO_ARRAY = (
    *(None, "text", b"bytes", 3, 1.5, True, {}, {"a": [1]}, {1, 2}, object(), Hostile(), len),
    *([["1", "2"]] * 2, np.array([["a", "b"]] * 6), X.astype("S3"), X.astype("U3"), X + 1j),
    *(np.ma.masked_less(X, 0.0), np.ma.masked_all((6, 2)), X.astype("M8[s]"), X.astype("m8[s]")),
    *(np.where(X > 0, np.nan, X), np.where(X > 0, np.inf, X), X.astype(object) + 1j),
    *(np.array([[1, "a"]] * 6, dtype=object), np.array([[None, 1]] * 6), [[1, 2], [3]]),
    *(scipy.sparse.csr_array(X), np.zeros(6, dtype=[("a", float), ("b", float)]), X[None, None]),
    *(pd.DataFrame({"a": ["x"] * 6, "b": 1}), pd.DataFrame({"a": [date(2020, 1, 1)] * 6, "b": 1})),
    *(torch.tensor(X, requires_grad=True), torch.tensor(X) + 1j, iter([1, 2]), (n for n in [1])),
    *(np.empty((0, 2)), np.empty((6, 0)), [], [[]], np.full((6, 2), 10**400, dtype=object)),
)
FILLED = tuple(v for v in NO_ARRAY if not isinstance(v, np.ndarray) or v.size)
NO_OBJECT = (
    *(3, 2.5, "fast", b"fast", "", True, object(), Hostile(), {"gamma": 1.0}, [1], len, int, 1j),
    *(np.zeros(2), pd.DataFrame({"a": [1]}), torch.zeros(2), Ellipsis, np.nan, range(2)),
)
NO_NAME = (
    *("no such name", "", 3, None, True, b"relu", ["relu"], np.array(["relu"]), object(), 1j),
    *(Hostile(), {}, len, np.nan, pd.NA, ("a",), Ellipsis),
)


def options(**given: object) -> alm.Options:
    return alm.Options(**given)


def solved(**given: object) -> object:
    whole = {"X": X, "Y": Y, "weights": WEIGHTS, "penalties": PENALTIES_1, "options": SHORT}
    return alm.solve(**whole | given)


def series(**given: object) -> object:
    whole = {"name": "a", "X": X, "Y": Y, "inputs": ("a", "b"), "targets": ("c",), "train": 3}
    return datasets.Series(**whole | {"checksum": "", "note": ""} | given)


def weights(**given: object) -> object:
    whole = {name: getattr(WEIGHTS, name) for name in ("W", "V", "b", "A", "c")}
    return alm.Weights(**whole | given)


def without(values: tuple, *others: object) -> tuple:
    """Return the values that are none of others, for some of which the argument is accepted."""
    return tuple(v for v in values if not any(v is other for other in others))


NUMBERS = {
    name: (lambda bad, name=name: options(**{name: bad}), NO_NUMBER)
    for name in ("outer_iterations", "inner_iterations", "check_every", "gamma", "mu", "eta1")
}
NUMBERS |= {
    name: (lambda bad, name=name: options(**{name: bad}), NO_NUMBER)
    for name in ("eta2", "eta3", "eta4", "epsilon")
}
PLACES: dict[str, tuple[Callable[[object], object], tuple]] = {
    **NUMBERS,
    "level": (lambda bad: options(level=bad), without(NO_NUMBER, None)),
    "tolerance": (lambda bad: options(tolerance=bad), without(NO_NUMBER, None)),
    "activation": (lambda bad: options(activation=bad), NO_OBJECT),
    "stop_rules": (lambda bad: options(stop_rules=bad), NO_OBJECT),
    "stop rule": (lambda bad: options(stop_rules=(bad,)), NO_NAME),
    "extension": (lambda bad: options(extension=bad), NO_OBJECT),
    "X": (lambda bad: solved(X=bad), NO_ARRAY),
    "Y": (lambda bad: solved(Y=bad), NO_ARRAY),
    "weights": (lambda bad: solved(weights=bad), NO_OBJECT),
    "penalties": (lambda bad: solved(penalties=bad), NO_OBJECT),
    "options": (lambda bad: solved(options=bad), NO_OBJECT),
    "callback": (lambda bad: solved(callback=bad), without(NO_OBJECT, len, int)),
    "starts": (lambda bad: solved(starts=bad), NO_OBJECT[:-1]),
    "lambda1": (lambda bad: alm.Penalties(bad, 1.0, 1.0, 1.0, 1.0, 1.0), NO_NUMBER),
    "tau": (lambda bad: alm.Penalties.from_tau(bad, 3, 2, 1), NO_NUMBER),
    "r": (lambda bad: alm.Penalties.from_tau(1.0, bad, 2, 1), NO_NUMBER),
    "W": (lambda bad: weights(W=bad), NO_ARRAY),
    "c": (lambda bad: weights(c=bad), NO_ARRAY),
    "h0": (lambda bad: alm.predict(WEIGHTS, X, alm.ReLU(), bad), without(NO_ARRAY, None)),
    "X of a roll-out": (
        lambda bad: alm.predict(WEIGHTS, bad, alm.ReLU()),
        FILLED,
    ),
    "weights of a roll-out": (lambda bad: alm.predict(bad, X, alm.ReLU()), NO_OBJECT),
    "activation of a roll-out": (lambda bad: alm.predict(WEIGHTS, X, bad), NO_OBJECT),
    "initialisation": (
        lambda bad: alm.initial_weights(bad, np.random.default_rng(0), 3, 2, 1),
        NO_NAME,
    ),
    "generator": (lambda bad: alm.initial_weights("he", bad, 3, 2, 1), NO_OBJECT),
    "slope": (lambda bad: alm.LeakyReLU(bad), NO_NUMBER),
    "fraction": (lambda bad: alm.EarlyStopping(X, Y, bad, 3), NO_NUMBER),
    "patience": (lambda bad: alm.EarlyStopping(X, Y, 0.2, bad), NO_NUMBER),
    "X held out": (lambda bad: alm.EarlyStopping(bad, Y, 0.2, 3), FILLED),
    "dataset": (lambda bad: datasets.load(bad, seed=0), NO_NAME),
    "seed": (
        lambda bad: datasets.load("synthetic-t10", seed=bad),
        without(NO_NUMBER, None),
    ),
    "standardise": (
        lambda bad: datasets.load("synthetic-t10", seed=0, standardise=bad),
        without(NO_NAME, None),
    ),
    "train": (lambda bad: series(train=bad), NO_NUMBER),
    "X of a series": (lambda bad: series(X=bad), NO_ARRAY),
    "size of a split": (
        lambda bad: datasets.split(datasets.load("iris"), bad, np.random.default_rng(0)),
        NO_NUMBER,
    ),
    "strength": (lambda bad: Regulariser(NoPenalty(), bad), NO_NUMBER),
    "mode": (lambda bad: Regulariser(NoPenalty(), 0.1, bad), NO_NAME),
    "penalty": (lambda bad: Regulariser(bad, 0.1), NO_OBJECT),
    "alpha": (lambda bad: PENALTIES["smooth_l1"](bad), NO_NUMBER),
    "rate of SGD": (lambda bad: OPTIMISERS["sgd"](bad), NO_RATE),
    "rate of Adam": (lambda bad: OPTIMISERS["adam"](bad), NO_RATE),
    "batch": (lambda bad: MiniBatches(bad, [np.random.default_rng(0)]), NO_NUMBER),
}


ROWS = np.linspace(-1.0, 1.0, 60).reshape(30, 2)
WAVE = np.sin(np.arange(30.0))
BRIEF = {
    "outer_iterations": 1,
    "inner_iterations": 1,
    "starts": 1,
    "early_stopping": False,
    "tolerance": None,
}
ESTIMATORS = (
    (ALMRegressor(2, **BRIEF | {"early_stopping": True}), (ROWS, WAVE)),
    (GRURegressor(2, epochs=1), (ROWS, WAVE)),
    (GRUClassifier(2, epochs=1), (ROWS, WAVE > 0)),
    (Standardised(Ridge()), (ROWS, WAVE)),
    (Forecaster(Ridge(), lags=2), (pd.DataFrame({"a": WAVE}),)),
)
NO_PARAMETER = NO_NUMBER + without(NO_NAME, None, 3)


def refused_by(default: object) -> tuple:
    """Return what a parameter refuses whose default is this."""
    if isinstance(default, bool):
        return without(NO_PARAMETER, True, False, np.True_)
    return without(NO_PARAMETER, None) if default in (None, 1e-2, 1e-4) else NO_PARAMETER


def estimator(model, data, name):
    given = model.get_params(deep=False)
    return lambda bad: type(model)(**given | {name: bad}).fit(*data)


PARAMETERS = {
    f"{name} of {type(model).__name__}": (estimator(model, data, name), refused_by(default))
    for model, data in ESTIMATORS
    for name, default in model.get_params(deep=False).items()
}
NETWORK = ALMRegressor(2, random_state=1, **BRIEF).fit(ROWS, WAVE)
LINE = Forecaster(Ridge(), lags=2).fit(pd.DataFrame({"a": WAVE}))
PARAMETERS |= {
    "frame": (lambda bad: Forecaster(Ridge(), lags=2).fit(bad), NO_OBJECT[:-1]),
    "steps": (lambda bad: LINE.forecast(bad), NO_NUMBER),
    "coverage": (lambda bad: LINE.forecast(1, coverage=bad), without(NO_NUMBER, None)),
    "start": (lambda bad: NETWORK.predict(ROWS, start=bad), without(NO_ARRAY, None)),
    "step of a torch penalty": (lambda bad: prox_l1_(torch.ones(1), bad), NO_NUMBER),
    "alpha of a torch penalty": (lambda bad: smooth_l1_penalty(torch.ones(1), bad), NO_NUMBER),
    "parameters of torch": (
        lambda bad: smooth_l1_penalty(bad),
        tuple(v for v in NO_OBJECT if not isinstance(v, torch.Tensor)),
    ),
    "weights of a module": (lambda bad: ElmanNetwork(bad, alm.ReLU()), NO_OBJECT),
    "activation of a module": (lambda bad: ElmanNetwork(WEIGHTS, bad), NO_OBJECT),
    "linear of a module": (
        lambda bad: ElmanNetwork(WEIGHTS, alm.ReLU(), bad),
        without(NO_ARRAY, None),
    ),
}

FILE = "absent/network.npz"
TABLE = str(datasets.registry.committed("co2_mauna_loa.csv"))
PROBLEM = alm.Problem(X, Y, PENALTIES_1)
NO_FILE = tuple(v for v in (*NO_NUMBER, *NO_NAME, *NO_ARRAY) if not isinstance(v, str) or not v)
NO_TEXT = without(NO_FILE, None)
DATES = ("date_format", "time_zone")


def table(**given: object) -> object:
    return read_series(**{"csv_path": TABLE, "target": "co2", "time": "month"} | given)


FILES = {
    "path of load": (lambda bad: alm.load(bad), NO_FILE),
    "path of save": (lambda bad: alm.save(bad, WEIGHTS, PROBLEM), NO_FILE),
    "problem of save": (lambda bad: alm.save(FILE, WEIGHTS, bad), NO_OBJECT),
    "trained of save": (lambda bad: alm.save(FILE, bad, PROBLEM), NO_OBJECT),
    "kink_width": (lambda bad: alm.save(FILE, WEIGHTS, PROBLEM, bad), NO_NUMBER),
    "path of verify": (lambda bad: alm.verify(bad, X, Y), NO_FILE),
    "X of verify": (lambda bad: alm.verify(FILE, bad, Y), FILLED),
    "tolerance of verify": (lambda bad: alm.verify(FILE, X, Y, bad), NO_NUMBER),
    "starts of a problem": (lambda bad: alm.Problem(X, Y, PENALTIES_1, starts=bad), NO_OBJECT[:-1]),
    "estimator's path": (lambda bad: load(bad), NO_FILE),
    "path for an estimator": (lambda bad: save(bad, NETWORK), NO_FILE),
    "estimator to save": (lambda bad: save(FILE, bad), NO_OBJECT),
    "csv_path": (lambda bad: table(csv_path=bad), NO_FILE),
    "target": (lambda bad: table(target=bad), without(NO_NAME)),
    "day_first": (
        lambda bad: table(day_first=bad),
        without(NO_NUMBER, None, True, False, np.True_),
    ),
    **{
        name: (lambda bad, name=name: table(**{name: bad}), NO_TEXT)
        for name in ("time", "separator", "decimal", "thousands", "encoding", *DATES)
    },
}


@pytest.mark.parametrize(
    "places", [PLACES, PARAMETERS, FILES], ids=["methods", "estimators", "files"]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_thousand_bad_inputs_are_refused_in_a_sentence_each(places):
    draw = random.Random(17)
    names = sorted(places)
    for number in range(INPUTS):
        name = names[number % len(names)]
        call, values = places[name]
        bad = draw.choice(values)
        try:
            call(bad)
        except ValueError as error:
            said = str(error)
        except BaseException as error:
            pytest.fail(f"{name} of {shown(bad)}: {type(error).__name__}: {error}")
        else:
            pytest.fail(f"{name} accepted {shown(bad)}")
        assert "\n" not in said, (name, said)
        assert 15 < len(said) < 400, (name, said)
        assert any(word in said for word in WORDS), said


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (3, 3.0),
        (np.float32(0.5), 0.5),
        (np.int8(3), 3.0),
        (Fraction(1, 2), 0.5),
        (np.array(2), 2.0),
    ],
)
def test_real_numbers_of_all_kinds_are_numbers(given, value):
    assert positive("x", given) == value


@pytest.mark.parametrize(
    "given",
    [
        X.tolist(),
        X.astype(np.float32),
        (X > 0),
        pd.DataFrame(X),
        torch.tensor(X),
        X.astype(object),
        np.ma.masked_invalid(X),
        X.astype(np.longdouble),
        np.array([[Fraction(1, 2), 1]] * 6),
        pd.DataFrame({"a": pd.array([1] * 6, dtype="Int64"), "b": 0.5}),
    ],
)
def test_arrays_of_numbers_of_all_kinds_are_copied(given):
    value = array("X", given, ("T", 2))
    assert value.dtype == np.float64
    assert value.flags.owndata
    assert value.shape == (6, 2)
    assert np.allclose(value, np.asarray(given).astype(float))


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (X + 1j, "X must hold real numbers, got complex numbers; give their real parts"),
        (X.astype("U3"), "X must hold real numbers, got text; convert it to numbers first"),
        (X.astype("M8[s]"), "got dates; give numbers, such as the days"),
        (np.ma.masked_less(X, 0), "X has masked entries; fill them"),
        (np.array([[1, "a"]], dtype=object), "X must hold real numbers, got 'a'; convert it"),
        ([[1, 2], [3]], r"rows of one length, got \[\[1, 2\], \[3\]\]"),
        (np.full((6, 2), 10**400, dtype=object), "beyond the range of float64"),
    ],
)
def test_the_sentence_says_what_was_given_and_the_way_out(bad, sentence):
    with pytest.raises(ValueError, match=sentence):
        array("X", bad, ("T", 2))
    assert real("X", X) is X


def test_what_is_shown_is_one_short_line():
    assert shown(np.zeros((100, 100))).endswith("... (ndarray)")
    assert "\n" not in shown(pd.DataFrame(X))
    assert len(shown("a" * 10_000)) <= LONGEST
    assert shown(Hostile()) == "(Hostile)"
    assert shown("a\nb") == r"'a\nb'"


def test_true_is_no_number_and_one_is_no_truth_value():
    assert flag("x", np.True_) is True
    for bad in (1, 0, "True", None):
        with pytest.raises(ValueError, match="x must be True or False, got"):
            flag("x", bad)
    with pytest.raises(ValueError, match="unknown x 1; accepted: True, False"):
        one_of("x", 1, (True, False))
    for check in (count, share, positive):
        with pytest.raises(ValueError, match=r"x must .*, got True"):
            check("x", True)


@pytest.mark.parametrize("model", [ALMRegressor(2, outer_iterations=1), GRURegressor(2, epochs=1)])
@pytest.mark.parametrize(
    ("bad", "way_out"),
    [
        (X.astype("U6"), "text"),
        (X.astype("U6").tolist(), "text"),
        (X.astype(object).astype("U6").astype(object), "text"),
        (X.astype("M8[s]"), "dates"),
        (np.ma.masked_less(X, 0.0), "masked entries"),
    ],
)
def test_an_estimator_makes_no_numbers_of_text_dates_or_masked_entries(model, bad, way_out):
    with pytest.raises(ValueError, match=f"X (must hold real numbers, got|has) {way_out}"):
        clone(model).fit(bad, Y[:, 0])
