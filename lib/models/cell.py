"""What all recurrent networks share: sizes, initial weights, input and output products, bias sums.

A new cell is one new file: a subclass of `Cell` that names its gates and writes the steps forward
and backward. Inside, samples come last, (R, rows, N), so that every product is W x as the
paper writes it and the gates of a step are row blocks of one matrix.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import nn

from lib.models.parameters import Layout, Parameters
from lib.named import Named
from lib.validation import count

CELLS: dict[str, type[Cell]] = {}
"""The cells by the name that estimators know them by."""


class Twin(NamedTuple):
    """A torch module that computes what a cell does.

    Attributes:
        module: its class.
        gates: the cell's gates in the order of the module.
        negated: those whose weights have the other sign there.
    """

    module: type[nn.RNNBase]
    gates: tuple[str, ...]
    negated: tuple[str, ...] = ()


class Cache(NamedTuple):
    """What `Cell.forward` leaves for `Cell.backward`.

    Attributes:
        X: (S, N, T, n) inputs, as given.
        h: (R, H, K N) hidden states of the K steps that answer, step after step.
        steps: one NamedTuple of activations a time step, as the model wants them.
    """

    X: torch.Tensor
    h: torch.Tensor
    steps: list


@dataclass(frozen=True)
class Cell(Named, ABC):
    """A recurrent network that reads a sequence and answers after its last step, or after each.

    The outputs are :math:`o = w_{out} h_T (+ b_{out})`, or :math:`o_t = w_{out} h_t (+ b_{out})`
    for all t; the loss applies the output function. The hidden state starts at zero.

    A subclass enters `CELLS` when it is defined with a name, as in ``class GRU(Cell, name="gru")``.
    It is a frozen dataclass; numbers of its own are further fields, each with a default.

    Attributes:
        input_size: n, the features of one time step.
        hidden_size: H.
        output_size: C, the number of outputs of a step that answers.
        bias: whether the gates have biases (the theory of the paper sets them to zero).
        output_bias: whether the output layer has a bias.
        every_step: whether each step answers: a sample then has T C outputs, step after step.
    """

    input_size: int
    hidden_size: int
    output_size: int
    bias: bool = False
    output_bias: bool = False
    every_step: bool = False

    table: ClassVar = CELLS

    gates: ClassVar[tuple[str, ...]]
    """Gates in storage order; those without effect on the first step come first."""

    twin: ClassVar[Twin | None] = None
    """The torch module that computes the same, if there is one."""

    def __post_init__(self) -> None:
        for field in fields(self)[:3]:
            count(field.name, getattr(self, field.name))

    @property
    def idle_gates(self) -> int:
        """Return how many leading gates cannot act in the first step, where h_0 = 0."""
        return 0

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        """Return the names of the inputs' weights, in the order of `gates`."""
        return tuple(f"W_{gate}x" for gate in self.gates)

    @property
    def recurrent_names(self) -> tuple[str, ...]:
        """Return the names of the recurrent weights, in the order of `gates`."""
        return tuple(f"W_{gate}h" for gate in self.gates)

    @cached_property
    def bias_names(self) -> tuple[str, ...]:
        """Return the names of the gates' biases, in the order of `gates`."""
        return tuple(f"b_{gate}" for gate in self.gates)

    @property
    def inner_bias_names(self) -> tuple[str, ...]:
        """Return the names of biases that stand inside a gate's product with its reset."""
        return ()

    @cached_property
    def layout(self) -> Layout:
        """Return the names and shapes of one run's weights, such as (H, n) for ``W_zx``."""
        n, H, C = self.input_size, self.hidden_size, self.output_size
        weights = [(name, (H, n)) for name in self.input_names]
        weights += [(name, (H, H)) for name in self.recurrent_names]
        names = self.bias_names + self.inner_bias_names if self.bias else ()
        biases = [(name, (H,)) for name in names]
        biases += [("b_out", (C,))] if self.output_bias else []
        return Layout((*weights, ("w_out", (C, H))), tuple(biases))

    def outputs(self, steps: int) -> int:
        """Return how many outputs a sample of so many time steps has."""
        return self.output_size * (steps if self.every_step else 1)

    def zeros(self, runs: int = 1, dtype: torch.dtype = torch.float64) -> Parameters:
        """Return weights and biases that are all zero, for R = `runs`."""
        return Parameters(
            torch.zeros(count("runs", runs), self.layout.size, dtype=dtype), self.layout
        )

    def initialise(
        self,
        generators: np.random.Generator | Sequence[np.random.Generator],
        low: float = -0.5,
        high: float = 0.5,
        dtype: torch.dtype = torch.float64,
    ) -> Parameters:
        """Draw every weight uniformly from [low, high) and set every bias to zero.

        Run k draws from its own generator and biases take no draws, so a run starts from the same
        weights alone or in a batch, with biases or without.

        Args:
            generators: one numpy generator a run (a single one means R = 1).
            low: lower end; the paper's experiments take -0.5.
            high: upper end; the paper's experiments take 0.5.
            dtype: torch.float32 or torch.float64; draws are made in float64 and rounded.

        Raises:
            ValueError: `low` is not below `high`, or no generator is given.
        """
        if not low < high:
            raise ValueError(f"initial weights need low < high, got low={low!r}, high={high!r}")
        if isinstance(generators, np.random.Generator):
            generators = [generators]
        params = self.zeros(len(generators), dtype)
        P = self.layout.weight_count
        for k, rng in enumerate(generators):
            params.flat[k, :P] = torch.from_numpy(rng.uniform(low, high, P))
        return params

    def forward(self, params: Parameters, X: torch.Tensor) -> tuple[torch.Tensor, Cache]:
        """Return the outputs of every run on its samples, those of its steps side by side.

        Args:
            params: weights of R runs.
            X: (S, N, T, n) inputs of the weights' type, where S divides R and run k reads the
                inputs k mod S: with S = 1 all runs share them, with S = R each has its own.

        Returns:
            Outputs (R, N, `outputs(T)`), before the output function, and the cache for `backward`.

        Raises:
            ValueError: X has another shape or type.
        """
        self._check(params, X)
        (_, N, T, _), R = X.shape, params.runs
        first = 0 if T > 1 else self.idle_gates
        W_x = params.stack(self.input_names[first], self.input_names[-1])
        pre = X.new_empty(T, R, W_x.shape[1], N)
        if self.bias:
            pre.copy_(params.stack(self.bias_names[first], self.bias_names[-1]).unsqueeze(2))
        for t in range(T):
            add_product(pre[t], W_x, X[:, :, t].transpose(1, 2), beta=int(self.bias))
        states, steps = self._unroll(params, pre)
        h = torch.cat(states, 2) if self.every_step else states[-1]
        o = torch.bmm(params["w_out"], h)
        if self.output_bias:
            o += params["b_out"].unsqueeze(2)
        if self.every_step:
            o = o.unflatten(2, (T, N)).transpose(1, 2).flatten(1, 2)
        return o.transpose(1, 2), Cache(X, h, steps)

    def backward(
        self,
        params: Parameters,
        cache: Cache,
        d_outputs: torch.Tensor,
        gradient: Parameters | None = None,
    ) -> Parameters:
        """Return the gradient with respect to all weights, equations (18)-(28) of the paper.

        Args:
            params: the weights given to `forward`.
            cache: what `forward` returned.
            d_outputs: like the outputs o, the derivative of the error with respect to them.
            gradient: overwritten and returned when given; must be like `params`.
        """
        X, T = cache.X, len(cache.steps)
        gradient = params.zeros_like() if gradient is None else gradient
        for first, last in self.unreached(T):
            gradient.stack(first, last).zero_()
        d = d_outputs.transpose(1, 2)
        if self.every_step:
            d = d.unflatten(1, (T, self.output_size)).transpose(1, 2).flatten(2)
        gradient["w_out"].copy_(torch.bmm(d, cache.h.transpose(1, 2)))
        if self.output_bias:
            torch.sum(d, 2, out=gradient["b_out"])
        dh = torch.bmm(params["w_out"].transpose(1, 2), d)
        direct = dh.chunk(T, 2) if self.every_step else (dh,)
        deltas = self._unwind(params, cache.steps, direct, gradient)
        first = len(self.gates) - deltas[0].shape[1] // self.hidden_size
        W_x = gradient.stack(self.input_names[first], self.input_names[-1])
        sum_products(W_x, deltas, X.unbind(2))  # (23), (25), (27)
        if self.bias:
            b = gradient.stack(self.bias_names[first], self.bias_names[-1])
            b.copy_(sum(deltas[1:], deltas[0]).sum(2))
        return gradient

    def unreached(self, steps: int) -> list[tuple[str, str]]:
        """Return the blocks of weights, first and last name, that cannot act in so many steps.

        In the first step h_0 = 0, so what multiplies it has no effect: after one step these are all
        recurrent weights and the idle gates; after two none.
        """
        if steps > 1:
            return []
        blocks = [(self.recurrent_names[0], self.recurrent_names[-1])]
        if self.idle_gates:
            groups = [self.input_names, self.bias_names] if self.bias else [self.input_names]
            blocks += [(names[0], names[self.idle_gates - 1]) for names in groups]
        return blocks

    def _check(self, params: Parameters, X: torch.Tensor) -> None:
        R, n = params.runs, self.input_size
        if X.ndim != 4 or 0 in X.shape or R % X.shape[0] or X.shape[3] != n:
            raise ValueError(
                f"inputs must have shape (S, samples, steps, {n}), S a divisor of {R} runs, "
                f"got {tuple(X.shape)}"
            )
        if X.dtype != params.flat.dtype:
            raise ValueError(f"inputs must be {params.flat.dtype} like the weights, got {X.dtype}")

    @abstractmethod
    def _unroll(self, params: Parameters, pre: torch.Tensor) -> tuple[list, list]:
        """Return h_1 .. h_T, (R, H, N) each, and each step's activations; may overwrite `pre`.

        `pre` (T, R, rows, N) holds W_x x_t + b; with T = 1 its rows leave out the idle gates.
        """

    @abstractmethod
    def _unwind(
        self, params: Parameters, steps: list, direct: tuple, gradient: Parameters
    ) -> list[torch.Tensor]:
        """Return dE/d(pre) of each step, t = 1 .. T, and write the recurrent weights' gradient.

        `direct` holds what the outputs contribute to dE/dh_t, (R, H, N), for the steps that answer:
        the last alone, where it is (18), or all; each result has the rows of `pre`.
        """


