"""The steps of paper A's appendix, evaluated: one step (17) of a random network, both sides.

The networks are those of `gradient_networks`; the step is taken along the exact gradient. A *gap*
is the difference of two sides over the larger of them, an *excess* what the left side of an
inequality has above the right one, over the size of the latter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from evidence.papers.gru_equations import data_error, unroll
from evidence.papers.step_condition import step_condition
from evidence.protocols.gradient_networks import ALPHA, KINDS, RATE, STRENGTH, Network, network
from lib.penalties import SmoothL1

Tensor = torch.Tensor
PENALTY = SmoothL1(ALPHA)

ROUNDING = 1e-6
"""Relative; what is compared are small differences of states and errors."""


@dataclass(frozen=True)
class Steps:
    """What the steps of the proof come to, the worst of all networks.

    Attributes:
        split: gap of (A9), the change of E against A1 + A2 + A3 + R1.
        state: gap of (A15) for each number of time steps, the change of the state against
            A4 + A5 + A6 + A7.
        output: excess of A1 over the last line of (A26).
        remainder: excess of R1 over the last line of (A29) for T = 1.
        steep: the same for one network of two time steps with a large recurrent weight.
        networks: how many of one time step the next three are asked of.
        change: how many of them have an entry of the state's change above the last line of (A24).
        printed: how many have A2, and A3, above the last lines of (A27) and (A28).
        mended: the same with the eta^2 that these two lack beside (A24) and (A30).
    """

    split: float
    state: Mapping[int, float]
    output: float
    remainder: float
    steep: float
    networks: int
    change: int
    printed: Mapping[str, int]
    mended: Mapping[str, int]


def steps(each: int) -> Steps:
    """Return the worst cases over so many networks of every kind, with one and two time steps."""
    nets = {T: [network(kind, T, i) for kind in KINDS for i in range(each)] for T in (1, 2)}
    both = [_terms(net) for T in nets for net in nets[T]]
    first = [_terms(net) for net in nets[1]]

    def above(left: str, right: str) -> int:
        return sum(_excess(t[left], t[right]) > ROUNDING for t in first)

    return Steps(
        split=max(_gap(t["change"], t["A1"] + t["A2"] + t["A3"] + t["R1"]) for t in both),
        state={T: max(_gap(*_states(net)) for net in own) for T, own in nets.items()},
        output=max(_excess(t["A1"], t["bound of A1"]) for t in both),
        remainder=max(_excess(t["R1"], t["bound of R1"]) for t in first),
        steep=_steep(),
        networks=len(first),
        change=above("largest change", "bound of change"),
        printed={name: above(name, "printed bound") for name in ("A2", "A3")},
        mended={name: above(name, "mended bound") for name in ("A2", "A3")},
    )


def _moved(net: Network, rate: float = RATE) -> dict[str, Tensor]:
    return {name: w - rate * net.dE[name] for name, w in net.w.items()}


def _terms(net: Network, rate: float = RATE) -> dict[str, float]:
    """Return both sides of (A9), (A26) and (A29) for one step."""
    new = _moved(net, rate)
    w, step = net.w["w_out"], new["w_out"] - net.w["w_out"]
    h, change = net.steps[-1].h, unroll(new, net.x)[-1].h - net.steps[-1].h
    slope, targets = net.slope(), net.targets
    penalty = STRENGTH * float((PENALTY.elementwise(w + step) - PENALTY.elementwise(w)).sum())
    data = float(data_error(new, net.x, targets) - data_error(net.w, net.x, targets))
    A1, A2, A3 = (
        float((slope * (left @ right)).sum())
        for left, right in ((step, h), (w, change), (step, change))
    )
    g = {name: float(value.square().sum()) for name, value in net.dE.items() if name in net.w}
    parts, readings = _gates(g), _readings(net)
    squares = parts["z"] + (parts["h"] + parts["r"]) / 2

    def bound(power: int) -> float:
        return max(c.N * c.D0 * c.D2 * c.D3 * (rate**power - rate) * squares for c in readings)

    return {
        "change": data + penalty,
        "A1": A1 + penalty,
        "A2": A2,
        "A3": A3,
        "R1": _remainder(w @ h, (w + step) @ (h + change), targets),
        "bound of A1": (-rate + rate**2 * STRENGTH / ALPHA / 2) * g["w_out"],
        "bound of R1": rate**2 * _last_line(readings, g["w_out"], parts),
        "largest change": float(change.max()),
        "bound of change": max(c.D3 * (rate**2 - rate) * squares for c in readings),
        "printed bound": bound(0),
        "mended bound": bound(2),
    }


def _remainder(a: Tensor, b: Tensor, targets: Tensor) -> float:
    """Return what Taylor's first order leaves of the sum of sigma_n from a to b."""
    y, z = torch.sigmoid(a), torch.sigmoid(b)
    first = (y - targets) * y * (1 - y) * (b - a)
    return float(((z - targets).square() / 2 - (y - targets).square() / 2 - first).sum())


@dataclass(frozen=True)
class _Constants:
    """N and the constants of (39) and (A25)."""

    N: int
    D0: float
    D1: float
    D2: float
    D3: float


