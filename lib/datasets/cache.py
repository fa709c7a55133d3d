"""Finding a data file: the user's folder, the project's cache, upstream, then a second mirror."""

import hashlib
import io
import logging
import os
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from zipfile import BadZipFile, ZipFile

from lib.datasets.registry import (
    ChecksumMismatch,
    committed,
    is_committed,
    registered,
    verify,
    verify_bytes,
)
from lib.extras import need
from lib.files import write_atomically

VARIABLE = "RNN_DATA_CACHE"
"""The environment variable that names a folder with data files."""

LARGEST_ARCHIVE = 2**24
"""Bytes of a zip archive, whose own size is not registered: some publishers renew theirs."""


class DatasetUnavailable(FileNotFoundError):
    """A data file is nowhere on this machine and could not be downloaded."""


def path(file: str) -> Path:
    """Return where a registered file lies, downloading it when it is nowhere on this machine.

    A committed file is part of this package. Another one is looked for in the folder named by the
    environment variable ``RNN_DATA_CACHE``, in the project's own cache (the user's cache folder of
    the operating system), at its upstream and at a second mirror. Only bytes with the registered
    SHA-256 are accepted.

    Args:
        file: A file name of the registry.

    Raises:
        ValueError: The name is not registered, or ``RNN_DATA_CACHE`` names no folder.
        ChecksumMismatch: The file in ``RNN_DATA_CACHE`` is another one (a ValueError).
        DatasetUnavailable: It is nowhere and no mirror delivered it (a FileNotFoundError).
    """
    return _local(file) or _download(file)


def available(file: str) -> bool:
    """Return whether :func:`path` would find the file on this machine, without a download.

    Raises:
        ValueError: As :func:`path`.
        ChecksumMismatch: As :func:`path`.
    """
    return _local(file) is not None


def checksum(file: str) -> str:
    """Return the registered SHA-256 of a file; the file itself is not needed.

    Raises:
        ValueError: The name is not registered.
    """
    return registered(file)["sha256"]


def checksum_of(files: Sequence[str]) -> str:
    """Return what identifies several files read as one dataset.

    The registered SHA-256 of a single file; for several that of their checksums, a line each.

    Raises:
        ValueError: A name is not registered.
    """
    sums = [checksum(file) for file in files]
    return sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()


def folder() -> Path | None:
    """Return the folder named by ``RNN_DATA_CACHE``, or None when the variable is unset or empty.

    Raises:
        ValueError: The variable names something else than a folder.
    """
    given = os.environ.get(VARIABLE)
    if not given:
        return None
    chosen = Path(given).expanduser()
    if not chosen.is_dir():
        raise ValueError(
            f"the environment variable {VARIABLE} names {given!r}, which is not a folder: set it "
            f"to the folder that holds the data files, or unset it"
        )
    return chosen


def own_cache() -> Path:
    """Return the project's folder in the operating system's cache of this user."""
    return Path(_pooch("the cache of downloaded data files").os_cache("rnn-reproductions"))


def _pooch(purpose: str) -> ModuleType:
    pooch = need("pooch", "data", purpose)
    # It logs every download and, for archives, advice on checksums that are checked here instead.
    pooch.get_logger().setLevel(logging.ERROR)
    return pooch


def _local(file: str) -> Path | None:
    entry = registered(file)
    if is_committed(file):
        return committed(file)
    chosen = folder()
    if chosen and (chosen / file).is_file():
        return verify(chosen / file, file, entry)
    if find_spec("pooch") is None:  # then nothing was ever downloaded
        return None
    kept = own_cache() / file
    try:
        return verify(kept, file, entry) if kept.is_file() else None
    except ChecksumMismatch:  # a damaged file in the project's own cache is fetched again
        return None


def _download(file: str) -> Path:
    entry = registered(file)
    mirrors, failures = entry.get("mirrors", ()), []
    if mirrors:
        _pooch(f"the data file {file} is not in a folder named by {VARIABLE}, and a download")
    for url in mirrors:
        try:
            return _fetch(url, file, entry)
        except (OSError, ValueError, BadZipFile) as error:
            failures.append(f"{urlsplit(url).hostname}: {_reason(error)}")
    chosen = folder()
    place = f"the folder named by {VARIABLE} ({chosen})" if chosen else f"{VARIABLE} (unset)"
    if failures:
        why = "it could not be downloaded (" + "; ".join(failures) + ")"
        remedy = "or run again with a connection to these hosts and it is downloaded"
    else:
        why = "it is not offered for download"
        remedy = f"after taking it from {entry['package']}"
    raise DatasetUnavailable(
        f"the data file {file} is neither in {place} nor in {own_cache()}, and {why}: put it "
        f"into a folder and name that folder in the environment variable {VARIABLE}, {remedy}."
    )


def _fetch(url: str, file: str, entry: dict[str, Any]) -> Path:
    """Download one file, or one member of a zip archive (``URL#member``), into the own cache.

    Nothing is written before its size and checksum are the registered ones.
    """
    address, _, member = url.partition("#")
    download = _Bounded(LARGEST_ARCHIVE if member else entry["bytes"])
    _pooch("a download").HTTPDownloader()(address, download, None)
    content = _member(download, member, entry["bytes"]) if member else download.getvalue()
    verify_bytes(content, entry)
    kept = own_cache() / file
    write_atomically(kept, content)
    return kept


class _Bounded(io.BytesIO):
    """Memory for a download that ends it when more arrives than is registered."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > self.limit:
            raise ValueError(f"it delivers more than {self.limit} bytes")
        return super().write(data)


def _member(download: io.BytesIO, member: str, size: int) -> bytes:
    """Return a member of an archive; one of another size than the registered is not unpacked."""
    try:
        with ZipFile(download) as archive:
            if member not in archive.namelist():
                raise ValueError(f"its archive holds no {member}")
            found = archive.getinfo(member).file_size
            if found != size:
                raise ChecksumMismatch(f"its {member} has {found} bytes, not {size}")
            return archive.read(member)
    except (RuntimeError, EOFError, zlib.error) as error:  # such as a password, a cut stream
        raise BadZipFile(f"its archive cannot be unpacked: {error}") from error


def _reason(error: Exception) -> str:
    """Say in a few words why a download failed; connection errors carry whole stack traces."""
    import requests  # which comes with pooch

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP status {error.response.status_code}"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return str(error).partition("\n")[0] or type(error).__name__
