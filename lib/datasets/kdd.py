"""The ten percent of KDD Cup 99 (paper A, Table 1), as it is and without duplicate rows."""

import pandas as pd

from lib.datasets.base import Sizes, checksum, dataset
from lib.datasets.containers import Table
from lib.datasets.tabular import encode, read

WHOLE, DISTINCT = "kdd", "kdd-distinct"
FILE = "kddcup.data_10_percent.gz"

BASIC = (
    *("duration", "protocol_type", "service", "flag", "src_bytes", "dst_bytes"),
    *("land", "wrong_fragment", "urgent"),
)
CONTENT = (
    *("hot", "num_failed_logins", "logged_in", "num_compromised", "root_shell", "su_attempted"),
    *("num_root", "num_file_creations", "num_shells", "num_access_files", "num_outbound_cmds"),
    *("is_host_login", "is_guest_login"),
)
TRAFFIC = 19
"""Columns computed over the last two seconds or the last hundred connections; not used."""

LABEL = "label"

_NOTES = {
    WHOLE: (
        "The 9 basic and 13 content features: the paper's 22 features are not named, this is our "
        "guess. Categories are numbered alphabetically, one column each."
    ),
    DISTINCT: (
        "As kdd, and of the rows that are equal in the 22 features and the class only the first "
        "is kept."
    ),
}


@dataset(WHOLE, files=(FILE,), sizes=Sizes(444617, 49402))
@dataset(DISTINCT, files=(FILE,), sizes=Sizes(51698, 5744))
def load(name: str) -> Table:
    """Return connections with 22 features and 23 classes.

    * ``kdd``: all 494,021 of the file;
    * ``kdd-distinct``: the 57,442 that differ in a feature or the class.

    Raises:
        ValueError: The file is not the registered one.
        DatasetUnavailable: The file cannot be had (a FileNotFoundError).
    """
    inputs = [*BASIC, *CONTENT]
    traffic = [f"traffic {k + 1}" for k in range(TRAFFIC)]
    frame = read(FILE, [*inputs, *traffic, LABEL])[[*inputs, LABEL]]
    if name == DISTINCT:
        frame = frame.drop_duplicates()
    X, categories = encode(frame[inputs], {})
    labels = frame[LABEL].astype("category")
    labels = labels.cat.rename_categories(lambda word: word.removesuffix("."))
    classes = tuple(sorted(labels.cat.categories))
    return Table(
        name=name,
        X=X,
        y=pd.Categorical(labels, categories=classes).codes,
        inputs=tuple(inputs),
        targets=(LABEL,),
        classes=classes,
        checksum=checksum(name),
        note=_NOTES[name],
        categories=categories,
    )
