"""Weights to and from torch.nn.RNN, LSTM and GRU with a torch.nn.Linear on the last hidden state.

torch.nn.GRU writes h = z o h + (1 - z) o candidate: its update gate is one minus the paper's, so
W_zx, W_zh and b_z change sign. Each torch gate has two biases of which only the sum matters, except
for the GRU's candidate, where the second stands inside r o (W h + b).
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

from lib.models.cell import CELLS, Cell, Twin
from lib.models.parameters import Parameters
from lib.validation import count


def _twin(model: Cell) -> Twin:
    # A subclass computes something else, so that its parent's twin is none of its own.
    twin = vars(type(model)).get("twin")
    if twin is None:
        accepted = ", ".join(cls.__name__ for cls in CELLS.values() if cls.twin)
        raise ValueError(
            f"torch has no equal of {type(model).__name__}; models that have one: {accepted}"
        )
    return twin


class _Block(NamedTuple):
    """One of our weights in a torch module: ours is the sum of sign * tensor over its blocks.

    `share` is the part of ours that goes into this tensor: of a gate's two biases the first takes
    all of it.
    """

    name: str
    tensor: torch.Tensor
    sign: float
    share: float = 1.0


def _blocks(model: Cell, recurrent: nn.RNNBase) -> list[_Block]:
    twin, H = _twin(model), model.hidden_size
    recurrent_names = dict(zip(model.gates, model.recurrent_names, strict=True))
    found = []
    for k, gate in enumerate(twin.gates):
        rows, sign = slice(k * H, (k + 1) * H), -1.0 if gate in twin.negated else 1.0
        found.append(_Block(f"W_{gate}x", recurrent.weight_ih_l0[rows], sign))
        found.append(_Block(recurrent_names[gate], recurrent.weight_hh_l0[rows], sign))
        if model.bias:
            found.append(_Block(f"b_{gate}", recurrent.bias_ih_l0[rows], sign))
            second = recurrent.bias_hh_l0[rows]
            if f"b_{gate}r" in model.inner_bias_names:
                found.append(_Block(f"b_{gate}r", second, sign))
            else:
                found.append(_Block(f"b_{gate}", second, sign, share=0.0))
    return found


def _signature(recurrent: nn.RNNBase, linear: nn.Linear) -> list[tuple]:
    named = [*recurrent.named_parameters(), *linear.named_parameters()]
    return [recurrent.mode, *((name, tuple(p.shape), p.dtype) for name, p in named)]


def to_torch(model: Cell, params: Parameters, run: int = 0) -> tuple[nn.RNNBase, nn.Linear]:
    """Return run `run` as a torch module (batch first) and the linear layer on its last state.

    Args:
        model: one with a `twin`, such as `RNN`, `LSTM` and `GRUResetAfter`.
        params: weights of R runs.
        run: which of them, 0 .. R - 1.

    Raises:
        ValueError: torch has no such model (`GRU`, which resets before the product).
        IndexError: there is no such run.

    Example:
        >>> import numpy as np
        >>> from lib.models import LSTM, to_torch
        >>> model = LSTM(input_size=3, hidden_size=4, output_size=1)
        >>> recurrent, linear = to_torch(model, model.initialise(np.random.default_rng(0)))
        >>> type(recurrent).__name__, type(linear).__name__
        ('LSTM', 'Linear')
    """
    twin = _twin(model)
    if not 0 <= count("run", run, least=0) < params.runs:
        raise IndexError(f"run must be 0 .. {params.runs - 1}, got {run}")
    # Built without memory, a module draws no initial weights from torch's global random state.
    options = {"dtype": params.flat.dtype, "device": "meta"}
    n, H, C = model.input_size, model.hidden_size, model.output_size
    recurrent = twin.module(n, H, bias=model.bias, batch_first=True, **options)
    linear = nn.Linear(H, C, bias=model.output_bias, **options)
    recurrent, linear = recurrent.to_empty(device="cpu"), linear.to_empty(device="cpu")
    with torch.no_grad():
        for block in _blocks(model, recurrent):
            block.tensor.copy_(block.sign * block.share * params[block.name][run])
        linear.weight.copy_(params["w_out"][run])
        if model.output_bias:
            linear.bias.copy_(params["b_out"][run])
    return recurrent, linear


def from_torch(model: Cell, modules: Sequence[tuple[nn.RNNBase, nn.Linear]]) -> Parameters:
    """Return the weights of torch modules, one (recurrent, linear) pair a run.

    Args:
        model: the one of the same sizes.
        modules: R pairs, one layer and one direction each.

    Raises:
        ValueError: no pair is given, or a pair is not what `model` describes.

    Example:
        >>> from lib.models import RNN, from_torch
        >>> model = RNN(input_size=3, hidden_size=4, output_size=1, bias=True, output_bias=True)
        >>> params = from_torch(model, [(nn.RNN(3, 4), nn.Linear(4, 1))])
        >>> params["W_hx"].shape
        torch.Size([1, 4, 3])
    """
    dtype = modules[0][1].weight.dtype if modules else torch.float64
    params = model.zeros(len(modules), dtype)
    wanted = _signature(*to_torch(model, params))
    for k, (recurrent, linear) in enumerate(modules):
        given = _signature(recurrent, linear)
        if given != wanted:
            raise ValueError(f"pair {k} must have type and parameters {wanted}, got {given}")
        with torch.no_grad():
            for block in _blocks(model, recurrent):
                params[block.name][k] += block.sign * block.tensor
            params["w_out"][k] = linear.weight
            if model.output_bias:
                params["b_out"][k] = linear.bias
    return params
