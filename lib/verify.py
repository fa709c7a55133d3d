"""Verify the certificate of a trained Elman network from its weights and its data alone.

This file shares nothing with the solver and needs NumPy only, so it also works copied elsewhere.
`lib.alm.network_file` explains what a network's file holds. Numbers in brackets are formulas of
Wang, Zhang and Chen, arXiv 2402.13687.

``python -m lib.verify NETWORK.npz DATA.npz`` prints a line per claimed number and a verdict. The
data are the arrays X and Y of one .npz file or two files X.csv Y.csv with a line of numbers per
time step. The exit code is 0 when the certificate holds, 1 when it does not, 2 when the network or
the data cannot be read.
"""

import argparse
import hashlib
import itertools
import math
import os
import re
import stat
import sys
import warnings
import zipfile
from typing import NamedTuple

import numpy as np

MEASURES = ("objective", "feasibility", "kkt_residual", "kinks", "smallest_u")
TEXT = ("activation", "sha256_X", "sha256_Y")
NUMBERS = ("format", "W", "V", "b", "A", "c", "penalties", "slope", "kink_width")
ROLLOUT = tuple(f"rollout.{name}" for name in ("xi", "zeta", *MEASURES))
ITERATE = tuple(f"iterate.{name}" for name in ("H", "U", "xi", "zeta", *MEASURES))
FIELDS = (*TEXT, *NUMBERS, *ROLLOUT, *ITERATE)
SPARE = 2**24
"""Bytes that an archive may unpack to beyond its own size; `save` does not compress."""


class Report(NamedTuple):
    """Whether a certificate holds, the reason, and every number as (claimed, found)."""

    holds: bool
    reason: str
    numbers: dict[str, tuple[float, float]]
    readable: bool = True


def verify(path, X, Y, tolerance: float = 1e-9) -> Report:
    """Recompute every number that a file claims about its network on X (T, n) and Y (T, m).

    A claim agrees when it is off by at most `tolerance` times the number found, or by a thousandth
    of `tolerance` times the size of the terms that the number is made of, or times 1 if they are
    larger. No claim agrees with a number that overflows. A file that cannot be read, or was made
    with other data, certifies nothing: that is reported, not raised.

    Example:
        >>> verify("no such file.npz", np.zeros((2, 1)), np.zeros((2, 1))).readable
        False
    """
    # Other orders of summation move a number by some eps of its terms. 1e-9 leaves room for what a
    # long roll-out makes of that, 1e-12 of the terms (4500 eps) for what cancels to nothing; the
    # terms count as 1 at most, or large ones that cancel would excuse a residual one can see.
    if isinstance(tolerance, bool) or not isinstance(tolerance, float | int | np.floating):
        raise ValueError(f"tolerance must be a number, got a {type(tolerance).__name__}")
    if not 0.0 <= tolerance < 1.0:
        raise ValueError(f"tolerance must be at least 0 and below 1, got {str(tolerance)[:40]}")
    readable = False
    try:
        f = _fields(path)
        readable = True
        X, Y = _matrix("X", X), _matrix("Y", Y)
        _check(f, X, Y)
        with np.errstate(all="ignore"):
            found = _measure(f, X, Y, "rollout", *_rollout(f, X), f["kink_width"])
            if "iterate.H" in f:
                found |= _measure(f, X, Y, "iterate", f["iterate.H"], f["iterate.U"], 0.0)
    except Exception as error:  # a damaged archive fails in many ways, none of them a certificate
        begin = "" if isinstance(error, KeyError) else "not a certificate for these data: "
        return Report(False, begin + _why(error), {}, readable)
    numbers, wrong = {}, []
    for name, (value, size) in found.items():
        claimed, value = (
            float(f[name]),
            float(value) if np.isfinite([value, size]).all() else np.nan,
        )
        numbers[name] = claimed, value
        if not abs(claimed - value) <= tolerance * max(abs(value), 1e-3 * min(1.0, size)):
            wrong.append(f"{name} is claimed to be {claimed!r} but is {value!r}")
    return Report(not wrong, "; ".join(wrong) or f"all numbers agree to {tolerance:g}", numbers)


