"""Paper B, section 5: data, parameters and starts against the algorithm and each other."""

import math
from dataclasses import replace

import numpy as np

from evidence.errata.registry import Check, brief, checks
from evidence.kit.runner import collect
from evidence.pages.alm_series.claims_sp500 import RELEASED, WRITTEN
from evidence.pages.alm_table2.claims import EXPLODED, LEVEL, above, power
from evidence.papers import alm_printed
from evidence.papers.alm_printed import number
from evidence.protocols.titles import SHORT
from lib import alm
from lib.datasets.synthetic import RECIPES, Recipe, simulate, stream


@checks("B-e-T1-N")
def _variance(recipe: Recipe | None = None) -> Check:
    stated = RECIPES["synthetic-t500"]
    read = replace(stated, weights=math.sqrt(stated.weights)) if recipe is None else recipe
    largest = [
        float(np.nan_to_num(np.abs(simulate(r, stream("synthetic-t500", 0))[1]).max(), nan=np.inf))
        for r in (read, stated)
    ]
    return Check(
        f"N(0, {stated.weights:g}) for the weights: as a variance targets up to "
        + power(largest[0]),
        f"as a standard deviation up to {power(largest[1])}",
        largest[0] > EXPLODED > largest[1],
    )


@checks("B-e-normal")
def _standard(spread: float | None = None) -> Check:
    spread = number(alm_printed.SECTION_53_SPREAD) if spread is None else spread
    return Check(
        f"standard, N(0, {spread:g})",
        f"a standard distribution has the deviation 1; this one {spread:g}, or "
        f"{brief(math.sqrt(spread))} if {spread:g} is the variance",
        not math.isclose(spread, 1),
    )


@checks("B-e-eta3")
def _exponent(eta3: float | None = None) -> Check:
    columns = alm_printed.TABLE2.values()
    values = {number(c.eta3) for c in columns} if eta3 is None else {eta3}
    powers = {v: (1 - v) / (1 + v) for v in sorted(values)}
    return Check(
        "η₃ = " + " and ".join(f"{v:g}" for v in powers),
        "η₃ > 1 is asked for; the power of γ in the proof of (4.15), negative for such values, is "
        + " and ".join(f"{p:.2f}" for p in powers.values()),
        any(p >= 0 for p in powers.values()),
    )


@checks("B-e-Gamma")
def _level(starts: tuple[str, ...] = tuple(alm.INITIALISATIONS)) -> Check:
    found = []
    for record in collect("alm_starts", "paper"):
        for name in starts:
            many, of = above(record, name)
            if many:
                title = alm.initialisation(name).title
                found.append(f"{many} of {of} {title} on {SHORT[record.config['dataset']]}")
    return Check(
        f"Γ = {LEVEL:g} ≥ L(s⁰)",
        "starts above it: " + (", ".join(found) or "none"),
        len(found) > 0,
    )


@checks("B-e-cv10")
def _left_out(steps: int = 10, trials: int = 30, left_out: int = 1) -> Check:
    choices = math.comb(steps, left_out)
    return Check(
        f"{trials} trials at T = {steps}",
        f"there are {choices} ways to leave {left_out} of {steps} steps out",
        choices < trials,
    )


@checks("B-e-r")
def _hidden(r: int | None = None) -> Check:
    recipe = RECIPES["synthetic-t500"]
    said = int(number(alm_printed.SECTION_54["r"])) if r is None else r
    n, m = recipe.inputs, recipe.outputs
    printed = tuple(number(alm_printed.SECTION_54[name]) for name in ("Nw", "Na"))
    sizes = {r: (r * r + r * n + r, m * r + m) for r in (said, recipe.hidden)}
    return Check(
        f"r = {said}, which gives N_w = {sizes[said][0]:,} and N_a = {sizes[said][1]:,}",
        f"printed: {printed[0]:,.0f} and {printed[1]:,.0f}; r = {recipe.hidden} of Table 1 gives "
        f"{sizes[recipe.hidden][0]:,} and {sizes[recipe.hidden][1]:,}",
        all(
            f"{a:.2e}" != f"{b:.2e}" and f"{c:.2e}" == f"{b:.2e}"
            for a, b, c in zip(sizes[said], printed, sizes[recipe.hidden], strict=True)
        ),
    )


@checks("B-e-sp-target")
def _target(dataset: str = RELEASED) -> Check:
    rows = {r.config["dataset"]: r.rows[0] for r in collect("alm_references", "paper")}
    released, written = rows[RELEASED], rows[WRITTEN]
    chosen = rows[dataset]
    return Check(
        "the volatility is the output, the other variables are the inputs",
        f"the loader's target is {released['target']}, which is among its inputs; the column "
        f"{written['target']} correlates {written['prices_correlation']:.4f} with the volatility "
        f"applied to prices, {written['volatility_correlation']:.2f} with that of returns",
        chosen["target"] != "RV_SP500" and bool(chosen["leaks"]),
    )
