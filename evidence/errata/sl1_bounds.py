"""Paper A, appendix A: the bounds (A27) to (A30) of the proof of Theorem 1."""

import numpy as np

from evidence.errata.registry import Check, brief, checks, draws
from evidence.errata.sl1_proof import EXACT, UNITS, gap, identity, moves, sigma
from evidence.kit.runner import collect
from evidence.pages.sl1_theorems.steps import column


def _slopes(name: str) -> list[tuple[float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Return sigma_n', W_out, its change, h and its change, of random networks and targets."""
    rng, found = draws(name), []
    for move in moves(name):
        h0, h1 = move.old.step(move.h, move.x)[2], move.new.step(move.h, move.x)[2]
        y = sigma(move.old.out @ h0)
        slope = float((y - rng.uniform()) * y * (1 - y))
        found.append((slope, move.old.out, move.new.out - move.old.out, h0, h1 - h0))
    return found


@checks("A-e-EA27-copy")
def _copied(copied: bool = True) -> Check:
    gaps = [
        abs(s * (move @ h if copied else out @ dh) - s * out @ dh)
        for s, out, move, h, dh in _slopes("A-e-EA27-copy")
    ]
    return Check(
        f"first line of (A27) against (A12): off by up to {brief(max(gaps))}",
        "A₂ is Σ σ_n' W_out Δh",
        max(gaps) > EXACT,
    )


@checks("A-e-EA27-eta")
def _eta(power: int = 0) -> Check:
    """The bound of (A24) and that of (A27) over N D0 D2 D3, all gradients 1, eta = 0.1."""
    eta = 0.1
    squares, linear = 0.5 * 2 + 0.5 * 2, -eta * (1 + 0.5 + 0.5)
    printed, right = eta**power * squares + linear, eta**2 * squares + linear
    return Check(
        f"η = {eta}, all gradients 1: {printed:.2f}",
        f"(A24) has {right:.2f}",
        abs(printed - right) > EXACT,
    )


@checks("A-e-EA27")
def _turned(norms: bool = False) -> Check:
    """An upper bound B of the change of one state, multiplied by sigma_n' W_out as (A27) does."""
    turned, of = 0, 0
    for slope, out, _, _, dh in _slopes("A-e-EA27"):
        for w, change in zip(out, dh, strict=True):
            bound = abs(change) + 0.1
            factor = abs(slope * w) if norms else slope * w
            turned += slope * w * change > factor * bound
            of += 1
    return Check(
        "Δh ≤ B implies σ_n' W Δh ≤ σ_n' W B",
        f"violated by {turned} of {of} units of random networks, where σ_n' W is negative",
        turned > 0,
    )


@checks("A-e-EA28")
def _twice(D2: float = 1.0) -> Check:
    rng = draws("A-e-EA28")
    pairs = rng.normal(size=(200, 2, UNITS))
    pairs /= np.linalg.norm(pairs, axis=2, keepdims=True)
    steps = np.linalg.norm(pairs[:, 1] - pairs[:, 0], axis=1)
    return Check(
        f"steps between weights of length 1 are at most {D2:g}",
        f"of {steps.size} random pairs of such weights {int((steps > D2).sum())} are further "
        f"apart, at most {steps.max():.2f}; 2 is the limit",
        bool((steps > D2).any() and (steps <= 2).all()),
    )


@checks("A-e-EA29-sign")
def _product(sign: int = -1) -> Check:
    pairs = {sign: [], 1: []}
    for move in moves("A-e-EA29"):
        h0, h1 = move.old.step(move.h, move.x)[2], move.new.step(move.h, move.x)[2]
        exact = move.new.out @ h1 - move.old.out @ h0
        for s in pairs:
            found = (move.new.out - move.old.out) @ h1 + s * move.old.out @ (h1 - h0)
            pairs[s].append((found, exact))
    return identity(gap(pairs[sign]), gap(pairs[1]), "difference of the outputs")


@checks("A-e-EA29-one")
def _one_minus(value: float = 0.5) -> Check:
    D0 = 1.0
    return Check(
        f"σ = {value:g}, D₀ = {D0:g}: {1 - value:g} ≤ {1 - D0:g}",
        "the other way round: 1 - σ ≥ 1 - D₀",
        1 - value > 1 - D0,
    )


@checks("A-e-EA29-two")
def _factor(kept: float = 1.0) -> Check:
    """The bound of (u - v)^2 loses its factor; u = 1, v = -1, D0 = 1, one sample."""
    u, v = 1.0, -1.0
    left, right = 0.5 * 2 * (u**2 + v**2), 0.5 * kept * (u**2 + v**2)
    return Check(f"u = 1, v = -1: {left:g} ≤ {right:g}", f"it is {left:g}", left > right)


@checks("A-e-EA30-four")
def _four(factor: float = 4.0) -> Check:
    """N D0 D2 D3 = 1, the update gate's gradient 1, the others 0, eta = 1/2."""
    eta = 0.5
    left, right = 2 * (eta**2 - eta) * 1.0, factor * (eta**2 - eta) * 1.0
    return Check(
        f"η = ½: {left:g} ≤ {right:g}",
        "η² - η is negative, so a larger factor makes the bound smaller",
        left > right,
    )


@checks("A-e-EA30-merge")
def _merge(combine: str = "sum") -> Check:
    a = b = 1.0
    g1, g2 = 1.0, 0.0
    left = -a * g1**2 - b * g2**2
    right = -{"sum": a + b, "min": min(a, b)}[combine] * (g1**2 + g2**2)
    return Check(f"a = b = 1, g = (1, 0): {left:g} ≤ {right:g}", "false", left > right)


@checks("A-e-EA30")
def _decrease(promised: float | None = None) -> Check:
    bounds = collect("sl1_step_bounds", "paper")
    fall = column(bounds, "fall_ratio")
    least = column(bounds, "promised_ratio") if promised is None else np.full(fall.size, promised)
    kept = int(np.count_nonzero(fall >= least))
    return Check(
        f"a fall of {np.median(least):.2g} η|∇E|², median of {fall.size} random problems",
        f"E falls by {fall.min():.3f} to {fall.max():.3f} η|∇E|²; the promise is kept by {kept}",
        kept < fall.size,
    )
