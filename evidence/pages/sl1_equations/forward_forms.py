"""Paper A writes its GRU down three times: (2)-(5), (7)-(10) and Algorithm 1. Are they the same?"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from evidence.papers.gru_equations import named, unroll
from lib.models import GRU, GRUResetAfter, Parameters, to_torch
from lib.randomness import generator

SIZE, SAMPLES, LENGTH = 4, 6, 5
"""Inputs and hidden units are equally many, or (9) with its one matrix would be undefined."""


@dataclass(frozen=True)
class Forms:
    """Largest differences between the hidden states of two ways to write the network.

    Attributes:
        ours: (2)-(5) against `lib.models.GRU`, in the outputs, biases included.
        rewritten: (2)-(5) without biases against (7)-(10) with two blocks in (9).
        printed: the same against (9) as printed, one matrix for both blocks, the better of the two.
        algorithm: (2)-(5) against the forward pass of Algorithm 1, biases included.
        output: the output of (11) against that of Algorithm 1.
        squashed: the same with the sigmoid that Algorithm 1 leaves out.
        library: (2)-(5) against torch.nn.GRU, z and 1 - z exchanged, for each number of steps.
    """

    ours: float
    rewritten: float
    printed: float
    algorithm: float
    output: float
    squashed: float
    library: Mapping[int, float]


def forms(networks: int = 10) -> Forms:
    """Return the differences, the largest of so many random networks."""
    found = [_compare(number) for number in range(networks)]
    return Forms(
        *(max(getattr(f, name) for f in found) for name in list(Forms.__annotations__)[:-1]),
        {T: max(f.library[T] for f in found) for T in found[0].library},
    )


def simplified(
    w: Mapping[str, torch.Tensor], x: torch.Tensor, state: str = "W_hr", inputs: str = "W_hx"
) -> list[torch.Tensor]:
    """Return the hidden states by (7)-(10), no biases, with these two matrices in (9).

    Args:
        w: weights under the names of `lib.models.GRU`.
        x: (T, n, N) inputs.
        state: the matrix in front of r o h.
        inputs: the matrix in front of x.
    """
    h, states = x.new_zeros(w["W_zh"].shape[0], x.shape[2]), []
    for x_t in x:
        z = torch.sigmoid(w["W_zh"] @ h + w["W_zx"] @ x_t)  # (7)
        r = torch.sigmoid(w["W_rh"] @ h + w["W_rx"] @ x_t)  # (8)
        candidate = torch.tanh(w[state] @ (r * h) + w[inputs] @ x_t)  # (9)
        h = (1 - z) * h + z * candidate  # (10)
        states.append(h)
    return states


def algorithm_1(
    w: Mapping[str, torch.Tensor], x: torch.Tensor
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Return the hidden states and the outputs (1, N) of Algorithm 1's forward pass.

    Args:
        w: weights and biases under the names of `lib.models.GRU`.
        x: (T, n, N) inputs.
    """
    b_z, b_r, b_h = (w[name].unsqueeze(1) for name in ("b_z", "b_r", "b_h"))
    h, states = x.new_zeros(w["W_zh"].shape[0], x.shape[2]), []
    for x_t in x:
        z = torch.sigmoid(w["W_zx"] @ x_t + w["W_zh"] @ h + b_z)
        r = torch.sigmoid(w["W_rx"] @ x_t + w["W_rh"] @ h + b_r)
        candidate = torch.tanh(w["W_hx"] @ x_t + w["W_hr"] @ (r * h) + b_h)
        h = (1 - z) * h + z * candidate
        states.append(h)
    return states, w["w_out"] @ h


def _compare(number: int) -> Forms:
    rng = generator("sl1_gru", "fig1", "forms", number)
    model = GRU(SIZE, SIZE, 1, bias=True)
    flat = torch.from_numpy(rng.normal(size=(1, model.layout.size)))
    x = torch.from_numpy(rng.normal(size=(LENGTH, SIZE, SAMPLES)))
    w, params = named(model.layout, flat[0]), Parameters(flat, model.layout)
    bare = {name: value for name, value in w.items() if not name.startswith("b_")}
    h = [step.h for step in unroll(w, x)]
    h_bare = [step.h for step in unroll(bare, x)]
    states, outputs = algorithm_1(w, x)
    y = torch.sigmoid(w["w_out"] @ h[-1])
    X = x.permute(2, 0, 1).unsqueeze(0).contiguous()
    ours = model.forward(params, X)[0][0].T
    one_matrix = [_gap(simplified(bare, x, name, name), h_bare) for name in ("W_hr", "W_hx")]
    return Forms(
        ours=_gap([ours], [w["w_out"] @ h[-1]]),
        rewritten=_gap(simplified(bare, x), h_bare),
        printed=min(one_matrix),
        algorithm=_gap(states, h),
        output=_gap([outputs], [y]),
        squashed=_gap([torch.sigmoid(outputs)], [y]),
        library={T: _library(params, X[:, :, :T], h[T - 1]) for T in (1, 2, LENGTH)},
    )


def _library(params: Parameters, X: torch.Tensor, h: torch.Tensor) -> float:
    after = GRUResetAfter(SIZE, SIZE, 1, bias=True)
    same = after.zeros()
    for name in params.layout.shapes:
        same[name].copy_(params[name])
    recurrent, _ = to_torch(after, same)
    with torch.no_grad():
        return _gap([recurrent(X[0])[0][:, -1].T], [h])


def _gap(found: list[torch.Tensor], expected: list[torch.Tensor]) -> float:
    pairs = zip(found, expected, strict=True)
    return max(float((a - b).abs().max()) for a, b in pairs)
