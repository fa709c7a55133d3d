"""Paper B against the program that its authors released."""

import io
import random
from dataclasses import asdict

import numpy as np
import pandas as pd

from evidence.errata import alm_program
from evidence.errata.registry import Check, brief, checks, draws
from evidence.pages.alm_theory.counterexamples import stop_rule
from evidence.papers import alm_printed
from evidence.papers import tables as papers
from evidence.papers.alm_printed import number
from evidence.protocols.alm import TABLE2, penalties
from lib import alm, datasets


@checks("B-e-code-param")
def _parameters(caps: tuple[int, int] = alm_program.CAPS, parameters: bool = True) -> Check:
    setting = TABLE2["sp500-released"]
    asked = asdict(setting) | asdict(penalties(setting, int(alm_printed.SP500_INPUTS), 1))
    passed = {name: number(value) for name, value in alm_printed.RELEASED.items()}
    other = [
        f"{name} {asked[name]:.3g} and {value:g}"
        for name, value in passed.items()
        if parameters and not np.isclose(asked[name], value, rtol=1e-9)
    ]
    for what, ours, theirs in zip(("outer", "inner"), alm_program.PAPER_CAPS, caps, strict=True):
        if ours != theirs:
            other.append(f"{what} iterations {ours} and {theirs}")
    return Check(
        "Table 2 and the caption of Table 3b",
        "paper and main script: " + ("; ".join(other) or "the same"),
        len(other) > 0,
    )


@checks("B-e-code-stop")
def _inner(tolerance: float = alm_program.INNER_TOLERANCE) -> Check:
    """On our instance of (3.17), whose first sweep is as long as the rule allows."""
    case = stop_rule()
    allowed = case.epsilon / max(case.L1, case.L2, case.mu)
    program = min(tolerance, case.epsilon)
    return Check(
        f"(3.17) ends the inner loop at a step of {brief(allowed)}",
        f"the program at one of {brief(program)}; the smallest positive change of a number near 1 "
        f"is {np.finfo(float).eps:.0e}",
        program < np.finfo(float).eps,
    )


@checks("B-e-code-level")
def _level(level: float = alm_program.LEVEL) -> Check:
    stated = number(alm_printed.COMMON["level"])
    return Check(f"Γ = {stated:g}", f"{level:.0e} in the program", level != stated)


@checks("B-e-code-gamma")
def _ends(largest: float = alm_program.LARGEST_GAMMA) -> Check:
    """How many raises by (3.9) alone lead from gamma_0 beyond the program's limit."""
    ratio = 1 / number(TABLE2_ETA2)
    raises = int(np.ceil(np.log(largest) / np.log(ratio))) if np.isfinite(largest) else None
    return Check(
        "the outer loop has no limit on γ",
        f"the program ends when γ > {largest:g}, from γ₀ = 1 after at most {raises} raises by "
        f"1/η₂, or when ε < {alm_program.LEAST_EPSILON:g}",
        raises is not None,
    )


TABLE2_ETA2 = alm_printed.TABLE2["sp500"].eta2


@checks("B-e-code-38")
def _newest(first: int = alm_program.FIRST_COMPARED, behind: int = 1) -> Check:
    """Outer iteration k, from 0: a list of the start and k + 1 violations, of which k is asked."""
    k = 5
    held = list(range(k + 2))
    compared = held[k + 1 - behind]
    return Check(
        "the newest violation is compared with the one before, from the first iteration on",
        f"in iteration {k + 1} the program compares violation {compared} with {compared - 1} of "
        f"{held[-1]}, and from iteration {first + 1} on; before that γ and ε stay",
        compared != held[-1] or first > 0,
    )


