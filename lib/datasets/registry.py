"""The registry of data files, `registry.toml`: checksums, mirrors, licences and sources."""

import hashlib
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lib.validation import one_of

FOLDER = Path(__file__).parent
"""Where the registry and the committed files lie."""


@cache
def registry() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the registry: its tables `upstream`, `package`, `committed` and `bundled`."""
    return tomllib.loads((FOLDER / "registry.toml").read_text(encoding="utf-8"))


def registered(file: str) -> dict[str, Any]:
    """Return the entry of a file: one with mirrors, a package's or a committed one.

    Raises:
        ValueError: No such file is registered; the sentence lists those that are.
    """
    entries = registry()["upstream"] | registry()["package"] | registry()["committed"]
    return entries[one_of("data file", file, entries)]


class ChecksumMismatch(ValueError):
    """A file is there but is not the registered one."""


def verify(path: Path, file: str, entry: dict[str, Any]) -> Path:
    """Return `path` when it has the registered size and SHA-256.

    Raises:
        ChecksumMismatch: It has not; the sentence names the file, what was expected and found, and
            the remedy.
    """
    difference = _difference(path.stat().st_size, lambda: sha256_of(path), entry)
    if difference:
        raise ChecksumMismatch(
            f"{path} is not the registered {file}: {difference}; "
            f"replace it with the original or remove it"
        )
    return path


def verify_bytes(content: bytes, entry: dict[str, Any]) -> bytes:
    """Return what was delivered when it has the registered size and SHA-256.

    Raises:
        ChecksumMismatch: It has not.
    """
    difference = _difference(len(content), lambda: hashlib.sha256(content).hexdigest(), entry)
    if difference:
        raise ChecksumMismatch(f"what it delivers is another file: {difference}")
    return content


def _difference(size: int, sha256: Callable[[], str], entry: dict[str, Any]) -> str | None:
    """Say how a file differs from the registered one; of another size nothing need be hashed."""
    if size != entry["bytes"]:
        return f"expected {entry['bytes']} bytes, found {size}"
    found = sha256()
    return (
        None if found == entry["sha256"] else f"expected SHA-256 {entry['sha256']}, found {found}"
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_committed(file: str) -> bool:
    """Return whether a file is part of this package."""
    return file in registry()["committed"]


def committed(file: str) -> Path:
    """Return the path of a dataset that is part of this package, verified.

    Raises:
        ValueError: No such file is registered.
        ChecksumMismatch: The file was altered.
        FileNotFoundError: The file was removed.
    """
    entries = registry()["committed"]
    return verify(FOLDER / file, file, entries[one_of("committed data file", file, entries)])
