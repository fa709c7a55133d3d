"""The book as a PDF: what is printed is in it, and what is not in it is named."""

from evidence.kit import pdf
from evidence.kit.site import HTML


def test_the_contents_are_the_pages_of_the_site():
    pages = pdf.contents()
    assert len(set(pages)) == len(pages) > 60
    assert [name for name in pages if not (HTML / f"{name}.html").exists()] == []


def test_each_page_and_each_figure_is_in_the_pdf(browser, tmp_path):
    output = tmp_path / "book.pdf"
    written = pdf.write(browser, ["book/index", "book/results/alm_table4"], HTML, output)
    assert len(written["chapters"]) == 2
    assert len(written["figures"]) > 3
    assert pdf.missing(written, output) == []
    absent = {"chapters": ["A page that is not there"], "figures": ["A figure that is not there."]}
    assert pdf.missing(absent, output) == [
        "A page that is not there",
        "A figure that is not there.",
    ]