def unpack(path, known: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the arrays of an .npz file, which may hold text and real numbers of known names.

    The zip directory and the arrays' headers are checked against each other before any array is
    unpacked, so that a file takes little more memory than its size and `SPARE`. Nothing is
    unpickled. A damaged file, or one that holds anything else, raises exceptions of many types.
    """
    with _open(path) as file, zipfile.ZipFile(file) as archive, warnings.catch_warnings():
        warnings.simplefilter("error")
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        for name, member in members.items():
            if name not in known or member.filename != f"{name}.npy":
                raise ValueError(f"it holds {name[:40]!r}, which is no field")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(f"{name} is compressed in a way that NumPy does not write")
        if len(members) < len(archive.infolist()):
            raise ValueError("it holds a field twice")
        room = os.fstat(file.fileno()).st_size + SPARE
        if sum(member.file_size for member in members.values()) > room:
            raise ValueError("it unpacks to far more than its size; np.savez does not compress")
        layouts = {name: _layout(archive, member) for name, member in members.items()}
        arrays = {}
        for name, (shape, order, dtype, begin) in layouts.items():
            flat = np.frombuffer(archive.read(members[name]), dtype, offset=begin)
            arrays[name] = flat.reshape(shape, order=order)
        return arrays


def _open(path):
    """Return a file opened for its bytes; a pipe, which might never end, is none."""
    if not stat.S_ISREG(os.stat(os.fspath(path)).st_mode):
        raise ValueError(f"{path} is not a file")
    return open(path, "rb")


def _layout(archive, member):
    """Return shape, order and type of an array, and where it begins, from its header alone."""
    with archive.open(member) as stream:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError(f"{member.filename} has another version of the .npy format than 1.0")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        begin = stream.tell()
    text = member.filename.removesuffix(".npy") in TEXT
    if dtype.kind not in ("U" if text else "fiu") or (shape if text else dtype.itemsize > 8):
        kind = "one text" if text else "real numbers of 64 bits or fewer"
        raise ValueError(f"{member.filename} must be {kind}, it is {dtype} of shape {shape}")
    if min(shape, default=0) < 0 or begin + math.prod(shape) * dtype.itemsize != member.file_size:
        raise ValueError(f"{member.filename} is not as long as its header says")
    return shape, "F" if fortran else "C", dtype, begin


def _fields(path):
    """Return the fields of a network's file, numbers as float64; KeyError names a missing one."""
    f = unpack(path, FIELDS)
    if f["format"].shape or f["format"].dtype.kind not in "iu" or f["format"] != 1:
        raise ValueError(f"its format is {f['format']}, this program reads 1")
    points = (*ROLLOUT, *ITERATE) if any(name in f for name in ITERATE) else ROLLOUT
    names = (*TEXT, *NUMBERS, *points)
    return {name: f[name] if name in TEXT else f[name].astype("<f8") for name in names}


def _matrix(name, value):
    """Return the data as float64, row by row, or raise ValueError."""
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries")
    value = np.asarray(value)
    if value.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be real numbers, its type is {value.dtype}")
    if value.ndim != 2:
        way = f"; {name}.reshape(-1, 1) makes it a column" if value.ndim == 1 else ""
        raise ValueError(f"{name} must have shape (time steps, columns), got {value.shape}{way}")
    return value.astype("<f8", order="C")


def _check(f, X, Y):
    """Raise ValueError unless the fields are finite and fit each other, X and Y."""
    for name, value in f.items():
        if name not in TEXT and not np.isfinite(value).all():
            raise ValueError(f"{name} is not finite")
    (T, n), m, r = X.shape, Y.shape[1], f["b"].size
    if [f[k].shape for k in "WVbAc"] != [(r, r), (r, n), (r,), (m, r), (m,)] or len(Y) != T:
        raise ValueError("the shapes of W, V, b, A, c, X and Y do not fit together")
    for name, D in {"X": X, "Y": Y}.items():
        if hashlib.sha256(f"{D.shape}".encode() + D.tobytes()).hexdigest() != f[f"sha256_{name}"]:
            raise ValueError(f"{name} is not the one of the file (sha256_{name} differs)")
    shapes = {"penalties": (6,)} | dict.fromkeys(("xi", "zeta", "H", "U"), (T, r))
    for name in (*NUMBERS[6:], *(name for name in f if "." in name)):
        wanted = shapes.get(name.rpartition(".")[2], ())
        if f[name].shape != wanted:
            raise ValueError(f"{name} has the wrong shape, {f[name].shape} instead of {wanted}")
        if name.endswith("kinks") and f[name] % 1.0:
            raise ValueError(f"{name} is {float(f[name])!r}, not a whole number")
    if str(f["activation"]) not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"it does not know the activation {f['activation']}, only {known}")
    _, fits = ACTIVATIONS[str(f["activation"])]
    if not fits(f["slope"]) or f["penalties"].min() <= 0.0:
        raise ValueError("activation does not fit slope, or a number in penalties is not positive")
    if f["kink_width"] < 0.0:
        raise ValueError("kink_width is negative")


def _piecewise_linear(u, slope):
    """Return max(u, slope u) and its slopes from the left and from the right: (2.1), (4.34)."""
    left, right = np.where(u > 0.0, 1.0, slope), np.where(u < 0.0, slope, 1.0)
    return left * u, left, right


def _elu(u, _):
    """Return u for u >= 0 and exp(u) - 1 for u < 0, and the slope twice: (4.37)."""
    slope = np.exp(np.minimum(u, 0.0))
    return np.maximum(u, 0.0) + np.expm1(np.minimum(u, 0.0)), slope, slope


ACTIVATIONS = {
    "relu": (_piecewise_linear, lambda slope: slope == 0.0),
    "leaky_relu": (_piecewise_linear, lambda slope: 0.0 < slope < 1.0),
    "elu": (_elu, lambda slope: slope == 1.0),
}
"""What an activation computes from u and `slope`, and which values of `slope` it takes."""


