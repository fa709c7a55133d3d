"""Paper A, Tables 1 and 4: the datasets as stated and as found, and what needs no network.

The functions take the records of two experiments: `inventory`, what the tables hold
(`sl1_datasets`), and `references`, what the simplest predictors reach on them (`sl1_references`).
"""

from collections.abc import Container, Iterable, Mapping, Sequence

import numpy as np

from evidence.kit.frames import column, one_by
from evidence.kit.records import Record
from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_results.references import (
    CLASSIFICATION,
    CONFIDENCE,
    REGRESSION,
    Found,
    lead,
    margin,
    nearer,
    nearest_scale,
    results,
)
from evidence.pages.sl1_results.runs_references import PARTS
from evidence.papers import tables as papers
from evidence.protocols.titles import title
from evidence.rivals.predictors.of_tables import CONSTANT, LINEAR, LOOK_UP, PREDICTORS, SCALES
from lib.datasets.breast_cancer import LJUBLJANA, WISCONSIN

UNSEEN = 0.01
"""A test part counts as unseen when less than this share of it occurs in the training part."""

AS_MEASURED = SCALES[0]


def claims(inventory: Sequence[Record], references: Sequence[Record]) -> list[Claim]:
    """Judge what Tables 1, 3, 4 and 5 say of the data, and what they leave to be gained.

    A dataset that a profile leaves out is not judged; a claim about left-out datasets alone cannot
    be tested.
    """
    tables, found = one_by(inventory, "dataset"), one_by(references, "dataset")
    return [
        _as_stated(tables, 1, CLASSIFICATION),
        _as_stated(tables, 4, REGRESSION),
        _which_breast_cancer(found),
        _unseen(found),
        _above_logistic(found),
        _scale(found),
        _below(
            found,
            LINEAR,
            "SL1-GRU has the smallest test error and the strongest generalisation (section 4.3). "
            "Asked here: is it smaller than that of ridge regression?",
        ),
        _below(found, CONSTANT, "The same, asked against answering the training part's mean."),
    ]


