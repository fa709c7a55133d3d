"""Builds the site as ``jupyter-book build`` does, with several processes at once.

The command of jupyter-book hands Sphinx one process; the function behind it takes more.
"""

import gc
import os
import sys

from evidence.kit.paths import BUILD, ROOT

HTML = BUILD / "html"
OVERRIDDEN = {"external_toc_path": str(ROOT / "_toc.yml"), "latex_individualpages": False}
"""What the command adds to ``_config.yml``."""


def build(jobs: int) -> int:
    """Build the changed pages and return the exit code; a warning is an error.

    Args:
        jobs: processes that read and write pages side by side.
    """
    from jupyter_book.sphinx import build_sphinx  # here, for the task graph needs the folder alone

    # A build makes millions of objects and next to no cycles: to look for them takes a sixth of it.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    ended = build_sphinx(
        ROOT,
        HTML,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides=OVERRIDDEN | {"nitpicky": True},
        quiet=True,
        warningiserror=True,
        keep_going=True,
        jobs=jobs,
    )
    return ended if isinstance(ended, int) else 1


if __name__ == "__main__":
    sys.exit(build(os.cpu_count() or 1))
