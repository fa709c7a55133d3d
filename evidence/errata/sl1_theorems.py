"""Paper A, section 3 and the lemmas of the appendix: assumptions, constants, theorems."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import torch

from evidence.errata.registry import Check, brief, checks, draws
from evidence.pages.sl1_convergence.two_cycle import SAMPLES, TwoCycle, two_cycle
from evidence.pages.sl1_theorems.counterexamples import (
    ALPHA,
    STRENGTH,
    Jump,
    evaluate,
    problem,
    unseen_curvature,
)
from evidence.pages.sl1_theorems.curvature import BEND
from evidence.papers.step_condition import StepCondition, step_condition
from evidence.protocols.gradient_networks import KINDS, network
from lib.penalties import SmoothL1


@checks("A-e-A2-circular")
def _circular(found: TwoCycle | None = None) -> Check:
    cycle = two_cycle() if found is None else found
    sizes = np.abs(cycle.weight)
    first, whole = (
        step_condition(SAMPLES, D2, 1.0, 0.01).bound for D2 in (sizes[0], np.max(sizes))
    )
    return Check(
        f"below {first:.4f} with the output weights of the start",
        f"{whole:.4f} with those of the whole run, which has to be finished to know them",
        bool(first != whole),
    )


@checks("A-e-E39-swap")
def _swapped(exchange: bool = True) -> Check:
    letters = {"D0": 2.0, "D1": 1.0}
    other = {"D0": 1.0, "D1": 2.0} if exchange else letters
    text, appendix = (step_condition(10, 0.1, STRENGTH, ALPHA, **pair) for pair in (letters, other))
    both = [
        f"{f.name} {brief(getattr(text, f.name))} and {brief(getattr(appendix, f.name))}"
        for f in fields(StepCondition)
    ]
    return Check(
        "the letters of (39) are those of the appendix",
        "with inputs of length 2, by (39) and by the appendix: " + ", ".join(both),
        text != appendix,
    )


PRINTED_D1 = ("σ", "σ'", "σ''", "σ_n'", "tanh", "tanh'", "tanh''", "tanh_n'")
"""The functions whose suprema make up D1 in (39)."""


@checks("A-e-E39-D1")
def _list(listed: Sequence[str] = PRINTED_D1) -> Check:
    a = torch.linspace(-12, 12, 100_001, dtype=torch.float64)
    y = a.sigmoid()
    slope = y * (1 - y)
    bends = [((slope**2) + (y - t) * slope * (1 - 2 * y)).abs().max().item() for t in (0.0, 1.0)]
    return Check(
        "suprema of " + ", ".join(listed),
        f"sup |σ_n''| = {max(bends):.4f} (exactly {BEND:.4f}) is needed and "
        + ("there" if "σ_n''" in listed else "not among them"),
        "σ_n''" not in listed and abs(max(bends) - BEND) < 1e-6,
    )


@checks("A-e-D2-hidden")
def _hidden(jumps: Sequence[Jump] | None = None) -> Check:
    found = unseen_curvature([0.1, 1e-2, 1e-3]) if jumps is None else jumps
    up = [j for j in found if j.rate < j.bound and j.after > j.before]
    return Check(
        "the constants of (A2) bound the candidate's recurrent weights",
        f"E rises on {len(up)} of {len(found)} problems with equal constants and other recurrent "
        "weights, at " + ", ".join(f"η = {j.rate:g} < {j.bound:.2f}" for j in up),
        len(up) > 0,
    )


def _admitted(cycle: TwoCycle) -> str:
    return f"η = {cycle.rate:g} < {cycle.bound:.3f}"


@checks("A-e-T1")
def _monotone(found: TwoCycle | None = None) -> Check:
    cycle = two_cycle() if found is None else found
    return Check(
        "E never rises",
        f"{_admitted(cycle)} and E goes " + ", ".join(f"{e:.2f}" for e in cycle.error[:4]) + " …",
        bool(cycle.rate < cycle.bound and (np.diff(cycle.error) > 0).any()),
    )


@checks("A-e-T2")
def _vanishing(found: TwoCycle | None = None) -> Check:
    cycle = two_cycle() if found is None else found
    norms = cycle.gradient_norm
    return Check(
        "the gradient goes to zero",
        f"{_admitted(cycle)} and its norm is {norms.min():g} to {norms.max():g} at "
        f"{norms.size} iterates that repeat after two",
        bool(cycle.rate < cycle.bound and norms[-1] == norms[0] > 0),
    )


@checks("A-e-T3")
def _converging(found: TwoCycle | None = None) -> Check:
    cycle = two_cycle() if found is None else found
    w = cycle.weight
    return Check(
        "the weights converge",
        f"{_admitted(cycle)} and the output weight goes "
        + ", ".join(f"{v:.2f}" for v in w[:4])
        + " …",
        bool(
            cycle.rate < cycle.bound and np.isclose(w[-1], w[-3]) and not np.isclose(w[-1], w[-2])
        ),
    )


@checks("A-e-A4-ass")
def _planes(output: float = 0.0) -> Check:
    """A grid of the update gate's input weight, the output weight and the candidate at zero."""
    task = problem([1.0], 0.9, 10, STRENGTH, ALPHA, "out")
    norms = []
    for weight in np.linspace(-2, 2, 9):
        start = task.model.zeros()
        start["W_zx"].fill_(weight)
        start["w_out"].fill_(output)
        norms.append(torch.linalg.vector_norm(evaluate(task, start).gradient.flat).item())
    return Check(
        "finitely many critical points",
        f"the gradient's norm is at most {brief(max(norms))} at {len(norms)} points of a line of "
        "weights of the update gate",
        max(norms) == 0,
    )


