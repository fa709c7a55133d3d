"""Words on pages that a recorded number stands behind, of no number that the page could quote."""

import json
import re
from fractions import Fraction
from pathlib import Path

import numpy as np

from evidence.kit.runner import collect
from evidence.pages.alm_race import runs_time
from evidence.pages.alm_race.harness import TUNING
from evidence.pages.alm_table3.claims import findings
from evidence.pages.alm_table3.tables import readings_table
from evidence.pages.alm_table3.trials import GROUP_OF
from evidence.pages.sl1_front.config import COMPARED
from evidence.pages.sl1_front.front import errors, fronts
from evidence.pages.sl1_front.runs_front_time import BATCHES, DENSE
from evidence.pages.sl1_results.claims_fig6 import course, runs
from evidence.papers.tables import ALM_TABLE_OF
from evidence.protocols.sl1 import SL1

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"


def numbers(page: str) -> dict[str, float]:
    """Return the key numbers of a page at the papers' scale."""
    return json.loads((NOTEBOOKS / "reference" / f"{page}.paper.json").read_text("utf-8"))


def says(page: str, words: str) -> None:
    """Look whether a page still has the words that a test is about."""
    (path,) = NOTEBOOKS.glob(f"*/{page}.md")
    said = " ".join(path.read_text("utf-8").split())
    assert words in said, f"{page} no longer says so: take the test along"


def test_the_elu_ends_lowest_in_most_settings():
    says("alm_activations", "The ELU ends with the lowest $R$ in most settings")
    found: dict[str, dict[str, float]] = {}
    for name, value in numbers("alm_activations").items():
        if name.endswith(".rollout_objective"):
            setting, activation, _ = name.split(".")
            found.setdefault(setting, {})[activation] = value
    lowest = [min(each, key=each.__getitem__) for each in found.values()]
    assert lowest.count("elu") > len(lowest) / 2


def test_the_released_target_has_the_most_cells_and_none_has_half():
    says(
        "alm_table3b",
        "The released target has the most, the volatility the fewest, and on none of the three "
        "do half of them agree",
    )
    every = [record for name in GROUP_OF for record in collect(name, "paper")]
    records = [r for r in every if ALM_TABLE_OF[r.config["dataset"]] == "3b"]
    shares = {}
    for section in readings_table(findings(records, "3b")).sections:
        counted = {"reproduced": 0, "contradicted": 0, "undecided": 0}
        for row in section.rows:
            for count, word in re.findall(r"(\d+) × (\w+)", " ".join(row[1:])):
                counted[word] += int(count)
        shares[section.title] = Fraction(counted["reproduced"], sum(counted.values()))
    assert len(shares) == 3
    assert all(share < Fraction(1, 2) for share in shares.values())
    assert "released" in max(shares, key=shares.__getitem__)
    assert "intended" in min(shares, key=shares.__getitem__)


def test_with_the_text_s_values_wine_has_the_seconds_of_the_others():
    says("sl1_table2", "microseconds, like Iris, KDD and MNIST")
    found = {
        name.removesuffix(".microseconds"): value
        for name, value in numbers("sl1_table2").items()
        if name.endswith(".microseconds")
    }
    like = [found[name] for name in ("Iris", "KDD Cup 1999 Data (10%)", "MNIST")]
    text, table = found["Wine, as the text says"], found["Wine"]
    apart = {
        name: np.abs(np.log(np.array(like) / of)) for name, of in (("text", text), ("table", table))
    }
    assert (apart["text"] < 0.5 * apart["table"]).all(), "nearer to each by more than a square root"


def test_the_race_to_a_value_of_r_has_a_minute():
    says(
        "alm_table3c",
        "with a minute of CPU time each, gradient descent, L-BFGS and Adam [end lower]",
    )
    compared = [c for c in runs_time.PROFILES["paper"] if c.seed < TUNING]
    assert {c.seconds for c in compared} == {60.0}
    ends = {k: v for k, v in numbers("alm_time").items() if k.startswith("lowest.")}
    assert max(ends, key=ends.__getitem__) == "lowest.ALM"


def test_most_of_the_last_error_of_figure_6_is_the_penalty():
    says("sl1_fig6", "most of which is its penalty, the plain GRU's, which has none")
    found = runs(collect("sl1_table3", "paper"))
    whole, fit = (course(found[SL1], name)[:, -1].mean() for name in ("error", "data_error"))
    assert whole - fit > 0.5 * whole
    plain, of_data = (course(found["GRU"], name)[:, -1] for name in ("error", "data_error"))
    np.testing.assert_allclose(plain, of_data)


def test_the_first_look_at_the_holdout_is_the_best():
    says("alm_accelerated", "The first look is the best")
    found = numbers("alm_accelerated")
    assert found["holdout.iteration"] == 1
    assert found["holdout.full"] > found["holdout.zero"], "above that of the zero answer"


def test_zeros_save_one_percent_at_best_but_on_one_set():
    says("sl1_front", "On the other sets they mostly cost time, and save one percent at best")
    ratios = [
        np.median(
            np.array(record.traces[f"{share:g}, {batch}"]) / record.traces[f"{DENSE}, {batch}"]
        )
        for record in collect("sl1_front_time", "paper")[1:]
        for share in COMPARED
        for batch in BATCHES
    ]
    assert min(ratios) > 0.985
    assert sum(ratio > 1 for ratio in ratios) > len(ratios) / 2, "mostly cost time"


def test_student_s_four_problems_are_nearly_one():
    says("sl1_front", "Student's four nearly one")
    for record in fronts(collect("sl1_front", "paper"))["student"].values():
        middle = np.median(errors(record), axis=0)
        assert middle.max() < 1.03 * middle.min()
