"""Verify the certificate of a trained Elman network from its weights and its data alone.

This file shares nothing with the solver and needs NumPy only, so it also works copied elsewhere.
`lib.alm.network_file` explains what a network's file holds. Numbers in brackets are formulas of
Wang, Zhang and Chen, arXiv 2402.13687.

``python -m lib.verify NETWORK.npz DATA.npz`` prints a line per claimed number and a verdict. The
data are the arrays X and Y of one .npz file or two files X.csv Y.csv with a line of numbers per
time step. The exit code is 0 when the certificate holds, 1 when it does not, 2 for unusable data.
"""

import argparse
import hashlib
import sys
from typing import NamedTuple

import numpy as np

MEASURES = ("objective", "feasibility", "kkt_residual", "kinks", "smallest_u")


class Report(NamedTuple):
    """Whether a certificate holds, the reason, and every number as (claimed, found)."""

    holds: bool
    reason: str
    numbers: dict[str, tuple[float, float]]


def verify(path, X, Y, tolerance: float = 1e-9) -> Report:
    """Recompute every number that a file claims about its network on X (T, n) and Y (T, m).

    A claim agrees when it is off by at most `tolerance` times the number found, or by a thousandth
    of `tolerance`, where rounding begins. A file that cannot be read, or was made with other data,
    certifies nothing: that is reported, not raised.
    """
    try:
        X, Y = np.array(X, "<f8", order="C", ndmin=2), np.array(Y, "<f8", order="C", ndmin=2)
        f = _read(path, X, Y)
        with np.errstate(all="ignore"):
            found = _measure(f, X, Y, "rollout", *_rollout(f, X), f["kink_width"])
            if any(name.startswith("iterate.") for name in f):
                found |= _measure(f, X, Y, "iterate", f["iterate.H"], f["iterate.U"], 0.0)
        numbers = {name: (float(f[name]), float(value)) for name, value in found.items()}
    except KeyError as error:
        return Report(False, f"the file lacks {error}", {})
    except Exception as error:  # a damaged archive fails in many ways, none of them a certificate
        return Report(False, f"not a certificate for these data: {error}", {})
    wrong = [
        f"{name} is claimed to be {claimed!r} but is {value!r}"
        for name, (claimed, value) in numbers.items()
        if not abs(claimed - value) <= tolerance * max(abs(value), 1e-3)
    ]
    return Report(not wrong, "; ".join(wrong) or f"all numbers agree to {tolerance:g}", numbers)


def _read(path, X, Y):
    """Return the fields of a file; ValueError or KeyError names those that cannot be used."""
    with open(path, "rb") as file, np.load(file) as stored:
        f = dict(stored)
    if str(f["format"]) != "1":
        raise ValueError(f"its format is {f['format']}, this program reads 1")
    for name, value in f.items():
        if value.dtype.kind != "U":
            f[name] = value.astype("f8", casting="same_kind")  # squares of integers can overflow
            if not np.isfinite(f[name]).all():
                raise ValueError(f"{name} is not finite")
    (T, n), m, r = X.shape, Y.shape[1], f["b"].size
    if [f[k].shape for k in "WVbAc"] != [(r, r), (r, n), (r,), (m, r), (m,)] or len(Y) != T:
        raise ValueError("the shapes of W, V, b, A, c, X and Y do not fit together")
    for name, D in {"X": X, "Y": Y}.items():
        if hashlib.sha256(f"{D.shape}".encode() + D.tobytes()).hexdigest() != f[f"sha256_{name}"]:
            raise ValueError(f"{name} is not the one of the file (sha256_{name} differs)")
    if str(f["activation"]) not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"it does not know the activation {f['activation']}, only {known}")
    _, fits = ACTIVATIONS[str(f["activation"])]
    if not fits(f["slope"]) or not (f["penalties"] > 0).all():
        raise ValueError("activation does not fit slope, or a number in penalties is not positive")
    return f


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


def _sigma(f, u):
    """Return sigma(u) and its slopes from the left and from the right."""
    return ACTIVATIONS[str(f["activation"])][0](u, f["slope"])


def _rollout(f, X):
    """Return the H and U that the network produces, (2.2)."""
    H, U, h = np.empty((len(X), f["b"].size)), X @ f["V"].T + f["b"], 0.0 * f["b"]
    for t in range(len(X)):
        U[t] += f["W"] @ h
        H[t] = h = _sigma(f, U[t])[0]
    return H, U


def _measure(f, X, Y, point, H, U, kink_width):
    """Return R (2.6) at H and U, and the other measures with every |u| <= kink_width put to 0."""
    W, V, b, A, c = (f[name] for name in "WVbAc")
    xi, zeta, p, error = f[f"{point}.xi"], f[f"{point}.zeta"], 2.0 * f["penalties"], Y - H @ A.T - c
    if {v.shape for v in (H, U, xi, zeta)} != {(len(X), b.size)} or p.shape != (6,):
        raise ValueError(f"penalties or an array of the {point} has the wrong shape")
    squares = [np.sum(block**2) for block in (A, W, V, b, c, U)]
    objective, error = np.sum(error**2) / len(Y) + p @ squares / 2.0, 2.0 / len(Y) * error
    U = np.where(np.abs(U) <= kink_width, 0.0, U)
    (sigma, left, right), past = _sigma(f, U), np.vstack([0.0 * H[:1], H[:-1]])
    violation = max(np.linalg.norm(U - past @ W.T - X @ V.T - b), np.linalg.norm(H - sigma))
    of_w = p[1] * W - xi.T @ past, p[2] * V - xi.T @ X, p[3] * b - xi.sum(axis=0)
    of_a = p[0] * A - error.T @ H, p[4] * c - error.sum(axis=0)
    of_h = zeta - error @ A - np.vstack([xi[1:] @ W, 0.0 * xi[:1]])
    one, other = (p[5] * U + xi - zeta * slope for slope in (left, right))
    inside = (zeta < 0.0) & (one * other <= 0.0)  # (4.30), (4.36)
    of_u = np.where(inside, 0.0, np.minimum(np.abs(one), np.abs(other)))
    residual = np.sqrt(sum(np.sum(block**2) for block in (*of_w, *of_a, of_h, of_u)))
    smooth = np.abs(U[left == right])
    kinks, smallest = U.size - smooth.size, smooth.min() if smooth.size else 0.0
    values = (objective, violation, residual, kinks, smallest)
    return {f"{point}.{name}": value for name, value in zip(MEASURES, values, strict=True)}


def main(arguments=None) -> int:
    """Run the command line and return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m lib.verify", description=__doc__)
    parser.add_argument("network", metavar="NETWORK.npz")
    parser.add_argument("data", nargs="+", metavar="DATA.npz or X.csv Y.csv")
    given = parser.parse_args(arguments)
    try:
        if len(given.data) == 2:
            X, Y = (np.loadtxt(name, delimiter=",", ndmin=2) for name in given.data)
        else:
            with open(given.data[0], "rb") as file, np.load(file) as stored:
                X, Y = stored["X"], stored["Y"]
    except Exception as error:  # as above
        parser.error(f"the data cannot be read: {error}")
    report = verify(given.network, X, Y)
    for name, (claimed, found) in report.numbers.items():
        print(f"{name:22} claimed {claimed:<24.16g} found {found:.16g}")
    print(f"{'HOLDS' if report.holds else 'DOES NOT HOLD'}: {report.reason}")
    return int(not report.holds)


if __name__ == "__main__":
    sys.exit(main())
