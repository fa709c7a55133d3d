"""Files that are whole or not there: a crash leaves the old one or the new one."""

import os
import platform
import tempfile
import zlib
from pathlib import Path

HOST = f"{zlib.crc32(platform.node().encode()):08x}"


def unfinished(name: str) -> dict[str, str]:
    """Return prefix and suffix of a temporary file or folder: they name machine and process.

    Example:
        >>> unfinished("network.npz")["suffix"]
        '.tmp'
    """
    return {"prefix": f".{name}.{HOST}-{os.getpid()}.", "suffix": ".tmp"}


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write `content` to `path` so that a crash leaves the old file or the new one, whole.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_atomically(Path(folder) / "new" / "notes.txt", "whole")
        ...     (Path(folder) / "new" / "notes.txt").read_text()
        'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, **unfinished(path.name))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