def _as_stated(tables: Found, number: int, names: Sequence[str]) -> Claim:
    """Judge whether the tables found have the printed sizes."""
    printed = papers.sl1_sizes()
    here = [name for name in names if name in tables]
    what = "samples, inputs and classes" if number == 1 else "samples and inputs"
    claim = f"Table {number}: {what} of the five sets."
    if not here:
        return _untestable(claim, "stated")
    differs, fits = [], []
    for name in here:
        row, stated = tables[name].rows[0], printed.loc[papers.SL1_TITLE_OF[name]]
        pairs = {"samples": (stated["instances"], row["samples"])}
        pairs["inputs"] = (stated["features"], row["inputs"])
        if not np.isnan(stated["classes"]):
            pairs["classes"] = (stated["classes"], row["outputs"])
        wrong = {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
        differs += [
            f"{title(name)} has {ours:,} {key}, not {theirs:,.0f}"
            for key, (theirs, ours) in wrong.items()
        ]
        fits.append(not wrong)
    sums = printed[printed["table"] == number]
    whole = int((sums["train"] + sums["test"] == sums["instances"]).sum())
    return Claim(
        claim,
        "stated",
        _joined([*differs, f"{sum(fits)} of {len(here)} sets as stated"]),
        decide(*fits),
        f"Training and test part of the table add up to its samples in {whole} of {len(sums)} "
        f"rows.{_left_out(here, names)}",
    )


def _which_breast_cancer(found: Found) -> Claim:
    """Judge whether Table 3's breast cancer can be the set that Table 1 describes."""
    cells = results(LJUBLJANA)
    claim = (
        "The breast cancer results of Table 3 are of the set that Table 1 describes, "
        "286 samples with 9 inputs."
    )
    paper = (
        f"accuracies of six models: training up to {cells['train'].max():.4f}, test "
        f"{cells['test'].min():.4f} to {cells['test'].max():.4f}"
    )
    if not {LJUBLJANA, WISCONSIN} <= found.keys():
        return _untestable(claim, paper)
    ceiling = column(found[LJUBLJANA], "train", predictor=LOOK_UP)
    linear = {
        name: column(found[name], "test", predictor=LINEAR).mean()
        for name in (LJUBLJANA, WISCONSIN)
    }
    possible = bool(cells["train"].max() <= ceiling.mean() + margin(ceiling))
    return Claim(
        claim,
        paper,
        f"on it no function of the inputs has a training accuracy above {ceiling.mean():.4f} on "
        f"average, {ceiling.min():.4f} to {ceiling.max():.4f} by the split; logistic "
        f"regression has a test accuracy of {linear[LJUBLJANA]:.3f} on it and of "
        f"{linear[WISCONSIN]:.3f} on the Wisconsin set",
        decide(possible, nearer(found) == LJUBLJANA),
        "Two conditions: the highest printed training accuracy is not above the mean of the "
        f"{len(ceiling)} splits' highest possible ones, which contradicting rows limit, by more "
        f"than chance ({margin(ceiling):.4f}) allows; and the printed test accuracies are nearer "
        "to logistic regression's on this set than to its on the other one.",
    )


def _unseen(found: Found) -> Claim:
    """Judge whether test samples occur in the training part."""
    here = [name for name in CLASSIFICATION if name in found]
    seen = {name: column(found[name], "seen", predictor=LOOK_UP).mean() for name in here}
    return Claim(
        "Test accuracy shows the generalisation ability (section 4.2). Asked here: are the test "
        "samples unseen?",
        "stated",
        "test samples whose inputs occur in the training part: "
        + _joined(f"{title(name)} {share:.1%}" for name, share in seen.items()),
        decide(*(bool(share < UNSEEN) for share in seen.values())),
        f"Judged for each set by whether less than {UNSEEN:.0%} of the test part occurs in the "
        f"training part, mean over the splits.{_left_out(here, CLASSIFICATION)}",
    )


def _above_logistic(found: Found) -> Claim:
    """Judge whether SL1-GRU's test accuracies are above logistic regression's."""
    read_as = {LJUBLJANA: nearer(found)} if {LJUBLJANA, WISCONSIN} <= found.keys() else {}
    names = [read_as.get(name, name) for name in CLASSIFICATION if name in found]
    leads = {name: lead(found[name], LINEAR, "test") for name in names}
    return _compared(
        leads,
        "SL1-GRU's test accuracy shows excellent generalisation (section 4.2). Asked here: is it "
        "higher than that of logistic regression?",
        "Breast cancer is judged on the set whose level Table 3 has."
        + _left_out(found, CLASSIFICATION),
    )


def _below(found: Found, predictor: str, claim: str) -> Claim:
    """Judge whether SL1-GRU's test errors are below those of a predictor."""
    names = [name for name in REGRESSION if name in found]
    leads = {
        name: lead(found[name], predictor, f"test, {nearest_scale(found[name])}") for name in names
    }
    return _compared(
        leads,
        claim,
        "Each on the scale of the target on which ridge regression's error is nearest to the "
        f"printed ones.{_left_out(found, REGRESSION)}",
    )


def _scale(found: Found) -> Claim:
    """Judge whether the printed errors can be those of targets as they were measured."""
    here = [name for name in REGRESSION if name in found]
    nearest = {name: nearest_scale(found[name]) for name in here}
    return Claim(
        "The errors of Table 5 are mean squared differences between predicted and actual values "
        "(43). Asked here: can they be in the unit of the target?",
        "stated",
        "nearest scale: " + _joined(f"{title(name)} {scale}" for name, scale in nearest.items()),
        decide(*(scale == AS_MEASURED for scale in nearest.values())),
        "Judged by the scale of the target on which ridge regression's test error is nearest, as a "
        "ratio, to the median of the six printed ones: as measured, divided by the targets' "
        f"standard deviation, or by their range.{_left_out(here, REGRESSION)}",
    )


def _compared(leads: Mapping[str, tuple[float, float, float]], claim: str, why: str) -> Claim:
    """Judge whether every printed figure is better than ours by more than chance allows."""
    if not leads:
        return _untestable(claim, "stated")
    better = {name: gain > chance for name, (_, gain, chance) in leads.items()}
    tied = sum(abs(gain) <= chance for _, gain, chance in leads.values())
    cells = {name: results(name).set_index("model").loc["SL1-GRU", "test"] for name in leads}
    return Claim(
        claim,
        _joined(f"{title(name)} {value:.4g}" for name, value in cells.items()),
        _joined(f"{title(name)} {value:.3g}" for name, (value, _, _) in leads.items())
        + f"; better in {sum(better.values())}, tied in {tied} of {len(better)}",
        decide(*better.values()),
        f"Better means by more than a {CONFIDENCE:.0%} interval of the difference of two means "
        f"over as many trials, both with the spread found here. {why}",
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


def _untestable(claim: str, paper: str) -> Claim:
    return Claim(claim, paper, "left out", decide(), "Needs files that this profile leaves out.")


def _left_out(here: Container[str], names: Sequence[str]) -> str:
    missing = [title(name) for name in names if name not in here]
    return f" Left out by this profile: {', '.join(missing)}." if missing else ""


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(parts) or "left out"
