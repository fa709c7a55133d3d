"""Paper B, sections 1 to 4: constants, proofs and the u block, each evaluated on numbers."""

import math

import numpy as np

from evidence.errata.registry import Check, checks, draws
from evidence.kit.runner import collect
from evidence.pages.alm_theory.claims import of_part, values
from evidence.pages.alm_theory.counterexamples import (
    FirstConstant,
    StopRule,
    first_constant,
    stop_rule,
)
from lib import alm


@checks("B-e-ceil")
def _ceiling(strict: bool = True) -> Check:
    value = 2.0
    printed = math.floor(value) + 1 if strict else math.ceil(value)
    return Check(f"⌈{value:g}⌉ = {printed}", f"{math.ceil(value)}", printed != math.ceil(value))


@checks("B-e-delta1")
def _first(found: FirstConstant | None = None) -> Check:
    case = first_constant() if found is None else found
    return Check(
        f"quotient at most {case.square:.3g} with δ², {case.circular:.3g} with δ₂",
        f"the quotient of our instance is {case.quotient:.3g}; with δ₀² it is at most "
        f"{case.repaired:.3g}",
        case.quotient > max(case.square, case.circular) and case.quotient <= case.repaired,
    )


@checks("B-e-max-min")
def _modulus(modulus: str = "max") -> Check:
    records = of_part(collect("alm_theory", "paper"), "blocks")
    below = {name: int(values(records, f"below_{name}").sum()) for name in ("max", "min")}
    sweeps = int(values(records, "sweeps").sum())
    return Check(
        f"a sweep lowers L by at least the {modulus}imum times its squared change",
        f"missed in {below[modulus]} of {sweeps:,} sweeps; the minimum is missed in {below['min']}",
        below[modulus] > 0 == below["min"],
    )


@checks("B-e-sqrt")
def _stop(found: StopRule | None = None) -> Check:
    case = stop_rule() if found is None else found
    root = math.sqrt(case.L1**2 + case.L2**2 + case.mu**2) / max(case.L1, case.L2, case.mu)
    return Check(
        "a point that (3.17) accepts satisfies (3.6)",
        f"ours is accepted and has {case.excess:.3f} ε; with the square root the bound is "
        f"{root:.3f} ε",
        case.ended_by == "step" and 1 < case.excess <= root,
    )


@checks("B-e-T4.6")
def _proximal(term: bool = False) -> Check:
    """One u with gamma = 1, mu = .1, theta = (-1, 2.5): the solver stays at its last value -1."""
    mu, theta1, theta2, before, other = 0.1, -1.0, 2.5, -1.0, 0.75
    out = np.empty(1)
    alm.ReLU().minimise(np.array([theta1 + mu * before]), np.array([theta2]), 1 + mu, out)

    def phi(u: float, proximal: bool) -> float:
        value = 0.5 * (u - theta1) ** 2 + 0.5 * (theta2 - max(u, 0.0)) ** 2
        return value + proximal * mu / 2 * (u - before) ** 2

    here, there = phi(before, True), phi(other, term)
    return Check(
        f"L at the fixed point {here:.4g} ≤ {there:.4g}",
        f"the update stays at {out[0]:g}; with the proximal term {here:.4g} ≤ "
        f"{phi(other, True):.4g}",
        bool(out[0] == before and here > there and here <= phi(other, True)),
    )


@checks("B-e-eta")
def _series(factor: str = "η1/(1-η1)") -> Check:
    """Violations that fall by eta1 from index l_k + 1 on, where they are 1."""
    eta = 0.99
    total = float(np.sum(eta ** np.arange(5000)))
    bounds = {"η1/(1-η1)": eta / (1 - eta), "1/(1-η1)": 1 / (1 - eta)}
    return Check(
        f"η₁ = {eta}: a sum of at most {bounds[factor]:.2f}",
        f"violations that fall by η₁ each time sum to {total:.2f}, at most "
        f"{bounds['1/(1-η1)']:.2f}",
        total > bounds[factor],
    )


@checks("B-e-eps")
def _tolerance(before: bool = False) -> Check:
    """A small problem solved to (3.6) in every outer iteration, the residual checked each sweep."""
    rng = draws("B-e-eps")
    r, n, m, T = 2, 2, 1, 5
    X, Y = rng.normal(size=(T, n)), rng.normal(size=(T, m))
    start = alm.Weights.normal(rng, r, n, m, 0.1)
    options = alm.Options(
        outer_iterations=8, inner_iterations=20_000, stop_rules=("residual",), check_every=1
    )
    trace = alm.solve(X, Y, start, alm.Penalties.from_tau(1.0, r, n, m), options).trace.iloc[1:]
    residual, own = trace["kkt_residual"].to_numpy(), trace["epsilon"].to_numpy()
    bound = own if before else own * options.eta4
    above = int((residual > bound).sum())
    return Check(
        f"the residual is at most ε_k: violated in {above} of {own.size} outer iterations",
        f"at most ε_(k-1) in {int((residual <= own).sum())} of {own.size}",
        above > 0 and bool((residual <= own).all()),
    )


