"""Paper B, section 5.4: Tables 3 and 4 against the text, each other and arithmetic."""

import pandas as pd

from evidence.errata.registry import Check, checks
from evidence.kit.registry import units
from evidence.kit.runner import store
from evidence.pages.alm_table3.claims import stated_best
from evidence.pages.alm_table3.claims_rates import fits
from evidence.pages.alm_table3.claims_table3a import gaps
from evidence.papers import tables as papers
from evidence.papers.alm_zero import zero_cells

UNCLIPPED = ("GD", "GDNM")
"""Full-batch methods that differ in their momentum alone."""

PARTS = ("train", "test")
MEASURES = {"TrainErr": "training", "TestErr": "test"}
STARTS = ("He", "N(0,1e-3)", "N(0,1e-1)", "Glorot", "LeCun")


def _text() -> pd.DataFrame:
    """Return the cells of Table 3 as text, with the digits they have in the paper."""
    cells = papers.printed("alm_rnn_tables3_4", dtype=str)
    return cells[cells["metric"].isin(MEASURES)]


@checks("B-e-con4")
def _outperforms(starts: int = len(STARTS)) -> Check:
    best = {measure: len(found) for measure, found in stated_best("3b").items()}
    return Check(
        f"lowest errors from all {starts} starts, training and test",
        f"on the S&P series lowest training error from {best['train']}, lowest test error from "
        f"{best['test']}",
        any(count < starts for count in best.values()),
    )


@checks("B-e-3b-tie")
def _tie(cells: pd.DataFrame | None = None) -> Check:
    cells = papers.alm_errors("3b") if cells is None else cells
    best = cells[cells["train"] == cells["train"].min()]
    names = [f"{row.method} from {row.start}" for row in best.itertuples()]
    return Check(
        "the ALM's training error is the best of all combinations",
        f"{best['train'].min():.3f}: {', '.join(names)}",
        len(best) > 1,
    )


@checks("B-e-3b-digits")
def _decimals(cells: pd.DataFrame | None = None) -> Check:
    cells = _text() if cells is None else cells
    cells = cells[cells["dataset"] == papers.ALM_TABLES["3b"]]
    decimals = cells["value"].str.split(".").str[1].str.len()
    usual = int(decimals.mode().item())
    odd = cells[decimals != usual]
    return Check(
        f"{len(cells)} errors",
        f"{len(cells) - len(odd)} have {usual} decimals; "
        + (
            ", ".join(
                f"{row.model} from {row.init}, {MEASURES[row.metric]}: {row.value}"
                for row in odd.itertuples()
            )
            or "no other"
        ),
        len(odd) > 0,
    )


@checks("B-e-3c-digit")
def _digit(cells: pd.DataFrame | None = None) -> Check:
    cells = papers.alm_errors("3c") if cells is None else cells
    wide, numbers, other = cells.set_index(["method", "start"]), 0, []
    for start in STARTS:
        a, b = (wide.loc[(method, start)] for method in UNCLIPPED)
        for name in wide.columns:
            numbers += 1
            if a[name] != b[name]:
                other.append(f"{name} from {start}: {a[name]:.3f} and {b[name]:.3f}")
    return Check(
        "rows of GD and GDNM",
        f"{numbers - len(other)} of {numbers} numbers are equal; different: "
        + (", ".join(other) or "none"),
        len(other) == 1,
    )


@checks("B-e-rates")
def _rates(exchange: bool = False) -> Check:
    printed, exchanged = fits(exchange=exchange), fits(exchange=True)
    return Check(
        f"equal errors exactly at equal rates in {sum(printed.values())} of {len(printed)} pairs "
        "of cells of GD and GDNM",
        f"with the two pairs of rates exchanged in {sum(exchanged.values())}",
        sum(printed.values()) < sum(exchanged.values()) == len(exchanged),
    )


