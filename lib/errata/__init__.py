"""The errata of both papers: what is printed, what is right, and a check that runs."""

from lib.errata import (
    alm_released,
    alm_settings,
    alm_tables,
    alm_theory,
    sl1_bounds,
    sl1_cells,
    sl1_experiments,
    sl1_model,
    sl1_proof,
    sl1_sparsity,
    sl1_tables,
    sl1_theorems,
)
from lib.errata.entries import Entry, entries
from lib.errata.registry import CHECKS, Check

__all__ = ["CHECKS", "Check", "Entry", "entries"]

MODULES = (
    sl1_model,
    sl1_theorems,
    sl1_proof,
    sl1_bounds,
    sl1_experiments,
    sl1_sparsity,
    sl1_tables,
    sl1_cells,
    alm_theory,
    alm_settings,
    alm_tables,
    alm_released,
)
"""Importing them registers their checks."""
