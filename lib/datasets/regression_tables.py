"""Wine quality, energy efficiency and student performance (paper A, Table 4), from UCI's files."""

from collections.abc import Mapping
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import pandas as pd

from lib.datasets import cache
from lib.datasets.base import DATASETS, Sizes, checksum, dataset
from lib.datasets.containers import Table
from lib.datasets.tabular import encode

WINE_QUALITY, ENERGY, STUDENT = ("wine-quality", "energy", "student")
TARGETS: Mapping[str, tuple[str, ...]] = {
    WINE_QUALITY: ("quality",),
    ENERGY: ("Y1", "Y2"),
    STUDENT: ("G3",),
}
COLUMNS = {WINE_QUALITY: 12, ENERGY: 10, STUDENT: 33}

_NOTES = {
    WINE_QUALITY: (
        "Red wines, then white ones; the colour is not among the inputs, as the paper counts 11."
    ),
    ENERGY: (
        "Two targets, heating load Y1 and cooling load Y2, in kWh per square metre, fitted by one "
        "network as the paper's count of output nodes asks for."
    ),
    STUDENT: (
        "The Portuguese course. The grades G1 and G2 of the earlier terms are left out, which "
        "gives the paper's 30 features; categories are numbered alphabetically, one column each."
    ),
}
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataset(
    WINE_QUALITY,
    files=("winequality-red.csv", "winequality-white.csv"),
    sizes=Sizes(5198, 1299),
)
@dataset(ENERGY, files=("ENB2012_data.xlsx",), sizes=Sizes(614, 154))
@dataset(STUDENT, files=("student-por.csv",), sizes=Sizes(519, 130))
def load(name: str) -> Table:
    """Return one of the three tables.

    * ``wine-quality``: 1599 red and 4898 white wines, 11 inputs, a mark from 3 to 9;
    * ``energy``: 768 buildings, 8 inputs, heating and cooling load;
    * ``student``: 649 pupils, 30 inputs, a final grade from 0 to 19.

    Raises:
        ValueError: A file is not the registered one.
        DatasetUnavailable: A file cannot be had (a FileNotFoundError).
    """
    files = DATASETS[name].files
    if name == ENERGY:
        frame = _sheet(files[0])
    else:
        frame = pd.concat([pd.read_csv(cache.path(file), sep=";") for file in files])
    if len(frame.columns) != COLUMNS[name]:
        raise ValueError(f"{files[0]} must have {COLUMNS[name]} columns, got {len(frame.columns)}")
    targets = list(TARGETS[name])
    inputs = frame.drop(columns=[*targets, "G1", "G2"] if name == STUDENT else targets)
    X, categories = encode(inputs, {})
    return Table(
        name=name,
        X=X,
        y=frame[targets].to_numpy(np.float64),
        inputs=tuple(inputs),
        targets=tuple(targets),
        classes=(),
        checksum=checksum(name),
        note=_NOTES[name],
        categories=categories,
    )


def _sheet(file: str) -> pd.DataFrame:
    """Return the first sheet of a workbook: a row of words, then rows of numbers; no empty rows."""
    with ZipFile(cache.path(file)) as archive:
        shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    words = [text.text for text in shared.iter(f"{_SHEET}t")]
    rows = [[cell.text for cell in row.iter(f"{_SHEET}v")] for row in sheet.iter(f"{_SHEET}row")]
    heads = [words[int(number)] for number in rows[0]]
    return pd.DataFrame([row for row in rows[1:] if row], columns=heads, dtype=np.float64)
