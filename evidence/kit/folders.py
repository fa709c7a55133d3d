"""Folders that runs write to: ready before anything is computed, for one run at a time."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence.kit.paths import BUILD
from lib.files import HOST

LEFT = re.compile(rf"\..+\.{HOST}-(?P<process>\d+)\..*\.tmp")
"""What a process of this machine calls what it has not finished, see `lib.files.unfinished`."""


def sweep(folder: Path) -> None:
    """Remove what processes of this machine that are no more left unfinished in a folder."""
    for path in folder.glob(".*.tmp"):
        left = LEFT.fullmatch(path.name)
        if left and not _alive(int(left["process"])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def ready(folder: Path) -> None:
    """Make a folder, see that files can be written to it, and sweep it.

    Raises:
        OSError: they cannot; the sentence names the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        way = "; set RNN_BUILD to another folder" if folder.is_relative_to(BUILD) else ""
        raise OSError(f"{folder} cannot be written to: {error.strerror or error}{way}") from error
    sweep(folder)


@contextmanager
def alone(folder: Path, wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Let one process at a time be at work on a folder: a lock that leaves no file.

    Args:
        folder: it has to exist. The lock ends with the process, however that ends.
        wait: called once if another process has to be waited for.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
