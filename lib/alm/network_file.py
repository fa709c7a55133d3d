r"""A trained network in one .npz file with its certificate: numbers that anybody can recompute.

What the two points ``rollout`` and ``iterate`` are is written in `lib.alm.certified`.

Fields, all numbers float64 unless said otherwise:

- ``format``: 1, an integer
- ``W``, ``V``, ``b``, ``A``, ``c``: the weights, shapes (r, r), (r, n), (r,), (m, r), (m,)
- ``penalties``: :math:`\lambda_1,\dots,\lambda_6`, shape (6,)
- ``activation``: its name in `lib.alm.ACTIVATIONS`, such as ``relu``, ``leaky_relu`` or ``elu``,
  with the numbers that it is made from if there are others than its slope: ``bent(at=0.5)``
- ``slope``: its slope left of 0, which is 0 for the ReLU, the paper's varpi for the leaky ReLU, 1
  for the ELU
- ``sha256_X``, ``sha256_Y``: SHA-256, in hexadecimal, of the shape as Python writes it, such as
  ``(9, 5)``, followed by the array's little-endian float64 bytes, row by row
- ``kink_width``
- ``rollout.xi``, ``rollout.zeta``: multipliers, shape (T, r)
- ``rollout.objective``, ``rollout.feasibility``, ``rollout.kkt_residual``, ``rollout.kinks`` (an
  integer), ``rollout.smallest_u``: what is claimed, see `lib.alm.Measures`
- ``iterate.H``, ``iterate.U``, ``iterate.xi``, ``iterate.zeta`` of shape (T, r) and the same five
  claims; all of them or none

The claims say that these weights have these properties on these data. They do not say who trained
the network, or how.
"""

import io
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from lib import verify as verifier
from lib.alm.activations import ACTIVATIONS, Activation, name_of
from lib.alm.certificate import Measures
from lib.alm.certified import KINK_WIDTH, Certified, CertifiedNetwork, Trained, certify
from lib.alm.problem import Penalties, Problem, Weights, read_only
from lib.files import write_atomically
from lib.validation import array, count, instance, one_of, positive
from lib.validation import path as place
from lib.verify import FIELDS, unpack

FORMAT = 1


def save(
    path: Path | str,
    trained: Trained | Weights,
    problem: Problem,
    kink_width: float = KINK_WIDTH,
) -> CertifiedNetwork:
    """Write a trained network with its certificate to an .npz file, whole or not at all.

    Arguments and errors are those of `certify`, whose result is returned; the activation must have
    a name, and the problem be one of a single series. `lib.verify` checks the file.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     saved = alm.save(Path(folder) / "network.npz", weights, problem)
        ...     loaded = alm.load(Path(folder) / "network.npz")
        >>> bool((loaded.weights.W == weights.W).all())
        True
    """
    path = place("path", path)
    instance("problem", problem, Problem, "a Problem of lib.alm")
    activation = _text(problem.activation)
    if len(problem.starts) > 1:
        raise ValueError(f"the format is for one series, the problem has {len(problem.starts)}")
    network = certify(problem, trained, kink_width)
    fields = {
        "format": FORMAT,
        **{name: getattr(network.weights, name) for name in ("W", "V", "b", "A", "c")},
        "penalties": [getattr(network.penalties, f"lambda{i}") for i in range(1, 7)],
        "activation": activation,
        "slope": _left_slope(problem.activation),
        "sha256_X": network.checksums[0],
        "sha256_Y": network.checksums[1],
        "kink_width": network.kink_width,
        **_fields("rollout", network.rollout),
        **_fields("iterate", network.iterate),
    }
    buffer = io.BytesIO()
    np.savez(buffer, **fields)
    write_atomically(path, buffer.getvalue())
    return network


def _left_slope(activation: Activation) -> float:
    return float(activation.slope_at(np.zeros(1))[0])


def _text(activation: Activation) -> str:
    """Return an activation's name and numbers as the file has them."""
    numbers = [
        f"{name}={float(getattr(activation, name))!r}"
        for name in activation.parameters()
        if name != "slope"
    ]
    return name_of(activation) + (f"({', '.join(numbers)})" if numbers else "")


def _activation(text: str, slope: float) -> Activation:
    """Return the activation of a name with numbers and of a slope left of 0."""
    name, _, numbers = text.removesuffix(")").partition("(")
    kind = ACTIVATIONS[one_of("activation", name, ACTIVATIONS)]
    given = dict(number.split("=") for number in numbers.split(", ") if number)
    if "slope" in kind.parameters():
        given["slope"] = slope
    if sorted(given) != sorted(kind.parameters()):
        raise ValueError(f"activation {text} must have the numbers {kind.parameters()}")
    activation = kind(**{name: float(number) for name, number in given.items()})
    if slope != _left_slope(activation):
        raise ValueError(f"slope must be {_left_slope(activation)}, got {slope}")
    return activation


