"""Verdicts on paper B's theory follow the records and the instances, not the text."""

from dataclasses import replace

import pytest

from evidence.kit.records import Record
from evidence.kit.verdicts import Verdict
from evidence.pages.alm_theory import claims as alm_theory
from evidence.pages.alm_theory.counterexamples import FirstConstant, StopRule
from evidence.pages.alm_theory.tables import same_for_every_eta3

HOLDS, IN_PART, FAILS, UNTESTABLE = list(Verdict)[-4:]

FIRST = FirstConstant(quotient=5.0, repaired=9.0, square=1.0, circular=2.0)
STOP = StopRule(L1=2.0, L2=1.0, mu=2.0, sweeps=1, ended_by="step", epsilon=1.0, distance=1.3)


def record(part: str, rows: list[dict], traces: dict | None = None, **config) -> Record:
    setting = {"eta3": config.pop("eta3", 0.01), "gamma": config.pop("gamma", 1.0)}
    config = {"part": part, "dataset": "synthetic-t10", "setting": setting, **config}
    return Record("alm_theory", config, {}, rows, traces or {}, {})


def blocks(dataset: str = "synthetic-t10", **changed) -> Record:
    row = {"L1": 100.0, "L2": 10.0, "run_z": 1.0, "run_h": 1.0, "climb_z": 2.0, "exploding_z": None}
    row |= {f"below_{name}": 0 for name in ("z", "h", "u", "min")} | {"below_max": 3, "sweeps": 9}
    return record("blocks", [row | {"guarantee": 1e-5} | changed], dataset=dataset)


def stopping(*counts: int | None) -> Record:
    rows = [
        {"epsilon": e, "step_sweeps": count, "residual_sweeps": 5, "bound": 1e6, "seed": 0}
        for e, count in zip((0.1, 0.01), counts, strict=True)
    ]
    return record("stopping", rows, inner_iterations=10_000)


def figure1(step: int, violation: float, gamma: tuple[float, ...] = (1.0, 1.2, 1.2)) -> Record:
    row = {"ended_by_step": step, "feasibility": violation}
    config = {"dataset": "synthetic-t10", "setting": {"eta2": 5 / 6}}
    return Record("alm_fig1", config, {}, [row], {"gamma": list(gamma)}, {})


def outer(violation: float, residual: float, rule: str = "step", rises: int = 0, **config):
    row = {"feasibility": violation, "kkt_residual": residual, "power_rises": rises}
    row |= {"ended_by_cap": 1, "ended_by_residual": 4}
    return record("outer", [row], {"weight": [[0.0, 0.4]]}, stop_rules=[rule], **config)


def test_the_lemma_holds_until_a_quotient_exceeds_its_constant():
    found = alm_theory.lemma_claims([blocks()], FIRST)
    assert [claim.verdict for claim in found] == [HOLDS, FAILS]
    mixed = [blocks(), blocks("sp500-intended", climb_z=101.0)]
    harmless = replace(FIRST, quotient=1.5)
    found = alm_theory.lemma_claims(mixed, harmless)
    assert [claim.verdict for claim in found] == [IN_PART, IN_PART]
    found = alm_theory.lemma_claims([blocks(run_h=11.0)], replace(FIRST, quotient=0.5))
    assert [claim.verdict for claim in found] == [FAILS, HOLDS]


@pytest.mark.parametrize(
    ("record", "sweeps", "step", "stop", "expected"),
    [
        (blocks(), (40, 900), 3, STOP, [HOLDS, FAILS, IN_PART, HOLDS, HOLDS]),
        (
            blocks(below_u=1, below_max=0),
            (40, None),
            0,
            replace(STOP, distance=0.9),
            [IN_PART, HOLDS, HOLDS, HOLDS, FAILS],
        ),
        (
            blocks(guarantee=2.0),
            (None, None),
            3,
            replace(STOP, ended_by="cap"),
            [HOLDS, FAILS, IN_PART, UNTESTABLE, HOLDS],
        ),
        (blocks(), (2_000_000, 900), 3, STOP, [HOLDS, FAILS, IN_PART, IN_PART, HOLDS]),
    ],
)
def test_the_descent_claims_follow_the_records(record, sweeps, step, stop, expected):
    found = alm_theory.descent_claims([record, stopping(*sweeps)], [figure1(step, 1e-9)], stop)
    assert [claim.verdict for claim in found] == expected


@pytest.mark.parametrize(
    ("records", "published", "expected"),
    [
        (
            [outer(1e-9, 1e-9, eta3=1.5), outer(1e-9, 1e-9, "residual", eta3=1.5)],
            figure1(3, 1e-9),
            [HOLDS, HOLDS, FAILS, UNTESTABLE, HOLDS, UNTESTABLE],
        ),
        (
            [outer(1e-3, 1.0, eta3=1.5), outer(1e-9, 1e-2, "residual", eta3=1.5)],
            figure1(3, 1e-3, gamma=(1.0, 1.5)),
            [UNTESTABLE, UNTESTABLE, HOLDS, UNTESTABLE, IN_PART, UNTESTABLE],
        ),
        (
            [
                outer(1e-9, 1.0, eta3=1.5),
                outer(1e-3, 1.0, eta3=1.5, dataset="synthetic-t500", rises=2),
                outer(1e-2, 1e-2, "residual", eta3=1.5),
            ],
            figure1(3, 1e-9),
            [IN_PART, HOLDS, IN_PART, UNTESTABLE, UNTESTABLE, UNTESTABLE],
        ),
    ],
)
def test_the_limit_claims_follow_the_records(records, published, expected):
    found = alm_theory.limit_claims(records, [published])
    assert [claim.verdict for claim in found] == expected


def test_runs_are_the_same_for_every_eta3_only_if_their_traces_are():
    same = [outer(1e-9, 1.0, eta3=eta3) for eta3 in (0.01, 1.5)]
    assert same_for_every_eta3(same) == {"synthetic-t10": True}
    other = replace(same[1], traces={"weight": [[0.0, 0.5]]})
    assert same_for_every_eta3([same[0], other]) == {"synthetic-t10": False}
