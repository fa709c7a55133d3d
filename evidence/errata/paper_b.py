"""The checks of paper B's errata: importing this module registers them."""

from evidence.errata import (
    alm_released,
    alm_settings,
    alm_tables,
    alm_theory,
)

PAPER = "B"
MODULES = (alm_theory, alm_settings, alm_tables, alm_released)
