"""What the page on paper B's theory says of runs with different eta3."""

from dataclasses import replace

from evidence.kit.records import Record
from evidence.pages.alm_theory.tables import same_for_every_eta3


def outer(eta3: float) -> Record:
    config = {"part": "outer", "dataset": "synthetic-t10", "stop_rules": ["step"]}
    config["setting"] = {"eta3": eta3, "gamma": 1.0}
    return Record("alm_theory", config, {}, [{}], {"weight": [[0.0, 0.4]]}, {})


def test_runs_are_the_same_for_every_eta3_only_if_their_traces_are():
    same = [outer(eta3) for eta3 in (0.01, 1.5)]
    assert same_for_every_eta3(same) == {"synthetic-t10": True}
    other = replace(same[1], traces={"weight": [[0.0, 0.5]]})
    assert same_for_every_eta3([same[0], other]) == {"synthetic-t10": False}
