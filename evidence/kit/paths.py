"""Where the project keeps its files: below the repository's root, unless ``RNN_BUILD`` is set."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
NOTEBOOKS = ROOT / "notebooks"
RESULTS = ROOT / "book" / "results"
BUILD = Path(os.environ.get("RNN_BUILD") or ROOT / "_build").absolute()
"""What is built; ``RNN_BUILD`` moves it, for a checkout that cannot be written to."""
