"""Records and gradients on which the claims about the two premises come out otherwise."""

from dataclasses import replace
from functools import cache

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.runner import collect
from evidence.pages.alm_premises.claims import at_kinks, claims, met, reduced
from evidence.pages.alm_premises.runs_penalties import WEAK
from lib import alm


@cache
def kinks() -> tuple[Record, ...]:
    return tuple(collect("alm_kinks", "paper"))


@cache
def penalised() -> tuple[Record, ...]:
    return tuple(collect("alm_penalties", "paper"))


def refuses(problem: alm.Problem, weights: alm.Weights) -> tuple[float, alm.Weights]:
    """Backpropagation that stops where the ReLU has no derivative."""
    if (alm.rollout(weights, problem.X, alm.ReLU())[1] == 0.0).any():
        raise ValueError("no derivative at a kink")
    return alm.rollout_gradient(problem, weights)


def standing() -> list[Judged]:
    """Every method stands on a kink once."""
    found = [replace(r, rows=[row | {"zeros": 1} for row in r.rows]) for r in kinks()]
    return judge({"O-int-kinks": met(found)})


def worse_without() -> list[Judged]:
    """Without the penalties the test error is a thousand times as large."""
    found = [
        replace(
            r,
            rows=[
                row | {"test": 1e3 * row["test"]} if row["strength"] == WEAK else row
                for row in r.rows
            ],
        )
        for r in penalised()
    ]
    return judge({"B-E2.5": reduced(found)})


def as_recorded() -> list[Judged]:
    return claims(kinks(), penalised())


OTHERWISE = {
    "B-int-chainrule": lambda: judge({"B-int-chainrule": at_kinks(gradient=refuses)}),
    "B-E2.5": worse_without,
    "O-int-kinks": standing,
}
