"""The pages' content security policy: the site's own scripts run, and none that data bring along.

A page allows the site's script files and, by their SHA-256, the inline scripts that the theme and
the configuration write around the page's body. What stands in the body came through Markdown,
records and notebooks; a script or an event handler in it does not run. Styles may stand anywhere,
for MathJax and the theme write them.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from sphinx.jinja2glue import BuiltinTemplateLoader

HANDLERS = ("window.print()",)
"""What the theme's buttons say in attributes."""

INLINE = re.compile(r"<script\b(?![^>]*\ssrc=)[^>]*>(.*?)</script\b", re.DOTALL | re.IGNORECASE)

CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
"""What has to stand among a page's first bytes, before the policy, which is long."""


def policy(scripts: Iterable[str]) -> str:
    """Return the policy of a page with these inline scripts."""
    allowed = dict.fromkeys(map(_source, (*scripts, *HANDLERS)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'unsafe-hashes' {' '.join(allowed)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",  # the search reads the pages that it found
            "form-action 'self'",
            "base-uri 'none'",
        )
    )


def _source(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def guarded(page: str, body: str) -> str:
    """Return a page with its policy, which allows no inline script of the body.

    Raises:
        ValueError: the body does not stand in the page as it is, or the page names no charset.
    """
    before, found, after = page.partition(body) if body else (page, "", "")
    charset = CHARSET.search(before)
    if not charset or (body and not found):
        raise ValueError("a page without its body or its charset cannot be given a policy")
    # Apart, so that a script which the body leaves open never counts as one of the theme's.
    scripts = [script for part in (before, after) for script in INLINE.findall(part)]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts)}" />'
    return page[: charset.end()] + meta + page[charset.end() :]


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, of which every page gets its policy."""

    def render(self, template: str, context: dict[str, Any]) -> str:
        """Return what a template makes of a context, a page with its policy."""
        made = super().render(template, context)
        return guarded(made, context.get("body") or "") if "<head>" in made else made