@checks("B-e-momentum")
def _momentum(momentum: bool = False) -> Check:
    """Whether equal errors go with equal rates, Table 4's pairs of B-e-rates exchanged."""
    found, same = fits(exchange=True), 0
    for table in papers.ALM_TABLES:
        errors = papers.alm_errors(table).set_index(["method", "start"])["train"]
        same += int((errors["GD"] == errors["GDNM"]).sum()) * (not momentum)
    return Check(
        "GDNM is another method than GD",
        f"equal training errors from {same} of {len(found)} starts, with the rates of the entry "
        "above exactly where the rates are equal",
        same > 0 and all(found.values()),
    )


@checks("B-e-zero")
def _zero(cells: pd.DataFrame | None = None) -> Check:
    cells = zero_cells() if cells is None else cells
    outputs = {"synthetic-t10": 3, "synthetic-t500": 30}
    by_set = [
        f"{len(group)} with {group['train'].median():.3f} / {group['test'].median():.3f}, weighted "
        f"mean {group['mean'].median():.4f} for m = {outputs[str(name)]}"
        for name, group in cells.groupby("dataset")
    ]
    return Check(
        "errors of trained networks",
        "cells whose weighted mean is m, as for the answer zero: " + "; ".join(by_set),
        len(cells) > 0,
    )


def _ours(dataset: str, start: str) -> pd.DataFrame:
    """Return our mean errors from one start, a row per method with its rate and norm."""
    name = "alm_descent_printed"
    replaced = {("dataset",): dataset, ("initialisation",): start}
    wanted = units(name, "paper", replaced)
    record = next(filter(None, map(store(name, "paper").load, wanted)))
    means = {"train": "mean", "test": "mean", "rate": "first", "clip": "first"}
    return pd.DataFrame(record.rows).groupby("method").agg(means)


@checks("B-e-gdc")
def _clipped(gap: float | None = None) -> Check:
    printed, ours = {}, {}
    errors = papers.alm_errors("3c").set_index(["method", "start"])
    for name, start in {"normal-1e-1": "N(0,1e-1)", "glorot": "Glorot"}.items():
        runs = _ours("synthetic-t500", name)
        if runs.loc["GDC", "rate"] != runs.loc["GDNM", "rate"]:
            raise ValueError(f"GDC and GDNM have different rates from {start}")
        for part in PARTS:
            key = f"{start}, {part}"
            printed[key] = errors.loc[("GDC", start), part] - errors.loc[("GD", start), part]
            ours[key] = runs.loc["GDC", part] - runs.loc["GDNM", part]
    shift = min(printed.values()) if gap is None else gap
    return Check(
        f"clipping raises the errors by {shift:.3f} to {max(printed.values()):.3f}",
        f"in our runs at the same rate and norm it changes them by "
        f"{max(map(abs, ours.values())):.3f} at most",
        shift > 5 * max(map(abs, ours.values())),
    )


@checks("B-e-loss")
def _loss(mean_over_outputs: bool = False) -> Check:
    own, right = gaps(mean_over_outputs).max(), gaps(True).max()
    return Check(
        f"with the loss of (2.6) a closed form misses a printed cell by {own:.1%}",
        f"with a mean over the outputs, too, by {right:.0e} of it at most",
        own > 10 * right,
    )


@checks("B-e-search")
def _search(cells: pd.DataFrame | None = None) -> Check:
    """Starts from which GD and GDNM have different rates, and the one chosen is not the better."""
    cells = papers.alm_errors("3a") if cells is None else cells
    table = cells.merge(papers.alm_rates("3a"), on=["method", "start"])
    table = table[table["method"].isin(UNCLIPPED)]
    worse = []
    for start, group in table.groupby("start", sort=False):
        best = group.loc[group["test"].idxmin()]
        for row in group.itertuples():
            if row.rate != best["rate"] and row.test > best["test"]:
                worse.append(
                    f"{row.method} from {start} {row.test:.3f} at {row.rate:g}, {best['test']:.3f} "
                    f"at {best['rate']:g}"
                )
    return Check(
        "the rates with the best test error",
        "; ".join(worse) or "none is worse",
        len(worse) > 0,
    )