@checks("A-e-EA4")
def _prime(x: float = 2.0) -> Check:
    value, slope = abs(x), float(SmoothL1(ALPHA).gradient(torch.tensor([x])))
    return Check(
        f"x = x₀ = {x:g}, f = φ: {abs(value - slope):g} ≤ 0",
        "with f' on the left 0 ≤ 0",
        abs(value - slope) > 0,
    )


def _penalty(w: float) -> tuple[float, float]:
    tensor = torch.tensor([w], dtype=torch.float64)
    penalty = SmoothL1(ALPHA)
    return float(penalty.elementwise(tensor)), float(penalty.gradient(tensor))


@checks("A-e-EA14")
def _argument(by_value: bool = True) -> Check:
    (before, slope), (after, _) = _penalty(-0.05), _penalty(-0.06)
    rise = after - before
    right = slope * -0.01 + 0.5 / ALPHA * 0.01**2
    printed = slope * rise + 0.5 / ALPHA * rise**2 if by_value else right
    return Check(
        f"from -0.05 to -0.06: {rise:.3f} ≤ {printed:.3f}",
        f"with the change of the weight {rise:.3f} ≤ {right:.3f}",
        printed < rise <= right,
    )


@checks("A-e-EA26")
def _slope_times(by_value: bool = True) -> Check:
    (before, slope), (after, _) = _penalty(-0.05), _penalty(-0.04)
    left = slope * (after - before if by_value else 0.01)
    right = slope * 0.01
    return Check(
        f"from -0.05 to -0.04: L₁'ΔL₁ = {left:.2f} ≤ L₁'ΔW = {right:.2f}",
        "opposite signs",
        left > right,
    )


@checks("A-e-EA31")
def _sign(at_most: float = 0.0) -> Check:
    found = []
    for number in range(20):
        net = network(KINDS[2], 2, number)
        y = torch.sigmoid(net.w["w_out"] @ net.steps[-1].h)[0]
        found.append(float((y - net.targets).square().sum() / 2))
    return Check(
        f"E ≤ {at_most:g}",
        f"the data error alone is {brief(min(found))} to {brief(max(found))} on {len(found)} "
        "random networks",
        min(found) > at_most,
    )


@checks("A-e-LA2")
def _continuous(continuous: bool = False) -> Check:
    r"""At :math:`x_k` the slope of :math:`x^2 \sin(1/x) + cx` is small; at their limit it is c."""
    c = 0.0 if continuous else 0.5
    k = np.arange(10, 2000, 10)
    x = 1 / (2 * np.pi * k + np.arccos(c))
    slopes = 2 * x * np.sin(1 / x) - np.cos(1 / x) + c
    return Check(
        "the limit is a critical point",
        f"f(x) = x² sin(1/x) + {c:g}x: at points x = {x[0]:.1g} … {x[-1]:.0e} the slope goes from "
        f"{abs(slopes[0]):.0e} to {abs(slopes[-1]):.0e}, at their limit 0 it is {c:g}",
        c > 0 and abs(slopes[-1]) < abs(slopes[0]) < c,
    )


@checks("A-e-D4")
def _maximum(choice: str = "max") -> Check:
    rng = draws("A-e-D4")
    wrong, of = 0, 200
    for D2, D3 in rng.uniform(0.2, 3, (of, 2)):
        a, b = 4 * D2 * D3, 4 * D2**2 * D3**2
        wrong += -(1 + a) > -(1 + {"max": max, "min": min}[choice](a, b)) + 1e-12
    return Check(
        "-(1 + 4ND₀D₂D₃) ≤ -(1 + D₄)",
        f"with the {choice}imum as D₄ violated by {wrong} of {of} random pairs D₂, D₃",
        wrong > 0,
    )
