"""Forged networks' files, drawn from a seed: none is certified, none ends in a traceback."""

import collections
import contextlib
import io
import os
import re
import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from lib import alm, verify
from lib.alm.certificate import measure, rollout_objective
from lib.alm.problem import State
from lib.randomness import generator

FORGERIES = 1000
ARRAYS = ["W", "V", "b", "A", "c", "penalties"] + [
    f"{point}.{name}"
    for point, names in (("rollout", ["xi", "zeta"]), ("iterate", ["H", "U", "xi", "zeta"]))
    for name in names
]
CLAIMS = [f"{point}.{name}" for point in ("rollout", "iterate") for name in verify.MEASURES]
NUMBERS = [*ARRAYS, *CLAIMS, "slope", "kink_width"]


def train(activation, scale=1.0):
    rng = generator("tests", "forgeries", "", 0)
    X = rng.uniform(-1, 1, (9, 5))
    Y = scale * rng.normal(size=(9, 3))
    penalties = alm.Penalties.from_tau(1.2, 4, 5, 3)
    options = alm.Options(outer_iterations=8, inner_iterations=20, activation=activation)
    start = alm.Weights.normal(rng, 4, 5, 3, 0.1)
    return alm.Problem(X, Y, penalties, activation), alm.solve(X, Y, start, penalties, options)


@pytest.fixture(scope="module", params=[alm.ReLU(), alm.LeakyReLU(0.1), alm.ELU()], ids=repr)
def honest(request, tmp_path_factory):
    """A problem and the bytes and the fields of its network's file."""
    problem, result = train(request.param)
    path = tmp_path_factory.mktemp("honest") / "n.npz"
    alm.save(path, result, problem)
    with np.load(path) as stored:
        return problem, path.read_bytes(), dict(stored)


def packed(fields):
    buffer = io.BytesIO()
    np.savez(buffer, **fields)
    return buffer.getvalue()


def some(rng, names):
    return names[rng.integers(len(names))]


def with_entry(fields, name, value):
    changed = np.array(fields[name], dtype=np.float64)
    changed.flat[value[0] % changed.size] = value[1]
    return packed(fields | {name: changed})


def zeroed(fields):
    return {name: 0.0 for name in fields if name in CLAIMS}


def overflow(rng, raw, fields):
    size = rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(150, 308)
    if rng.integers(2):
        fields = fields | zeroed(fields)
    if rng.integers(2):
        return with_entry(fields, some(rng, ARRAYS), (rng.integers(99), size))
    name = some(rng, ARRAYS)
    return packed(fields | {name: np.full_like(fields[name], size)})


def not_finite(rng, raw, fields):
    value = rng.choice([np.inf, -np.inf, np.nan])
    return with_entry(fields, some(rng, NUMBERS), (rng.integers(99), value))


def other_type(rng, raw, fields):
    name = some(rng, list(fields))
    kinds = ["c16", "?", "O", "U9", "S9", "M8[s]", "m8[s]", "V8", "f2", "f4", "i8", "u1", "g"]
    kind = some(rng, kinds)
    value = np.zeros(()) if fields[name].dtype.kind == "U" else fields[name].astype("f8")
    if kind in ("M8[s]", "m8[s]"):
        value = value.astype("i8")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = value.copy().view("V8") if kind == "V8" else value.astype(kind)
    return packed(fields | {name: value * np.longdouble("1e400") if kind == "g" else value})


def other_shape(rng, raw, fields):
    name = some(rng, list(fields))
    value = fields[name]
    ways = [
        value[None],
        value[..., None],
        np.concatenate([np.atleast_1d(value)] * 2),
        np.atleast_1d(value)[:0],
        np.atleast_1d(value)[:-1],
        value.T,
        value.ravel(),
    ]
    return packed(fields | {name: some(rng, ways)})


def surplus(rng, raw, fields):
    names = ["extra", "\x1b[31mred", "../W", "w", "W.npy", "iterate.W", "a" * 300, "\u202eW", "/"]
    return added(raw, some(rng, names) + ".npy" * int(rng.integers(2)), fields["W"])


def added(raw, name, value):
    buffer, array = io.BytesIO(raw), io.BytesIO()
    np.save(array, value)
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice
        archive.writestr(name, array.getvalue())
    return buffer.getvalue()


def twice(rng, raw, fields):
    name = some(rng, NUMBERS)
    return added(raw, f"{name}.npy", fields[name] * rng.choice([0.0, 1.0, 1.1]))


def missing(rng, raw, fields):
    gone = {some(rng, list(fields)) for _ in range(rng.integers(1, 4))}
    return packed({name: value for name, value in fields.items() if name not in gone})


