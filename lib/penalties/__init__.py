"""Penalties on weights, elementwise and summed per run, and what they are applied to."""

from lib.penalties.penalties import L1, L2, NoPenalty, Penalty, ProxL1, SmoothL1
from lib.penalties.regulariser import UNREGULARISED, Regulariser, Term, bind

__all__ = [
    "L1",
    "L2",
    "UNREGULARISED",
    "NoPenalty",
    "Penalty",
    "ProxL1",
    "Regulariser",
    "SmoothL1",
    "Term",
    "bind",
]