@checks("B-e-code-restart")
def _restart(restarts: bool = True) -> Check:
    """A random network on the data with T = 10: errors of the test part, both ways."""
    series = datasets.load("synthetic-t10", seed=0)
    n, m = series.X.shape[1], series.Y.shape[1]
    weights = alm.Weights.normal(draws("B-e-code-restart"), 4, n, m, 0.8)
    whole = alm.predict(weights, series.X, alm.ReLU())[series.train :]
    again = alm.predict(weights, series.X[series.train :], alm.ReLU()) if restarts else whole
    Y = series.Y[series.train :]
    errors = [float(((p - Y) ** 2).sum(axis=1).mean()) for p in (whole, again)]
    return Check(
        f"test error {errors[0]:.3f}, the state running on",
        f"{errors[1]:.3f} with the state restarted at zero, for one random network",
        errors[0] != errors[1],
    )


@checks("B-e-code-loader")
def _loader(header: bool = False) -> Check:
    """A file of the generator's layout, 3 inputs and 2 targets, read as the loader reads."""
    inputs, targets = np.arange(12.0).reshape(4, 3), 100 + np.arange(8.0).reshape(4, 2)
    names = [f"x{i}" for i in range(3)] + [f"y{i}" for i in range(2)]
    file = io.StringIO()
    frame = pd.DataFrame(np.hstack([inputs, targets]), columns=names)
    if header:
        frame = frame[names[3:] + names[:3]]
        frame.to_csv(file)
    else:
        frame.to_csv(file, index=False, header=False)
    file.seek(0)
    read = pd.read_csv(file, header=0, index_col=0)
    taken = read.iloc[:, :2].to_numpy()
    return Check(
        "the loader reads the generator's series",
        f"of {len(inputs)} rows it reads {len(read)}, and takes as targets {taken[0].tolist()} "
        f"where the targets are {targets[len(inputs) - len(read)].tolist()}",
        not np.array_equal(taken, targets),
    )


@checks("B-e-code-seed")
def _seed(library: str = "random") -> Check:
    state = np.random.get_state()  # noqa: NPY002
    found = []
    for _ in range(2):
        random.seed(123456) if library == "random" else np.random.seed(123456)  # noqa: NPY002
        found.append(np.random.normal(size=3))  # noqa: NPY002
    np.random.set_state(state)  # noqa: NPY002
    same = bool(np.array_equal(*found))
    return Check(
        "a seed is set",
        "after seeding Python's generator twice NumPy's draws are "
        + ("equal" if same else "different"),
        not same,
    )


@checks("B-e-code-start")
def _start(divided: bool = True) -> Check:
    T, norm = 393, 1.0
    first = norm / T if divided else norm
    return Check(
        f"a norm of {norm:g} counts as {norm:g}",
        f"in the first entry of the list as {brief(first)} for T = {T}, later as {norm:g}",
        first != norm,
    )


@checks("B-e-code-baselines")
def _baselines(epochs: bool = False) -> Check:
    printed = papers.alm_rates("3a").set_index(["method", "start"])["rate"]
    same = sum(
        bool(np.isclose(printed[key], rate)) for key, rate in alm_program.KERAS_RATES.items()
    )
    return Check(
        "descent methods run in Keras",
        f"the program holds {len(alm_program.KERAS_RATES)} rates, {same} of them those of Table 4 "
        "for T = 10, and no training with them",
        same == len(alm_program.KERAS_RATES) and not epochs,
    )


@checks("B-e-code-roots")
def _roots(right: bool = False) -> Check:
    """theta2 where (4.40) has two roots in (0, 1)."""
    worst, of = 0.0, 0
    for theta2 in np.linspace(2.0, 8.0, 25):
        case = (1.0, float(theta2), 1 + 1e-5 + 2e-8)
        roots = alm_program.quadratic_roots(*case)
        program = roots if right else alm_program.printed_roots(*case)
        residual = [abs(2 * z * z - (theta2 + 1) * z + case[2]) for z in (*roots, *program)]
        if not max(residual[:2]) < 1e-12:
            raise ArithmeticError(f"the roots leave a residual of {max(residual[:2]):.1e}")
        worst, of = max(worst, *residual[2:]), of + 1
    shown = [f"{z:.3g}" for z in alm_program.printed_roots(1.0, 4.0, 1.0)]
    true = [f"{z:.3g}" for z in alm_program.quadratic_roots(1.0, 4.0, 1.0)]
    return Check(
        f"for γ = 1, θ₂ = 4: {' and '.join(true)}",
        f"the program has {' and '.join(shown)}; put into (4.40), its values give up to "
        f"{brief(worst)} instead of 0 in {of} cases",
        worst > 1e-9,
    )


