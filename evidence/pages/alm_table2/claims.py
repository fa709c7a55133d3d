"""Paper B, Table 2: do its parameters agree with the algorithm, the text and the data?"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.kit.tables import superscript
from evidence.kit.verdicts import Claim, decide
from evidence.pages.alm_table2.runs_starts import READINGS, largest_targets, starts
from evidence.papers import alm_printed
from evidence.papers.alm_printed import number, shown
from evidence.protocols.alm import TABLE2, penalties
from evidence.protocols.titles import SHORT
from lib import alm
from lib.datasets.synthetic import RECIPES

LEVEL = number(alm_printed.COMMON["level"])

EXPLODED = 1e6
"""A series has exploded when one of its targets is larger; inputs are below 1, weights about s."""

SYMBOLS: Mapping[str, str] = {
    "gamma": "γ₀",
    "epsilon": "ε₀",
    "level": "Γ",
    "mu": "μ",
    **{f"lambda{i}": f"λ{'₁₂₃₄₅₆'[i - 1]}" for i in range(1, 7)},
    "tau": "τ",
    **{f"eta{i}": f"η{'₁₂₃₄'[i - 1]}" for i in range(1, 5)},
    "hidden_size": "r",
}

COLUMNS: Mapping[str, str] = {
    "synthetic-t10": "T = 10",
    "sp500": "S&P index",
    "synthetic-t500": "T = 500",
}

OTHERS = tuple(name for name in alm.INITIALISATIONS if name not in ("he", "normal-1e-1"))


def claims(records: Sequence[Record]) -> list[Claim]:
    """Judge Table 2 and the sentences around it against (3.10), Algorithm 3.1 and Table 1."""
    units = one_by(records, "dataset")
    return [
        *_level_claims(units),
        _exponent(),
        _ranges(),
        _hidden_units(),
        _standard_gaussian(units),
        _variance(units),
        _released(),
    ]


def _level_claims(units: Mapping[str, Record]) -> list[Claim]:
    def met(*names: str) -> list[bool]:
        return [above(unit, name)[0] == 0 for name in names for unit in units.values()]

    def worst(name: str) -> str:
        return power(max(starts(unit, name, "objective").max() for unit in units.values()))

    def exceptions(*names: str) -> str:
        found = [
            f"{many} of {of} {alm.initialisation(name).title} on {SHORT[dataset]}"
            for name in names
            for dataset, unit in units.items()
            for many, of in [above(unit, name)]
            if many
        ]
        return ", ".join(found) or "none"

    judged = f"Judged by whether no start of a dataset has L(s⁰) above {LEVEL:g}."
    return [
        Claim(
            "Γ of Table 2 is at least L(s⁰), as (3.10) asks, at the start of section 5.3, "
            "N(0, 0.1).",
            f"Γ = {LEVEL:g}",
            "largest L(s⁰) " + _largest(units, "normal-1e-1"),
            decide(*met("normal-1e-1")),
            judged,
        ),
        Claim(
            "The same at the other starts of section 5.4, He apart.",
            f"Γ = {LEVEL:g}",
            "largest L(s⁰) on any dataset "
            + ", ".join(f"{alm.initialisation(name).title}: {worst(name)}" for name in OTHERS),
            decide(*met(*OTHERS)),
            f"{judged} Starts above it: {exceptions(*OTHERS)}.",
        ),
        Claim(
            "The same at He's start, where W too has the deviation √(2/r).",
            f"Γ = {LEVEL:g}",
            "largest L(s⁰) " + _largest(units, "he"),
            decide(*met("he")),
            f"{judged} Starts above it: {_shares(units, 'he')}. With the same numbers, but W "
            f"at LeCun's √(1/r): {_shares(units, 'he-lecun-w')}.",
        ),
    ]


def _exponent() -> Claim:
    values = {name: column.eta3 for name, column in alm_printed.TABLE2.items()}
    return Claim(
        "η₃ of Table 2 is one that Algorithm 3.1 admits.",
        "η₃ > 1 in Algorithm 3.1 and Theorem 4.7",
        ", ".join(f"{COLUMNS[name]}: η₃ = {value}" for name, value in values.items()),
        decide(*(_inside("eta3", value) for value in values.values())),
        "Judged by whether each printed value lies in the algorithm's range.",
    )


def _ranges() -> Claim:
    given = {
        f"{SYMBOLS[name]} = {value}": _inside(name, value)
        for name in ("eta1", "eta2", "eta4")
        for value in dict.fromkeys(getattr(column, name) for column in alm_printed.TABLE2.values())
    }
    given |= {
        f"{SYMBOLS[name]} = {shown(alm_printed.COMMON[name])}": _inside(
            name, alm_printed.COMMON[name]
        )
        for name in ("gamma", "epsilon", "mu")
    }
    return Claim(
        "Its other parameters are in the ranges of Algorithms 3.1 and 3.2.",
        "η₁, η₂, η₄ in (0, 1); γ₀, ε₀, μ > 0",
        f"{sum(given.values())} of {len(given)} printed values are",
        decide(*given.values()),
        "Values: " + ", ".join(given) + ".",
    )


def _hidden_units() -> Claim:
    recipe = RECIPES["synthetic-t500"]
    n, m = recipe.inputs, recipe.outputs
    said, N_w, N_a = (number(alm_printed.SECTION_54[name]) for name in ("r", "Nw", "Na"))
    from_w = (math.sqrt((n + 1) ** 2 + 4 * N_w) - (n + 1)) / 2
    from_a = N_a / m - 1
    return Claim(
        "The network of T = 500 has the r of section 5.4.",
        f"r = {said:g}, N_w = {N_w:,.0f}, N_a = {N_a:,.0f}",
        f"r² + rn + r = N_w gives r = {from_w:.4g}, mr + m = N_a gives {from_a:.4g}, "
        f"Table 1 says {recipe.hidden}",
        decide(
            _three_digits(said**2 + said * n + said, N_w),
            _three_digits(m * said + m, N_a),
            said == recipe.hidden,
        ),
        f"Judged by whether r = {said:g} gives either number to the three digits printed, and "
        f"equals Table 1's r. It gives N_w = {said**2 + said * n + said:,.0f} and "
        f"N_a = {m * said + m:,.0f}.",
    )


def _standard_gaussian(units: Mapping[str, Record]) -> Claim:
    spread = number(alm_printed.SECTION_53_SPREAD)
    readings = (spread, READINGS["variance"])

    def total(name: str) -> str:
        many, of = np.sum([above(unit, name) for unit in units.values()], axis=0)
        return f"{many} of {of}"

    return Claim(
        "The initial weights of section 5.3 are standard Gaussian.",
        f"“standard Gaussian distribution N(0, {spread:g})”",
        f"the deviation is {readings[0]:g}, or {readings[1]:.3g} if {spread:g} is a variance",
        decide(*(math.isclose(deviation, 1.0) for deviation in readings)),
        "Standard means deviation 1. Of all starts, L(s⁰) is above Γ in "
        f"{total('normal-1e-1')} when {spread:g} is the deviation, in {total('variance')} when it "
        f"is the variance, and in {total('standard')} with deviation 1.",
    )


def _variance(units: Mapping[str, Record]) -> Claim:
    drawn = {name: unit for name, unit in units.items() if name in RECIPES}

    def exploded(unit: Record) -> str:
        many = np.sum(~(largest_targets(unit, "variance") <= EXPLODED))
        return f"{many} of {unit.config['seeds']}"

    def span(unit: Record, reading: str) -> str:
        values = largest_targets(unit, reading)
        return f"{power(values.min())} to {power(values.max())}"

    return Claim(
        "Table 1's N(0, s) can be read with s as the variance of the data's weights and noise.",
        ", ".join(f"{SHORT[name]}: N(0, {RECIPES[name].weights:g})" for name in drawn),
        "largest |y| of a seed " + _each(drawn, lambda unit: span(unit, "variance")),
        decide(*(bool((largest_targets(u, "variance") <= EXPLODED).all()) for u in drawn.values())),
        f"Judged by whether no seed of a dataset has a target above {EXPLODED:,.0f}. Seeds that "
        f"have one: {_each(drawn, exploded)}. With s as the deviation the largest |y| is "
        f"{_each(drawn, lambda unit: span(unit, 'deviation'))}.",
    )


def _released() -> Claim:
    setting = TABLE2["sp500-released"]
    weights = penalties(setting, int(alm_printed.SP500_INPUTS), 1)
    asked = asdict(setting) | asdict(weights)
    same = {
        name: math.isclose(number(value), asked[name])
        for name, value in alm_printed.RELEASED.items()
    }
    other = [
        f"{SYMBOLS[name]} = {shown(alm_printed.RELEASED[name])} (Table 2: "
        + (shown(alm_printed.COMMON[name]) if name in alm_printed.COMMON else f"{asked[name]:.3g}")
        + ")"
        for name, equal in same.items()
        if not equal
    ]
    return Claim(
        "The main script of the authors' released program, which trains on the S&P index, passes "
        "Table 2's parameters.",
        "Table 2, row of the S&P index",
        f"{sum(same.values())} of {len(same)} are the same",
        decide(*same.values()),
        "Different: " + (", ".join(other) or "none") + ".",
    )


def above(record: Record, initialisation: str) -> tuple[int, int]:
    """Return how many starts have L(s0) above Table 2's level, and how many there are."""
    values = starts(record, initialisation, "objective")
    return int(np.sum(~(values <= LEVEL))), values.size


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    numbers: dict[str, float] = {}
    for dataset, unit in one_by(records, "dataset").items():
        for name in (*alm.INITIALISATIONS, *alm.VARIANTS):
            values = starts(unit, name, "objective")
            key = f"{dataset}.{name}"
            numbers[f"{key}.median"] = float(np.median(values))
            numbers[f"{key}.largest"] = float(values.max())
            numbers[f"{key}.largest_state"] = float(starts(unit, name, "largest_state").max())
            numbers[f"{key}.radius"] = float(np.median(starts(unit, name, "spectral_radius")))
        for name in (*alm.INITIALISATIONS, *alm.VARIANTS, *READINGS):
            numbers[f"{dataset}.{name}.above"] = float(above(unit, name)[0])
        numbers[f"{dataset}.starts"] = float(unit.config["seeds"])
    return numbers


def _shares(units: Mapping[str, Record], name: str) -> str:
    return _each(units, lambda unit: "{} of {}".format(*above(unit, name)))


def _largest(units: Mapping[str, Record], name: str) -> str:
    return _each(units, lambda unit: power(starts(unit, name, "objective").max()))


def power(value: float) -> str:
    """Return three digits of a number, or its power of ten from a million on."""
    if not math.isfinite(value):
        return "overflow"
    if value < 1e6:
        return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
    return f"10{superscript(math.floor(math.log10(value)))}"


def _each(units: Mapping[str, Record], value: Callable[[Record], str]) -> str:
    return ", ".join(f"{SHORT[name]}: {value(unit)}" for name, unit in units.items())


def _inside(name: str, value: str) -> bool:
    low, high = alm_printed.RANGES[name]
    return low < number(value) < high


def _three_digits(a: float, b: float) -> bool:
    return f"{a:.2e}" == f"{b:.2e}"
