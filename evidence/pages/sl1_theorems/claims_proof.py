"""Paper A, the steps of the appendix: which equalities and inequalities are kept by one step (17)?

Written down before anything was evaluated. An equality holds when its sides differ by rounding; an
inequality when no case violates it beyond that.
"""

from evidence.kit.rule import Identity, Measurement, Universal
from evidence.pages.sl1_theorems.proof_steps import ROUNDING, Steps, Violations
from evidence.protocols.gradient_networks import ALPHA


def measured(
    found: Steps, violated: Violations, suprema: dict[str, tuple[float, float]]
) -> dict[str, Measurement]:
    """Return by claim what came out for (A1) and for the appendix's steps up to (A29)."""
    largest = ", ".join(f"{size:.4g} of {name}" for name, (size, _) in suprema.items())
    weights = f"Pairs of weights of the size of α = {ALPHA:g}"
    return {
        "A-A1": Universal(
            cases=len(suprema),
            violated=sum(size > bound for size, bound in suprema.values()),
            drawn="Sigmoid, tanh and their two derivatives on a fine grid, against 1, 1/4, "
            "1/(6√3), 1, 1 and 4/(3√3)",
            worst=f"largest sizes {largest}",
        ),
        "A-LA1": Universal(
            cases=violated.draws,
            violated=violated.descent,
            drawn=f"{weights}, for the smoothed penalty with c = 1/α: the one use of the lemma",
        ),
        "A-EA9": Identity(
            gap=found.split,
            tolerance=ROUNDING,
            cases=2 * found.networks,
            detail="The two sides on random networks of one and two time steps, relative; R₁ is "
            "what Taylor's first order leaves, (A10) prints σ″ for σₙ″",
        ),
        "A-EA14": Universal(
            cases=violated.draws,
            violated=violated.printed,
            drawn=weights,
            repaired=Universal(violated.draws, violated.descent, drawn=weights),
            repair="the change of the weight for ΔL₁, as in Lemma A1",
        ),
        "A-EA15": Identity(
            gap=max(found.state.values()),
            tolerance=ROUNDING,
            cases=2 * found.networks,
            detail="The two sides on random networks, relative: "
            + ", ".join(f"{gap:.1g} at T = {T}" for T, gap in found.state.items())
            + ". A₇ has the wrong sign and the state before is taken as not changing; with one "
            "step it is zero and neither shows",
        ),
        "A-EA24": Universal(
            cases=found.networks,
            violated=found.change,
            drawn="Random networks of one time step, of the two readings of D₀ and D₁ the larger; "
            "violated where an entry of the change exceeds the last line",
        ),
        "A-EA25": Universal(
            cases=violated.draws,
            violated=violated.squares,
            drawn="Triples of standard normal changes, the square of the sum in the first line "
            "against the second",
        ),
        "A-EA26": Identity(
            gap=max(found.output, 0.0),
            tolerance=ROUNDING,
            cases=2 * found.networks,
            detail="Excess of A₁ over the last line on random networks, relative; it follows from "
            "Lemma A1 and not from (A14)",
        ),
        "A-EA27-28": Universal(
            cases=2 * found.networks,
            violated=sum(found.printed.values()),
            drawn="A₂ and A₃ on random networks of one time step, D₀ and D₁ as for (A24). With the "
            "η² that (A24) and (A30) have, A₂ is above it in "
            f"{found.mended['A2']} and A₃ in {found.mended['A3']}",
            reaches=False,
        ),
        "A-EA29": Identity(
            gap=max(found.remainder, found.steep, 0.0),
            tolerance=ROUNDING,
            cases=found.networks + 1,
            detail="Excess of R₁ over the last line, relative: "
            + ("none" if found.remainder <= 0 else f"{found.remainder:.2g}")
            + f" on random networks of one time step; R₁ is {1 + found.steep:.3g} times it on one "
            "of two steps with a recurrent weight that (39) leaves out of the constants",
        ),
    }
