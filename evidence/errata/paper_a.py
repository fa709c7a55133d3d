"""The checks of paper A's errata: importing this module registers them."""

from evidence.errata import (
    sl1_bounds,
    sl1_cells,
    sl1_experiments,
    sl1_model,
    sl1_proof,
    sl1_sparsity,
    sl1_tables,
    sl1_theorems,
)

PAPER = "A"
MODULES = (
    sl1_model,
    sl1_theorems,
    sl1_proof,
    sl1_bounds,
    sl1_experiments,
    sl1_sparsity,
    sl1_tables,
    sl1_cells,
)
