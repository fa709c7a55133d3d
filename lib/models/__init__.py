"""Recurrent networks with a leading run axis, hand-written gradients and torch equivalents."""

from lib.models.cell import Cache, Cell
from lib.models.gru import GRU
from lib.models.gru_reset_after import GRUResetAfter
from lib.models.lstm import LSTM
from lib.models.parameters import Layout, Parameters
from lib.models.rnn import RNN
from lib.models.torch_modules import from_torch, to_torch

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Cache",
    "Cell",
    "GRUResetAfter",
    "Layout",
    "Parameters",
    "from_torch",
    "to_torch",
]
