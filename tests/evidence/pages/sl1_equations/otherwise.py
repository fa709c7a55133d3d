"""Equations, errors and gradients on which the claims of section 2 come out otherwise."""

from dataclasses import replace
from functools import cache

from evidence.pages.sl1_equations import claims_error, claims_fig1, claims_gradients
from evidence.pages.sl1_equations.error_forms import carried, error_forms
from evidence.pages.sl1_equations.forward_forms import forms
from lib.models import GRU, LSTM

FORMS, ERRORS, CARRIED = forms(2), error_forms(2), carried(4, 8, 28)


@cache
def gradients():
    drawn = claims_gradients.networks(2)
    return claims_gradients.errors(drawn), claims_gradients.whole(drawn)


def as_recorded():
    return [
        *claims_fig1.claims(FORMS, 2),
        *claims_error.claims(ERRORS, CARRIED, 2),
        *claims_gradients.claims(*gradients(), 2),
    ]


def cell(**gaps: float):
    return claims_fig1.claims(replace(FORMS, **gaps), 2, cells=(LSTM, GRU))


def error(**gaps: float):
    """Return the claims with these gaps, and the derivatives of the two cells exchanged."""
    exchanged = dict(zip(CARRIED, reversed(CARRIED.values()), strict=True))
    given = {name: dict.fromkeys(ERRORS.equal, gap) for name, gap in gaps.items()}
    return claims_error.claims(replace(ERRORS, **given), exchanged, 2)


@cache
def formulas(gap: float):
    """Return the claims when every printed formula is so far off."""
    found, whole = gradients()
    printed = {key: replace(e, printed=gap) for key, e in found.items()}
    direct = {name: dict.fromkeys(by_length, gap) for name, by_length in whole.items()}
    return claims_gradients.claims(printed, direct, 2)


OTHERWISE = {
    "A-2.1-gates": cell,
    "A-E6": lambda: cell(rewritten=0.5),
    "A-E7-10": lambda: cell(printed=0.0),
    "A-alg1-forward": lambda: cell(algorithm=0.5),
    "A-alg1-output": lambda: cell(output=0.0),
    "A-E11": lambda: error(equal=0.5),
    "A-E12-13": lambda: error(rewritten=0.0),
    "A-alg1-rule": lambda: error(step=0.0),
    "A-abs-gates": error,
    "A-E19": lambda: formulas(0.5),
    "A-E20": lambda: formulas(0.0),
    "A-E21": lambda: formulas(0.5),
    "A-E22-27": lambda: formulas(0.0),
    "A-E28": lambda: formulas(0.0),
    "A-E18-28": lambda: formulas(0.0),
}
