"""Paper A, Tables 1 and 4: the datasets as stated and as found, and what needs no network.

The functions take the records of two experiments: `inventory`, what the tables hold
(`sl1_datasets`), and `references`, what the simplest predictors reach on them (`sl1_references`).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Universal, Value, Values
from evidence.pages.sl1_results.cells import FEWEST
from evidence.pages.sl1_results.references import (
    CLASSIFICATION,
    REGRESSION,
    Found,
    lead,
    nearer,
    nearest_scale,
    results,
)
from evidence.pages.sl1_results.runs_references import PARTS
from evidence.papers import tables as papers
from evidence.protocols.titles import title
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR, LOOK_UP, PREDICTORS, SCALES
from evidence.statistics import Outcome, two_sample_interval
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN
from lib.datasets.kdd import BASIC, CONTENT, TRAFFIC, WHOLE

UNSEEN = 0.01
"""A test part counts as unseen when less than this share of it occurs in the training part."""

AS_MEASURED = SCALES[0]

KDD_COLUMNS = len(BASIC) + len(CONTENT) + TRAFFIC
"""Features in the file; which 22 of them the paper uses it does not say."""


def claims(inventory: Sequence[Record], references: Sequence[Record]) -> list[Judged]:
    """Return what Tables 1, 3, 4 and 5 say of the data, with what was measured.

    A dataset that a profile leaves out is not measured.
    """
    tables, found = one_by(inventory, "dataset"), one_by(references, "dataset")
    return judge(
        {
            "A-T1-sizes": _as_stated(tables, [n for n in CLASSIFICATION if n != WHOLE]),
            "A-T1-kdd": _as_stated(tables, [WHOLE]),
            "A-T4-sizes": _as_stated(tables, REGRESSION),
            "A-T1-cancer": _level(found),
            "O-cancer-ceiling": _ceiling(found),
            "O-T3-unseen": _unseen(found),
            "O-T3-printed-linear": _above_logistic(found),
            "O-T5-printed-linear": _below(found, LINEAR),
            "O-T5-printed-constant": _below(found, CONSTANT),
            "O-T5-scale": _scale(found),
        }
    )


def _as_stated(tables: Found, names: Sequence[str]) -> Values | None:
    """Return stated and found sizes; KDD's inputs are those of its file, not of a selection."""
    printed, cases = papers.sl1_sizes(), {}
    for name in names:
        if name not in tables:
            continue
        row, stated = tables[name].rows[0], printed.loc[papers.SL1_TITLE_OF[name]]
        inputs = KDD_COLUMNS if name == WHOLE else row["inputs"]
        sizes = {"samples": (stated["instances"], row["samples"])}
        sizes["inputs"] = (stated["features"], inputs)
        if not np.isnan(stated["classes"]):
            sizes["classes"] = (stated["classes"], row["outputs"])
        cases |= {
            f"{title(name)}, {what}": Value.exact(float(theirs), ours)
            for what, (theirs, ours) in sizes.items()
        }
    return Values(cases, detail="Stated sizes against the public files") if cases else None


def _level(found: Found) -> Values | None:
    """Return the printed test accuracies beside logistic regression's on the set described."""
    if LJUBLJANA not in found:
        return None
    cells, values = results(LJUBLJANA)["test"], column(found[LJUBLJANA], "test", predictor=LINEAR)
    other = (
        f", and of {column(found[WISCONSIN], 'test', predictor=LINEAR).mean():.3f} on the "
        "Wisconsin set"
        if WISCONSIN in found
        else ""
    )
    return Values(
        {"test accuracy": _between((cells.min(), cells.max()), values)},
        detail="Lowest and highest printed test accuracy of six models against logistic "
        f"regression's on the set that Table 1 describes{other}",
    )


def _ceiling(found: Found) -> Values | None:
    """Return the highest training accuracy that any function of the inputs can have."""
    if LJUBLJANA not in found:
        return None
    highest = float(results(LJUBLJANA)["train"].max())
    values = column(found[LJUBLJANA], "train", predictor=LOOK_UP)
    return Values(
        {"training accuracy": _between((highest, np.inf), values)},
        detail="The highest that any function of the inputs can have, which contradicting rows "
        f"limit, against the highest printed; {values.min():.4f} to {values.max():.4f} by the "
        "split",
    )


