"""The papers' datasets: loaders, generators, splits and the check for targets among the inputs.

A loader is one file that enters its datasets by name; every file of this folder is read.
"""

from importlib import import_module
from pkgutil import iter_modules

from lib.datasets.base import DATASETS, SIZES, Dataset, Sizes, checksum, dataset
from lib.datasets.cache import DatasetUnavailable
from lib.datasets.catalogue import available, files, load
from lib.datasets.containers import Series, Table
from lib.datasets.duplicates import keys
from lib.datasets.folding import folds
from lib.datasets.leakage import leaks
from lib.datasets.readings import sequences
from lib.datasets.registry import ChecksumMismatch
from lib.datasets.scaling import standardise
from lib.datasets.splitting import Split, cut, split
from lib.datasets.synthetic import SYNTHETIC
from lib.datasets.trials import trial

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "DATASETS",
    "SIZES",
    "SYNTHETIC",
    "ChecksumMismatch",
    "Dataset",
    "DatasetUnavailable",
    "Series",
    "Sizes",
    "Split",
    "Table",
    "available",
    "checksum",
    "cut",
    "dataset",
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
