"""Where the project keeps its files; every path is below the repository's root."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
NOTEBOOKS = ROOT / "notebooks"
RESULTS = ROOT / "book" / "results"
BUILD = ROOT / "_build"
