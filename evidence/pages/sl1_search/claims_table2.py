"""Paper A, Table 2: do its parameters agree with the text, with the search and with Table 3?

Table 3's sparsities are read as zeros among the weights that get no gradient when a row of a table
enters in one time step; zeros among the others would take fewer steps than are found here.
"""

from dataclasses import replace

import numpy as np

from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_search.claims_fig5 import IN_TABLE2, optimal
from evidence.pages.sl1_search.search import SIGNS, TEXT, Search, candidate, power, values
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


def claims(search: Search) -> list[Claim]:
    """Judge Table 2 against the text, the grid search, Table 3 and rounding."""
    return [
        _same_optimum(),
        optimal(search, TABLE2["wine"], *IN_TABLE2),
        _time(),
        _stable(),
        _moved(),
    ]


def _same_optimum() -> Claim:
    row = TABLE2["wine"]
    same = {name: getattr(row, name) == getattr(TEXT, name) for name in SIGNS}
    ratios = [
        f"{sign} is {getattr(TEXT, name) / getattr(row, name):g} times as large"
        for name, sign in SIGNS.items()
        if not same[name]
    ]
    return Claim(
        "Table 2 summarises the results of the grid search, for Wine the optimum that the text "
        "names (section 4.2).",
        f"{values(candidate(TEXT))} in the text",
        f"{values(candidate(row))} in Table 2",
        decide(*same.values()),
        f"One condition a parameter; {sum(same.values())} of {len(same)} agree. In the text "
        + (" and ".join(ratios) or "all are the same")
        + f"; the step ηλ is {power(TEXT.rate * TEXT.strength)} there and "
        f"{power(row.rate * row.strength)} here.",
    )


def _time() -> Claim:
    times = {title: seconds_per_step(wait) for title, (_, wait) in printed().items()}
    middle = float(np.median(list(times.values())))
    off = sorted(max(s / middle, middle / s) for s in times.values())  # the median's own is first
    return Claim(
        "Table 2's parameters bring L1-GRU to its sparsities of Table 3 within the times printed "
        "there.",
        ", ".join(f"{title} {wait.l1_seconds:g} s" for title, (_, wait) in printed().items()),
        "time left for a step: " + ", ".join(f"{t} {duration(s)}" for t, s in times.items()),
        decide(*(factor <= FACTOR for factor in off[1:])),
        "If the zeros are dead weights. One condition for each row but the median one: a step "
        f"takes the median's {duration(middle)} within a factor of {FACTOR:g}. With the text's "
        f"values Wine has {duration(seconds_per_step(rows()[BY_TEXT][1]))}.",
    )


def _stable() -> Claim:
    stiff = {title: stiffness(setting) for title, (setting, _) in printed().items()}
    return Claim(
        "The smoothing overcomes oscillations (contribution 1): with Table 2's values a step "
        "inside the smoothed interval is stable.",
        "no condition is named",
        "ηλ/α: " + ", ".join(f"{title} {power(s)}" for title, s in stiff.items()),
        decide(*(s < STABLE for s in stiff.values())),
        f"One condition a row: ηλ/α is below {STABLE:g}.",
    )


def _moved() -> Claim:
    still = {title: unmoved_share(wait.step) for title, (_, wait) in printed().items()}
    return Claim(
        "The penalty acts on every weight. Asked here: when numbers are rounded to single "
        "precision, too?",
        "the precision is not stated",
        "not moved: " + ", ".join(f"{title} {share:.0%}" for title, share in still.items()),
        decide(*(share == 0 for share in still.values())),
        "One condition a row: no weight from U[−0.5, 0.5] is the same number after a step of ηλ. "
        "A weight with a data gradient has that added to its step; a dead one stays for ever.",
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
