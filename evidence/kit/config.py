"""Configurations of experiments: what every one has besides its own fields."""

from collections.abc import Mapping
from types import MappingProxyType

from lib import datasets


class Config:
    """Base of the frozen dataclasses that configure one unit of work each.

    The fields of a subclass are what is hashed. What follows is said of all its units, and changes
    no hash:

    Attributes:
        labelled: name of a record as a format of the fields, such as ``{dataset}-trial{seed}``.
        compared: the columns of rows that a repetition on another machine has to give again, each
            with the relative difference that it may show, see `within`.
        deviations: what is not as in the paper, a sentence each.
    """

    labelled = "{dataset}"
    compared: Mapping[str, float] = MappingProxyType({})
    deviations: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        return self.labelled.format_map(vars(self))

    @property
    def reads(self) -> tuple[str, ...]:
        """The datasets that the unit reads; its field `dataset` unless a subclass says others."""
        return (self.dataset,)

    @property
    def checksums(self) -> dict[str, str]:
        """The SHA-256 of the datasets that the unit reads.

        Raises:
            ValueError: a dataset is unknown.
        """
        return {name: datasets.checksum(name) for name in self.reads}


def within(tolerance: float, *columns: str) -> dict[str, float]:
    """Return columns with the relative difference that each may show."""
    return dict.fromkeys(columns, tolerance)
