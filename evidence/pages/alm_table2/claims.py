"""Paper B, Table 2: do its parameters agree with the algorithm, the text and the data?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np

from evidence.kit.claims import Judged, judge
from evidence.kit.frames import one_by
from evidence.kit.records import Record
from evidence.kit.rule import Identity, Readings, Universal, Value, Values
from evidence.kit.tables import superscript
from evidence.pages.alm_table2.runs_starts import READINGS, largest_targets, starts
from evidence.papers import alm_printed
from evidence.papers.alm_printed import number, shown
from evidence.protocols.alm import TABLE2, penalties
from evidence.protocols.titles import PAPER_SERIES, SHORT
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

START_53, VARIANCE = "normal-1e-1", "variance"
"""The start of section 5.3, N(0, 0.1), with 0.1 as the deviation and as the variance."""

SPREAD = number(alm_printed.SECTION_53_SPREAD)


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return what Table 2 and the sentences around it say, against the algorithm and Table 1."""
    units = one_by(records, "dataset")
    units = {name: unit for name, unit in units.items() if name in PAPER_SERIES}
    return judge(
        {
            "B-T2-gamma-53": Readings(
                {
                    f"{SPREAD:g} a deviation": level(units, START_53),
                    f"{SPREAD:g} a variance": level(units, VARIANCE),
                }
            ),
            "B-T2-gamma-54": level(units, *alm.INITIALISATIONS),
            "B-T2-eta3": inside("eta3"),
            "B-T2-ranges": inside("eta1", "eta2", "eta4", "gamma", "epsilon", "mu"),
            "B-5.4-r": hidden_units(),
            "B-5.3-standard": standard_gaussian(units),
            "O-T2-variance": as_variance(units),
            "O-T2-code": released(),
        }
    )


def level(units: Mapping[str, Record], *initialisations: str) -> Universal:
    """Return how many starts lie above Table 2's level, against (3.10)."""
    found = {(n, name): above(unit, n) for n in initialisations for name, unit in units.items()}
    over = [
        f"{many} of {of} {_title(n)} on {SHORT[name]}"
        for (n, name), (many, of) in found.items()
        if many
    ]
    largest = max(starts(u, n, "objective").max() for n in initialisations for u in units.values())
    return Universal(
        cases=sum(of for _, of in found.values()),
        violated=sum(many for many, _ in found.values()),
        drawn=f"Starts on {', '.join(SHORT[name] for name in units)}; violated by L(s⁰) above "
        f"Γ = {LEVEL:g}",
        worst=", ".join(over) or f"at most {power(largest)}",
    )


def _title(start: str) -> str:
    return "as a variance" if start == VARIANCE else alm.initialisation(start).title


def inside(*names: str) -> Universal:
    """Return how many printed values of some parameters lie outside Algorithm 3.1's ranges."""
    given = {
        (SYMBOLS[name], value): low < number(value) < high
        for name in names
        for low, high in [alm_printed.RANGES[name]]
        for value in _printed(name)
    }
    return Universal(
        cases=len(given),
        violated=sum(not right for right in given.values()),
        drawn="Values that Table 2 prints, against the open intervals of Algorithms 3.1 and 3.2: "
        + ", ".join(f"{symbol} = {shown(value)}" for symbol, value in given),
    )


def _printed(name: str) -> list[str]:
    if name in alm_printed.COMMON:
        return [alm_printed.COMMON[name]]
    return list(dict.fromkeys(getattr(column, name) for column in alm_printed.TABLE2.values()))


def hidden_units() -> Identity:
    """Return how far the stated r is from giving the stated numbers of weights at T = 500."""
    said, stated = number(alm_printed.SECTION_54["r"]), RECIPES["synthetic-t500"].hidden
    return replace(
        _weights(said),
        repaired=_weights(stated),
        repair=f"r = {stated}, as in Table 1",
    )


def _weights(r: float) -> Identity:
    """Return the distance of r² + rn + r and mr + m from N_w and N_a, in units of the rounding."""
    recipe = RECIPES["synthetic-t500"]
    N_w, N_a = (number(alm_printed.SECTION_54[name]) for name in ("Nw", "Na"))
    found = {N_w: r**2 + r * recipe.inputs + r, N_a: recipe.outputs * (r + 1)}
    half_a_unit = {N: 0.5 * 10 ** (math.floor(math.log10(N)) - 2) for N in found}
    gaps = [abs(ours - N) / half_a_unit[N] for N, ours in found.items()]
    return Identity(
        gap=max(gaps),
        tolerance=1.0,
        cases=len(gaps),
        detail=f"r = {r:g} gives N_w = r² + rn + r = {found[N_w]:,.0f} and N_a = mr + m = "
        f"{found[N_a]:,.0f}, printed are {N_w:,.0f} and {N_a:,.0f} to three digits; the gap is in "
        "units of that rounding",
    )


def standard_gaussian(units: Mapping[str, Record]) -> Values:
    """Return the deviation of section 5.3's initial weights beside that of a standard Gaussian."""
    spread = number(alm_printed.SECTION_53_SPREAD)

    def total(name: str) -> str:
        many, of = np.sum([above(unit, name) for unit in units.values()], axis=0)
        return f"{many} of {of}"

    return Values(
        {
            "deviation": Value.exact(1.0, spread),
            f"deviation, if {spread:g} is the variance": Value.exact(1.0, math.sqrt(spread)),
        },
        f"“Standard Gaussian distribution N(0, {spread:g})”. Starts with L(s⁰) above Γ: "
        f"{total(START_53)} when {spread:g} is the deviation, {total(VARIANCE)} when it is the "
        f"variance, {total('standard')} with deviation 1",
    )


def as_variance(units: Mapping[str, Record]) -> Universal:
    """Return how many synthetic series explode when Table 1's N(0, s) has the variance s."""
    drawn = {name: unit for name, unit in units.items() if name in RECIPES}
    largest = {name: largest_targets(unit, "variance") for name, unit in drawn.items()}
    other = max(largest_targets(unit, "deviation").max() for unit in drawn.values())
    return Universal(
        cases=sum(values.size for values in largest.values()),
        violated=sum(int(np.sum(~(values <= EXPLODED))) for values in largest.values()),
        drawn=f"Series drawn with s as the variance; violated by a target above {EXPLODED:,.0f}. "
        f"With s as the deviation the largest is {power(other)}",
        worst=", ".join(f"{SHORT[name]}: up to {power(v.max())}" for name, v in largest.items()),
    )


def released() -> Universal:
    """Return how many parameters of the released main script are not those of Table 2."""
    setting = TABLE2["sp500-released"]
    asked = asdict(setting) | asdict(penalties(setting, int(alm_printed.SP500_INPUTS), 1))
    other = [
        f"{SYMBOLS[name]} = {shown(value)} (Table 2: "
        + (shown(alm_printed.COMMON[name]) if name in alm_printed.COMMON else f"{asked[name]:.3g}")
        + ")"
        for name, value in alm_printed.RELEASED.items()
        if not math.isclose(number(value), asked[name])
    ]
    return Universal(
        cases=len(alm_printed.RELEASED),
        violated=len(other),
        drawn="Parameters that the main script, which trains on the S&P index, passes",
        worst=", ".join(other),
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


def power(value: float) -> str:
    """Return three digits of a number, or its power of ten from a million on."""
    if not math.isfinite(value):
        return "overflow"
    if value < 1e6:
        return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
    return f"10{superscript(math.floor(math.log10(value)))}"
