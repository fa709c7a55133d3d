"""Tables too long for a page, as files that its reader can save."""

import base64
import csv
import io
from collections.abc import Iterator, Mapping
from html import escape

import pandas as pd
from IPython.display import HTML, Markdown

from evidence.kit.tables import SectionTable, text

Table = SectionTable | pd.DataFrame


def download(
    title: str, file: str, tables: Table | Markdown | Mapping[str, Table]
) -> HTML | Markdown:
    """Return a link that saves a table as CSV; the file is part of the page.

    Args:
        title: of the link.
        file: name under which a browser saves it.
        tables: one, or several with equal heads, each by what it is about. The sentence that a
            small profile has in the place of a table is returned as it is.
    """
    if isinstance(tables, Markdown):
        return tables
    parts = tables if isinstance(tables, Mapping) else {"": tables}
    written = io.StringIO()
    out, heads, number = csv.writer(written, lineterminator="\n"), None, 0
    for of, table in parts.items():
        for row in _rows(table):
            if heads is None:
                heads = row
                out.writerow(["of", *heads] if of else heads)
            elif row != heads:
                number += 1
                out.writerow([of, *row] if of else row)
    if not number:
        return HTML("")
    coded = base64.b64encode(written.getvalue().encode()).decode()
    return HTML(
        f'<p class="download"><a download="{escape(file)}" href="data:text/csv;base64,{coded}">'
        f"{escape(title)}</a> (CSV, {number:,} rows)</p>"
    )


def _rows(table: Table) -> Iterator[list[str]]:
    """Yield the heads and then the rows of a table; a section's title is its rows' first entry."""
    if isinstance(table, SectionTable):
        yield ["section", *table.heads]
        for section in table.sections:
            yield from ([section.title, *map(text, row)] for row in section.rows)
        return
    frame = table.reset_index()
    yield [str(head) for head in frame.columns]
    yield from ([str(entry) for entry in row] for row in frame.itertuples(index=False))
