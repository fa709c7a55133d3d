"""Sphinx extension of this book: buttons that lead to files which exist, fresh numbers, tidy text.

The pages under book/results are executed copies that the repository does not hold, so the theme's
own edit and launch links would lead nowhere. Here a result page's links point at its source
(notebooks/PAPER/NAME.md) and at the notebook that can be run as it stands
(notebooks/reference/NAME.ipynb).
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.config import Config

RESULTS = "book/results/"
BRANCH = "main"
RECORDS = "data/records"
SUMS = "data/SHA256SUMS"
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
"""What jupyter-book adds and what does not say that pages can be read side by side: one numbers the
sections when all have been read, the other works for LaTeX alone."""
PUNCTUATION = re.compile(r"[.,;:!?)\]’'\"]+")
GITHUB = re.compile(
    r"^(?:https://(?:[^/@]*@)?|ssh://git@|git@)github\.com[/:]([^/]+)/([^/]+?)(?:\.git)?/?$"
)


def repository_url(environment: Mapping[str, str], root: Path) -> str | None:
    """Return the GitHub address of this checkout without credentials, or None when it has none.

    Looked up in BOOK_REPOSITORY_URL, then GITHUB_SERVER_URL with GITHUB_REPOSITORY, then the
    address of the git remote `origin`.
    """
    named = environment.get("BOOK_REPOSITORY_URL")
    workflow = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    if named:
        address = named
    elif all(workflow):
        address = "/".join(workflow)
    else:
        address = _origin(root)
    found = GITHUB.match(address)
    return f"https://github.com/{found[1]}/{found[2]}" if found else None


def _origin(root: Path) -> str:
    return _git(root, "remote", "get-url", "origin")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def version_note(root: Path, repository: str | None) -> str:
    """Return as HTML which records the book shows: a version that can be cited and found again.

    The commit is the last one that changed them, and leads to the repository at that state. The
    checksum is that of the list of all their checksums, which a copy without git has too.
    """
    commit = _git(root, "log", "-1", "--format=%H", "--", RECORDS)
    listed = hashlib.sha256((root / SUMS).read_bytes()).hexdigest()
    named = f"<code>{commit[:10]}</code>"
    if repository:
        named = f'<a href="{repository}/tree/{commit}">{named}</a>'
    of_commit = f"of commit {named}, " if commit else ""
    return f"<p>Records {of_commit}checksum <code>{listed[:12]}</code></p>"


def notebook_source(root: Path, pagename: str) -> str | None:
    """Return the repository path of a result page's source, or None for every other page."""
    if not pagename.startswith(RESULTS):
        return None
    found = sorted(root.glob(f"notebooks/*/{pagename.removeprefix(RESULTS)}.md"))
    return found[0].relative_to(root).as_posix() if found else None


def runnable_notebook(root: Path, pagename: str) -> str | None:
    """Return the repository path of the notebook that Binder opens, if there is one."""
    path = f"notebooks/reference/{pagename.removeprefix(RESULTS)}.ipynb"
    return path if pagename.startswith(RESULTS) and (root / path).exists() else None


def launch_buttons(repository: str, notebook: str) -> dict[str, Any]:
    """Return the theme's button group that opens `notebook` of the repository on Binder.

    Binder installs environment.yml first, so the notebook finds the package; Colab would not.
    """
    place = repository.removeprefix("https://github.com/")
    binder = f"https://mybinder.org/v2/gh/{place}/{BRANCH}?urlpath=lab/tree/{notebook}"
    return {
        "type": "group",
        "tooltip": "Run this page's notebook elsewhere",
        "icon": "fas fa-rocket",
        "label": "launch-buttons",
        "buttons": [
            _link("Binder", binder, "Launch on Binder", "_static/images/logo_binder.svg"),
        ],
    }


def _link(text: str, url: str, tooltip: str, icon: str, **more: str) -> dict[str, Any]:
    return {"type": "link", "text": text, "url": url, "tooltip": tooltip, "icon": icon, **more}


def add_repository(app: Sphinx, config: Config) -> None:
    """Tell the theme the repository's address and the book's version.

    Without an address the theme's repository buttons stay away.
    """
    repository = repository_url(os.environ, Path(app.srcdir))
    config.companion_repository = repository
    config.html_theme_options["extra_footer"] = version_note(Path(app.srcdir), repository)
    if repository:
        config.html_theme_options |= {
            "repository_url": repository,
            "repository_branch": BRANCH,
            "use_repository_button": True,
            "use_edit_page_button": True,
            "use_issues_button": True,
        }