def _cases(name: str, spread: float = 1.0) -> np.ndarray:
    return draws(name).uniform(-spread, spread, (3, 20_000))


@checks("B-e-E4.35")
def _leaky(term: bool = False, slope: float = 0.1) -> Check:
    """gamma = 1, mu = 1e-5; `term` adds the one that the printed condition lacks."""
    mu, lambda6 = 1e-5, 1e-8
    theta1, theta2, theta3 = _cases("B-e-E4.35")
    above = theta1 + slope * theta2 + mu * theta3
    u = above / (1 + slope**2 + 2 * lambda6 + mu)
    condition = above if term else theta1 + mu * theta3
    positive = int(((condition < 0) & (u > 0)).sum())
    return Check(
        f"u⁻ is positive in {positive:,} of {u.size:,} random cases",
        "with the missing term it is negative whenever the fraction is taken: "
        f"{int(((above < 0) & (u > 0)).sum())} exceptions",
        positive > 0,
    )


@checks("B-e-three")
def _changes(most: int = 3) -> Check:
    """Signs of (4.40) at z in (0, 1] for gamma = 1 and a spread at which it often has two roots."""
    z = np.linspace(1e-4, 1, 2000)
    theta2 = _cases("B-e-three", 12.0)[1][:2000, None]
    signs = np.sign(2 * z**2 - (theta2 + 1) * z + 1 + 1e-5 + 2e-8)
    changes = int((np.diff(signs, axis=1) != 0).sum(axis=1).max())
    return Check(
        f"at most {most} changes, hence at most 3 intervals",
        f"at most {changes} changes in {theta2.size:,} random cases, which make {changes + 1} "
        f"intervals; {most} would make {most + 1}",
        most + 1 != 3 and changes + 1 == 3,
    )


@checks("B-e-A4-transpose")
def _transpose(transposed: bool = False) -> Check:
    T, r, n = 3, 2, 4
    psi = np.zeros((r * T, r * r + r * n + r))
    psi = psi.T if transposed else psi
    return Check(
        f"Ψ is {psi.shape[0]} x {psi.shape[1]} and is multiplied with u, {r * T} numbers",
        f"with the transpose {r * r + r * n + r} x {r * T}",
        psi.shape[1] != r * T,
    )


def _psi(h: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return Psi(h) of (2.3) for states (T, r) and inputs (T, n)."""
    T, r = h.shape
    shifted = np.vstack([np.zeros(r), h[:-1]])
    rows = np.hstack([shifted, X, np.ones((T, 1))])
    return np.vstack([np.kron(row, np.eye(r)) for row in rows])


@checks("B-e-A12")
def _norm(T: int = 4, r: int = 3, size: float = 1.0) -> Check:
    rng = draws("B-e-A12")
    h, X = size * rng.normal(size=(T, r)), rng.normal(size=(T, 2))
    left = np.linalg.norm(_psi(h, X), 2)
    right = math.sqrt(r * (np.sum(h**2) + np.sum(X**2) + T))
    return Check(
        f"‖Ψ(h)‖ = {right:.3f}",
        f"{left:.3f} on random numbers, with T = {T} and r = {r}",
        bool(left < right * (1 - 1e-9)),
    )


@checks("B-e-A4-sum")
def _stacked(summed: bool = True) -> Check:
    """Differences of the T gradients by h_t: their sum against the vector that holds them all."""
    T, r = 5, 3
    differences = draws("B-e-A4-sum").normal(size=(T, r))
    shown = differences.sum(axis=0) if summed else differences.ravel()
    return Check(
        f"a vector of {shown.size} numbers, of norm {np.linalg.norm(shown):.3g}",
        f"the gradient by h has rT = {T * r} numbers; random differences have the norm "
        f"{np.linalg.norm(differences):.3g}",
        shown.size != T * r,
    )


@checks("B-e-A6")
def _infinity(norm: str = "infinity") -> Check:
    """q with u = 0, zeta = 0, gamma = 1 at h = (a, ..., a) and a point close by."""
    size, a, step = 100, 1.0, 1e-6
    quotient = 0.5 * ((a + step) ** 2 - a**2) * size / (step * math.sqrt(size))
    limit = 2 * (a + step) * (math.sqrt(size) if norm == "two" else 1.0)
    return Check(
        f"rT = {size}: a quotient of at most {limit:.3g} at points with ‖h‖∞ = {a:g}",
        f"it is {quotient:.3g}",
        quotient > limit,
    )


@checks("B-e-train")
def _brackets(formula: str = "(A(W(...(Vx_1+b)_+...)+Vx_t+b)_++c") -> Check:
    opened, closed = formula.count("("), formula.count(")")
    return Check(
        f"{opened} brackets opened, {closed} closed",
        "as many are needed" if opened == closed else "one is missing, the last of TestErr",
        opened != closed,
    )
