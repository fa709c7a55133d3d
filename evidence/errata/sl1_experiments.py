"""Paper A, section 4: datasets and parameters against the text, the files and each other."""

from evidence.errata.registry import Check, checks
from evidence.kit.frames import column
from evidence.kit.runner import collect
from evidence.pages.sl1_search.search import SIGNS, TEXT
from evidence.papers import tables as papers
from evidence.protocols.sl1 import TABLE2, Setting
from evidence.rivals.predictors.of_tables import LINEAR
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.registry import registry


@checks("A-e-uci")
def _uci(allowed: tuple[str, ...] = ("UCI",)) -> Check:
    origins = {}
    for part in registry().values():
        for entry in part.values() if isinstance(part, dict) else ():
            what = entry.get("used_for", "") if isinstance(entry, dict) else ""
            if what.startswith("paper A: "):
                origins[what.removeprefix("paper A: ")] = entry["source"]
    others = {
        name: origin.split(":")[0].split(", doi")[0]
        for name, origin in origins.items()
        if not any(word in origin for word in allowed)
    }
    return Check(
        "all from the UCI repository",
        "published elsewhere: " + "; ".join(f"{name}: {o}" for name, o in sorted(others.items())),
        len(others) > 0,
    )


@checks("A-e-T1-kdd")
def _connections(printed: int | None = None) -> Check:
    size = papers.sl1_sizes().loc["KDD Cup 1999 Data (10%)"]
    printed = int(size["instances"]) if printed is None else printed
    record = {r.config["dataset"]: r for r in collect("sl1_datasets", "paper")}["kdd"]
    samples = record.rows[0]["samples"]
    return Check(
        f"{printed:,} samples",
        f"{samples:,} in the file; training and test part of the table are "
        f"{int(size['train'] + size['test']):,}",
        printed != samples,
    )


FAR = 0.1
"""Logistic regression and the printed accuracies of six networks differ by more on another set."""


@checks("A-e-T1-cancer")
def _cancer(name: str = LJUBLJANA) -> Check:
    found = {r.config["dataset"]: r for r in collect("sl1_references", "paper")}
    cells = papers.sl1_results(3)
    cells = cells[cells["dataset"] == "Breast cancer"]
    linear = {n: column(found[n], "test", predictor=LINEAR).mean() for n in (LJUBLJANA, WISCONSIN)}
    gaps = {n: abs(value - cells["test"].median()) for n, value in linear.items()}
    return Check(
        f"test accuracies {cells['test'].min():.4f} to {cells['test'].max():.4f}",
        f"logistic regression has {linear[LJUBLJANA]:.3f} on the set of 286 samples, "
        f"{linear[WISCONSIN]:.3f} on the Wisconsin set",
        bool(gaps[name] > FAR > gaps[WISCONSIN]),
    )


@checks("A-e-optimum")
def _optimum(text: Setting = TEXT) -> Check:
    row = TABLE2["wine"]
    differs = [name for name in SIGNS if getattr(text, name) != getattr(row, name)]
    shown = {
        where: ", ".join(f"{sign} = {getattr(setting, name):g}" for name, sign in SIGNS.items())
        for where, setting in (("text", text), ("table", row))
    }
    return Check(f"text: {shown['text']}", f"Table 2: {shown['table']}", len(differs) > 0)


@checks("A-e-F6-batch")
def _batch(batch: int | None = None) -> Check:
    batch = TABLE2["mnist"].batch_size if batch is None else batch
    train = int(papers.sl1_sizes().loc["MNIST", "train"])
    return Check(
        f"a step sees {batch:,} samples",
        f"(17) with (15) sees all {train:,}: {-(-train // batch):,} steps an epoch against one",
        batch != train,
    )
