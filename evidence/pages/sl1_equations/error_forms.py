"""Paper A writes its error and its iteration down more than once; what gates do to a derivative."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from evidence.papers.gru_equations import data_error, named
from evidence.protocols.gradient_networks import ALPHA, RATE, STRENGTH, Kind, Network, network
from lib.models import GRU, RNN
from lib.penalties import SmoothL1
from lib.randomness import generator

Tensor = torch.Tensor
SAMPLES = (1, 5)
START = 0.5
"""Weights are drawn from [-START, START], as section 4.2 says."""


@dataclass(frozen=True)
class ErrorForms:
    """Relative differences, the largest over random networks, by the number of samples N.

    Attributes:
        equal: between the three right sides of (11).
        rewritten: between the data terms of (12) with (11) and of (13).
        mended: the same with 1/N in front of that of (13).
        step: between the weights after one pass of Algorithm 1 and after one step (17) on (15).
    """

    equal: Mapping[int, float]
    rewritten: Mapping[int, float]
    mended: Mapping[int, float]
    step: Mapping[int, float]


def error_forms(each: int) -> ErrorForms:
    """Return the differences over so many random networks with two time steps."""
    nets = {
        N: [network(Kind(f"errors, N={N}", 3, 4, N), 2, number) for number in range(each)]
        for N in SAMPLES
    }
    kinds: dict[str, Callable[[Network], float]] = {
        "equal": _equal,
        "rewritten": _rewritten,
        "mended": lambda net: _rewritten(net, 1 / net.targets.numel()),
        "step": _step,
    }
    return ErrorForms(
        **{
            name: {N: max(map(measure, own)) for N, own in nets.items()}
            for name, measure in kinds.items()
        }
    )


def _data(net: Network) -> tuple[float, float, float]:
    """Return the right sides of (11) from top to bottom."""
    a = (net.w["w_out"] @ net.steps[-1].h)[0]
    y, N = torch.sigmoid(a), a.numel()
    sigma_n = [0.5 * (torch.sigmoid(r) - t) ** 2 for r, t in zip(a, net.targets, strict=True)]
    return (
        float((y - net.targets).square().sum()) / (2 * N),
        float((torch.sigmoid(a) - net.targets).square().sum()) / (2 * N),
        float(sum(sigma_n)) / N,
    )


def _equal(net: Network) -> float:
    found = _data(net)
    return (max(found) - min(found)) / max(found)


def _rewritten(net: Network, factor: float = 1.0) -> float:
    mean, total = _data(net)[0], factor * float(data_error(net.w, net.x, net.targets))
    return abs(total - mean) / total


def _step(net: Network) -> float:
    """Return the difference between the two ways, over the length of the step (17)."""
    direct = {name: -RATE * net.dE[name] for name in net.w}
    w = dict(net.w)
    for m in range(net.x.shape[2]):
        own = {name: value.clone().requires_grad_() for name, value in w.items()}
        penalty = STRENGTH * SmoothL1(ALPHA).elementwise(own["w_out"]).sum()
        (data_error(own, net.x[:, :, m : m + 1], net.targets[m : m + 1]) + penalty).backward()
        w = {n: v.detach() - RATE * (0 if v.grad is None else v.grad) for n, v in own.items()}
    off = sum(float((w[n] - net.w[n] - direct[n]).square().sum()) for n in w)
    return (off / sum(float(step.square().sum()) for step in direct.values())) ** 0.5


def carried(networks: int, hidden_size: int, length: int) -> dict[str, np.ndarray]:
    """Return the spectral norm of the last state's derivative by the first, of GRUs and RNNs.

    Weights are uniform on [-START, START], inputs standard normal, one input a step.

    Returns:
        Per model an array over networks.
    """
    found: dict[str, list[float]] = {"GRU": [], "RNN": []}
    for cls in (GRU, RNN):
        for number in range(networks):
            rng = generator("sl1_gru", "carried", cls.__name__, number)
            layout = cls(1, hidden_size, 1).layout
            flat = torch.from_numpy(rng.uniform(-START, START, layout.size))
            w, x = named(layout, flat), torch.from_numpy(rng.normal(size=(length, 1)))
            found[cls.__name__].append(_carried(w, x))
    return {name: np.array(values) for name, values in found.items()}


def _carried(w: Mapping[str, Tensor], x: Tensor) -> float:
    def step(h: Tensor, x_t: Tensor) -> Tensor:
        if "W_hh" in w:
            return torch.tanh(w["W_hh"] @ h + w["W_hx"] @ x_t)
        z = torch.sigmoid(w["W_zh"] @ h + w["W_zx"] @ x_t)
        r = torch.sigmoid(w["W_rh"] @ h + w["W_rx"] @ x_t)
        return z * torch.tanh(w["W_hr"] @ (r * h) + w["W_hx"] @ x_t) + (1 - z) * h

    h = step(x.new_zeros(w["w_out"].shape[1]), x[0])
    product = torch.eye(h.numel(), dtype=h.dtype)
    for x_t in x[1:]:
        jacobian = torch.autograd.functional.jacobian(lambda s, now=x_t: step(s, now), h)
        product, h = jacobian @ product, step(h, x_t)
    return float(torch.linalg.matrix_norm(product, 2))
