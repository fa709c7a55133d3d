"""What the book says about time and provenance follows from the records."""

import subprocess
import sys

import pytest

from evidence.kit import costs
from evidence.kit.paths import ROOT
from evidence.kit.records import Record
from evidence.kit.registry import EXPERIMENTS, units

sys.path.append(str(ROOT / "book" / "_ext"))
import provenance_table

RECORDS = costs.full_scale()
EVERY = [record for records in RECORDS.values() for record in records]


def record(cpu, wall=0.0, commit="a", cpu_name="X", **data):
    machine = {"cpu": cpu_name, "cores": 2, "system": "Linux"}
    made = {"cpu_seconds": cpu, "wall_seconds": wall, "commit": commit, "machine": machine}
    return Record("e", {}, data, [], {}, made | {"versions": {"numpy": "2"}})


def test_times_add_up_and_two_cores_share_the_work():
    spent = costs.cost([record(3.0, 4.0), record(2.0, 2.0), record(2.0, 3.0)])
    assert spent == costs.Cost(records=3, cpu=7.0, wall=9.0, two_cores=4.0)
    assert costs.elapsed([5.0, 1.0, 1.0], cores=2) == 5.0
    assert costs.elapsed([1.0, 1.0, 5.0], cores=2) == 6.0
    assert costs.elapsed([], cores=2) == 0.0


def test_what_made_records_is_counted():
    records = [record(1.0, commit="a", iris="1"), record(1.0, commit="b", cpu_name="Y", iris="1")]
    records.append(record(1.0, commit="b", cpu_name="Y", wine="2"))
    assert costs.commits(records) == ["b", "a"]
    machines = {"X, 2 cores, Linux": 1, "Y, 2 cores, Linux": 2}
    assert costs.surroundings(records) == {"numpy": {"2": 3}, "machine": machines}
    assert costs.datasets_read(records) == {("iris", "1"): 2, ("wine", "2"): 1}


def test_every_experiment_is_part_of_one_paper_or_of_the_bench():
    parts = ("Everything of paper A", "Everything of paper B", "The bench of the estimators")
    assert sorted(name for part in parts for name in costs.TOTALS[part]) == sorted(EXPERIMENTS)
    assert all(set(names) <= set(EXPERIMENTS) for names in costs.TOTALS.values())
    assert all(costs.subject(name).strip() for name in EXPERIMENTS)


def test_tables_3_and_5_of_paper_a_take_less_than_45_minutes_on_two_cores():
    names = costs.TOTALS["Tables 3 and 5 of paper A"]
    spent = costs.cost([record for name in names for record in RECORDS[name]])
    assert spent.cpu / 2 <= spent.two_cores < 45 * 60


def test_every_record_names_its_surroundings_and_read_the_data_of_today():
    assert set(costs.surroundings(EVERY)) >= {"python", "numpy", "torch", "machine"}
    today = {}
    for experiment in EXPERIMENTS:
        for unit in units(experiment, "paper"):
            today |= unit.config.checksums
    for name, digest in costs.datasets_read(EVERY):
        assert digest == today[name], f"records of {name} read other data"
    for each in EVERY:
        assert each.provenance["cpu_seconds"] > 0


def test_the_commits_of_the_records_are_in_the_history():
    def git(*arguments):
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()

    if git("rev-parse", "--is-shallow-repository") != "false":
        pytest.skip("this copy does not hold the whole history")
    history = set(git("rev-list", "HEAD").split())
    assert set(costs.commits(EVERY)) <= history


def test_the_page_shows_every_table_once():
    page = (ROOT / "book" / "provenance.md").read_text()
    tables = provenance_table.ProvenanceTable.tables
    assert page.count("{provenance}") == len(tables)
    assert all(f":::{{provenance}} {name}\n" in page for name in tables)


def test_the_tables_hold_what_was_added_up():
    spent = costs.cost(EVERY)
    assert provenance_table.totals()[-1].startswith(f"| Everything | {len(EVERY)} | ")
    assert f"| {spent.cpu / 3600:.1f}\N{NO-BREAK SPACE}h |" in provenance_table.totals()[-1]
    rows = provenance_table.experiments()[2:]
    assert [row.split("`")[1] for row in rows] == list(RECORDS)
    assert sum(int(row.split("|")[2]) for row in rows) == len(EVERY)
    assert len(provenance_table.datasets()) == 2 + len(costs.datasets_read(EVERY))
