"""Paper A: single cells of Tables 3 and 5 against counts, against each other and against sizes."""

import pandas as pd

from evidence.errata.registry import Check, brief, checks
from evidence.errata.sl1_tables import CELL, COLUMNS, GRU, of
from evidence.papers import tables as papers
from evidence.protocols.sl1 import HIDDEN_SIZE, MODELS

TRIALS = 10
"""Over which a printed figure is a mean (section 4.2)."""


@checks("A-e-T3-grain")
def _grain(trials: int = TRIALS) -> Check:
    cells, sizes = papers.sl1_results(3), papers.sl1_sizes()
    found = {"train": [0, 0], "test": [0, 0]}
    for row in cells[cells["dataset"].isin(("Iris", "Wine", "Breast cancer"))].itertuples():
        for part, count in found.items():
            of = trials * sizes.loc[row.dataset, part]
            value = getattr(row, part)
            count[0] += abs(round(value * of) / of - value) > 0.5e-4
            count[1] += 1
    (train, of_train), (test, of_test) = found.values()
    return Check(
        f"means over {trials} trials",
        f"{test} of {of_test} test and {train} of {of_train} training accuracies are no count out "
        f"of {trials} times the part, to four decimals",
        train + test > 0,
    )


def _repeated(table: int, cells: pd.DataFrame | None) -> list[str]:
    """Return the cells that two datasets share, as printed and column by column."""
    cells = papers.sl1_digits(table) if cells is None else cells
    return [
        f"{model}, {CELL[name]}: {value} for {' and '.join(group['dataset'])}"
        for name in COLUMNS[:3]
        for (model, value), group in cells.groupby(["model", name], sort=False)
        if len(group) > 1
    ]


@checks("A-e-T3-same")
def _same3(cells: pd.DataFrame | None = None) -> Check:
    found = _repeated(3, cells)
    return Check("cells of different datasets", "; ".join(found) or "all differ", len(found) > 0)


@checks("A-e-T5-same")
def _same5(cells: pd.DataFrame | None = None) -> Check:
    found = _repeated(5, cells)
    return Check("cells of different datasets", "; ".join(found) or "all differ", len(found) > 0)


@checks("A-e-T3-l2")
def _l2(cell: float | None = None) -> Check:
    cells = of(papers.sl1_results(3), "L2-GRU", "sparsity")
    value = cells.pop("Breast cancer") if cell is None else cell
    others = cells.drop("Breast cancer", errors="ignore")
    size = papers.sl1_sizes().loc["Breast cancer"]
    model = MODELS[GRU](int(size["features"]), HIDDEN_SIZE, int(size["classes"]))
    least = 1 / (TRIALS * model.layout.weight_count)
    return Check(
        brief(value),
        f"{others.min():g} to {others.max():g} on the other sets; one weight in ten trials is "
        f"{brief(least)}, {least / value:.0f} times as much",
        bool(value < least and value < others.min() / 100),
    )


@checks("A-e-T5-rnn")
def _outlier(cell: float | None = None) -> Check:
    """The RNN's test errors in units of the next largest of their sets."""
    wide = papers.sl1_results(5).pivot(index="dataset", columns="model", values="test")
    ratios = wide["RNN"] / wide.drop(columns="RNN").max(axis=1)
    ours = ratios.pop("Diabetes")
    if cell is not None:
        ours *= cell / wide.loc["Diabetes", "RNN"]
    return Check(
        f"{ours:.3g} times the next largest test error of its set",
        f"{ratios.min():.2f} to {ratios.max():.2f} times on the other four",
        ours > 10 * ratios.max(),
    )


@checks("A-e-rnn-time")
def _rnn_time(cells: pd.DataFrame | None = None) -> Check:
    cells = pd.concat([papers.sl1_results(t) for t in (3, 5)]) if cells is None else cells
    rnn = of(cells, "RNN", "seconds")
    slower = {m: int((rnn > of(cells, m, "seconds")).sum()) for m in (GRU, "LSTM")}
    weights = {m: MODELS[m](10, HIDDEN_SIZE, 1).layout.weight_count for m in ("RNN", GRU, "LSTM")}
    shares = [f"{weights['RNN'] / weights[m]:.2f} of the {m}'s" for m in slower]
    return Check(
        f"slower than the GRU on {slower[GRU]} and than the LSTM on {slower['LSTM']} of {len(rnn)}",
        f"with 10 inputs the RNN has {' and '.join(shares)} weights",
        slower[GRU] == len(rnn) and weights["RNN"] < weights[GRU] < weights["LSTM"],
    )
