"""Reading tables of words and numbers: the columns wanted, every category a number."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lib.datasets import cache

NOT_RECORDED = "?"
"""What the UCI repository's files have where a value was not recorded."""


def read(file: str, columns: Sequence[str], **options: Any) -> pd.DataFrame:
    """Return a registered file's table, with the columns named.

    Args:
        file: A file name of the registry.
        columns: The names of all its columns.
        options: What :func:`pandas.read_csv` takes.

    Raises:
        ValueError: The file has another number of columns, or is not the registered one.
        DatasetUnavailable: It cannot be had (a FileNotFoundError).
    """
    frame = pd.read_csv(cache.path(file), header=None, **options)
    if len(frame.columns) != len(columns):
        raise ValueError(f"{file} must have {len(columns)} columns, got {len(frame.columns)}")
    return frame.set_axis(list(columns), axis=1)


def encode(
    frame: pd.DataFrame, orders: Mapping[str, Sequence[str]]
) -> tuple[np.ndarray, dict[str, tuple[str, ...]]]:
    """Return a table of numbers: a column of words holds each word's place in an order.

    One column stays one column, because the papers count inputs so.

    Args:
        frame: N rows and n columns of numbers or words.
        orders: The order of a column's words where they have a natural one; the words of every
            other column are in alphabetical order.

    Returns:
        The numbers, shape (N, n), and for every column of words these in their order.

    Raises:
        ValueError: A column holds a word that is not in its order.
    """
    categories = {}
    numbers = np.empty(frame.shape)
    for i, (name, column) in enumerate(frame.items()):
        if pd.api.types.is_numeric_dtype(column):
            numbers[:, i] = column
            continue
        found = set(column.unique())
        words = tuple(orders.get(name, sorted(found)))
        unknown = sorted(found - set(words))
        if unknown:
            raise ValueError(
                f"the column {name} holds {unknown[0]!r}; accepted: {', '.join(words)}"
            )
        numbers[:, i] = pd.Categorical(column, categories=words).codes
        categories[name] = words
    return numbers, categories