WIDE = 256
"""Columns from which a product is written in place rather than by way of a temporary."""


NARROW = 16
"""Samples of a step below which the products of all steps are taken as one."""


def sum_products(
    target: torch.Tensor, lefts: Sequence[torch.Tensor], rights: Sequence[torch.Tensor]
) -> None:
    """Overwrite `target` (R, ., .) with the sum over steps of left_k right_{k mod S}.

    Each left factor is (R, ., N), each right one (S, N, .), one of either a step.
    """
    if len(rights) > 1 and rights[0].shape[1] < NARROW:
        lefts, rights = [torch.cat(tuple(lefts), 2)], [torch.cat(rights, 1)]
    for t, right in enumerate(rights):
        add_product(target, lefts[t], right, beta=min(t, 1))


def add_product(
    target: torch.Tensor, left: torch.Tensor, right: torch.Tensor, beta: int = 1
) -> None:
    """Overwrite `target` (R, ., .) with beta target_k + left_k right_{k mod S}, `right` (S, ., .).

    The product goes in blocks of S runs, so that the runs that share their samples share the
    memory. Into strided memory, such as a block of the gradient, torch multiplies one run after the
    other: worth it only where the temporary would be large.
    """
    R, S = left.shape[0], right.shape[0]
    if S == 1:
        right, S = right.expand(R, -1, -1), R
    in_place = target.is_contiguous() or target.shape[2] >= WIDE
    for k in range(0, R, S):
        if in_place:
            target[k : k + S].baddbmm_(left[k : k + S], right, beta=beta)
        elif beta:
            target[k : k + S].add_(torch.bmm(left[k : k + S], right))
        else:
            target[k : k + S].copy_(torch.bmm(left[k : k + S], right))
