"""Records and proof steps on which the claims about Theorem 1 and its proof come out otherwise."""

from dataclasses import replace
from functools import cache

from evidence.kit.runner import collect
from evidence.pages.sl1_theorems import claims_proof
from evidence.pages.sl1_theorems.claims import claims
from evidence.pages.sl1_theorems.counterexamples import unseen_curvature
from evidence.pages.sl1_theorems.proof_steps import steps, suprema, violations
from lib.randomness import generator

SEARCH, BOUNDS, DRIFTS = (
    collect(name, "paper") for name in ("sl1_step_search", "sl1_step_bounds", "sl1_drift")
)
JUMPS = unseen_curvature((0.4, 1e-4))


@cache
def found():
    return (
        steps(2),
        violations(1000, generator("sl1_gru", "proof_steps", "draws", 0)),
        suprema(points=6_001),
    )


def judged(search=SEARCH, bounds=BOUNDS, drifts=DRIFTS, jumps=JUMPS, proof=None):
    return claims(search, bounds, drifts, jumps, claims_proof.measured(*(proof or found())))


def as_recorded():
    return judged()


def everywhere(records, **columns):
    """Return records with other numbers in every row that has such a column."""
    return [
        replace(
            r,
            rows=[row | {k: v for k, v in columns.items() if k in row} for row in r.rows],
        )
        for r in records
    ]


def calm():
    """Return the claims when no step tried on Iris raises E."""
    rows = [[row | {"first_rise": [None] * len(row["rates"])} for row in r.rows] for r in SEARCH]
    return judged(search=[replace(r, rows=new) for r, new in zip(SEARCH, rows, strict=True)])


def drifting(**traces):
    """Return the claims when the traces of both drifts end otherwise."""
    return judged(
        drifts=[
            replace(
                r,
                traces=r.traces | {k: [*r.traces[k][:-1], v] for k, v in traces.items()},
            )
            for r in DRIFTS
        ]
    )


def at_rest():
    still = {"weight_norm": [1.0] * len(DRIFTS[0].traces["iteration"])}
    return judged(drifts=[replace(r, traces=r.traces | still) for r in DRIFTS])


@cache
def other_proof():
    """Return the claims when every step of the proof ends as it did not."""
    right, draws, largest = found()
    none = dict.fromkeys(right.printed, 0)
    wrong = replace(
        right,
        split=0.1,
        output=0.1,
        state=dict.fromkeys(right.state, 0.0),
        change=0,
        steep=-0.1,
        printed=none | {"A2": 1},
    )
    turned = replace(draws, descent=1, printed=0, squares=0)
    beyond = {name: (2 * bound, bound) for name, (_, bound) in largest.items()}
    return judged(proof=(wrong, turned, beyond))


PROOF = claims_proof.measured(*found())

OTHERWISE = {
    "A-T1": calm,
    "A-A2": lambda: judged(jumps=[replace(j, after=0.0) for j in JUMPS]),
    "A-E17": lambda: judged(bounds=everywhere(BOUNDS, fall_ratio=-1.0)),
    "A-A3": lambda: judged(bounds=everywhere(BOUNDS, output_norm=float("inf"))),
    "A-A4": at_rest,
    "A-EA30": lambda: judged(bounds=everywhere(BOUNDS, promised_ratio=0.5)),
    "O-T3-repaired": lambda: drifting(gradient_norm=1.0),
    **dict.fromkeys(PROOF, other_proof),
}
