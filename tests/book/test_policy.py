"""The policy that a page gets: the theme's inline scripts by their hashes, none of the body's."""

import re
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256

import pytest

from evidence.kit.paths import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))
import policy

HEAD = '<html><head><meta charset="utf-8" /><script src="own.js"></script><script>a</script></head>'


def allowed(page):
    """Return the hashes that the policy of a page allows."""
    (said,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (scripts,) = re.findall("script-src ([^;]*)", said)
    return {word for word in scripts.split() if word.startswith("'sha256-")}


def hashes(*scripts):
    made = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return {f"'sha256-{one}'" for one in made}


@pytest.mark.parametrize(
    "body",
    [
        "<p>x</p>",
        "<script>evil</script>",
        "<script>evil",
        "<script>evil//",
        "<script>evil<!-- ",
        "<SCRIPT type=module >evil</SCRIPT >",
        '<script>evil</script><script src="x.js"></script>',
    ],
)
def test_only_scripts_around_the_body_are_allowed(body):
    page = f"{HEAD}<body>{body}<script>b\n</script></body></html>"
    guarded = policy.guarded(page, body)
    assert allowed(guarded) == hashes("a", "b\n", *policy.HANDLERS)
    assert re.sub("<meta http-equiv=[^>]*>", "", guarded) == page


def test_a_page_without_a_body_of_its_own_is_the_theme_s():
    assert allowed(policy.guarded(f"{HEAD}</html>", "")) == hashes("a", *policy.HANDLERS)


@pytest.mark.parametrize(
    ("page", "body"), [(f"{HEAD}<body>other</body>", "<p>x</p>"), ("<head></head><p>x</p>", "")]
)
def test_a_page_whose_body_cannot_be_found_is_not_written(page, body):
    with pytest.raises(ValueError, match="cannot be given a policy"):
        policy.guarded(page, body)


def test_a_script_in_a_page_s_source_is_built_and_not_allowed(tmp_path):
    (tmp_path / "conf.py").write_text(
        f"import sys; sys.path.append({str(ROOT / 'book' / '_ext')!r})\n"
        "extensions = ['myst_nb', 'sphinx_book_theme']; html_theme = 'sphinx_book_theme'\n"
        "template_bridge = 'policy.Templates'\n"
    )
    (tmp_path / "index.md").write_text("# A book\n\n<script>evil</script>\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", tmp_path, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<script>evil</script>" in page
    assert hashes("evil").isdisjoint(allowed(page))
    assert len(allowed(page)) > 2
