"""The activations of section 4.3, one file each; every file of this folder is read.

Wang, Zhang and Chen, arXiv 2402.13687, (3.19)-(3.22) and (4.34)-(4.40).
"""

from importlib import import_module
from pkgutil import iter_modules

from lib.alm.activations.base import ACTIVATIONS, Activation, name_of
from lib.alm.activations.elu import ELU
from lib.alm.activations.leaky_relu import LeakyReLU
from lib.alm.activations.relu import ReLU

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["ACTIVATIONS", "ELU", "Activation", "LeakyReLU", "ReLU", "name_of"]
