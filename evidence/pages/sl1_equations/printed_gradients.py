"""Paper A's formulas for back-propagation, (18)-(28): as printed and corrected.

Vectors are columns, as in (6). A formula is evaluated literally where its products exist; where
they do not it counts as undefined. Each is given the exact values of the quantities it is made of,
so that an error in one formula does not enter another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch

from evidence.protocols.gradient_networks import ALPHA, RATE, STRENGTH, Network, Tensor
from lib.penalties import SmoothL1


@dataclass(frozen=True)
class Formula:
    """One printed formula.

    Attributes:
        number: the paper's.
        truth: the quantity by automatic differentiation.
        printed: the formula literally; None where a product in it does not exist.
        corrected: what should be printed.
        misprint: what is wrong, in words; empty when nothing is.
        transposed: the formula with its transposes put right, for the last sample alone; None for
            formulas that have no product of vectors.
    """

    number: str
    truth: Callable[[Network], Tensor]
    printed: Callable[[Network], Tensor | None]
    corrected: Callable[[Network], Tensor]
    misprint: str = ""
    transposed: Callable[[Network], Tensor] | None = None


def times(a: Tensor, b: Tensor) -> Tensor | None:
    """Return the matrix product a b, None where it does not exist."""
    return a @ b if a.shape[1] == b.shape[0] else None


def _over_time(one: Callable[[Network, int], Tensor]) -> Callable[[Network], Tensor]:
    return lambda net: torch.stack([one(net, t) for t in range(1, net.length + 1)])


def _delta_z(net: Network, t: int) -> Tensor:
    z, candidate = net.steps[t - 1].z, net.steps[t - 1].candidate
    return net.dE["h", t] * (candidate - net.before(t)) * z * (1 - z)


def _delta_candidate(net: Network, t: int) -> Tensor:
    step = net.steps[t - 1]
    return net.dE["h", t] * step.z * (1 - step.candidate**2)


def _delta_r(net: Network, t: int) -> Tensor:
    r = net.steps[t - 1].r
    return net.before(t) * (net.w["W_hr"].T @ net.delta("candidate", t)) * r * (1 - r)


def _delta_r_printed(net: Network) -> Tensor | None:
    found = []
    for t in range(1, net.length + 1):
        step = net.steps[t - 1]
        # The block is chosen in the formula's favour; the factor t stands behind the square.
        left = net.dE["h", t] * step.z * (1 - step.candidate**2 * t)
        product = times(left, net.w["W_hr"])
        if product is None:
            return None
        found.append(net.before(t) * product * step.r * (1 - step.r))
    return torch.stack(found)


FACTORS: Mapping[str, Callable[[Network, int], Tensor]] = MappingProxyType(
    {
        "h": lambda net, t: net.before(t),
        "x": lambda net, t: net.x[t - 1],
        "q": lambda net, t: net.steps[t - 1].r * net.before(t),
    }
)
"""The last state, the input, and r o the last state, with which the deltas are multiplied."""


def _weight(number: int, name: str, gate: str, factor: str) -> Formula:
    other = FACTORS[factor]

    def printed(net: Network) -> Tensor | None:
        terms = [
            times(net.delta(gate, t), other(net, t)) if net.x.shape[2] == 1 else None
            for t in range(1, net.length + 1)
        ]
        return None if any(term is None for term in terms) else sum(terms)

    def transposed(net: Network) -> Tensor:
        pairs = ((net.delta(gate, t), other(net, t)) for t in range(1, net.length + 1))
        return sum(d[:, -1:] @ o[:, -1:].T for d, o in pairs)

    def corrected(net: Network) -> Tensor:
        return sum(net.delta(gate, t) @ other(net, t).T for t in range(1, net.length + 1))

    return Formula(
        f"({number})",
        lambda net: net.dE[name],
        printed,
        corrected,
        "no transpose, no sum over the samples",
        transposed,
    )


def _output_printed(net: Network) -> Tensor | None:
    move = -RATE * net.dE["w_out"]
    if net.w["w_out"].shape[1] > 1:
        return None  # a number plus a row
    data = (net.slope() * (move @ net.steps[-1].h)).sum()
    return data + STRENGTH * SmoothL1(ALPHA).gradient(net.w["w_out"])


def _output(net: Network) -> Tensor:
    penalty = STRENGTH * SmoothL1(ALPHA).gradient(net.w["w_out"])
    return net.slope() @ net.steps[-1].h.T + penalty


FORMULAS = (
    Formula(
        "(19)",
        _over_time(lambda net, t: net.delta("z", t)),
        _over_time(_delta_z),
        _over_time(_delta_z),
    ),
    Formula(
        "(20)",
        _over_time(lambda net, t: net.delta("r", t)),
        _delta_r_printed,
        _over_time(_delta_r),
        "a factor t, an open bracket, the whole matrix for its block, no transpose",
    ),
    Formula(
        "(21)",
        _over_time(lambda net, t: net.delta("candidate", t)),
        _over_time(_delta_candidate),
        _over_time(_delta_candidate),
    ),
    _weight(22, "W_zh", "z", "h"),
    _weight(23, "W_zx", "z", "x"),
    _weight(24, "W_rh", "r", "h"),
    _weight(25, "W_rx", "r", "x"),
    _weight(26, "W_hr", "candidate", "q"),
    _weight(27, "W_hx", "candidate", "x"),
    Formula(
        "(28)",
        lambda net: net.dE["w_out"],
        _output_printed,
        _output,
        "a factor ΔW, the step that is yet to be computed; it makes a number of a vector",
    ),
)


def states_backward(net: Network, *, recursion: bool = True) -> list[Tensor]:
    r"""Return :math:`\delta_{h,t}` for t = 1 .. T from the weights alone.

    .. math::

        \delta_{h,T} = W_{out}^\top \sigma_n', \quad
        \delta_{h,t-1} = (1 - z_t) \circ \delta_{h,t} + W_{z,h}^\top \delta_{z,t}
        + W_{r,h}^\top \delta_{r,t} + r_t \circ (W_{\tilde h,r}^\top \delta_{\tilde h,t})

    Args:
        net: the network; of its derivatives none is used.
        recursion: False leaves out the second formula, which the paper does not give: then
            everything before the last step gets nothing.
    """
    found = [net.w["w_out"].T @ net.slope()]
    for t in range(net.length, 1, -1):
        step, dh, w = net.steps[t - 1], found[-1], net.w
        d_h = dh * step.z * (1 - step.candidate**2)
        d_z = dh * (step.candidate - net.before(t)) * step.z * (1 - step.z)
        d_q = w["W_hr"].T @ d_h
        d_r = net.before(t) * d_q * step.r * (1 - step.r)
        total = (1 - step.z) * dh + w["W_zh"].T @ d_z + w["W_rh"].T @ d_r + step.r * d_q
        found.append(total if recursion else torch.zeros_like(total))
    return found[::-1]
