"""The bench's page: errors of all models on each judged series, and what they amount to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import ttest_rel

from evidence.kit.frames import frame
from evidence.kit.records import Record
from evidence.pages.estimators_bench.predictors import ALM, GRU, LONGER, MLP, RIDGE, SMOOTHING

OURS = (ALM, GRU)
MOST = 1.05
"""The largest ratio to the better of ridge and MLP that is wanted on each series."""

LEVEL = 0.05
"""Of the test that tells a model's squared errors from those of ridge."""

EQUAL = 1e-9
"""Relative differences below it are rounding: the networks took no part."""


def errors(records: Sequence[Record]) -> pd.DataFrame:
    """Return the scaled error of each series, a row, and model; a mean over its seeds."""
    return _means(records, "error")


def seconds(records: Sequence[Record]) -> pd.Series:
    """Return the median over the series of the CPU seconds of a fit, by model."""
    return _means(records, "seconds").median()


def _means(records: Sequence[Record], column: str) -> pd.DataFrame:
    table = frame(records)
    return table.pivot_table(index="series", columns="model", values=column, sort=False)


def ratios(found: pd.DataFrame) -> pd.DataFrame:
    """Return the errors of MLP and our estimators over ridge's, and over the better of the two."""
    best = found[[RIDGE, MLP]].min(axis=1)
    to_ridge = found[[MLP, *OURS]].div(found[RIDGE], axis=0)
    return pd.concat(
        {
            "over ridge": to_ridge,
            "over the better of ridge and MLP": found[[*OURS]].div(best, axis=0),
        },
        axis=1,
    )


def told_apart(record: Record, model: str) -> int:
    """Return 1 where a model's squared errors are below ridge's beyond chance, -1 above, else 0."""
    truth = np.array(record.traces["truth"])

    def squares(name: str) -> np.ndarray:
        given = [v for key, v in record.traces.items() if key.rsplit(" ", 1)[0] == name]
        return np.mean((np.array(given or [record.traces[name]]) - truth) ** 2, axis=0)

    own, ridge = squares(model), squares(RIDGE)
    if np.allclose(own, ridge, rtol=1e-6):
        return 0
    found = ttest_rel(own, ridge)
    return 0 if found.pvalue > LEVEL else -int(np.sign(found.statistic))


def reliance(records: Sequence[Record], model: str) -> list[float]:
    """Return how far the networks of every fit of a model are trusted; 0 is ridge alone."""
    rows = [row for record in records for row in record.rows if row["model"] == model]
    return [value for row in rows for value in row["reliance"]]


def verdicts(records: Sequence[Record]) -> pd.DataFrame:
    """Return what was wanted of each of our estimators, and what came of it."""
    found = errors(records)
    best = found[[RIDGE, MLP]].min(axis=1)
    rows = {}
    for name in OURS:
        ratio, behind = found[name] / found[RIDGE], found[name] / best
        apart = [told_apart(record, name) for record in records]
        parts = (ratio < 1 - EQUAL, abs(ratio - 1) <= EQUAL, ratio > 1 + EQUAL)
        trust = reliance(records, name)
        rows[name] = {
            "median of the error over ridge's": f"{ratio.median():.3f}",
            "series below / at / above ridge": " / ".join(str(int(part.sum())) for part in parts),
            "beyond chance below / above": f"{apart.count(1)} / {apart.count(-1)}",
            "series within 5 % of the better of ridge and MLP": f"{(behind <= MOST).sum()}",
            "largest error over that": f"{behind.max():.2f}, {behind.idxmax()}",
            "fits that fall back on ridge and warn": f"{trust.count(0.0)} of {len(trust)}",
        }
    return pd.DataFrame(rows)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the numbers that the page's text quotes."""
    found = errors(records)
    best = found[[RIDGE, MLP]].min(axis=1)
    numbers = {"series": len(found), "mlp.median": float((found[MLP] / found[RIDGE]).median())}
    lowest, simple = found.idxmin(axis=1), [m for m in (LONGER, SMOOTHING) if m in found]
    numbers["mlp.highest"] = int((found.idxmax(axis=1) == MLP).sum())
    if SMOOTHING in found:
        numbers["smoothing.lowest"] = int((lowest == SMOOTHING).sum())
    if LONGER in found:
        numbers["lags.median"] = float((found[LONGER] / found[RIDGE]).median())
    for key, name in (("alm", ALM), ("gru", GRU)):
        behind = found[name] / best
        missed = [r for r in records if behind[r.config["series"]] > MOST]
        trust, there = reliance(records, name), reliance(missed, name)
        moved = found[abs(found[name] / found[RIDGE] - 1) > EQUAL]
        numbers |= {
            f"{key}.median": float((found[name] / found[RIDGE]).median()),
            f"{key}.within": int(np.sum(behind <= MOST)),
            f"{key}.worst": float(behind.max()),
            f"{key}.lowest": int((lowest == name).sum()),
            f"{key}.moved": len(moved),
            f"{key}.moved.beaten": int((moved[simple].min(axis=1) < moved[name]).sum()),
            f"{key}.fits": len(trust),
            f"{key}.alone": trust.count(0.0),
            f"{key}.missed.fits": len(there),
            f"{key}.missed.alone": there.count(0.0),
        }
    return numbers


def cost(records: Sequence[Record]) -> dict[str, float]:
    """Return the CPU seconds of a fit over those of ridge, by model."""
    found = seconds(records)
    return {f"{key}.cost": found[name] / found[RIDGE] for key, name in (("alm", ALM), ("gru", GRU))}


def counts(records: Sequence[Record]) -> pd.DataFrame:
    """Return crashes, explosions and what was done against them, for each kind and length."""
    table = frame(records).groupby(["kind", "steps"], sort=False)
    summed = table[["crashes", "exploded", "unwarned", "shrunk", "redrawn", "start"]].sum()
    summed.insert(0, "fits", table["seeds"].sum())
    summed["farthest prediction"] = table["reach"].max().round(2)
    names = {"unwarned": "without a warning", "shrunk": "start shrunk"}
    names |= {"redrawn": "start drawn anew", "start": "mean predicted"}
    return summed.rename(columns=names)


def grid_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return how many fits there were, and how many crashed or exploded."""
    table = frame(records)
    return {
        f"grid.{key}": float(table[key].sum()) for key in ("crashes", "exploded", "unwarned")
    } | {"grid.fits": float(table["seeds"].sum())}
