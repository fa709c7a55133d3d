"""What the rebuilt series share: reading a verified source, and the command that writes a file."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from lib.datasets.registry import FOLDER, registered, registry, sha256_of, verify
from lib.files import write_atomically


def source_table(folder: Path, file: str, column: str, layout: str) -> pd.DataFrame:
    """Return one source file, indexed by its dates.

    Args:
        folder: Where the file lies.
        file: A `package` entry of the registry.
        column: The dates.
        layout: How they are written.

    Raises:
        FileNotFoundError: It is missing.
        ChecksumMismatch: It is not the registered file (a ValueError).
    """
    path = folder / file
    if not path.is_file():
        package = registry()["package"][file]["package"]
        raise FileNotFoundError(f"the source {file} is not in {folder}; it is made from {package}")
    frame = pd.read_csv(verify(path, file, registered(file)))
    return frame.set_index(pd.to_datetime(frame.pop(column).astype(str), format=layout))


def write_monthly(
    arguments: Sequence[str] | None,
    file: str,
    rebuild: Callable[[Path], pd.DataFrame],
    number: str,
) -> None:
    """Run the command line that writes a committed file of monthly values and say its checksum.

    Args:
        arguments: Of the command line.
        file: What is written, in the datasets' folder unless the command line says otherwise.
        rebuild: From the folder with the sources to the frame, indexed by months.
        number: How numbers are written, such as ``%.3f``: few enough digits that every machine
            writes the same file.
    """
    parser = argparse.ArgumentParser(description=f"Rebuild {file} from its sources.")
    parser.add_argument("--sources", type=Path, required=True, help="folder with the source files")
    parser.add_argument("--output", type=Path, default=FOLDER / file, help="CSV file to write")
    given = parser.parse_args(arguments)
    try:
        frame = rebuild(given.sources)
        write_atomically(given.output, frame.to_csv(float_format=number, lineterminator="\n"))
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{given.output}: {len(frame)} months, SHA-256 {sha256_of(given.output)}")
