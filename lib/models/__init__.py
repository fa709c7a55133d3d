"""Recurrent networks with a leading run axis, hand-written gradients and torch equivalents.

A cell is one file; every file of this folder is read.
"""

from importlib import import_module
from pkgutil import iter_modules

import lib.pytorch  # noqa: F401
from lib.models.cell import CELLS, Cache, Cell, Twin
from lib.models.gru import GRU
from lib.models.gru_reset_after import GRUResetAfter
from lib.models.lstm import LSTM
from lib.models.parameters import Layout, Parameters
from lib.models.rnn import RNN
from lib.models.torch_modules import from_torch, to_torch

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "RNN",
    "Cache",
    "Cell",
    "GRUResetAfter",
    "Layout",
    "Parameters",
    "Twin",
    "from_torch",
    "to_torch",
]
