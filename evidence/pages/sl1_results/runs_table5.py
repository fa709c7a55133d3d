"""Paper A, Table 5: seven networks on the regressions, with the parameters of section 4.3.

Epochs were set before the runs, by cost alone: 1000 for every small set, whose times in the paper
are in proportion to their steps an epoch, and 200 for Wine quality, which has ten times their rows.
"""

from collections.abc import Mapping
from types import MappingProxyType

from evidence.protocols.sl1 import REGRESSION
from evidence.protocols.sl1_networks import Network, networks, run

__all__ = ["EPOCHS", "PROFILES", "run"]

EPOCHS: Mapping[str, int] = MappingProxyType(
    {"boston": 1000, "diabetes": 1000, "wine-quality": 200, "energy": 1000, "student": 1000}
)

PROFILES: Mapping[str, tuple[Network, ...]] = {
    "quick": tuple(
        unit
        for name in ("boston", "diabetes")
        for unit in networks(name, setting=REGRESSION, epochs=60, trials=3)
    ),
    "paper": tuple(
        unit
        for name, epochs in EPOCHS.items()
        for unit in networks(name, setting=REGRESSION, epochs=epochs)
    ),
}
