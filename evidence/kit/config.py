"""Configurations of experiments: what every one has besides its own fields."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from evidence.kit.columns import Column
from lib import datasets


class Config:
    """Base of the frozen dataclasses that configure one unit of work each.

    The fields of a subclass are what is hashed. What follows is said of all its units, and changes
    no hash:

    Attributes:
        labelled: name of a record as a format of the fields, such as ``{dataset}-trial{seed}``.
        rows: what the columns of the unit's rows hold, and how far those of a repetition on another
            machine may differ, see `evidence.kit.columns`.
        traces: the same of its traces.
        deviations: what is not as in the paper, a sentence each.
        alone: whether the units are computed one after the other in the caller's own process,
            wherever others are, for they start processes themselves.
    """

    labelled = "{dataset}"
    rows: Mapping[str, Column] = MappingProxyType({})
    traces: Mapping[str, Column] = MappingProxyType({})
    deviations: tuple[str, ...] = ()
    alone: ClassVar[bool] = False

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

    def look_for_data(self) -> None:
        """Load the datasets that the unit reads.

        Raises:
            DatasetUnavailable: one of them cannot be had.
            ImportError: a package is not there that the unit needs beside those of the book.
        """
        for name in self.reads:
            datasets.load(name, seed=0)
