"""Paper B, Lemma 3.2 and Theorems 4.3, 4.7 and 4.8: what was measured of each statement.

An inequality is asked of every measured case and counts as violated beyond the rounding of L. A
limit asks which runs came within ``NEAR``; one that was cut off before is undecided. That an
accumulation point exists is about infinite sequences and is not asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import hypot

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import frame
from evidence.kit.records import Record
from evidence.kit.rule import Case, Comparisons, Limit, Universal
from evidence.pages.alm_theory.block_descent import BLOCKS
from evidence.pages.alm_theory.counterexamples import FirstConstant, StopRule
from evidence.pages.alm_theory.loops import power_rises
from evidence.pages.alm_theory.runs import of_part
from evidence.statistics import Outcome

NEAR = 1e-6
"""A feasibility violation or KKT residual counts as having gone to zero below this."""

ORDER = 2
"""Sweeps may grow like this power of 1/ε."""

SEARCHES = ("run", "pair", "climb", "exploding")
"""Where quotients of (3.2) and (3.3) come from, as the columns are called."""


def values(records: Iterable[Record], name: str) -> np.ndarray:
    """Return a column over all rows of records that have a number there."""
    found = (row.get(name) for record in records for row in record.rows)
    return np.array([value for value in found if value is not None])


def shares(records: Sequence[Record], block: str, searches: Sequence[str] = SEARCHES) -> np.ndarray:
    """Return every quotient of (3.2), block z, or (3.3), block h, over its constant."""
    table = frame(records)
    found = table.reindex(columns=[f"{search}_{block}" for search in searches]).astype(float)
    over = found.div(table["L1" if block == "z" else "L2"], axis=0).to_numpy()
    return over[np.isfinite(over)]


def lemma_claims(records: Sequence[Record], first: FirstConstant) -> list[Judged]:
    """Return Lemma 3.2 as printed on one instance, and with the repaired constant along runs."""
    z, h = (shares(of_part(list(records), "blocks"), block) for block in "zh")
    pairs = "quotients of pairs along the sweeps, random pairs, ascents and exploding states"
    return judge(
        {
            "B-L3.2-z": Universal(
                cases=1,
                violated=int(first.quotient > max(first.square, first.circular)),
                drawn="One instance of ours, two steps and one hidden unit, with δ₁ of (3.4) in "
                "both readings; one instance refutes a bound",
                worst=f"quotient {first.quotient:.2e} against {first.square:.2e} with δ², "
                f"{first.circular:.2e} with δ₂",
                repaired=Universal(
                    cases=z.size + 1,
                    violated=int((z > 1).sum() + (first.quotient > first.repaired)),
                    drawn=pairs,
                ),
                repair="δ₀² in its place",
            ),
            "B-L3.2-h": Universal(
                cases=h.size,
                violated=int((h > 1).sum()),
                drawn=f"The {pairs}",
                worst=f"at most {h.max():.2g} of L₂",
            ),
        }
    )


def descent_claims(
    records: Sequence[Record], figure1: Sequence[Record], stop: StopRule
) -> list[Judged]:
    """Return the steps of Theorem 4.3: descent per block, (4.7), (3.17) and termination."""
    blocks = frame(of_part(list(records), "blocks"))
    sweeps, below = int(blocks["sweeps"].sum()), blocks[[f"below_{b}" for b in BLOCKS]].sum()
    where = f"All sweeps of {len(blocks)} subproblems of three series"
    moduli = "2 min λ₁…λ₅ for z, γ for h and μ for u, which hold everywhere"
    # The instance's rule with the root of the sum of squares in place of the largest constant.
    repaired = stop.excess * max(stop.L1, stop.L2, stop.mu) / hypot(stop.L1, stop.L2, stop.mu)
    loops = frame(figure1)
    return judge(
        {
            "B-E4.4": Universal(
                3 * sweeps, int(below.sum()), f"{where}, the moduli {moduli}", _missed(below)
            ),
            "B-L4.1": Universal(
                3 * sweeps,
                int(below.sum()),
                f"{where}: a block that lowers L leaves no level set; whether Γ lies above the "
                "start is asked apart",
            ),
            "B-E4.7": Universal(
                sweeps,
                int(blocks["below_max"].sum()),
                f"{where}, the moduli {moduli}",
                repaired=Universal(sweeps, int(blocks["below_min"].sum()), where),
                repair="the smallest of the halved moduli",
            ),
            "B-T4.3-implies": Universal(
                cases=1 + len(blocks),
                violated=int(stop.ended_by == "step" and stop.excess > 1)
                + int((blocks["guarantee"] > 1).sum()),
                drawn="One instance of ours, on which the solver ends by (3.17), and the sweeps "
                f"of {len(blocks)} subproblems",
                worst=f"the instance ends at {stop.excess:.3f} ε; along the runs a sweep has at "
                f"most {blocks['guarantee'].max():.0e} of what the step needs",
                repaired=Universal(
                    cases=1 + len(blocks),
                    violated=int(repaired > 1) + int((blocks["guarantee"] > 1).sum()),
                    drawn="the same",
                ),
                repair="√(L₁² + L₂² + μ²) in (3.17)",
            ),
            **_termination(of_part(list(records), "stopping")),
            "O-E3.17-ends": Comparisons(
                {
                    run: Case(Outcome.BETTER if ended else Outcome.TIE, visible=True)
                    for run, ended in loops["ended_by_step"].items()
                },
                detail="Runs of Figure 1 in which (3.17) ended one inner loop or more; the others "
                f"ran into the cap every time; {loops['ended_by_step'].median():.0f} in the "
                "median run",
            ),
        }
    )


def _missed(below: pd.Series) -> str:
    return ", ".join(f"{count:.0f} by {name[-1]}" for name, count in below.items())


def _termination(records: Sequence[Record]) -> dict[str, Limit | Universal]:
    table = frame(records)
    cap = records[0].config["inner_iterations"]
    each = f"first subproblem, T = 10, {table['seed'].nunique()} seeds, {_tolerances(table)}"
    grown, slower = 0, 0
    for _, run in table.sort_values("epsilon", ascending=False).groupby("seed"):
        known = run.dropna(subset="step_sweeps")
        ratio = known["step_sweeps"].to_numpy()[1:] / known["step_sweeps"].to_numpy()[:-1]
        allowed = (known["epsilon"].to_numpy()[:-1] / known["epsilon"].to_numpy()[1:]) ** ORDER
        grown, slower = grown + ratio.size, slower + int((ratio > allowed).sum())
    ended = {name: int(table[name].notna().sum()) for name in ("step_sweeps", "residual_sweeps")}
    return {
        "B-T4.3-finite": Limit(
            len(table), ended["step_sweeps"], 0, f"(3.17) within {cap:,} sweeps", each
        ),
        "B-T4.3-order": Universal(
            grown,
            slower,
            f"Steps from one ε to the next, a tenth of it, in the {each}: whether the sweeps grow "
            "by no more than a hundred times",
        ),
        "B-3.1-defined": Limit(
            len(table), ended["residual_sweeps"], 0, f"(3.6) within {cap:,} sweeps", each
        ),
    }


def _tolerances(table: pd.DataFrame) -> str:
    return "ε = " + ", ".join(f"{e:g}" for e in sorted(table["epsilon"].unique(), reverse=True))


def shown(rows: Sequence[Mapping], name: str) -> str:
    """Return the median of a count over seeds, or how many seeds ran into the cap."""
    counts = [row[name] for row in rows]
    if any(count is None for count in counts):
        return f"above the cap for {sum(c is None for c in counts)} of {len(counts)} seeds"
    return f"{np.median(counts):,.0f}"


def limit_claims(records: Sequence[Record], figure1: Sequence[Record]) -> list[Judged]:
    """Return Theorems 4.7 and 4.8 as far as a finite run can tell."""
    step = of_part(list(records), "outer", stop_rules=["step"], gamma=1.0)
    admitted = [record for record in step if record.config["setting"]["eta3"] > 1]
    residual = of_part(list(records), "outer", stop_rules=["residual"])
    solved = frame(residual)
    rises = [*frame(step)["power_rises"], *map(powers, figure1)]
    return judge(
        {
            "B-T4.7-i": _near(
                courses(admitted, "feasibility"),
                "violation",
                "Runs with η₃ > 1, γ₀ = 1 and (3.17) or a cap; only those of ten steps have "
                "section 5.3's caps, the others were cut short",
            ),
            "O-T4.7-repaired": _near(
                courses(figure1, "feasibility"),
                "violation",
                "The runs of Figure 1, with Table 2's η₃ below 1, which our reading of the proof "
                "admits",
            ),
            "O-E3.9-powers": Comparisons(
                {
                    run: Case(Outcome.BETTER if count else Outcome.TIE, visible=True)
                    for run, count in enumerate(rises)
                },
                detail="Runs with γ₀ = 1 in which a power of the multipliers set γ at least once; "
                "where none does, a run is the same for every η₃",
            ),
            "B-T4.8": _near(
                courses(residual, "feasibility", "kkt_residual"),
                "at T = 10 with η₃ = 1.5, not Table 2's, violation and KKT residual",
                "Inner loops that end by (3.6); "
                f"{int(solved['ended_by_cap'].sum())} of "
                f"{int(solved[['ended_by_cap', 'ended_by_residual']].sum().sum())} reached a cap "
                "instead; an accumulation point itself no finite run has",
            ),
        }
    )


def courses(records: Iterable[Record], *names: str) -> list[np.ndarray]:
    """Return for every run the larger of some traces at each outer iteration."""
    found = []
    for record in records:
        traces = [record.traces[name] for name in names]
        runs = zip(*traces, strict=True) if isinstance(traces[0][0], list) else [traces]
        found += [np.max(np.array(run, dtype=float), axis=0) for run in runs]
    return found


def _near(runs: Sequence[np.ndarray], what: str, detail: str) -> Limit:
    """Return how many runs end below `NEAR`, and how many came there and left again.

    The first entry is the start, whose violation is zero.
    """
    ends = np.array([run[-1] for run in runs])
    came = np.array([(run[1:] < NEAR).any() for run in runs])
    return Limit(
        runs=len(runs),
        reached=int((ends < NEAR).sum()),
        left=int((came & ~(ends < NEAR)).sum()),
        threshold=f"{what} below {NEAR:g}",
        detail=f"{detail}; at most {ends.max():.0e} at the end",
    )


def powers(record: Record) -> int:
    """Return how often gamma rose by more than 1/eta2 in a run of Figure 1, by a power of (3.9)."""
    return power_rises(record.traces["gamma"], record.config["setting"]["eta2"])
