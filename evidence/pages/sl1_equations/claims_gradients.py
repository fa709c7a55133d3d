"""Paper A, (18)-(28): which printed formula for back-propagation gives the gradient.

A formula is right when, evaluated literally, it agrees with automatic differentiation on every
network of every kind; a product that does not exist is a disagreement. Kinds on which the quantity
vanishes whatever the formula says are left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Identity
from evidence.pages.sl1_equations.printed_gradients import FORMULAS, Formula, states_backward
from evidence.protocols.gradient_networks import KINDS, LENGTHS, Network, network, relative_error

ROUNDING = 1e-9
"""Below this relative error two gradients in double precision agree."""


@dataclass(frozen=True)
class Errors:
    """The largest relative errors of one formula on one kind of network.

    Attributes:
        printed: of the printed formula; None where it is undefined.
        transposed: with its transposes put right, for one sample alone; None where it has none.
        corrected: of the corrected formula.
        vanishes: the quantity is zero on all networks of this kind.
    """

    printed: float | None
    transposed: float | None
    corrected: float
    vanishes: bool


Key = tuple[str, str, int]


def networks(each: int) -> dict[tuple[str, int], list[Network]]:
    """Return `each` random networks of every kind and length."""
    return {
        (kind.words, T): [network(kind, T, number) for number in range(each)]
        for kind in KINDS
        for T in LENGTHS
    }


def errors(drawn: Mapping[tuple[str, int], Sequence[Network]]) -> dict[Key, Errors]:
    """Return the errors of every formula on every kind of network."""
    return {
        (formula.number, *kind): _errors(formula, nets)
        for formula in FORMULAS
        for kind, nets in drawn.items()
    }


def _errors(formula: Formula, nets: Sequence[Network]) -> Errors:
    truths = [formula.truth(net) for net in nets]
    return Errors(
        _largest(formula.printed, nets, truths),
        _largest(formula.transposed, nets, truths),
        _largest(formula.corrected, nets, truths),
        all(not truth.any() for truth in truths),
    )


def _largest(
    evaluate: Callable[[Network], torch.Tensor | None] | None,
    nets: Sequence[Network],
    truths: Sequence[torch.Tensor],
) -> float | None:
    """Return the largest relative error, None where the formula is missing or undefined."""
    values = [evaluate(net) for net in nets] if evaluate else [None]
    if any(value is None for value in values):
        return None
    return max(map(relative_error, values, truths))


def whole(drawn: Mapping[tuple[str, int], Sequence[Network]]) -> dict[str, dict[int, float]]:
    """Return the largest relative error of the whole gradient, by how it is computed and T."""
    found: dict[str, dict[int, float]] = {
        name: dict.fromkeys(LENGTHS, 0.0) for name in ("ours", "corrected", "no recursion")
    }
    for (_, T), nets in drawn.items():
        for net in nets:
            truth = _flat({name: net.dE[name] for name in net.w})
            ways = {
                "ours": net.ours,
                "corrected": _assembled(net, recursion=True),
                "no recursion": _assembled(net, recursion=False),
            }
            for name, gradient in ways.items():
                off = relative_error(_flat({key: gradient[key] for key in net.w}), truth)
                found[name][T] = max(found[name][T], off)
    return found


def _flat(gradient: Mapping[str, torch.Tensor]) -> torch.Tensor:
    return torch.cat([value.flatten() for value in gradient.values()])


def _assembled(net: Network, *, recursion: bool) -> dict[str, torch.Tensor]:
    """Return the gradient from the corrected formulas alone, without automatic differentiation."""
    derivatives: dict = {}
    for t, dh in enumerate(states_backward(net, recursion=recursion), start=1):
        step = net.steps[t - 1]
        d_q = net.w["W_hr"].T @ (dh * step.z * (1 - step.candidate**2))
        derivatives |= {
            ("h", t): dh,
            ("z", t): dh * (step.candidate - net.before(t)),
            ("candidate", t): dh * step.z,
            ("r", t): net.before(t) * d_q,
        }
    own = Network(net.w, net.x, net.targets, net.steps, derivatives, {})
    names = ("W_zh", "W_zx", "W_rh", "W_rx", "W_hr", "W_hx", "w_out")
    return {name: f.corrected(own) for name, f in zip(names, FORMULAS[3:], strict=True)}


def table(found: Mapping[Key, Errors]) -> pd.DataFrame:
    """Return the largest relative errors over all lengths, a row per formula."""
    rows = {}
    for formula in FORMULAS:
        row = {}
        for kind in KINDS:
            own = [found[formula.number, kind.words, T] for T in LENGTHS]
            row[f"as printed: {kind.words}"] = _shown([e.printed for e in own])
        last = [found[formula.number, KINDS[-1].words, T].transposed for T in LENGTHS]
        row["transposed, one sample of five"] = _shown(last) if formula.transposed else "–"
        row["corrected"] = _shown([found[k].corrected for k in found if k[0] == formula.number])
        rows[formula.number] = row
    return pd.DataFrame(rows).T


def _shown(values: Sequence[float | None]) -> str:
    if None in values:
        return "undefined"
    return f"{max(values):.1e}" if max(values) else "0"


def claims(
    found: Mapping[Key, Errors], gradients: Mapping[str, Mapping[int, float]], each: int
) -> list[Judged]:
    """Return every printed formula with what was measured, the six of (22)-(27) together.

    Args:
        found: the errors of the formulas.
        gradients: those of the whole gradient.
        each: on how many networks of every kind and length.
    """
    single = {f"A-E{f.number[1:-1]}": [f] for f in (*FORMULAS[:3], FORMULAS[-1])}
    groups = single | {"A-E22-27": list(FORMULAS[3:-1])}
    return judge(
        {name: _formula(group, found, each) for name, group in groups.items()}
        | {"A-E18-28": _enough(gradients, each)}
    )


def _formula(formulas: Sequence[Formula], found: Mapping[Key, Errors], each: int) -> Identity:
    """Return the gap of formulas, infinite where a product in one does not exist."""
    gaps, words = [], []
    for kind in KINDS:
        keys = [(f.number, kind.words, T) for f in formulas for T in LENGTHS]
        printed = [found[key].printed for key in keys if not found[key].vanishes]
        gaps += [np.inf if gap is None else gap for gap in printed]
        words.append(f"{kind.words}: {_shown(printed)}")
    numbers = {f.number for f in formulas}
    misprint = formulas[0].misprint
    return Identity(
        gap=max(gaps),
        tolerance=ROUNDING,
        cases=each * len(gaps),
        detail="Relative error against automatic differentiation, " + "; ".join(words),
        repaired=Identity(
            gap=max(e.corrected for key, e in found.items() if key[0] in numbers),
            tolerance=ROUNDING,
            cases=each * len(gaps),
        )
        if misprint
        else None,
        repair=f"the starred formula; wrong is: {misprint}" if misprint else "",
    )


def _enough(gradients: Mapping[str, Mapping[int, float]], each: int) -> Identity:
    direct, cases = gradients["no recursion"], each * len(KINDS) * len(LENGTHS)
    return Identity(
        gap=max(direct.values()),
        tolerance=ROUNDING,
        cases=cases,
        detail="The whole gradient from the corrected formulas with δ_h at the last step alone, "
        "off by " + ", ".join(f"{off:.2g} at T = {T}" for T, off in direct.items()),
        repaired=Identity(max(gradients["corrected"].values()), ROUNDING, cases),
        repair="with the recursion for δ_h, which (18) lacks",
    )


def key_numbers(
    found: Mapping[Key, Errors], gradients: Mapping[str, Mapping[int, float]]
) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes; rounding counts as zero."""
    numbers: dict[str, float] = {}
    for (number, words, T), e in found.items():
        name = f"{number[1:-1]}.{words.replace(', ', '.').replace(' ', '_')}.T{T}"
        if e.printed is not None:
            numbers[f"{name}.printed"] = _settled(e.printed)
        if e.transposed is not None:
            numbers[f"{name}.transposed"] = _settled(e.transposed)
    for name, by_length in gradients.items():
        key = name.replace(" ", "_")
        numbers |= {f"{key}.T{T}": _settled(off) for T, off in by_length.items()}
    numbers["worst_ours"] = max(gradients["ours"].values())
    return numbers


def _settled(value: float) -> float:
    return 0.0 if value < ROUNDING else float(np.float64(value))
