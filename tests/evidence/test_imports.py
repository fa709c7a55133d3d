"""Pages import what they need: one on the ALM neither torch nor scikit-learn, none the book's."""

import ast
import json
import subprocess
import sys

from evidence.kit.sources import code, sources

SCRIPT = """
import json, sys
heavy, found = {"torch", "sklearn", "scipy.stats", "myst_nb", "sphinx"}, {}
for page, imports in json.load(sys.stdin).items():
    exec(imports, {})
    found[page] = sorted(heavy & sys.modules.keys())
print(json.dumps(found))
"""


def loaded(pages: dict[str, str]) -> dict[str, list[str]]:
    """Return which heavy modules are there after the imports of each page and those before it."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(pages),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def imports(name: str) -> str:
    """Return the import statements of a notebook."""
    tree = ast.parse(code(sources()[name]))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, found))


def test_a_page_on_the_alm_loads_neither_torch_nor_scikit_learn():
    pages = {name: imports(name) for name in sources() if name.startswith("alm_")}
    found = loaded(pages)
    assert len(found) > 10
    assert not any(
        {"torch", "sklearn", "myst_nb", "sphinx"} & set(names) for names in found.values()
    )
    assert loaded({"alm_fig1": pages["alm_fig1"]}) == {"alm_fig1": []}


def test_what_a_page_on_the_gru_loads_is_seen():
    assert "torch" in loaded({"sl1_table3": imports("sl1_table3")})["sl1_table3"]