def rewrite_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Point a result page's edit, download and launch buttons at files that exist."""
    root = Path(app.srcdir)
    source = notebook_source(root, pagename)
    if not source:
        return
    repository = app.config.companion_repository
    for group in context["header_buttons"]:
        for button in group.get("buttons", []):
            if button.get("label") == "source-edit-button":
                button["url"] = f"{repository}/edit/{BRANCH}/{source}"
        if group.get("label") == "download-buttons":
            copy = Path(app.outdir) / "_sources" / source
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / source, copy)
            url = f"{context['pathto']('_sources', 1)}/{source}"
            button = _link(
                ".md",
                url,
                "Download the notebook's text source",
                "fas fa-file",
                label="download-text",
            )
            group["buttons"].insert(1, button)
    notebook = runnable_notebook(root, pagename)
    if repository and notebook:
        context["header_buttons"].insert(0, launch_buttons(repository, notebook))


def share_navigation(
    made: dict[tuple, str],
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Make the navigation once for all pages of a depth that are no part of it.

    These are the source listings. Their number is larger than that of the other pages, and the
    navigation is most of the work on them.
    """
    make = context["toctree"]

    def shared(**options: Any) -> str:
        key = (pagename.count("/"), *sorted(options.items()))
        if key not in made:
            made[key] = make(**options)
        return made[key]

    if doctree is None:
        context["toctree"] = shared


def note_glued_pages(app: Sphinx, doctree: nodes.document) -> None:
    """Rebuild a page whenever a notebook changes whose numbers it shows."""
    for reference in doctree.findall(PendingGlueReference):
        app.env.note_dependency(app.env.doc2path(reference.refdoc, base=False))


def keep_punctuation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Bind a formula to the punctuation behind it; browsers would break the line between them."""
    for formula in list(doctree.findall(nodes.math)):
        behind = formula.next_node(descend=False, siblings=True)
        mark = PUNCTUATION.match(behind) if isinstance(behind, nodes.Text) else None
        if mark:
            bound = nodes.inline(classes=["nowrap"])
            formula.replace_self(bound)
            bound += [formula, nodes.Text(mark[0])]
            behind.parent.replace(behind, nodes.Text(behind[mark.end() :]))


def skip_tuple_fields(
    app: Sphinx, what: str, name: str, member: object, skip: bool, options: object
) -> bool | None:
    """Leave out a NamedTuple's fields: its docstring describes them."""
    return True if (getattr(member, "__doc__", "") or "").startswith("Alias for field") else None


def own_source(app: Sphinx, modname: str | None, attribute: str | None) -> str | None:
    """Link a name whose type comes from another package to the module that defines the name.

    A cached property and a type alias say that they come from the standard library, whose source
    is no part of the book.
    """
    if not (modname and attribute):
        return None
    holder, _, _ = attribute.rpartition(".")
    module = import_module(modname)
    try:
        value = attrgetter(attribute)(module)
    except AttributeError:  # a field, which only instances have
        return None
    package = modname.split(".")[0]
    if (getattr(value, "__module__", None) or package).split(".")[0] == package:
        return None
    return attrgetter(holder)(module).__module__ if holder else modname


def remove_old_listings(app: Sphinx, exception: Exception | None) -> None:
    """Remove the source listings of modules that are gone or renamed since the last build.

    Sphinx leaves them where they are, with links to names that no page has any more.
    """
    listed = getattr(app.env, "_viewcode_modules", None)
    if exception or listed is None:
        return
    folder = Path(app.outdir) / "_modules"
    current = {"index", *(name.replace(".", "/") for name in listed)}
    for page in folder.rglob("*.html"):
        if page.relative_to(folder).with_suffix("").as_posix() not in current:
            page.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the handlers; the theme has filled its buttons by priority 501."""
    for name in SILENT:
        app.setup_extension(name)
        app.extensions[name].parallel_read_safe = True
    app.setup_extension("sphinx.ext.autodoc")
    app.add_config_value("companion_repository", None, "html")
    app.connect("config-inited", add_repository)
    app.connect("html-page-context", rewrite_buttons, priority=900)
    app.connect("html-page-context", partial(share_navigation, {}), priority=400)
    app.connect("doctree-read", note_glued_pages)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("autodoc-skip-member", skip_tuple_fields)
    app.setup_extension("sphinx.ext.viewcode")
    app.connect("viewcode-follow-imported", own_source, priority=100)
    app.connect("build-finished", remove_old_listings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
