"""Named weights of many runs in one matrix: a step, a norm or a penalty is one operation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch

from lib.validation import one_of

MODES = ("out", "all")


@dataclass(frozen=True)
class Layout:
    """Where each named weight sits in one run's vector: weight matrices first, then biases.

    Attributes:
        weights: (name, shape) of each weight matrix, in storage order; includes ``w_out``.
        biases: (name, shape) of each bias vector, in storage order; empty without biases.

    Example:
        >>> layout = Layout((("W", (2, 3)), ("w_out", (1, 2))), biases=(("b", (2,)),))
        >>> layout.size, layout.columns["b"]
        (10, slice(8, 10, None))
    """

    weights: tuple[tuple[str, tuple[int, ...]], ...]
    biases: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each named weight and bias of one run."""
        return dict(self.weights + self.biases)

    @cached_property
    def columns(self) -> dict[str, slice]:
        """Return the columns of the (R, P) matrix that hold each named weight and bias."""
        found, start = {}, 0
        for name, shape in self.shapes.items():
            found[name] = slice(start, start + math.prod(shape))
            start = found[name].stop
        return found

    @cached_property
    def size(self) -> int:
        """Return P, the number of weights and biases of one run."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @cached_property
    def weight_count(self) -> int:
        """Return the number of entries of one run's weight matrices, biases left out."""
        return sum(math.prod(shape) for _, shape in self.weights)

    def penalised(self, mode: str) -> slice:
        """Return the columns a penalty acts on.

        Args:
            mode: ``"out"`` for the output weights alone, as in (15), or ``"all"`` for every weight
                matrix; neither includes a bias.

        Raises:
            ValueError: `mode` is neither of the two.
        """
        one_of("penalty mode", mode, MODES)
        return self.columns["w_out"] if mode == "out" else slice(0, self.weight_count)


class Parameters:
    """The weights of R runs of one model: a matrix `flat` (R, P) and its named views.

    ``params["W_zx"]`` is a view of shape (R, H, n): writing into it changes `flat`. Names follow
    the paper's symbols; a model lists its own in ``model.layout``.

    Attributes:
        flat: (R, P) tensor, float32 or float64.
        layout: which columns of `flat` belong to which name.

    Example:
        >>> layout = Layout((("w_out", (1, 2)),))
        >>> params = Parameters(torch.zeros(3, 2), layout)  # three runs
        >>> params["w_out"][1] = 1.0
        >>> params.flat.tolist()
        [[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    """

    def __init__(self, flat: torch.Tensor, layout: Layout) -> None:
        if flat.ndim != 2 or flat.shape[1] != layout.size:
            raise ValueError(
                f"parameters must have shape (runs, {layout.size}), got {tuple(flat.shape)}"
            )
        if flat.dtype not in (torch.float32, torch.float64):
            raise ValueError(f"parameters must be float32 or float64, got {flat.dtype}")
        self.flat = flat
        self.layout = layout
        self._views: dict[tuple[str, str], torch.Tensor] = {}

    def __reduce__(self):
        """Pickle without the views, which would become copies."""
        return Parameters, (self.flat, self.layout)

    @property
    def runs(self) -> int:
        """Return R."""
        return self.flat.shape[0]

    def stack(self, first: str, last: str) -> torch.Tensor:
        """Return the consecutive blocks `first` .. `last` as one view (R, sum of rows, ...)."""
        view = self._views.get((first, last))
        if view is None:
            columns, tail = self.layout.columns, self.layout.shapes[last][1:]
            block = self.flat[:, columns[first].start : columns[last].stop]
            view = self._views[first, last] = block.view(self.runs, -1, *tail)
        return view

    def __getitem__(self, name: str) -> torch.Tensor:
        view = self._views.get((name, name))
        if view is None:
            one_of("weight", name, self.layout.shapes)
            view = self.stack(name, name)
        return view

    def clone(self) -> Parameters:
        """Return a copy that shares no memory with this one."""
        return Parameters(self.flat.clone(), self.layout)

    def zeros_like(self) -> Parameters:
        """Return zeros of the same shape and type, e.g. to hold a gradient."""
        return Parameters(torch.zeros_like(self.flat), self.layout)

    def run(self, k: int) -> Parameters:
        """Return a copy of run `k` alone, R = 1."""
        return Parameters(self.flat[k : k + 1].clone(), self.layout)
