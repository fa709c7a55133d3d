"""What data bring into a page does not run there, and every page of the site says so."""

import re
import sys

import pytest
from reader import pages

from evidence.kit.paths import BUILD, ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
import policy

SITE = BUILD / "html"
PAGES = [path for path in pages(SITE) if path != SITE / "index.html"]
RUN = "window.injected = true"
BROUGHT = {
    "a script": f"<script>{RUN}</script>",
    "a script's address": f"<script src='data:text/javascript,{RUN}'></script>",
    "an image's handler": f"<img src='data:,' onerror='{RUN}'>",
    "a drawing's handler": f"<svg onload='{RUN}'></svg>",
    "a handler of focus": f"<input autofocus onfocus='{RUN}'>",
    "a link": f"<a id='link' href='javascript:{RUN}'>x</a><script src='click.js'></script>",
    "a page in the page": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "a script left open": f"<script>{RUN}//",
}


def write(folder, body, guarded):
    whole = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title></head>'
        f"<body>{body}<script>window.own = true</script></body></html>"
    )
    (folder / "click.js").write_text("document.getElementById('link').click()")
    path = folder / "page.html"
    path.write_text(policy.guarded(whole, body) if guarded else whole)
    return path


def ran(reader, path, name):
    """Open a page and say whether its script ran; a script sets a mark soon or never."""
    reader.open(path.as_uri())
    reader.page.wait_for_timeout(200)
    return bool(reader.page.evaluate(f"window.{name}"))


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT)
def test_what_data_bring_along_runs_without_the_policy_and_not_with_it(reader, tmp_path, brought):
    assert ran(reader, write(tmp_path, brought, guarded=False), "injected")
    assert not ran(reader, write(tmp_path, brought, guarded=True), "injected")
    assert [said for said in reader.findings() if "Content Security Policy" in said]


def test_the_theme_s_own_scripts_run_under_the_policy(reader, tmp_path):
    assert ran(reader, write(tmp_path, "<p>x</p>", guarded=True), "own")
    assert reader.findings() == []


def test_every_page_has_a_policy_before_its_first_script():
    assert PAGES
    for path in PAGES:
        before, meta, after = path.read_text(encoding="utf-8").partition(
            '<meta http-equiv="Content-Security-Policy" content="'
        )
        said = after.partition('"')[0]
        assert meta, path
        assert "<script" not in before, path
        assert len(before.encode()) < 1024, path
        (scripts,) = re.findall(r"script-src ([^;]*)", said)
        allowed = {word for word in scripts.split() if not word.startswith("'sha256-")}
        assert allowed == {"'self'", "'unsafe-hashes'"}, path


@pytest.mark.parametrize("name", ["book/ledger", "book/provenance", "book/results/alm_fig1"])
def test_a_script_put_into_a_page_of_the_site_does_not_run(reader, tmp_path, name):
    page = (SITE / f"{name}.html").read_text(encoding="utf-8")
    brought = "".join(BROUGHT[kind] for kind in BROUGHT if kind != "a script left open")
    altered = re.sub(r"(<article [^>]*>)", rf"\1{brought}", page, count=1)
    assert altered != page
    path = tmp_path / "page.html"
    path.write_text(altered, encoding="utf-8")
    (tmp_path / "click.js").write_text("document.getElementById('link').click()")
    assert not ran(reader, path, "injected")
    bare = tmp_path / "bare.html"
    bare.write_text(re.sub(r"<meta http-equiv=[^>]*>", "", altered), encoding="utf-8")
    assert ran(reader, bare, "injected")