def _between(stated: tuple[float, float], values: np.ndarray) -> Value:
    if len(values) < FEWEST:
        return Value(stated, float(values.mean()), None)
    expected = two_sample_interval(values, values.std(ddof=1), len(values))
    return Value(stated, float(values.mean()), (expected.low, expected.high))


def _unseen(found: Found) -> Universal | None:
    here = [name for name in CLASSIFICATION if name in found]
    seen = {name: column(found[name], "seen", predictor=LOOK_UP).mean() for name in here}
    if not seen:
        return None
    most = max(seen, key=seen.__getitem__)
    return Universal(
        cases=len(seen),
        violated=sum(share >= UNSEEN for share in seen.values()),
        drawn="The five sets; of an unseen test part the inputs of less than "
        f"{UNSEEN:.0%} occur in the training part, mean over the splits",
        worst=f"{seen[most]:.1%} on {title(most)}",
    )


def _above_logistic(found: Found) -> Comparisons | None:
    read_as = {LJUBLJANA: nearer(found)} if {LJUBLJANA, WISCONSIN} <= found.keys() else {}
    names = [read_as.get(name, name) for name in CLASSIFICATION if name in found]
    leads = {name: lead(found[name], LINEAR, "test") for name in names}
    return _compared(
        leads,
        "Printed test accuracy of SL1-GRU against logistic regression's, breast cancer on the set "
        "whose level is printed",
    )


def _below(found: Found, predictor: str) -> Comparisons | None:
    names = [name for name in REGRESSION if name in found]
    leads = {
        name: lead(found[name], predictor, f"test, {nearest_scale(found[name])}") for name in names
    }
    rival = "ridge regression's" if predictor == LINEAR else "that of the training targets' mean"
    return _compared(
        leads,
        f"Printed test error of SL1-GRU against {rival}, on the scale of the target on which ridge "
        "regression's is nearest to the printed ones",
    )


def _compared(leads: Mapping[str, tuple[float, float, float]], detail: str) -> Comparisons | None:
    """Return whether printed figures are better by more than a 95 % interval of the difference."""

    def outcome(gain: float, chance: float) -> Outcome:
        if abs(gain) <= chance:
            return Outcome.TIE
        return Outcome.BETTER if gain > 0 else Outcome.WORSE

    if not leads:
        return None
    return Comparisons(
        {title(name): Case(outcome(gain, chance)) for name, (_, gain, chance) in leads.items()},
        detail=detail,
    )


def _scale(found: Found) -> Universal | None:
    nearest = {name: nearest_scale(found[name]) for name in REGRESSION if name in found}
    if not nearest:
        return None
    return Universal(
        cases=len(nearest),
        violated=sum(scale != AS_MEASURED for scale in nearest.values()),
        drawn="The five sets; ridge regression's error on targets as measured is to be nearer to "
        "the median of the printed ones, as a ratio, than on standardised or scaled targets",
    )


def key_numbers(inventory: Sequence[Record], references: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    tables, found = one_by(inventory, "dataset"), one_by(references, "dataset")
    numbers: dict[str, float] = {}
    for name, record in tables.items():
        row = record.rows[0]
        keys = ("samples", "inputs", "missing", "repeated", "conflicting", "smallest", "largest")
        numbers |= {f"{name}.{key}": row[key] for key in keys if key in row}
        numbers[f"{name}.share_repeated"] = row["repeated"] / row["samples"]
    for name, record in found.items():
        numbers[f"{name}.seen"] = column(record, "seen", predictor=LOOK_UP).mean()
        numbers[f"{name}.extreme"] = column(record, "extreme", predictor=LOOK_UP).max()
        names = PARTS if name not in REGRESSION else [f"test, {nearest_scale(record)}"]
        for predictor in PREDICTORS:
            for part in names:
                values = column(record, part, predictor=predictor)
                if len(values):
                    numbers[f"{name}.{predictor} {part.partition(',')[0]}"] = values.mean()
    for name in (*CLASSIFICATION, *REGRESSION):
        cells = results(name)
        numbers |= {
            f"{name}.paper_low": cells["test"].min(),
            f"{name}.paper_high": cells["test"].max(),
            f"{name}.paper_train_high": cells["train"].max(),
        }
    return {name: float(value) for name, value in numbers.items()}
