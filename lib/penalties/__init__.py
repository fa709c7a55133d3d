"""Penalties on weights, one file each, and what they are applied to; every file here is read."""

from importlib import import_module
from pkgutil import iter_modules

import lib.pytorch  # noqa: F401
from lib.penalties.base import PENALTIES, Penalty
from lib.penalties.l1 import L1
from lib.penalties.l2 import L2
from lib.penalties.none import NoPenalty
from lib.penalties.prox_l1 import ProxL1
from lib.penalties.regulariser import UNREGULARISED, Regulariser, Term, bind
from lib.penalties.smooth_l1 import SmoothL1

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "L1",
    "L2",
    "PENALTIES",
    "UNREGULARISED",
    "NoPenalty",
    "Penalty",
    "ProxL1",
    "Regulariser",
    "SmoothL1",
    "Term",
    "bind",
]