def truncated(rng, raw, fields):
    if rng.integers(2):
        return raw[: rng.integers(len(raw))]
    name = some(rng, NUMBERS)
    array = io.BytesIO()
    np.save(array, fields[name])
    return replaced(raw, f"{name}.npy", array.getvalue()[: -int(rng.integers(1, 9))])


def replaced(raw, name, content, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            if member.filename == name:
                new.writestr(name, content, compression)
            else:
                new.writestr(member.filename, old.read(member))
    return buffer.getvalue()


def huge(rng, raw, fields):
    name = some(rng, ARRAYS)
    size = int(10 ** rng.uniform(4, 18))
    shape = some(rng, [(size,), (size, size), (4, size), (-size, -4), (0, size), (size,) * 9])
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    zeros = bytes(8 * int(rng.choice([0, 16, 3_000_000])))
    compression = some(rng, [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    return replaced(raw, f"{name}.npy", start + zeros, compression)


def bits(rng, raw, fields):
    damaged = bytearray(raw)
    for place in rng.integers(len(raw), size=rng.integers(1, 4)):
        damaged[place] ^= 1 << rng.integers(8)
    return bytes(damaged)


def bits_of_entries(rng, raw, fields):
    """A flipped bit with the archive's own checksum put right."""
    name = some(rng, NUMBERS)
    entries = bytearray(np.asarray(fields[name], dtype=np.float64).tobytes())
    entries[rng.integers(len(entries))] ^= 1 << rng.integers(8)
    return packed(fields | {name: np.frombuffer(entries).reshape(fields[name].shape)})


def swapped(rng, raw, fields):
    one = some(rng, NUMBERS)
    alike = [n for n in NUMBERS if n != one and fields[n].shape == fields[one].shape]
    other = some(rng, alike) if alike else one
    changed = {one: fields[other], other: fields[one]}
    if not alike:
        changed = {one: fields[one][::-1]}
    return packed(fields | changed)


def scaled(rng, raw, fields):
    name = some(rng, CLAIMS if rng.integers(2) else NUMBERS)
    factor = 1.0 + rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-12, 3)
    return packed(fields | {name: fields[name] * factor})


def untrained(rng, raw, fields):
    """Fresh weights or multipliers under the claims of a trained network, or under zeros."""
    size = 10.0 ** rng.uniform(-12, 3)
    fresh = {n: size * rng.normal(size=fields[n].shape) for n in ARRAYS if n != "penalties"}
    kept = [name for name in fresh if rng.integers(3)] or ["W"]
    claims = zeroed(fields) if rng.integers(2) else {}
    return packed(fields | {name: fresh[name] for name in kept} | claims)


def words(rng, raw, fields):
    name = some(rng, [*verify.TEXT, "format", "slope", "kink_width"])
    values = ["elu", "relu", "tanh", "\x1b]0;x\x07", "0" * 64, "a" * 10**5, 2, -1, 1.5, 1e300, True]
    return packed(fields | {name: some(rng, values)})


KINDS = [
    overflow,
    not_finite,
    other_type,
    other_shape,
    surplus,
    twice,
    missing,
    truncated,
    huge,
    bits,
    bits_of_entries,
    swapped,
    scaled,
    untrained,
    words,
]


def justified(path, problem):
    """Whether the solver's own measures, which share no code with the verifier, agree."""
    network = alm.load(path)
    problem = network.problem(problem.X, problem.Y)
    state = alm.kink_point(problem, network.weights, network.kink_width)
    found = measure(problem, state, network.rollout.xi, network.rollout.zeta)
    pairs = [(found._replace(objective=rollout_objective(problem, network.weights)), "rollout")]
    if network.iterate is not None:
        at = network.iterate
        state = State(network.weights, at.H, at.U)
        pairs.append((measure(problem, state, at.xi, at.zeta), "iterate"))
    return all(
        np.isfinite(number)
        and np.isclose(getattr(getattr(network, point).measures, name), number, 1.1e-9, 1.1e-12)
        for measures, point in pairs
        for name, number in measures._asdict().items()
    )


def test_no_forgery_is_certified_and_none_ends_in_a_traceback(honest, tmp_path):
    problem, raw, fields = honest
    rng = generator("tests", "forgeries", type(problem.activation).__name__, 1)
    path, harmless = tmp_path / "forged.npz", collections.Counter()
    for number in range(FORGERIES // 3 + 1):
        kind = KINDS[number % len(KINDS)]
        path.write_bytes(kind(rng, raw, dict(fields)))
        report = verify.verify(path, problem.X, problem.Y)
        assert re.fullmatch("[ -~]+", report.reason)
        if report.holds:
            harmless[kind.__name__] += 1
            assert justified(path, problem), f"{kind.__name__}, number {number}, is certified"
        else:
            with contextlib.suppress(ValueError):
                alm.load(path)
    # A changed date in the zip directory or a weight's last digit leaves every number as it is.
    assert harmless.total() < 0.1 * FORGERIES / 3, harmless


@pytest.mark.parametrize("scale", [1e-8, 1e-4, 1.0, 1e4])
def test_an_honest_file_holds_and_claims_of_zero_do_not_in_any_units(scale, tmp_path):
    problem, result = train(alm.ReLU(), scale)
    path = tmp_path / "n.npz"
    alm.save(path, result, problem)
    report = verify.verify(path, problem.X, problem.Y)
    assert report.holds, report.reason
    with np.load(path) as stored:
        fields = dict(stored)
    for name in ("objective", "kkt_residual"):
        for point in ("rollout", "iterate"):
            path.write_bytes(packed(fields | {f"{point}.{name}": 0.0}))
            report = verify.verify(path, problem.X, problem.Y)
            assert f"{point}.{name} is claimed to be 0.0 but is " in report.reason


@pytest.mark.parametrize("target", [1.0, 1e-3, 1e-6])
def test_a_claim_may_be_off_by_the_rounding_of_terms_that_cancel_and_by_no_more(target, tmp_path):
    """A network that answers with its targets: data and output cancel to nothing."""
    X, Y = np.ones((9, 2)), np.full((9, 1), target)
    weights = alm.Weights(
        W=np.zeros((2, 2)), V=np.zeros((2, 2)), b=np.zeros(2), A=np.zeros((1, 2)), c=Y[0]
    )
    problem, path = alm.Problem(X, Y, alm.Penalties(*[1e-30] * 6)), tmp_path / "n.npz"
    alm.save(path, weights, problem)
    with np.load(path) as stored:
        fields = dict(stored)
    terms = 2 / 9 * 9 * 2 * target  # of the gradient in c: its targets and its outputs
    for part, holds in ((0.5, True), (2.0, False)):
        claim = fields["rollout.kkt_residual"] + part * 1e-12 * min(1.0, terms)
        path.write_bytes(packed(fields | {"rollout.kkt_residual": claim}))
        assert verify.verify(path, X, Y).holds == holds


def test_a_compressed_file_holds_too(honest, tmp_path):
    problem, _, fields = honest
    np.savez_compressed(tmp_path / "n.npz", **fields)
    assert verify.verify(tmp_path / "n.npz", problem.X, problem.Y).holds


@pytest.mark.parametrize("name", ["rollout.xi", "iterate.zeta", "iterate.H", "W", "A"])
@pytest.mark.parametrize("size", [1e155, 1e200, 1e308])
def test_no_claim_agrees_with_a_number_that_overflows(honest, tmp_path, name, size):
    problem, _, fields = honest
    for claims in ({}, zeroed(fields), dict.fromkeys(zeroed(fields), 1e308)):
        (tmp_path / "n.npz").write_bytes(with_entry(fields | claims, name, (5, size)))
        report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
        assert not report.holds
        assert re.search("but is nan|no number agrees", report.reason)


def test_a_small_file_that_would_fill_the_memory_is_refused_unread(honest, tmp_path):
    problem, raw, _ = honest
    array = io.BytesIO()
    np.save(array, np.zeros((1500, 1500)))
    for name, reason in (("W.npy", "unpacks to far more"), ("zeros.npy", "which is no field")):
        bomb = replaced(raw, "W.npy", array.getvalue(), zipfile.ZIP_DEFLATED)
        if name != "W.npy":
            bomb = added(raw, name, np.zeros(4))
        (tmp_path / "n.npz").write_bytes(bomb)
        tracemalloc.start()
        report = verify.verify(tmp_path / "n.npz", problem.X, problem.Y)
        with pytest.raises(ValueError, match=reason):
            alm.load(tmp_path / "n.npz")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert reason in report.reason
        assert peak < 2**20


class Payload:
    """An object whose pickle makes a folder when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_no_file_is_unpickled(honest, tmp_path, capsys):
    problem, _, fields = honest
    trap = np.empty((), dtype=object)
    trap[()] = Payload(tmp_path / "made")
    for name in ("W", "activation", "format", "surplus"):
        np.savez(tmp_path / "n.npz", **fields | {name: trap})
        assert not verify.verify(tmp_path / "n.npz", problem.X, problem.Y).holds
        with pytest.raises(ValueError, match="is not a network's file"):
            alm.load(tmp_path / "n.npz")
    np.savez(tmp_path / "data.npz", X=trap, Y=problem.Y)
    assert refused(["n.npz", str(tmp_path / "data.npz")], capsys)
    assert not (tmp_path / "made").exists()
    np.load(tmp_path / "data.npz", allow_pickle=True)["X"]
    assert (tmp_path / "made").exists(), "the trap works"


def refused(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        verify.main(arguments)
    assert ended.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_the_command_line_says_in_one_sentence_what_it_cannot_use(honest, tmp_path, capsys):
    problem, raw, _ = honest
    network, data = str(tmp_path / "n.npz"), str(tmp_path / "data.npz")
    (tmp_path / "n.npz").write_bytes(raw)
    X, Y = problem.X, problem.Y
    np.savez(data, X=X, Y=Y)
    assert verify.main([network, data]) == 0
    assert "got 3 names" in refused([network, data, data, data], capsys)
    assert "unrecognized arguments: --quiet" in refused([network, data, "--quiet"], capsys)
    for name in ("https://example.org/data.npz", "file:///data.npz", str(tmp_path)):
        assert re.search("No such file|is not a file", refused([network, name], capsys))
        assert re.search("No such file|is not a file", refused([network, data, name], capsys))
        assert verify.main([name, data]) == 2
        assert re.search("No such file|is not a file", capsys.readouterr().out)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert "is not a file" in refused([network, str(tmp_path / "pipe")], capsys)
    for stored, sentence in (
        ({"X": X, "Y": Y[:, 0]}, r"Y must have shape .*, got \(9,\); Y.reshape\(-1, 1\) makes"),
        ({"X": X, "Y": Y[None]}, r"Y must have shape \(time steps, columns\), got \(1, 9, 3\)$"),
        ({"X": X, "Y": Y + 1j}, "Y.npy must be real numbers"),
        ({"X": X.astype(str), "Y": Y}, "X.npy must be real numbers"),
        ({"X": X}, "the file lacks 'Y'"),
        ({"X": X, "Y": Y, "Z": Y}, "it holds 'Z', which is no field"),
    ):
        np.savez(data, **stored)
        assert re.search(f"the data cannot be read: .*{sentence}", refused([network, data], capsys))
    for table in ("", "a,b\n", "1,2\n3\n", "1,\x1b[31m2\n", "\xff"):
        (tmp_path / "X.csv").write_text(table, encoding="latin-1")
        line = refused([network, str(tmp_path / "X.csv"), str(tmp_path / "X.csv")], capsys)
        assert re.fullmatch("[ -~]*the data cannot be read: [ -~]+", line)


def test_a_file_s_control_characters_reach_no_terminal(honest, tmp_path):
    problem, raw, fields = honest
    np.savez(tmp_path / "data.npz", X=problem.X, Y=problem.Y)
    for evil, shown in (
        (added(raw, "\x1b[2J\x07\u202ename.npy", fields["W"]), rb"\x1b[2J\x07\u202ename"),
        (packed(fields | {"activation": "\x1b]0;title\x07"}), rb"\x1b]0;title\x07"),
        (packed(fields | {"format": "\x1b[31m1"}), b""),
        (packed({**fields, "\x9b31m": fields["W"]}), rb"\x9b31m"),
    ):
        (tmp_path / "n.npz").write_bytes(evil)
        done = subprocess.run(
            [sys.executable, "-m", "lib.verify", tmp_path / "n.npz", tmp_path / "data.npz"],
            capture_output=True,
            check=False,
        )
        assert done.returncode in (1, 2)
        assert re.fullmatch(rb"DOES NOT HOLD: [ -~]+\r?\n", done.stdout)
        assert shown in done.stdout
        assert done.stderr == b""


def test_a_file_s_long_words_are_cut(honest, tmp_path):
    problem, _, fields = honest
    (tmp_path / "n.npz").write_bytes(packed(fields | {"activation": "a" * 10**5}))
    reason = verify.verify(tmp_path / "n.npz", problem.X, problem.Y).reason
    assert len(reason.removeprefix("not a certificate for these data: ")) == 400


def test_what_the_data_of_a_caller_may_be(honest, tmp_path):
    problem, raw, _ = honest
    (tmp_path / "n.npz").write_bytes(raw)
    for Y, sentence in (
        (problem.Y[:, 0], r"Y must have shape .* makes it a column"),
        (problem.Y + 0j, "Y must be real numbers, its type is complex128"),
        (problem.Y.astype(str), "Y must be real numbers"),
        (problem.Y.astype(object), "Y must be real numbers"),
    ):
        report = verify.verify(tmp_path / "n.npz", problem.X, Y)
        assert not report.holds
        assert re.search(sentence, report.reason)
    with pytest.raises(ValueError, match="tolerance must be at least 0 and below 1, got inf"):
        verify.verify(tmp_path / "n.npz", problem.X, problem.Y, np.inf)
