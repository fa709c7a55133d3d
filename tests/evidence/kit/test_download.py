"""What a page offers as a file is the whole table; joined sections are one table."""

import base64
import csv
import io
import re

import pandas as pd
from IPython.display import Markdown

from evidence.kit.download import download
from evidence.kit.tables import Section, SectionTable
from evidence.kit.verdicts import Verdict

TABLE = SectionTable(
    ("start", "error"),
    [
        Section("ALM", [["He", ("1.5", Verdict.REPRODUCED)]], folded=True),
        Section("GD & co", [["LeCun", "2, or 3"], ["He", "4"]]),
    ],
)


def saved(link):
    coded = re.search(r'href="data:text/csv;base64,([^"]+)"', link.data)[1]
    return list(csv.reader(io.StringIO(base64.b64decode(coded).decode())))


def test_a_file_holds_every_row_also_of_what_is_folded():
    link = download("All & more", "all.csv", TABLE)
    assert saved(link) == [
        ["section", "start", "error"],
        ["ALM", "He", "1.5 reproduced"],
        ["GD & co", "LeCun", "2, or 3"],
        ["GD & co", "He", "4"],
    ]
    assert ">All &amp; more</a> (CSV, 3 rows)" in link.data
    assert 'download="all.csv"' in link.data


def test_several_tables_say_what_each_row_is_of():
    frame = pd.DataFrame({"error": [1.0, 2.0]}, index=pd.Index(["a", "b"], name="method"))
    rows = saved(download("t", "t.csv", {"one": frame, "two": frame[1:]}))
    assert rows == [
        ["of", "method", "error"],
        ["one", "a", "1.0"],
        ["one", "b", "2.0"],
        ["two", "b", "2.0"],
    ]


def test_nothing_to_save_makes_no_link():
    sentence = Markdown("*Nothing was tuned.*")
    assert download("t", "t.csv", sentence) is sentence
    assert download("t", "t.csv", SectionTable((), ())).data == ""


def test_joined_sections_are_one_table_with_their_titles_as_rows():
    joined = SectionTable(TABLE.heads, TABLE.sections, joined=True)._repr_html_()
    assert joined.count("<table") == 1
    assert TABLE._repr_html_().count("<table") == 2
    assert '<tr class="section"><td colspan="2"><b>GD &amp; co</b> </td></tr>' in joined
    assert joined.count("<tr>") == 1 + 3
