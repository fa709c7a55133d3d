"""Errors to minimise and the iterations that minimise them, many runs at once."""

from lib.training.descent import Problem, State, descend
from lib.training.losses import Loss, MeanSquaredError, SigmoidSquaredError
from lib.training.trace import Result, Trace, train

__all__ = [
    "Loss",
    "MeanSquaredError",
    "Problem",
    "Result",
    "SigmoidSquaredError",
    "State",
    "Trace",
    "descend",
    "train",
]