def _readings(net: Network) -> list[_Constants]:
    """Return the constants as (39) has D0 and D1, and exchanged, as the appendix has them."""
    states = torch.stack([step.h for step in net.steps[:-1]] or [torch.zeros(1, 1)])
    size = max(1.0, float(net.x.norm(dim=1).max()), float(states.norm(dim=-2).max()))
    D2, N = max(1e-12, float(net.w["w_out"].norm())), net.x.shape[2]
    return [
        _Constants(N, D0, D1, D2, step_condition(N, D2, STRENGTH, ALPHA, D0, D1).D3)
        for D0, D1 in ((size, 1.0), (1.0, size))
    ]


def _gates(g: Mapping[str, float]) -> dict[str, float]:
    """Return the squared gradient by the two blocks of every gate."""
    recurrent = {"z": "W_zh", "h": "W_hr", "r": "W_rh"}
    return {gate: g[block] + g[f"W_{gate}x"] for gate, block in recurrent.items()}


def _last_line(readings: Sequence[_Constants], output: float, gates: Mapping[str, float]) -> float:
    """Return the last line of (A29) over the squared step, the larger of the two readings."""
    weighted = 4 * gates["z"] + 2 * (gates["h"] + gates["r"])
    return max(
        c.D0
        * c.N
        / 2
        * (output * (c.D0**2 + c.D1 - c.D0 * c.D1) ** 2 + (c.D2 * c.D3) ** 2 * weighted)
        for c in readings
    )


def _states(net: Network) -> tuple[Tensor, Tensor]:
    """Return the change of the last state and the sum of (A16) to (A19)."""
    old, new = net.steps[-1], unroll(_moved(net), net.x)[-1]
    before, dz = net.before(net.length), new.z - old.z
    dc = new.candidate - old.candidate
    return new.h - old.h, dz * dc + dz * old.candidate + old.z * dc + dz * before


def _steep(weight: float = 1e3, miss: float = 1e-3, rate: float = 1e-9) -> float:
    """Return the excess over (A29) where a recurrent weight, which no constant contains, is large.

    One unit, two inputs of one, all weights zero but the output's, one, and the candidate's
    recurrent one: the state is zero, and its derivative by the candidate's input weight is large.
    """
    w = {name: torch.zeros(1, 1, dtype=torch.float64) for name in network(KINDS[0], 2, 0).w}
    w["w_out"] += 1.0
    w["W_hr"] += weight
    for value in w.values():
        value.requires_grad_()
    x, targets = torch.ones(2, 1, 1, dtype=torch.float64), torch.full((1,), 0.5 + miss)
    E = data_error(w, x, targets.double()) + STRENGTH * PENALTY.elementwise(w["w_out"]).sum()
    E.backward()
    bare = {name: value.detach() for name, value in w.items()}
    dE = {name: value.grad for name, value in w.items()}
    terms = _terms(Network(bare, x, targets.double(), unroll(bare, x), dE, {}), rate)
    return _excess(terms["R1"], terms["bound of R1"])


def _gap(left: float | Tensor, right: float | Tensor) -> float:
    sides = [torch.as_tensor(side, dtype=torch.float64).flatten() for side in (left, right)]
    largest = max(float(side.norm()) for side in sides)
    return float((sides[0] - sides[1]).norm()) / largest if largest else 0.0


def _excess(left: float, right: float) -> float:
    return (left - right) / abs(right)


@dataclass(frozen=True)
class Violations:
    """How often three inequalities are violated in so many draws.

    Attributes:
        draws: of each.
        descent: Lemma A1 for the penalty, with c = 1/alpha.
        printed: (A14), which has the change of the penalty where Lemma A1 has the weight's.
        squares: the second line of (A25).
    """

    draws: int
    descent: int
    printed: int
    squares: int


def violations(draws: int, rng: np.random.Generator) -> Violations:
    """Return the counts for weights of the size of alpha, and for standard normal changes."""
    old, new = torch.from_numpy(rng.normal(size=(2, draws)) * 2 * ALPHA)
    f, slope, c = PENALTY.elementwise, PENALTY.gradient(old), 1 / ALPHA

    def bound(change: Tensor) -> Tensor:
        return slope * change + c / 2 * change**2

    def count(excess: Tensor) -> int:
        return int((excess > 1e-12).sum())

    z, h, r = torch.from_numpy(rng.normal(size=(3, draws)))
    rise = f(new) - f(old)
    return Violations(
        draws,
        count(rise - bound(new - old)),
        count(rise - bound(rise)),
        count((z * h + z * r + 2 * z + h + r) ** 2 - (4 * z**2 + 2 * h**2 + 2 * r**2)),
    )


def suprema(reach: float = 30.0, points: int = 600_001) -> dict[str, tuple[float, float]]:
    r"""Return the largest size of the functions of (A1) on a fine grid, and the exact supremum."""
    x = np.linspace(-reach, reach, points)
    s, t = 1 / (1 + np.exp(-x)), np.tanh(x)
    exact = {
        "σ": (s, 1.0),
        "σ′": (s * (1 - s), 1 / 4),
        "σ″": (s * (1 - s) * (1 - 2 * s), 1 / (6 * np.sqrt(3))),
        "tanh": (t, 1.0),
        "tanh′": (1 - t**2, 1.0),
        "tanh″": (2 * t * (1 - t**2), 4 / (3 * np.sqrt(3))),
    }
    return {name: (float(np.abs(v).max()), float(bound)) for name, (v, bound) in exact.items()}
