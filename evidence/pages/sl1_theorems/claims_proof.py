"""Paper A, the steps of the appendix: which equalities and inequalities are kept by one step (17)?

Written down before anything was evaluated. An equality holds when its sides differ by rounding; an
inequality when no case violates it beyond that. Where a step of the proof speaks of any number of
time steps, one and two are conditions of their own.
"""

from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_theorems.proof_steps import ROUNDING, Steps, Violations
from evidence.protocols.gradient_networks import ALPHA


def claims(
    found: Steps, violated: Violations, suprema: dict[str, tuple[float, float]]
) -> list[Claim]:
    """Judge (A1) and the appendix's steps up to (A29) that no other page judges."""
    return [
        Claim(
            "(A1): sigmoid, tanh and their first two derivatives are uniformly bounded (section "
            "3).",
            "assumed",
            "largest sizes "
            + ", ".join(f"{largest:.4g} of {name}" for name, (largest, _) in suprema.items()),
            decide(*(largest <= bound for largest, bound in suprema.values())),
            "Judged by whether none exceeds its supremum, 1, 1/4, 1/(6√3), 1, 1 and 4/(3√3), on a "
            "fine grid.",
        ),
        Claim(
            "Lemma A1: a function whose derivative is Lipschitz continuous lies below its tangent "
            "plus a parabola. Asked here: of the smoothed penalty?",
            "proved",
            f"violated by {violated.descent} of {violated.draws:,} pairs of weights",
            decide(violated.descent == 0),
            f"With c = 1/α, α = {ALPHA:g}, and weights of that size.",
        ),
        Claim(
            "The change of E in a step is A₁ + A₂ + A₃ + R₁, (A9) to (A13).",
            "an equality",
            f"sides differ by up to {found.split:.0e} of the larger one",
            decide(found.split < ROUNDING),
            "R₁ is what Taylor's first order leaves of the sum of σₙ; (A10) prints σ″ for σₙ″.",
        ),
        Claim(
            "(A14): the penalty changes by at most its slope times ΔL₁ plus c/2 times (ΔL₁)².",
            "said to follow from Lemma A1",
            f"violated by {violated.printed} of {violated.draws:,} pairs of weights",
            decide(violated.printed == 0),
            "Lemma A1 has the change of the weight in the place of ΔL₁, the change of the penalty; "
            f"so it is violated by {violated.descent}.",
        ),
        Claim(
            "The state changes by A₄ + A₅ + A₆ + A₇, (A15) to (A19).",
            "an equality",
            "sides differ by "
            + ", ".join(f"{gap:.1g} at T = {T}" for T, gap in found.state.items())
            + ", over the larger one",
            decide(*(gap < ROUNDING for gap in found.state.values())),
            "One condition a number of time steps. A₇ has the wrong sign, and the state before is "
            "taken as not changing; with one step it is zero and neither shows.",
        ),
        Claim(
            "(A24): the change of the state is at most D₃ times squared gradients, −η in front of "
            "the linear terms.",
            "the last line of (A24)",
            f"exceeded by an entry of the change in {found.change} of {found.networks} random "
            "networks",
            decide(found.change == 0),
            "T = 1, of the two readings of D₀ and D₁ the one with the larger right side. That side "
            "is negative for η < 1, the change has entries of either sign.",
        ),
        Claim(
            "(A25): the squared change of the state is at most 4, 2 and 2 times the squares of the "
            "three gates' changes.",
            "the second line of (A25)",
            f"violated by {violated.squares} of {violated.draws:,} triples of changes",
            decide(violated.squares == 0),
            "The square of the sum in the first line against the second, for standard normal "
            "numbers.",
        ),
        Claim(
            "(A26): A₁ is at most −η + η²λC/2 times the squared gradient by the output weights.",
            "the last line of (A26)",
            f"A₁ exceeds it by at most {max(found.output, 0.0):.0e} of it",
            decide(found.output < ROUNDING),
            "True although (A14), from which it is said to follow, is not: it follows from Lemma "
            "A1.",
        ),
        Claim(
            "(A27), (A28): A₂ and A₃ are each at most N D₀ D₂ D₃ times squared gradients.",
            "last lines without the η² that (A24) and (A30) have",
            f"in {found.networks} random networks as printed A₂ is above it in "
            f"{found.printed['A2']} and A₃ in {found.printed['A3']}, with η² in "
            f"{found.mended['A2']} and {found.mended['A3']}",
            decide(
                *(count == 0 for form in (found.printed, found.mended) for count in form.values())
            ),
            "Four conditions: each as printed, where the right side is far from small, and with "
            "η², as (A30) goes on with one of them. T = 1, with D₀ and D₁ as for (A24).",
        ),
        Claim(
            "(A29): the remainder R₁ is at most the last line.",
            "the last line of (A29)",
            "R₁ is "
            + (f"at most {1 + found.remainder:.2g} times" if found.remainder < 0 else "above")
            + f" it on random networks with T = 1, and {1 + found.steep:.3g} times it on one with "
            "T = 2",
            decide(found.remainder <= 0, found.steep <= 0),
            "Two conditions. The network with two time steps is ours; it has a recurrent weight of "
            "a thousand, which (39) leaves out of the constants.",
        ),
    ]
