"""The reader stumbles over each fault that a page can have, and over nothing on a sound page."""

import pytest
from reader import dead_links, listings, pages

from evidence.kit.browser import installed

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
SOUND = f"""<h1>A title</h1><h2>A part</h2><p id="part">Text with <a href="#part">a link</a>.</p>
<figure><img src="{PIXEL}" alt="One pixel."><span class="caption-number">Fig. 1</span></figure>
<details><summary>More</summary><p>Folded text.</p></details>
<pre>$$ \\begin{{code}} is no formula</pre>"""
STYLE = "body { color: #000; background: #fff } @media (prefers-color-scheme: dark) { %s }"
DARK = "body { color: #fff; background: #000 } a, a:visited { color: #9cf }"


def page(folder, body, head=""):
    """Write a page with this body below a sound beginning and return its path."""
    path = folder / "page.html"
    head = f'<meta charset="utf-8"><title>Page</title><style>{STYLE % DARK}</style>{head}'
    path.write_text(
        f'<!doctype html><html lang="en"><head>{head}</head><body>'
        f"<main><article>{body}</article></main></body></html>"
    )
    return path


def test_a_sound_page_has_no_findings(reader, tmp_path):
    assert reader.read(page(tmp_path, SOUND)) == []


FAULTS = {
    "console error: broken": "<script>console.error('broken')</script>",
    "script error: broken": "<script>throw Error('broken')</script>",
    "request failed: file:": "<script src='absent.js'></script>",
    "request leaves the machine: https://example.org/": "<img alt='x' src='https://example.org/'>",
    "page scrolls sideways: 3008 > 390 (p.wide)": "<p class='wide' style='width: 3000px'>x</p>",
    "page scrolls sideways": "<h2>" + "endless" * 100 + "</h2>",
    "raw markup left in the text: costs $$x$$": "<p>costs $$x$$</p>",
    "raw markup left in the text: {glue:text}": "<p>{glue:text}`a.b`</p>",
    "raw markup left in the text: :::{note}": "<p>:::{note}</p>",
    "raw markup left in the text: \\(x\\)": "<p>\\(x\\)</p>",
    "raw markup left in the text: ## Part": "<p>## Part</p>",
    "formula not typeset: x": "<span class='math'>x</span>",
    "MathJax error: Undefined": "<mjx-container><mjx-merror>Undefined</mjx-merror></mjx-container>",
    "formula cut off at its left": "<div class='math'><mjx-container display='true'>"
    "<mjx-c style='position: relative; left: -50px'>x</mjx-c></mjx-container></div>",
    "image missing: absent.png": "<img alt='x' src='absent.png'>",
    "image without an alt attribute": f"<img src='{PIXEL}'>",
    "image without alternative text": f"<img alt='' src='{PIXEL}'>",
    "image without alternative text: ": f"<img alt='_images/a.png' src='{PIXEL}'>",
    "image that is no figure: A plot.": f"<img alt='A plot.' src='{PIXEL}'>",
    "figure without a number: plot": f"<figure id='plot'><img alt='x' src='{PIXEL}'></figure>",
    "duplicate id: twice": "<p id='twice'>x</p><p id='twice'>x</p>",
    "heading jumps from h2 to h4: Deep": "<h4>Deep</h4>",
    "2 headings of the first level": "<h1>Another</h1>",
    "low contrast 1.36: p.faint": "<p class='faint' style='color: #ddd; background: #fff'>x</p>",
    "low contrast 2.85: p.big": "<p class='big' style='font-size: 24px; color: #999; "
    "background: #fff'>x</p>",
    "low contrast 3.55: p.clear": "<p class='clear' style='color: #0007; background: #fff'>x</p>",
    "low contrast 2.85: p.thin": "<p class='thin' style='opacity: 0.4'>x</p>",
    "low contrast 2.81: b.on": "<p style='color: #000; background: #fff'>"
    "<b class='on' style='background: #000a'>x</b></p>",
    "dead link: ": "<a href='absent.html'>x</a>",
    "dead anchor: ": "<a href='#absent'>x</a>",
}


@pytest.mark.parametrize(("finding", "body"), FAULTS.items(), ids=lambda text: text[:30])
def test_each_fault_is_found(reader, tmp_path, finding, body):
    found = reader.read(page(tmp_path, SOUND + body))
    assert [text for text in found if text.startswith(finding)], found


def test_a_fault_is_reported_with_the_views_that_show_it(reader, tmp_path):
    narrow = page(tmp_path, SOUND + "<p style='width: 600px'>x</p>")
    assert reader.read(narrow) == ["page scrolls sideways: 608 > 390 (p) [phone light, phone dark]"]
    style = "<style>@media (prefers-color-scheme: dark) { em { color: #333 } }</style>"
    dim = page(tmp_path, SOUND + "<p><em>x</em></p>", style)
    assert reader.read(dim) == ['low contrast 1.66: em "x" [desktop dark, phone dark]']


def test_large_text_may_have_less_contrast(reader, tmp_path):
    style = "style='color: #888; background: #fff; font-size: %dpx'"
    assert reader.read(page(tmp_path, f"{SOUND}<p {style % 24}>x</p>")) == []
    small = reader.read(page(tmp_path, f"{SOUND}<p {style % 23}>x</p>"))
    assert len(small) == 1
    assert small[0].startswith("low contrast 3.54: p")


def test_a_page_needs_a_title_and_a_language(reader, tmp_path):
    path = tmp_path / "bare.html"
    path.write_text("<!doctype html><main><article><h1>x</h1></article></main>")
    assert reader.read(path) == ["page without a title", "page without a language"]


def test_dead_links_are_found_in_the_file_alone(tmp_path):
    """A target with a character that HTML escapes, an absent one, and one in quotes of its own."""
    links = """<a class="x" href="page.html#a&amp;b">x</a><b id="a&amp;b"></b>
        <a href="absent.html">x</a> <a href='#absent'>x</a>"""
    found = dead_links(page(tmp_path, SOUND + links))
    assert [text.rpartition("/")[2] for text in found] == ["absent.html", "page.html#absent"]
    assert [text.partition(": ")[0] for text in found] == ["dead link", "dead anchor"]


def test_the_pages_of_a_site_are_those_that_people_read(tmp_path):
    for name in ("index.html", "book/a.html", "_modules/lib/b.html", "_static/c.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in pages(tmp_path)]
    assert found == ["_modules/lib/b.html", "book/a.html", "index.html"]
    assert listings(tmp_path) == [tmp_path / "_modules" / "lib" / "b.html"]


def test_the_browser_is_the_named_one_or_the_first_found(tmp_path, monkeypatch):
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("BOOK_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert installed() == str(program)
    monkeypatch.setenv("PATH", "")
    assert installed() is None
    monkeypatch.setenv("BOOK_BROWSER", str(program))
    assert installed() == str(program)
    monkeypatch.setenv("BOOK_BROWSER", "absent")
    with pytest.raises(FileNotFoundError, match="BOOK_BROWSER names 'absent'"):
        installed()
