"""The checksums of all committed data: ``data/SHA256SUMS``, which ``sha256sum -c`` reads too.

Whoever needs such a file takes it from `read`, which refuses other bytes than the listed ones.
After a deliberate change ``python -m evidence manifest`` lists them anew and says what changed.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from evidence.kit import folders
from evidence.kit.paths import ROOT
from lib.files import write_atomically

NAME = "data/SHA256SUMS"
PATTERNS = ("data/**/*", "lib/**/*.csv", "lib/**/*.toml")
"""What is listed. A file that is being written begins with a dot and is not."""

LINE = re.compile(r"(?P<sum>[0-9a-f]{64})  (?P<file>\S+)")
RENEW = "if the change is deliberate, list it with: python -m evidence manifest"


class Altered(ValueError):
    """A committed data file is not the listed one, or the list is none."""


def read(path: Path, root: Path = ROOT) -> bytes:
    """Return the content of a file; below ``data/`` only if it is the listed one.

    Raises:
        Altered: it has other bytes, or is not listed; the sentence names the file and the way out.
        FileNotFoundError: it is not there.
    """
    content = path.read_bytes()
    if path.is_relative_to(root / "data"):
        _check(path.relative_to(root).as_posix(), content, listed(root))
    return content


def _check(file: str, content: bytes, sums: dict[str, str]) -> None:
    if file not in sums:
        raise Altered(f"{file} is not listed in {NAME}; {RENEW}")
    if hashlib.sha256(content).hexdigest() != sums[file]:
        raise Altered(f"{file} is not the file that {NAME} lists; restore it, or, {RENEW}")


def listed(root: Path = ROOT) -> dict[str, str]:
    """Return the listed SHA-256 by file; none where there is no list.

    Raises:
        Altered: the list has a line that is no checksum and file.
    """
    path = root / NAME
    if not path.exists():
        return {}
    now = path.stat()
    return _parsed(path, now.st_mtime_ns, now.st_ino)


@lru_cache(maxsize=4)
def _parsed(path: Path, changed: int, number: int) -> dict[str, str]:
    """Return the lines of one version of the list; a record alone would be read for longer."""
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    found = [LINE.fullmatch(line) for line in lines[:-1]]
    for number, match in enumerate(found, start=1):
        if match is None:
            raise Altered(f"line {number} of {NAME} is not a SHA-256 and a file; {RENEW}")
    return {match["file"]: match["sum"] for match in found}


def differences(root: Path = ROOT) -> list[str]:
    """Return a sentence for every file that is another, new or gone, or for a broken list."""
    try:
        return _changes(listed(root), _sums(root)) or _form(root)
    except Altered as error:
        return [str(error)]


def _form(root: Path) -> list[str]:
    whole = (root / NAME).read_bytes() == _text(listed(root)).encode()
    return [] if whole else [f"{NAME} is not laid out as the command writes it"]


def renew(root: Path = ROOT) -> list[str]:
    """List all files anew and return what changed, a sentence each.

    Raises:
        OSError: the list cannot be written; the sentence names its folder.
    """
    folders.ready(root / "data")
    with folders.alone(root / "data"):
        try:
            old = listed(root)
        except Altered:
            old = {}
        new = _sums(root)
        write_atomically(root / NAME, _text(new))
    return _changes(old, new)


def ready(folder: Path, root: Path = ROOT) -> None:
    """See that `write` can write to a folder, before what is written is computed.

    Raises:
        OSError: it cannot; the sentence names the folder.
    """
    folders.ready(folder)
    if folder.is_relative_to(root / "data"):
        folders.ready(root / "data")


def write(path: Path, content: str, root: Path = ROOT) -> None:
    """Write a file atomically; below ``data/`` list it first.

    A run that is killed in between leaves a listed file that is not there, which is made again.
    """
    if not path.is_relative_to(root / "data"):
        write_atomically(path, content)
        return
    with folders.alone(root / "data"):
        entry = {path.relative_to(root).as_posix(): hashlib.sha256(content.encode()).hexdigest()}
        write_atomically(root / NAME, _text(listed(root) | entry))
        write_atomically(path, content)


def _sums(root: Path) -> dict[str, str]:
    found = {path for pattern in PATTERNS for path in root.glob(pattern)} - {root / NAME}
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.is_file() and not path.name.startswith(".")
    }


def _text(sums: dict[str, str]) -> str:
    return "".join(f"{total}  {file}\n" for file, total in sorted(sums.items()))


def _changes(old: dict[str, str], new: dict[str, str]) -> list[str]:
    return [
        f"{file} is {'new' if file not in old else 'gone' if file not in new else 'another file'}"
        for file in sorted(old.keys() | new.keys())
        if old.get(file) != new.get(file)
    ]
