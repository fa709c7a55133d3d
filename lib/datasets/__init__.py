"""The papers' datasets: loaders, generators, splits and the check for targets among the inputs."""

from lib.datasets.cache import DatasetUnavailable
from lib.datasets.catalogue import (
    FUNCTIONS,
    NAMES,
    SERIES,
    SYNTHETIC,
    TABLES,
    available,
    checksum,
    files,
    load,
)
from lib.datasets.containers import Series, Table
from lib.datasets.duplicates import keys
from lib.datasets.folding import folds
from lib.datasets.leakage import leaks
from lib.datasets.readings import sequences
from lib.datasets.registry import ChecksumMismatch
from lib.datasets.scaling import standardise
from lib.datasets.splitting import Split, cut, split
from lib.datasets.trials import SIZES, Sizes, trial

__all__ = [
    "FUNCTIONS",
    "NAMES",
    "SERIES",
    "SIZES",
    "SYNTHETIC",
    "TABLES",
    "ChecksumMismatch",
    "DatasetUnavailable",
    "Series",
    "Sizes",
    "Split",
    "Table",
    "available",
    "checksum",
    "cut",
    "files",
    "folds",
    "keys",
    "leaks",
    "load",
    "sequences",
    "split",
    "standardise",
    "trial",
]
