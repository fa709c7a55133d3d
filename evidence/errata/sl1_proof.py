"""Paper A, appendix A: the lines of the proof of Theorem 1 up to (A25), evaluated on numbers."""

from dataclasses import dataclass

import numpy as np

from evidence.errata.registry import Check, brief, checks, draws

EXACT = 1e-12
"""Below this two sides of an equation in double precision are equal."""

UNITS, INPUTS = 3, 2


def sigma(a: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-a))


@dataclass(frozen=True)
class Weights:
    """A GRU without biases and its output weights."""

    z: np.ndarray
    r: np.ndarray
    c: np.ndarray
    out: np.ndarray

    def step(self, h: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the update gate, the candidate and the next state, (7) to (10)."""
        both = np.concatenate([h, x])
        z, r = sigma(self.z @ both), sigma(self.r @ both)
        candidate = np.tanh(self.c @ np.concatenate([r * h, x]))
        return z, candidate, (1 - z) * h + z * candidate


@dataclass(frozen=True)
class Move:
    """A network before and after a step, both at the same state and input."""

    old: Weights
    new: Weights
    h: np.ndarray
    x: np.ndarray


def moves(name: str, count: int = 20) -> list[Move]:
    """Return random networks with random changes of their weights."""
    rng, found = draws(name), []
    shape = (UNITS, UNITS + INPUTS)
    for _ in range(count):
        old = [*rng.normal(size=(3, *shape)), rng.normal(size=UNITS)]
        new = [w + 0.5 * rng.normal(size=w.shape) for w in old]
        found.append(
            Move(Weights(*old), Weights(*new), rng.uniform(-1, 1, UNITS), rng.normal(size=INPUTS))
        )
    return found


@dataclass(frozen=True)
class Parts:
    """The terms of (A15) to (A19), and the change of the state that they are to add up to."""

    change: np.ndarray
    A4: np.ndarray
    A5: np.ndarray
    A6: np.ndarray
    A7: np.ndarray
    A5_new: np.ndarray


def _parts(move: Move) -> Parts:
    z0, c0, h0 = move.old.step(move.h, move.x)
    z1, c1, h1 = move.new.step(move.h, move.x)
    dz, dc = z1 - z0, c1 - c0
    return Parts(h1 - h0, dz * dc, dz * c0, z0 * dc, dz * move.h, dz * c1)


def gap(pairs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the largest difference of any pair."""
    return max(float(np.max(np.abs(a - b))) for a, b in pairs)


def identity(printed: float, right: float, what: str) -> Check:
    """Return the check of an equation by its largest errors, as printed and as corrected."""
    return Check(
        f"{what} off by up to {brief(printed)}",
        f"as corrected off by up to {right:.0e}",
        printed > EXACT >= right,
    )


@checks("A-e-EA10")
def _remainder(second: str = "σ''") -> Check:
    rng, missed, of = draws("A-e-EA10"), {"σ''": 0, "σ_n''": 0}, 200
    for a, b, t in rng.uniform((-2, -2, 0), (2, 2, 1), (of, 3)):
        y, s = sigma(a), sigma(np.linspace(a, b, 401))
        f = [0.5 * (sigma(v) - t) ** 2 for v in (a, b)]
        exact = f[1] - f[0] - (y - t) * y * (1 - y) * (b - a)
        slope = s * (1 - s)
        bends = {"σ''": slope * (1 - 2 * s)}
        bends["σ_n''"] = slope**2 + (s - t) * bends["σ''"]
        for name, bend in bends.items():
            values = 0.5 * bend * (b - a) ** 2
            missed[name] += not values.min() - 1e-6 <= exact <= values.max() + 1e-6
    return Check(
        f"with {second} no point in between gives the remainder in {missed[second]} of {of} cases",
        f"with σ_n'' in {missed['σ_n' + chr(39) * 2]}",
        missed[second] > 0 == missed["σ_n''"],
    )


@checks("A-e-EA15-term")
def _term(state: bool = True) -> Check:
    parts = [_parts(m) for m in moves("A-e-EA15")]
    right = gap([(p.A4 + p.A5 + p.A6 - p.A7, p.change) for p in parts])
    printed = gap([(p.A4 + (p.A7 if state else p.A5) + p.A6 - p.A7, p.change) for p in parts])
    return identity(printed, right, "fourth line against Δh")


@checks("A-e-EA15-sign")
def _sign(sign: int = 1) -> Check:
    parts = [_parts(m) for m in moves("A-e-EA15")]
    right = gap([(p.A4 + p.A5 + p.A6 - p.A7, p.change) for p in parts])
    printed = gap([(p.A4 + p.A5 + p.A6 + sign * p.A7, p.change) for p in parts])
    return identity(printed, right, "A₄ + A₅ + A₆ + A₇ against Δh")


@checks("A-e-EA15-frozen")
def _frozen(steps: int = 2) -> Check:
    """A4 + A5 + A6 - A7 at the last step, with the state before it as it was before the change."""
    gaps = {}
    for T in (1, steps):
        pairs = []
        for move in moves("A-e-EA15"):
            old, new = np.zeros(UNITS), np.zeros(UNITS)
            for _ in range(T - 1):
                old, new = move.old.step(old, move.x)[2], move.new.step(new, move.x)[2]
            parts = _parts(Move(move.old, move.new, old, move.x))
            change = move.new.step(new, move.x)[2] - move.old.step(old, move.x)[2]
            pairs.append((parts.A4 + parts.A5 + parts.A6 - parts.A7, change))
        gaps[T] = gap(pairs)
    return Check(
        f"Δh at t = {steps} off by up to {brief(gaps[steps])}",
        f"at t = 1, where the state before it is fixed, by {gaps[1]:.0e}",
        gaps[steps] > EXACT >= gaps[1],
    )


@checks("A-e-EA20")
def _signed(absolute: bool = False) -> Check:
    """One unit with D0 = D1 = 1, state 1/2 and the update gate's weight lowered by one."""
    change, h, D0, D1 = -1.0, 0.5, 1.0, 1.0
    left = (sigma(change * h) - sigma(0.0)) * h
    right = D0 * (abs(change) if absolute else change) * D1 * D1
    return Check(
        f"(A23) with ΔW = {change:g}: {left:.4f} ≤ {right:g}",
        f"with absolute values {abs(left):.4f} ≤ {abs(change):g}",
        left > right and abs(left) <= abs(change),
    )


@checks("A-e-EA21")
def _iteration(later: bool = True) -> Check:
    parts = [_parts(m) for m in moves("A-e-EA15")]
    off = gap([(p.A5_new if later else p.A5, p.A5) for p in parts])
    return identity(off, 0.0, "A₅ of (A21) against (A17):")


@checks("A-e-EA24-D")
def _coefficient(power0: int = 1, power1: int = 2) -> Check:
    D0, D1 = 2.0, 3.0
    printed, right = D0**power0 * D1**power1, D0 * D1 * D0
    return Check(
        f"{printed:g} for D₀ = {D0:g}, D₁ = {D1:g}",
        f"D₀·D₁·D₀ = {right:g} from (A21)",
        printed != right,
    )


@checks("A-e-EA24")
def _linear(slope: float = -1.0) -> Check:
    """Only the update gate's gradient is not zero; a bound of Δh/D3 by squares, eta = 0.1."""
    eta = 0.1
    left = 2 * -eta * slope
    right = (0.5 * eta**2 * 2 - eta) * slope**2
    return Check(
        f"η = {eta}, ∂E_z = {slope:g}: {left:.2f} ≤ {right:.2f}",
        "a linear term of either sign is no multiple of a square",
        left > right,
    )


@checks("A-e-EA25")
def _square(factors: tuple[float, float, float] = (4, 2, 2)) -> Check:
    a = b = c = 1.0
    left, right = (a * b + a * c + 2 * a + b + c) ** 2, np.dot(factors, (a * a, b * b, c * c))
    return Check(f"a = b = c = 1: {left:g} ≤ {right:g}", "false", bool(left > right))


@checks("A-e-EA25-sum")
def _two_blocks(factor: float = 1.0) -> Check:
    a = b = 1.0
    left, right = (a + b) ** 2, factor * (a**2 + b**2)
    return Check(
        f"both blocks' gradients 1: {left:g} ≤ {right:g}",
        f"(a + b)² ≤ 2(a² + b²) = {2 * (a**2 + b**2):g}",
        left > right,
    )
