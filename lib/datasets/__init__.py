"""The papers' datasets: loaders, generators, splits and the check for targets among the inputs."""

from lib.datasets.cache import DatasetUnavailable
from lib.datasets.catalogue import NAMES, SYNTHETIC, available, checksum, load
from lib.datasets.containers import Series, Table
from lib.datasets.leakage import leaks
from lib.datasets.registry import ChecksumMismatch
from lib.datasets.scaling import standardise
from lib.datasets.splitting import Split, split

__all__ = [
    "NAMES",
    "SYNTHETIC",
    "ChecksumMismatch",
    "DatasetUnavailable",
    "Series",
    "Split",
    "Table",
    "available",
    "checksum",
    "leaks",
    "load",
    "split",
    "standardise",
]
