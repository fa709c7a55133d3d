"""Errors to minimise and the iterations that minimise them, many runs at once.

The examples go on from this one:

    >>> import numpy as np
    >>> import torch
    >>> from lib.models import GRU
    >>> from lib.training import Problem, SquaredError
    >>> model = GRU(input_size=1, hidden_size=2, output_size=1)
    >>> X = torch.linspace(-1, 1, 6, dtype=torch.float64).view(1, 6, 1, 1)
    >>> problem = Problem(model, SquaredError(), X, X[:, :, 0])
    >>> start = model.initialise(np.random.default_rng(0))
"""

import lib.pytorch  # noqa: F401
from lib.training.adam import Adam
from lib.training.batches import MiniBatches
from lib.training.descent import State, descend
from lib.training.epochs import Fit, History, fit
from lib.training.evaluation import outputs
from lib.training.losses import (
    Loss,
    MeanSquaredError,
    SigmoidSquaredError,
    SquaredError,
    Weighted,
)
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
    "Weighted",
    "descend",
    "fit",
    "outputs",
    "train",
]
