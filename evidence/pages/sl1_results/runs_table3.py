"""Paper A, Table 3 and Figure 6: seven networks on the classifications, with Table 2's parameters.

Epochs were set before the runs, by cost alone: 1000 for every small set, whose times in the paper
are in proportion to their steps an epoch; for the large ones as many as their 20,000 to 60,000
steps allow. MNIST is also read as 28 rows of 28 pixels, which the paper does not say it did.
"""

from collections.abc import Mapping

from evidence.protocols.sl1 import EPOCHS, TABLE2
from evidence.protocols.sl1_networks import Network, networks, run

__all__ = ["EPOCHS", "PROFILES", "run"]

SINGLE = ("kdd", "kdd-distinct", "mnist", "mnist-5000")
"""Trained in single precision."""

ROWS, EPOCHS_OF_ROWS = 28, 3
"""Pixels of a row of MNIST; every mini-batch of rows costs as much as ten of whole images."""


def _on(dataset: str, **fields: object) -> tuple[Network, ...]:
    precision = "single" if dataset in SINGLE else "double"
    return networks(dataset, setting=TABLE2[dataset], precision=precision, **fields)


PROFILES: Mapping[str, tuple[Network, ...]] = {
    "quick": (
        *(unit for name in ("iris", "wine") for unit in _on(name, epochs=100, trials=3)),
        *_on("mnist-5000", epochs=3, trials=3),
    ),
    "paper": (
        *(unit for name, epochs in EPOCHS.items() for unit in _on(name, epochs=epochs)),
        *_on("mnist", epochs=EPOCHS_OF_ROWS, width=ROWS),
    ),
}