def _fields(point: str, certified: Certified | None) -> dict[str, object]:
    if certified is None:
        return {}
    arrays = {name: getattr(certified, name) for name in ("H", "U", "xi", "zeta")}
    named = {k: v for k, v in arrays.items() if v is not None} | certified.measures._asdict()
    return {f"{point}.{name}": value for name, value in named.items()}


def load(path: Path | str) -> CertifiedNetwork:
    """Return what `save` wrote, to the last bit; the claims are read, not checked.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if the file cannot be read, has another format, lacks a field or has one too
            many, or a field is no real number, has a wrong shape or an entry that is not finite.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = alm.save(Path(folder) / "network.npz", weights, problem)
        ...     network = alm.load(Path(folder) / "network.npz")
        >>> network.weights.hidden_size
        2
    """
    path = place("path", path)
    try:
        fields = unpack(path, FIELDS)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise ValueError(f"{path} is not a network's file: {error}") from error
    try:
        return _parse(fields)
    except KeyError as error:
        raise ValueError(f"{path} lacks the field {error}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def verify(
    path: Path | str, X: ArrayLike, Y: ArrayLike, tolerance: float = 1e-9
) -> verifier.Report:
    """Return the report of `lib.verify`, which is told an activation that it does not know.

    What such an activation computes is then taken from its own class, as the solver takes it; all
    else is computed apart from the solver, and so is everything for the activations of the paper.

    Args:
        path: what `save` wrote.
        X: inputs, shape (T, n).
        Y: targets, shape (T, m).
        tolerance: share of a number by which a claim may be off.

    Raises:
        ValueError: X or Y has another number of axes or an entry that is not finite, or `path` is
            none.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = alm.save(Path(folder) / "network.npz", weights, problem)
        ...     report = alm.verify(Path(folder) / "network.npz", problem.X, problem.Y)
        >>> report.holds
        True
    """
    path = place("path", path)
    X = array("X", X, ("T", "n"))
    Y = array("Y", Y, (len(X), "m"))
    try:
        activation = load(path).activation
    except (OSError, ValueError):
        return verifier.verify(path, X, Y, tolerance)  # which says what is wrong

    def sigma(u: np.ndarray, _: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        left = activation.slope_at(u)
        right = left if activation.kink is None else np.where(u == 0.0, activation.kink[1], left)
        return activation.value(u), left, right

    table, text = verifier.ACTIVATIONS, _text(activation)
    known = text in table
    table.setdefault(text, (sigma, lambda slope: slope == _left_slope(activation)))
    try:
        return verifier.verify(path, X, Y, tolerance)
    finally:
        if not known:
            del table[text]


def _parse(fields: dict[str, np.ndarray]) -> CertifiedNetwork:
    one_of("format", count("format", _number("format", fields["format"])), [FORMAT])
    weights = Weights(*(fields[name] for name in ("W", "V", "b", "A", "c")))
    steps = fields["rollout.xi"].shape[0] if fields["rollout.xi"].ndim else 0
    shape = steps, weights.hidden_size
    return CertifiedNetwork(
        weights=weights,
        penalties=Penalties(*array("penalties", fields["penalties"], (6,))),
        activation=_activation(str(fields["activation"]), _number("slope", fields["slope"])),
        kink_width=positive("kink_width", _number("kink_width", fields["kink_width"]), zero=True),
        checksums=(fields["sha256_X"].item(), fields["sha256_Y"].item()),
        rollout=_certified("rollout", fields, shape, ("xi", "zeta")),
        iterate=_certified("iterate", fields, shape, ("H", "U", "xi", "zeta"))
        if any(name.startswith("iterate.") for name in fields)
        else None,
    )


def _certified(
    point: str, fields: dict[str, np.ndarray], shape: tuple[int, int], stored: tuple[str, ...]
) -> Certified:
    arrays = {name: _array(f"{point}.{name}", fields[f"{point}.{name}"], shape) for name in stored}
    claims = {
        name: _number(f"{point}.{name}", fields[f"{point}.{name}"]) for name in Measures._fields
    }
    measures = Measures(**claims | {"kinks": count(f"{point}.kinks", claims["kinks"], least=0)})
    return Certified(**dict.fromkeys(("H", "U")) | arrays, measures=measures)


def _array(name: str, value: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return read_only(array(name, value, shape))


def _number(name: str, value: np.ndarray) -> float:
    return float(array(name, value, ()))
