"""Paper A: the abstract, the text and the bold type against Tables 3 and 5."""

from collections.abc import Sequence

import pandas as pd

from evidence.errata.registry import Check, checks
from evidence.kit.frames import column
from evidence.kit.runner import collect
from evidence.pages.sl1_results.references import nearest_scale
from evidence.papers import tables as papers
from evidence.protocols.sl1 import SL1
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR

GRU = "GRU"
HIGHER = {3: ("train", "test", "sparsity"), 5: ("sparsity",)}
"""The columns whose best cell is the highest; of the others it is the lowest."""

COLUMNS = ("train", "test", "sparsity", "seconds")
CELL = {"train": "training", "test": "test", "sparsity": "sparsity", "seconds": "time"}


def of(cells: pd.DataFrame, model: str, name: str) -> pd.Series:
    """Return one column of one model, by dataset."""
    return cells[cells["model"] == model].set_index("dataset")[name]


def _outside(found: Sequence[float], low: float, high: float) -> bool:
    """Return whether the range, to one decimal, is another than the one printed."""
    return f"{min(found):.1f} {max(found):.1f}" != f"{low:.1f} {high:.1f}"


@checks("A-e-abs-acc")
def _accuracy(low: float = 1.0, high: float = 2.4) -> Check:
    cells = papers.sl1_results(3)
    ours, theirs = of(cells, SL1, "test"), of(cells, GRU, "test")
    points, ratios = 100 * (ours - theirs), 100 * (ours / theirs - 1)
    return Check(
        f"{low} to {high} %",
        f"{points.min():.2f} ({points.idxmin()}) to {points.max():.2f} points ({points.idxmax()}), "
        f"as ratios {ratios.min():.2f} to {ratios.max():.2f} %",
        _outside(points, low, high) and _outside(ratios, low, high),
    )


@checks("A-e-abs-mse")
def _error(low: float = 7.8, high: float = 15.4) -> Check:
    cells = papers.sl1_results(5)
    cuts = 100 * (1 - of(cells, SL1, "test") / of(cells, GRU, "test"))
    inside = cuts.between(low, high).sum()
    return Check(
        f"{low} to {high} %",
        ", ".join(f"{name} {cut:.1f} %" for name, cut in cuts.items())
        + f"; {inside} of {len(cuts)} in the printed range",
        _outside(cuts, low, high),
    )


@checks("A-e-abs-time")
def _time(low: float = 8.7, high: float = 20.1) -> Check:
    cells = pd.concat([papers.sl1_results(table) for table in (3, 5)])
    saved = 100 * (1 - of(cells, SL1, "seconds") / of(cells, GRU, "seconds"))
    return Check(
        f"{low} to {high} %",
        f"{saved.min():.2f} % ({saved.idxmin()}) to {saved.max():.2f} % ({saved.idxmax()})",
        _outside(saved, low, high),
    )


def _best(table: int) -> pd.DataFrame:
    """Return which cells are the best of their column and dataset."""
    cells = papers.sl1_results(table)
    found = cells[["dataset", "model"]].copy()
    for name in COLUMNS:
        by_set = cells.groupby("dataset")[name]
        best = by_set.transform("max" if name in HIGHER[table] else "min")
        found[name] = cells[name] == best
    return found


def _bold(table: int, bold: pd.DataFrame | None) -> Check:
    bold, best = papers.sl1_bold(table) if bold is None else bold, _best(table)
    cells = papers.sl1_digits(table)
    wrong = [
        f"{row['dataset']}, {CELL[name]}: {row['model']} {cells.loc[i, name]} is "
        + ("best and not bold" if best.loc[i, name] else "bold and not best")
        for name in COLUMNS
        for i, row in cells.iterrows()
        if bool(bold.loc[i, name]) != best.loc[i, name]
    ]
    return Check(
        f"{int(bold[list(COLUMNS)].sum(axis=None))} bold cells, said to be the best",
        "; ".join(wrong) or "every bold cell is the best and every best one bold",
        bool(wrong),
    )


@checks("A-e-T3-bold")
def _bold3(bold: pd.DataFrame | None = None) -> Check:
    return _bold(3, bold)


@checks("A-e-T5-bold")
def _bold5(bold: pd.DataFrame | None = None) -> Check:
    return _bold(5, bold)


@checks("A-e-T3-except")
def _except(exceptions: int = 1) -> Check:
    best = _best(3)
    others = best[best["sparsity"] & (best["model"] != SL1)]
    return Check(
        f"{exceptions} set on which SL1-GRU is not the sparsest",
        f"{len(others)}: "
        + ", ".join(f"{row.dataset} ({row.model})" for row in others.itertuples()),
        len(others) != exceptions,
    )


@checks("A-e-T3-because")
def _because(cells: pd.DataFrame | None = None) -> Check:
    cells = papers.sl1_results(3) if cells is None else cells
    sparser = of(cells, "L1-GRU", "sparsity") > of(cells, SL1, "sparsity")
    faster = of(cells, SL1, "seconds") < of(cells, "L1-GRU", "seconds")
    both = [name for name in sparser.index if sparser[name] and faster[name]]
    return Check(
        "fastest because sparsest",
        f"SL1-GRU is less sparse than L1-GRU and faster on {', '.join(both) or 'no set'}",
        len(both) > 0,
    )


@checks("A-e-T5-text")
def _smallest(cells: pd.DataFrame | None = None) -> Check:
    cells = papers.sl1_results(5) if cells is None else cells
    wide = cells.pivot(index="dataset", columns="model", values="test")
    rivals = wide.drop(columns=SL1)
    beaten = [
        f"{name}: {wide.loc[name, SL1]:.4f} against {rivals.loc[name].min():.4f} of "
        f"{rivals.loc[name].idxmin()}"
        for name in wide.index
        if not wide.loc[name, SL1] < rivals.loc[name].min()
    ]
    return Check("smallest on every set", "; ".join(beaten) or "smallest on all", len(beaten) > 0)


@checks("A-e-T5-mean")
def _below_mean(printed: float | None = None) -> Check:
    found = {r.config["dataset"]: r for r in collect("sl1_references", "paper")}["student"]
    if printed is None:
        printed = of(papers.sl1_results(5), SL1, "test")["Student performance"]
    scale = nearest_scale(found)
    constant, linear = (
        column(found, f"test, {scale}", predictor=predictor).mean()
        for predictor in (CONSTANT, LINEAR)
    )
    return Check(
        f"{printed:.4f}",
        f"{constant:.4f} for the training part's mean, {linear:.4f} for ridge regression (target "
        f"{scale})",
        printed > constant,
    )
