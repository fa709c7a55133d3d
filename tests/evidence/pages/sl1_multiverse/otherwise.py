"""Specifications on which the answers over all open choices of paper A come out otherwise."""

from dataclasses import replace
from functools import cache

from evidence.kit.runner import collect
from evidence.pages.sl1_multiverse.claims import accuracy, error, worlds
from evidence.pages.sl1_multiverse.claims_all import claims
from evidence.pages.sl1_multiverse.claims_rises import rises
from evidence.pages.sl1_multiverse.claims_sparsity import sparsity
from evidence.statistics import Outcome


@cache
def found():
    def records(*names):
        return [collect(name, "paper") for name in names]

    table3, table5, modes = records("sl1_table3", "sl1_table5", "sl1_modes")
    readings = worlds([*table3, *table5], modes)
    return (
        accuracy(readings),
        error(readings),
        sparsity(readings, *records("sl1_approximation", "sl1_patterns")),
        rises(*records("sl1_rises", "sl1_convergence", "sl1_oscillation", "sl1_step_search")),
    )


def as_recorded():
    return claims(found())


@cache
def always():
    """The claimed side is better in every specification."""
    return claims(
        replace(
            each,
            specifications=tuple(replace(s, outcome=Outcome.BETTER) for s in each.specifications),
        )
        for each in found()
    )


OTHERWISE = {
    f"O-mv-{key}{what}": always
    for key in ("accuracy", "error", "sparsity", "rises")
    for what in ("", "-turned")
}
