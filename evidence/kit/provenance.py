"""Provenance: which code, versions and machine made a record."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evidence.kit.paths import ROOT

PACKAGES = ("numpy", "scipy", "torch", "scikit-learn", "pandas")
RIVALS = ("jax", "jax-sysid")
"""Packages of the tournament's own environment, named where they are installed."""


@cache
def surroundings() -> dict[str, Any]:
    """Return commit, package versions and machine of this process; the machine is never named."""
    return {
        "commit": commit(),
        "versions": {"python": platform.python_version()}
        | {p: version(p) for p in PACKAGES}
        | {p: version(p) for p in RIVALS if _installed(p)},
        "machine": {"cpu": _cpu(), "cores": os.cpu_count(), "system": platform.system()},
    }


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def commit() -> str:
    """Return the checked-out commit, marked `+changes` when the tree differs, or `unknown`."""
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--", "lib", "evidence", "requirements.txt")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}+changes" if changed else head


def now() -> str:
    """Return the current UTC time in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