@checks("B-e-code-elu")
def _assignment(columns: bool = False) -> Check:
    """The two values are k by k, see B-e-code-elu-shapes, and so is the mask that compares them."""
    left, right = np.zeros(5), np.arange(5.0)
    better = right < left if columns else right[:, None] < left[None]
    reach = [gamma for gamma in np.geomspace(0.01, 10, 31) if alm_program.two_intervals(gamma)]
    where = f"a run comes there for γ up to {brief(max(reach))} alone, below 1/√8"
    try:
        left[better] = right[better] if columns else right
    except IndexError as error:
        return Check("the better minimiser is taken", f"NumPy refuses: {error}; {where}", True)
    return Check("the better minimiser is taken", "accepted", False)


@checks("B-e-code-elu-shapes")
def _shapes(columns: bool = False) -> Check:
    u, last = np.linspace(-1, 0, 4), np.zeros((4, 1))
    value = (u[:, None] - last) ** 2 if columns else (u - last) ** 2
    return Check(
        "φ has one value an entry",
        f"for k = {u.size} entries it has {value.size}, every one with the constants of all",
        value.size != u.size,
    )


@checks("B-e-code-elu-rollout")
def _rollout(elu: bool = False) -> Check:
    """The start of section 5.3 on a series of ten steps, rolled out by the program."""
    setting, rng = TABLE2["synthetic-t10"], draws("B-e-code-elu-rollout")
    data = datasets.load("synthetic-t10", seed=0)
    weights = alm.Weights.normal(rng, 4, data.X.shape[1], data.Y.shape[1], 0.1)
    activation = alm.ELU() if elu else alm.ReLU()
    H, U = alm.rollout(weights, data.X, activation)
    violation = float(np.linalg.norm(H - alm.ELU().value(U)))
    return Check(
        f"a start with (3.10) for Γ, feasible, γ₀ = {setting.gamma:g}",
        f"h − σ(u) of the ELU has norm {brief(violation)} at the ReLU's roll-out",
        violation > 1e-12,
    )


@checks("B-e-code-elu-minimum")
def _minimum(right: bool = False, cases: int = 20_000) -> Check:
    """Random cases of one entry: has φ a lower point than the one that the program takes?"""
    rng, gamma, mu, lambda6 = draws("B-e-code-elu-minimum"), 1.0, 1e-5, 1e-8
    theta1, theta2 = rng.normal(0, 4, (2, cases))

    def phi(u: np.ndarray) -> np.ndarray:
        apart = (u - theta1) ** 2 + (theta2 - alm.ELU().value(u)) ** 2
        return gamma / 2 * apart + (mu / 2 + lambda6) * u**2

    def slope(u: np.ndarray) -> np.ndarray:
        bend = (theta2 - np.expm1(u)) * np.exp(u)
        return gamma * (u - theta1 - bend) + (mu + 2 * lambda6) * u

    best = np.empty(cases)
    alm.ELU().minimise(theta1, theta2, 1 + (mu + 2 * lambda6) / gamma, out=best)
    plus = np.maximum(gamma * (theta1 + theta2) / (2 * gamma + 2 * lambda6 + mu), 0.0)
    minus = alm_program.negative(slope, gamma, theta2, mu + gamma + 2 * lambda6)
    taken = best if right else np.where(phi(plus) > phi(minus), minus, plus)
    above = phi(taken) > phi(best) + 1e-6
    return Check(
        "the better of u⁺ and u⁻ minimises φ",
        f"with θ₁, θ₂ from N(0, 4²) φ has a lower point in {above.mean():.1%} of {cases:,} cases",
        above.any(),
    )
