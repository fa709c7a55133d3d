"""Paper B, section 4.3: the problem in one variable, and three activations along the iterations."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from evidence.kit.frames import padded
from evidence.kit.records import Record
from evidence.kit.style import PALETTE, band, panels
from evidence.pages.alm_activations.claims_u_block import by_slope
from evidence.pages.alm_activations.runs import TITLES, groups, traces_of
from evidence.pages.alm_activations.runs_u_block import NAMES, Cases, PrintedLeakyReLU, phi, solve
from evidence.protocols.titles import SERIES as DATASETS
from lib import alm

FLOOR = 1e-17
"""Where an exact zero is drawn on a logarithmic axis."""

ELU_CASES = {
    "convex: θ₁ = −1, θ₂ = −0.5": (-1.0, -0.5),
    "three intervals: θ₁ = −1.1, θ₂ = 1.95": (-1.1, 1.95),
    "two local minima: θ₁ = −3.6, θ₂ = 5": (-3.6, 5.0),
}
"""theta1 and theta2 of three cases of the ELU's problem; theta3 is 0."""


def printed_formula(cases: Sequence[Record]) -> Figure:
    """Draw the worst case of (4.35) as printed, and its gap over the plane of theta1 and theta2."""
    slope, record = max(by_slope(cases).items())
    config = Cases(**record.config)
    right, printed = alm.LeakyReLU(slope), PrintedLeakyReLU(slope)
    with panels(2, 3.6, sharex=False) as (figure, (one, plane)):
        theta = np.array(record.rows[0]["worst_theta"])[:, None]
        u = np.linspace(-0.9, 0.5, 400)
        one.plot(u, phi(config, right, u, theta), color="0.25", label="φ")
        for sigma, label, marker, colour in (
            (printed, "answer of (4.35) as printed", "X", PALETTE[3]),
            (right, "answer with the corrected condition", "o", PALETTE[0]),
        ):
            at = solve(config, sigma, theta)
            one.plot(
                at,
                phi(config, right, at, theta),
                marker=marker,
                color=colour,
                ls="",
                ms=9,
                label=label,
            )
        one.set(xlabel="u", ylabel="φ(u)")
        one.set_title(f"The worst random case, ϖ = {slope:g}", loc="left")
        one.legend(loc="upper center")

        axis = np.linspace(-1.0, 1.0, 401)
        theta1, theta2 = np.meshgrid(axis, axis)
        grid = np.stack([theta1.ravel(), theta2.ravel(), np.zeros(theta1.size)])
        answers = [solve(config, sigma, grid) for sigma in (printed, right)]
        gap = np.subtract(*(phi(config, right, answer, grid) for answer in answers))
        levels = np.linspace(0.0, slope**2 / (2.0 * (1.0 + slope**2)), 11)
        levels[0] = 1e-6
        filled = plane.contourf(theta1, theta2, gap.reshape(theta1.shape), levels, cmap="Reds")
        figure.colorbar(filled, ax=plane, label="φ above its minimum", format="%.2f")
        _, minus = printed.candidates(grid[0], grid[1].copy(), 1.0)
        plane.contourf(
            theta1,
            theta2,
            (minus > 0.0).reshape(theta1.shape).astype(float),
            [0.5, 1.5],
            colors="none",
            hatches=["////"],
        )
        plane.axhline(0.0, color="0.4", lw=0.8)
        plane.axvline(0.0, color="0.4", lw=0.8)
        plane.text(-0.55, 0.8, "u⁻ positive", ha="right", va="center")
        plane.text(0.5, -0.7, "not a minimiser", ha="left", va="center")
        plane.set(xlabel="θ₁", ylabel="θ₂")
        plane.set_title("Where (4.35) as printed goes wrong", loc="left")
    return figure


def elu_cases() -> Figure:
    """Draw phi of the ELU for a case of each kind, its concave part marked."""
    with panels(len(ELU_CASES), 2.5, sharex=False) as (figure, axes):
        sigma = alm.ELU()
        for ax, (title, (theta1, theta2)) in zip(axes, ELU_CASES.items(), strict=True):
            theta = np.array([theta1, theta2, 0.0])[:, None]
            config = Cases("elu", 1.0, 1)
            u = np.linspace(min(1.3 * theta1, -2.0), 1.5, 800)
            value = phi(config, sigma, u, theta)
            z = np.exp(u)
            concave = (u < 0.0) & (2.0 * z * z - (theta2 + 1.0) * z + 1.0 < 0.0)
            ax.plot(u, value, color=PALETTE[0], label="convex")
            ax.plot(
                u,
                np.where(concave, value, np.nan),
                color=PALETTE[1],
                lw=4.5,
                label="concave",
            )
            at = solve(config, sigma, theta)
            ax.plot(
                at,
                phi(config, sigma, at, theta),
                "o",
                color="0.1",
                ms=7,
                label="the solver's answer",
            )
            ax.set(ylabel="φ(u)")
            ax.set_title(title, loc="left")
        axes[-1].set_xlabel("u")
        axes[0].legend(loc="upper center")
    return figure


def along(trained: Sequence[Record], measure: str, label: str) -> Figure:
    """Draw a traced measure over outer iterations, a panel per dataset, a line per activation.

    Lines are medians over the trials, bands the full range.
    """
    found = groups(trained)
    with panels(len(found), 2.5, sharex=False) as (figure, axes):
        for ax, (key, group) in zip(axes, found.items(), strict=True):
            for number, name in enumerate(NAMES):
                traces = [trace for trace in traces_of(group, name, measure) if trace]
                runs = np.maximum(padded(traces), FLOOR)
                band(ax, range(runs.shape[1]), runs, number, TITLES[name], (0, 0.5, 1))
            dataset, caps = key.split(", ")
            ax.set(yscale="log", ylabel=label)
            ax.set_title(f"{DATASETS[dataset]}; {caps}", loc="left")
        axes[-1].set_xlabel("outer iteration")
        axes[0].legend(loc="lower left", ncols=3, fontsize=9)
    return figure
