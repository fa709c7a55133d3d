"""Rows and traces of records as arrays: what is missing, what is chosen, what is drawn of them."""

import numpy as np

from evidence.kit.frames import by, column, frame, one_by, padded, rows, span
from evidence.kit.records import Record
from evidence.kit.style import PALETTE, band, panels


def record(dataset: str, *errors: float | None, rate: float = 0.1) -> Record:
    found = [{"trial": k, "error": error, "odd": k % 2 == 1} for k, error in enumerate(errors)]
    config = {"dataset": dataset, "setting": {"rate": rate}}
    return Record("demo", config, {}, found, {}, {})


def test_columns_say_what_becomes_of_a_missing_value_and_follow_conditions():
    one, other = record("iris", 1.0, None, 3.0), record("wine", 4.0)
    assert column([one, other], "error").tolist() == [1.0, np.inf, 3.0, 4.0]
    assert np.isnan(column(one, "error", np.nan)[1])
    assert column(one, "error", odd=False).tolist() == [1.0, 3.0]
    assert column(one, "absent").size == 0
    assert [row["trial"] for row in rows(one, odd=True)] == [1]


def test_groups_keep_their_order_and_nested_fields_have_a_dot():
    many = [record("wine", 1.0), record("iris", 2.0, rate=0.2), record("wine", 3.0)]
    assert {name: len(group) for name, group in by(many, "dataset").items()} == {
        "wine": 2,
        "iris": 1,
    }
    assert list(by(many, "dataset", "setting.rate")) == [("wine", 0.1), ("iris", 0.2)]
    assert one_by(many, "dataset")["wine"] is many[0]
    assert frame(many)["setting.rate"].tolist() == [0.1, 0.2, 0.1]


def test_shorter_traces_end_in_nan_and_equal_ends_are_said_once():
    assert np.array_equal(padded([[1.0], [2.0, 3.0]]), [[1.0, np.nan], [2.0, 3.0]], equal_nan=True)
    assert span(np.array([1.0, 2.0])) == "1 to 2"
    assert span(np.array([2.0, 2.0])) == "2"


def test_a_band_is_the_median_between_quantiles_of_the_runs_that_are_still_there():
    runs = padded([[1.0, 2.0], [3.0], [5.0, 4.0]])
    with panels(1, 2.0) as (_, (ax,)):
        band(ax, range(2), runs, 1, "runs", (0, 0.5, 1), markevery=1)
    [drawn] = ax.get_lines()
    assert drawn.get_ydata().tolist() == [3.0, 3.0]
    assert (drawn.get_label(), drawn.get_color()) == ("runs", PALETTE[1])
    corners = ax.collections[0].get_paths()[0].vertices
    assert {(0.0, 1.0), (0.0, 5.0), (1.0, 2.0), (1.0, 4.0)} <= set(map(tuple, corners))
