"""Numbers in prose: which ones a page types, and which of them may be typed."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Set
from functools import cache
from importlib import import_module
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
import pandas as pd
import yaml

from evidence.kit.paths import DATA, ROOT
from evidence.kit.registry import EXPERIMENTS, PROFILES, experiment

LISTED = Path(__file__).with_name("literals.yml")

# What is no prose: code, roles with their content, addresses, options of directives, equation tags.
SILENT = re.compile(
    r"^(`{3,}).*?^\1`*$|\{[\w:.+-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|</?[a-z]+(?: [^<>$\n]*)?/?>|https?://\S+"
    r"|^:[\w-]+:.*?$|^\([\w-]+\)=$|^:{3,}.*?$|\\tag\{[^}]*\}",
    re.MULTILINE | re.DOTALL,
)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+?\$|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)
DECIMALS = re.compile(r"-?\d+\.\d+")
# Where something stands in a paper or elsewhere: "sections 5.2 and 5.3", "Table 3a", "(3.17)".
PLACE = re.compile(
    r"\b(?:(?:[Ss]ection|[Pp]age|[Ee]quation|[Ll]ine|[Ss]tep|[Ff]ig(?:ure)?|[Tt]able|Theorem|Lemma|"
    r"Corollary|Proposition|Assumption|Definition|Remark|Algorithm|Part|Appendix|Python|WCAG|version)"
    r"s?\.?\s+\d+(?:\.\d+)*[a-z]?(?:(?:,|\s+and|\s+or|\s+to|,\s+and|[-–])\s*\d+(?:\.\d+)*[a-z]?)*)"
    r"|\(A?\d+(?:\.\d+)?[a-z]?\)(?:[-–]\(A?\d+(?:\.\d+)?[a-z]?\))?|\b(?:19|20)\d\d\b|\bS&P\s+500\b"
)
NUMBER = re.compile(
    r"(?<![\w.,])[-−]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(e[-+]?\d+)?(?:\s?%)?(?![\w])"
)


class Literal(NamedTuple):
    """A number as a page types it, and the line that it stands on."""

    text: str
    line: str

    @property
    def values(self) -> set[float]:
        """The number; a percentage is also its hundredth part."""
        number = float(re.sub(r"[,%\s]", "", self.text).replace("−", "-"))
        return {number, number / 100} if "%" in self.text else {number}


def literals(text: str) -> list[Literal]:
    """Return the numbers of Markdown prose that could be results.

    That is every number with decimals, an exponent or a percent sign, and every whole number of two
    digits or more; of a formula the numbers with decimals. A digit alone counts things that the
    sentence names, and a number in words is not seen.
    """

    def decimals(formula: re.Match[str]) -> str:
        numbers = " ".join(DECIMALS.findall(formula[0]))
        return f" {numbers} " + "\n" * formula[0].count("\n")

    spoken = FORMULA.sub(decimals, SILENT.sub(lambda found: "\n" * found[0].count("\n"), text))
    prose = PLACE.sub(" ", spoken)
    return [
        Literal(found[0], line.strip())
        for line in prose.splitlines()
        for found in NUMBER.finditer(line)
        if found[2] or found[3] or "%" in found[0] or len(found[1]) > 1
    ]


def page_text(path: Path) -> str:
    """Return the Markdown of a page, or of a notebook with the captions of its figures."""
    if path.parent.name == "book":
        return path.read_text()
    cells = jupytext.read(path).cells
    figures = [cell.metadata.get("mystnb", {}) for cell in cells]
    captions = [f.get("figure", {}).get("caption", "") for f in figures]
    alternatives = [f.get("image", {}).get("alt", "") for f in figures]
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return "\n\n".join(prose + captions + alternatives)


def paper_of(page: str) -> str:
    """Return how the names of a page's own files begin; nothing for a page on both papers."""
    return next((paper for paper in ("alm_", "sl1_") if page.startswith(paper)), "")


@cache
def printed(paper: str) -> frozenset[float]:
    """Return the numbers of the papers' tables, as committed; `paper` as from :func:`paper_of`."""
    tables = [pd.read_csv(path) for path in sorted((DATA / "papers").glob(f"{paper}*.csv"))]
    numbers = (table.select_dtypes("number").to_numpy().ravel() for table in tables)
    return frozenset(float(number) for column in numbers for number in column)


@cache
def chosen(paper: str) -> frozenset[float]:
    """Return the numbers of settings: of experiments, of verdicts' thresholds, of datasets."""
    names = (name for name in EXPERIMENTS if name.startswith(paper))
    configs = (c for name in names for p in PROFILES for c in experiment(name).PROFILES[p])
    folders = (f"evidence/pages/{paper}*", "evidence/protocols", "evidence/papers", "lib/datasets")
    files = (path for folder in folders for path in ROOT.glob(f"{folder}/*.py"))
    names = (
        p.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__") for p in files
    )
    modules = (import_module(name.replace("/", ".")) for name in sorted(names))
    constants = (v for m in modules for k, v in vars(m).items() if k.isupper() and k != "PROFILES")
    return frozenset(number for value in (*configs, *constants) for number in _numbers(value))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Real) and not isinstance(value, bool):
        yield float(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _numbers([getattr(value, f.name) for f in dataclasses.fields(value)])
    elif isinstance(value, Mapping):
        yield from _numbers([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _numbers(part)


def listed() -> dict[str, dict[str, str]]:
    """Return why a page may type a number, by page and number."""
    return yaml.safe_load(LISTED.read_text())


def unexplained(text: str, allowed: Set[float], reasons: Mapping[str, str]) -> list[str]:
    """Return the numbers of a page that are neither allowed by rule nor listed with a reason."""
    return [
        f"{literal.text} in: {literal.line}"
        for literal in literals(text)
        if literal.text not in reasons and not literal.values & allowed
    ]
