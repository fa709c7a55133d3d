"""Paper A, Table 2: do its parameters agree with the text, with the search and with Table 3?

Table 3's sparsities are read as zeros among the weights that get no gradient when a row of a table
enters in one time step; zeros among the others would take fewer steps than are found here.
"""

from dataclasses import replace

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Universal, Value, Values
from evidence.pages.sl1_search.search import SIGNS, TEXT, Search, candidate, power
from evidence.papers.tables import SL1_TITLE_OF
from evidence.protocols.penalty_alone import unmoved_share
from evidence.protocols.sl1 import TABLE2, Setting
from evidence.protocols.sl1_sparsity import Implied, implied

WINE = SL1_TITLE_OF["wine"]

BY_TEXT = "Wine, as the text says"

STABLE = 2.0
"""Below this eta lambda / alpha a gradient step inside the parabola shrinks a weight."""

FACTOR = 10.0
"""Times of a step further than this from the rows' median do not fit to the others."""


def rows() -> dict[str, tuple[Setting, Implied]]:
    """Return Table 2's rows and what they take, and after Wine's what the text's values take.

    The text's values replace the row's; to shrink a weight by L1 takes steps in inverse proportion
    to eta lambda, and what is said of SL1 is the row's.
    """
    found = {}
    for wait in implied():
        name = next(n for n, title in SL1_TITLE_OF.items() if title == wait.dataset)
        found[wait.dataset] = (TABLE2[name], wait)
        if wait.dataset == WINE:
            step = TEXT.rate * TEXT.strength
            steps = wait.l1_steps * wait.step / step
            found[BY_TEXT] = (TEXT, replace(wait, step=step, l1_steps=steps))
    return found


def printed() -> dict[str, tuple[Setting, Implied]]:
    """Return Table 2's rows alone."""
    return {title: row for title, row in rows().items() if title != BY_TEXT}


def claims() -> list[Judged]:
    """Return Table 2 against the text, then against Table 3 and rounding."""
    return judge(
        {
            "A-T2-summary": _same_optimum(),
            "O-T2-time": _time(),
            "O-T2-stable": _stable(),
            "O-T2-moved": _moved(),
        }
    )


def _same_optimum() -> Values:
    row = TABLE2["wine"]
    return Values(
        {
            sign: Value.exact(getattr(TEXT, name), getattr(row, name))
            for name, sign in SIGNS.items()
        },
        detail="Table 2's row for Wine against the optimum that the text names; the step ηλ is "
        f"{power(row.rate * row.strength)} by the one and {power(TEXT.rate * TEXT.strength)} by "
        "the other",
    )


def _time() -> Universal:
    times = {title: seconds_per_step(wait) for title, (_, wait) in printed().items()}
    middle = float(np.median(list(times.values())))
    off = sorted(max(s / middle, middle / s) for s in times.values())[1:]  # without the median's
    return Universal(
        cases=len(off),
        violated=sum(factor > FACTOR for factor in off),
        drawn="Rows of Table 2; the printed time of L1-GRU over the steps that its sparsity takes, "
        f"if the zeros are dead weights, is to be the rows' median of {duration(middle)} within a "
        f"factor of {FACTOR:g}. With the text's values Wine has "
        f"{duration(seconds_per_step(rows()[BY_TEXT][1]))}",
        worst=f"by a factor of up to {max(off):.0f}",
    )


def _stable() -> Universal:
    stiff = {title: stiffness(setting) for title, (setting, _) in printed().items()}
    return Universal(
        cases=len(stiff),
        violated=sum(s >= STABLE for s in stiff.values()),
        drawn=f"Rows of Table 2; a step near zero is stable while ηλ/α is below {STABLE:g}",
        worst=f"ηλ/α is at most {power(max(stiff.values()))}",
    )


def _moved() -> Universal:
    still = {title: unmoved_share(wait.step) for title, (_, wait) in printed().items()}
    return Universal(
        cases=len(still),
        violated=sum(share > 0 for share in still.values()),
        drawn="Rows of Table 2; no weight from U[−0.5, 0.5] is to be the same number after a step "
        "of ηλ in single precision",
        worst=f"up to {max(still.values()):.0%} of the weights stay",
    )


def seconds_per_step(wait: Implied) -> float:
    """Return the printed time of L1-GRU over the steps that its sparsity takes."""
    return wait.l1_seconds / wait.l1_steps


def stiffness(setting: Setting) -> float:
    """Return eta lambda / alpha, the share by which a step shrinks a weight near zero."""
    return setting.rate * setting.strength / setting.alpha


def key_numbers(search: Search) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for title, (setting, wait) in rows().items():
        numbers |= {
            f"{title}.step": wait.step,
            f"{title}.stiffness": stiffness(setting),
            f"{title}.epochs": wait.l1_steps / wait.steps_an_epoch,
            f"{title}.microseconds": 1e6 * seconds_per_step(wait),
            f"{title}.unmoved": unmoved_share(wait.step),
        }
    lag = search.lag(candidate(TABLE2["wine"]))
    return numbers | {"rank": float(lag.rank), "behind": lag.behind}


def duration(seconds: float) -> str:
    """Return a time in microseconds below a tenth of a millisecond, else in milliseconds."""
    return f"{1e6 * seconds:.1f} µs" if seconds < 1e-4 else f"{1e3 * seconds:.2g} ms"
