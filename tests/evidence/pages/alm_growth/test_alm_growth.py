"""The page on growth: the model of a sweep's time, what is timed, and what is planned from it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from evidence.kit import columns
from evidence.kit.backends import DASK, LOKY
from evidence.kit.records import settings
from evidence.kit.runner import collect
from evidence.pages.alm_growth import runs, tables
from evidence.pages.alm_growth.figure import growth
from evidence.pages.alm_growth.model import Machine, shared_out, sweep_flops

KNOWN = Machine(3e-11, 5e-11, 3e-10, 1.5e-9, 8e-5, 2**19, 80, 30)
SIZES = [(T, r) for r in (5, 20, 100) for T in (100, 300, 1000, 3000, 10_000)]


def test_a_machine_is_found_again_from_its_times():
    found = Machine.fitted({size: KNOWN.sweep(*size) for size in SIZES}, 80, 30)
    assert found.cache == KNOWN.cache
    for name in ("product", "system", "number", "beyond", "calls"):
        assert getattr(found, name) == pytest.approx(getattr(KNOWN, name), rel=1e-6)


def test_a_sweep_s_time_is_the_sum_of_its_parts():
    T, r, n, m = 30_000, 20, 80, 30
    systems = sweep_flops(0, r, n, m)
    read = T * (9 * 20 + 3 * 81 + 31)
    by_hand = 3e-11 * (sweep_flops(T, r, n, m) - systems) + 5e-11 * systems
    by_hand += 3e-10 * read + 1.5e-9 * (read - 2**19) + 8e-5
    assert KNOWN.sweep(T, r) == pytest.approx(by_hand, rel=1e-12)


def test_operations_of_the_products_grow_with_the_steps_alone():
    N, r, m = 81, 100, 30
    a_step = sweep_flops(451, r, 80, m) - sweep_flops(450, r, 80, m)
    # Seven products: two by [x, 1]' and one by [x, 1], four by r x r matrices, of which one is
    # symmetric, one by y' and one by [y, 1].
    assert a_step == pytest.approx(r * (6 * N + 8 * r + r + 2 * m + 2 * (m + 1)), rel=1e-9)


@pytest.mark.parametrize(
    ("trials", "workers", "cores", "rounds"),
    [(16, 1, 2, 16), (16, 2, 2, 8), (16, 4, 2, 8), (10, 4, 16, 3), (3, 8, 8, 1)],
)
def test_more_workers_than_cores_are_of_no_use(trials, workers, cores, rounds):
    assert shared_out(2.0, trials, workers, cores, 1.5) == 1.5 + 2.0 * rounds


def test_timed_is_what_the_configuration_says():
    config = replace(
        runs.PROFILES["quick"][0],
        lengths=(10, 20),
        hidden_sizes=(3,),
        flops=1.0,
        turns=2,
        workers=(1,),
        trials=(2, 3),
        steps=10,
        hidden_size=3,
        sweeps=2,
        repeats=2,
    )
    found = runs.run(config)
    columns.check("growth", config, found)
    parts = [row["part"] for row in found.rows]
    assert parts == [runs.PEAK, *2 * [runs.SWEEP], runs.START, *2 * [runs.TRIALS]]
    assert [row["trials"] for row in found.rows[3:]] == [0, 2, 3]
    assert all(len(row["seconds"]) == 2 for row in found.rows)
    assert all(second > 0 for row in found.rows[:3] for second in row["seconds"])


def test_a_turn_holds_one_sweep_at_least_and_not_too_many():
    config = runs.Growth(flops=1e8, most=50)
    assert runs.sweeps_in_a_turn(config, 450, 100) == 1
    assert runs.sweeps_in_a_turn(config, 10_000, 100) == 1
    assert runs.sweeps_in_a_turn(config, 100, 5) == 50


def test_dask_is_looked_for_where_it_is_needed(monkeypatch):
    monkeypatch.setattr(runs, "find_spec", lambda _: None)
    runs.Growth(backend=LOKY).look_for_data()
    with pytest.raises(ImportError, match="the package distributed"):
        runs.Growth(backend=DASK).look_for_data()


def record(change=lambda size, seconds: seconds):
    """Return what the known machine would have been found to take."""
    config = runs.Growth()
    one = 400 * KNOWN.sweep(450, 100)
    rows = [{"part": runs.PEAK, "count": runs.PRODUCTS, "seconds": [0.17, 0.17]}]
    for r in config.hidden_sizes:
        for T in config.lengths:
            seconds = [change((T, r), 3 * KNOWN.sweep(T, r))] * 3
            rows.append(
                {"part": runs.SWEEP, "steps": T, "hidden_size": r, "count": 3, "seconds": seconds}
            )
    for workers in config.workers:
        for trials in (0, *config.trials):
            wall = shared_out(one, trials, workers, 2, 0.5)
            part = runs.TRIALS if trials else runs.START
            rows.append({"part": part, "trials": trials, "workers": workers, "seconds": [wall] * 3})
    return SimpleNamespace(rows=[row | {"cores": 2} for row in rows], config=settings(config))


def test_a_machine_as_the_model_has_it_is_predicted():
    numbers = tables.key_numbers(record()) | tables.of_machine(record())
    assert (numbers["sizes"], numbers["seen"], numbers["longest"]) == (21, 10_000, 100_000)
    assert max(numbers["error.seen"], abs(numbers["behind"] - 1)) < 1e-6
    assert all(numbers[f"predicted.{workers}"] == pytest.approx(1) for workers in (1, 2, 4))
    one, two = (0.5 + n * 400 * KNOWN.sweep(450, 100) for n in (16, 8))
    assert numbers["faster.2"] == numbers["faster.4"] == pytest.approx(one / two)
    assert numbers["thousand.wide"] == pytest.approx(1e6 * KNOWN.sweep(100_000, 100) / 100_000)
    assert numbers["growth.narrow"] > 2 > numbers["growth.wide"] > 1


def test_an_unseen_size_that_takes_longer_is_an_error_of_the_prediction():
    slow = record(lambda size, seconds: seconds * (2.0 if size == (100_000, 20) else 1.0))
    numbers = tables.of_machine(slow)
    assert numbers["error.seen"] < 1e-6
    assert numbers["behind"] == pytest.approx(2.0)


def test_the_recorded_machine_is_slower_on_every_longer_series_than_the_model_says():
    (recorded,) = collect("alm_growth", "paper")
    unseen = {size: ratio for size, ratio in tables.off(recorded).items() if size[0] > tables.SEEN}
    assert unseen
    assert all(ratio < 1 for ratio in unseen.values())


def test_the_table_has_a_row_for_each_size_and_marks_those_not_seen():
    table = tables.planning(record())
    assert [len(section.rows) for section in table.sections] == [7, 7, 7]
    assert [row[0] for row in table.sections[0].rows][-2:] == ["30,000 *", "100,000 *"]
    hours = 10 * 50_000 * KNOWN.sweep(100, 100) / 3600
    assert float(table.sections[2].rows[0][-1]) == pytest.approx(hours, rel=0.05)


def test_the_figure_shows_every_time_that_was_taken():
    above, below = growth(record()).axes
    marks = [line for line in above.lines if line.get_linestyle() == "None"]
    assert [len(line.get_xdata()) for line in marks] == [7, 7, 7]
    assert np.isclose(marks[2].get_ydata()[0], 1e3 * KNOWN.sweep(100, 100))
    assert [line.get_label() for line in below.lines[::2]] == ["4 trials", "16 trials"]
