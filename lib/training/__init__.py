"""Errors to minimise and the iterations that minimise them, many runs at once."""

import lib.pytorch  # noqa: F401
from lib.training.adam import Adam
from lib.training.batches import MiniBatches
from lib.training.descent import State, descend
from lib.training.epochs import Fit, History, fit
from lib.training.evaluation import outputs
from lib.training.losses import Loss, MeanSquaredError, SigmoidSquaredError, SquaredError
from lib.training.optimiser import OPTIMISERS, Optimiser, Stepper
from lib.training.problem import Problem
from lib.training.sgd import SGD
from lib.training.trace import Result, Trace, train

__all__ = [
    "OPTIMISERS",
    "SGD",
    "Adam",
    "Fit",
    "History",
    "Loss",
    "MeanSquaredError",
    "MiniBatches",
    "Optimiser",
    "Problem",
    "Result",
    "SigmoidSquaredError",
    "SquaredError",
    "State",
    "Stepper",
    "Trace",
    "descend",
    "fit",
    "outputs",
    "train",
]
