"""Packages that only an extra of this one brings, imported where they are needed."""

from importlib import import_module
from types import ModuleType


def need(package: str, extra: str, purpose: str) -> ModuleType:
    """Return an optional package, imported.

    Args:
        package: What is imported, and what pip calls it.
        extra: The extra that brings it.
        purpose: What needs it, the subject of the sentence.

    Raises:
        ModuleNotFoundError: It is not installed; the sentence says how to get it.

    Example:
        >>> need("json", extra="data", purpose="a record").dumps([1])
        '[1]'
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ModuleNotFoundError(
            f"{purpose} needs {package}, which is not installed; get it with: "
            f"python -m pip install 'rnn-reproductions[{extra}]'",
            name=package,
        ) from None
