"""The registry of data files, `data/registry.toml`: checksums, mirrors, licences and sources."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lib.paths import DATA
from lib.validation import one_of


@cache
def registry() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the registry: its tables `upstream`, `package`, `committed` and `bundled`."""
    return tomllib.loads((DATA / "registry.toml").read_text(encoding="utf-8"))


def upstream(file: str) -> dict[str, Any]:
    """Return the entry of a file that is not committed: one with mirrors, or a package's.

    Raises:
        ValueError: No such file is registered; the sentence lists those that are.
    """
    entries = registry()["upstream"] | registry()["package"]
    return entries[one_of("data file", file, entries)]


class ChecksumMismatch(ValueError):
    """A file is there but is not the registered one."""


def verify(path: Path, file: str, sha256: str) -> Path:
    """Return `path` when its bytes have the registered SHA-256.

    Raises:
        ChecksumMismatch: They have not; the sentence names the file, both checksums and the remedy.
    """
    found = sha256_of(path)
    if found != sha256:
        raise ChecksumMismatch(
            f"{path} is not the registered {file}: expected SHA-256 {sha256}, found {found}; "
            f"replace it with the original or remove it"
        )
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def committed(file: str) -> Path:
    """Return the path of a dataset that is part of the repository, verified.

    Raises:
        ValueError: No such file is registered.
        ChecksumMismatch: The file was altered.
        FileNotFoundError: The file was removed.
    """
    entries = registry()["committed"]
    sha256 = entries[one_of("committed data file", file, entries)]["sha256"]
    return verify(DATA / file, file, sha256)