def _rollout(f, X):
    """Return the H and U that the network produces, (2.2)."""
    sigma, _ = ACTIVATIONS[str(f["activation"])]
    H, U, h = np.empty((len(X), f["b"].size)), X @ f["V"].T + f["b"], 0.0 * f["b"]
    for t in range(len(X)):
        U[t] += f["W"] @ h
        H[t] = h = sigma(U[t], f["slope"])[0]
    return H, U


def _norm(*blocks):
    """Return the Euclidean norm over all blocks."""
    return np.sqrt(sum(np.sum(block**2) for block in blocks))


def _measure(f, X, Y, point, H, U, kink_width):
    """Return R (2.6) at H and U, and the other measures with every |u| <= kink_width put to 0.

    Each comes with the size of the terms that it is made of.
    """
    W, V, b, A, c = (f[name] for name in "WVbAc")
    xi, zeta, p, output = f[f"{point}.xi"], f[f"{point}.zeta"], 2.0 * f["penalties"], H @ A.T + c
    penalty = p @ [np.sum(block**2) for block in (A, W, V, b, c, U)] / 2.0
    objective = np.sum((Y - output) ** 2) / len(Y) + penalty
    objective_size = np.sum(Y**2 + output**2) / len(Y) + penalty
    U = np.where(np.abs(U) <= kink_width, 0.0, U)
    sigma, left, right = ACTIVATIONS[str(f["activation"])][0](U, f["slope"])
    past = np.vstack([0.0 * H[:1], H[:-1]])
    of_c1, of_c2 = (U, -past @ W.T, -X @ V.T, -b + 0.0 * U), (H, -sigma)
    violation = np.maximum(_norm(sum(of_c1)), _norm(sum(of_c2)))
    gradient = _gradient(f, X, H, past, xi, zeta, 2.0 / len(Y) * (Y - output))
    largest = _gradient(f, X, H, past, xi, zeta, 2.0 / len(Y) * (np.abs(Y) + np.abs(output)))
    one, other = (p[5] * U + xi - zeta * slope for slope in (left, right))
    inside = (zeta < 0.0) & (np.sign(one) * np.sign(other) <= 0.0)  # (4.30), (4.36)
    of_u = np.where(inside, 0.0, np.minimum(np.abs(one), np.abs(other)))
    terms = (*itertools.chain(*largest), p[5] * U, xi, zeta * left, zeta * right)
    smooth = np.abs(U[left == right])
    values = (
        (objective, objective_size),
        (violation, _norm(*of_c1, *of_c2)),
        (_norm(*map(sum, gradient), of_u), _norm(*terms)),
        (U.size - smooth.size, 0.0),
        (smooth.min() if smooth.size else 0.0, _norm(*of_c1)),
    )
    return {f"{point}.{name}": value for name, value in zip(MEASURES, values, strict=True)}


def _gradient(f, X, H, past, xi, zeta, error):
    """Return the terms of the KKT conditions in W, V, b, A, c and h, (2.5) and (4.26)."""
    W, A, p = f["W"], f["A"], 2.0 * f["penalties"]
    return (
        (p[1] * W, -xi.T @ past),
        (p[2] * f["V"], -xi.T @ X),
        (p[3] * f["b"], -xi.sum(axis=0)),
        (p[0] * A, -error.T @ H),
        (p[4] * f["c"], -error.sum(axis=0)),
        (zeta, -error @ A, -np.vstack([xi[1:] @ W, 0.0 * xi[:1]])),
    )


def _why(error):
    """Return an error as printable ASCII, so that no file writes to the terminal as it likes."""
    lacks = "the file lacks " if isinstance(error, KeyError) else ""
    text = lacks + str(error) or type(error).__name__
    return re.sub(r"[^ -~]", lambda found: ascii(found[0])[1:-1], text)[:400]


def _data(names):
    """Return X and Y from one .npz file or two files of comma-separated numbers."""
    if len(names) == 1:
        stored = unpack(names[0], ("X", "Y"))
        return _matrix("X", stored["X"]), _matrix("Y", stored["Y"])
    with _open(names[0]) as X, _open(names[1]) as Y, warnings.catch_warnings():
        warnings.simplefilter("error")
        return [np.loadtxt(file, delimiter=",", ndmin=2) for file in (X, Y)]  # fetches no address


def main(arguments=None) -> int:
    """Run the command line and return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m lib.verify", description=__doc__)
    parser.add_argument("network", metavar="NETWORK.npz")
    parser.add_argument("data", nargs="+", metavar="DATA.npz or X.csv Y.csv")
    given = parser.parse_args(arguments)
    if len(given.data) > 2:
        parser.error(f"the data are one .npz file or two .csv files, got {len(given.data)} names")
    try:
        X, Y = _data(given.data)
    except Exception as error:  # as above
        parser.error(f"the data cannot be read: {_why(error)}")
    report = verify(given.network, X, Y)
    for name, (claimed, found) in report.numbers.items():
        print(f"{name:22} claimed {claimed:<24.16g} found {found:.16g}")
    print(f"{'HOLDS' if report.holds else 'DOES NOT HOLD'}: {report.reason}")
    return 0 if report.holds else 1 if report.readable else 2


if __name__ == "__main__":
    sys.exit(main())
