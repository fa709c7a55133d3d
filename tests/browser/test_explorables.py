"""What the explorables compute is what the library computes, and their sliders show it."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from evidence.kit.paths import BUILD
from evidence.kit.style import PALETTE
from lib import alm
from lib.models import Layout, Parameters
from lib.penalties import L1, L2, ProxL1, Regulariser, SmoothL1, bind
from lib.training import SGD

BOOK = BUILD / "html" / "book"
PENALTIES = {"l1": L1(), "l2": L2(), "prox": ProxL1()}
NAMES = {
    "value": "augmented_lagrangian",
    "objective": "objective",
    "violation": "feasibility",
    "gamma": "gamma",
}


@pytest.fixture
def opened(reader):
    def open_page(name):
        reader.open((BOOK / f"{name}.html").as_uri())
        return reader.page

    yield open_page
    assert reader.findings() == []


def in_the_page(page, steps, hidden, settings):
    code = """([steps, hidden, settings]) => {
        const given = companion.alm.problem(steps, hidden);
        return { given, ...companion.alm.run(given, settings) };
    }"""
    return page.evaluate(code, [steps, hidden, settings])


def by_the_library(given, gamma, eta3, outer, sweeps):
    X, Y, w, a = (np.array(given[name]) for name in ("X", "Y", "w", "a"))
    r = len(w)
    options = alm.Options(
        outer_iterations=outer, inner_iterations=sweeps, gamma=gamma, eta3=eta3, stop_rules=()
    )
    start = alm.Weights(W=w[:, :r], V=w[:, r:-1], b=w[:, -1], A=a[:, :r], c=a[:, r])
    result = alm.solve(X, Y, start, alm.Penalties.from_tau(0.1, r, 1, 1), options)
    assert not result.trace["restarted"].any()
    return result


@pytest.mark.parametrize(
    ("steps", "hidden", "gamma", "eta3", "outer", "sweeps"),
    [
        (40, 4, 0.1, 0.01, 30, 8),
        (40, 4, 0.1, 0.01, 60, 1),
        (10, 2, 10.0, 2.0, 30, 8),
        (80, 8, 1.0, 0.5, 10, 8),
        (25, 6, 0.001, 0.01, 20, 8),
        (25, 6, 0.001, 2.0, 20, 8),
    ],
)
def test_the_method_in_the_page_is_the_library_s(opened, steps, hidden, gamma, eta3, outer, sweeps):
    settings = {"gamma": gamma, "eta3": eta3, "outer": outer, "sweeps": sweeps}
    found = in_the_page(opened("explore_alm"), steps, hidden, settings)
    known = by_the_library(found["given"], gamma, eta3, outer, sweeps)
    assert len(found["course"]) == outer * sweeps
    for name, column in NAMES.items():
        own = [row[name] for row in found["rows"]]
        np.testing.assert_allclose(own, known.trace[column][1:], rtol=1e-9, atol=1e-12)
    w, a = np.array(found["last"]["w"]), np.array(found["last"]["a"])
    weights = known.weights
    expected = np.column_stack([weights.W, weights.V, weights.b])
    np.testing.assert_allclose(w, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(a, np.column_stack([weights.A, weights.c]), rtol=1e-9, atol=1e-9)


def test_the_series_is_that_of_the_chapter(opened):
    given = in_the_page(opened("explore_alm"), 40, 4, {"gamma": 1, "eta3": 1})["given"]
    rain, level = (np.array(given[name])[:, 0] for name in "XY")
    np.testing.assert_array_equal(rain, np.arange(40) * 0.618034 % 1 < 0.3)
    before = np.append(0, level[:-1])
    np.testing.assert_allclose(level, np.minimum(0.8 * before + rain, 2), rtol=1e-15)
    assert level.max() == 2


def test_the_exponent_matters_where_the_page_says_so(opened):
    page = opened("explore_alm")

    def last_gamma(gamma, eta3):
        return in_the_page(page, 40, 4, {"gamma": gamma, "eta3": eta3})["rows"][-1]["gamma"]

    assert last_gamma(0.1, 0.01) == last_gamma(0.1, 2)
    assert last_gamma(1, 0.01) == last_gamma(1, 2)
    assert last_gamma(0.001, 0.01) > 2 * last_gamma(0.001, 2)


def shown(page, name):
    return float(page.locator(f'[data-value="{name}"]').inner_text())


def test_a_slider_moved_by_the_keyboard_trains_anew(opened):
    page = opened("explore_alm")
    assert page.locator("output[for=alm-gamma]").inner_text() == "0.1"
    before = shown(page, "objective")
    page.focus("#alm-gamma")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("output[for=alm-gamma]")).to_have_text("1", timeout=30_000)
    found = in_the_page(page, 40, 4, {"gamma": 1, "eta3": 0.01})
    for name in ("objective", "violation", "gamma"):
        assert shown(page, name) == pytest.approx(found["course"][-1][name], rel=5e-3)
    assert shown(page, "objective") > before
    assert page.locator("svg[role=img][aria-label]").count() == 3
    assert page.get_attribute("#alm-gamma", "aria-valuetext") == "1"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_sweeps_are_played_to_their_end_or_shown_at_once(opened, motion):
    page = opened("explore_alm")
    page.emulate_media(reduced_motion=motion)
    page.locator("#alm-sweep").fill("1")
    expect(page.locator("output[for=alm-sweep]")).to_have_text("1", timeout=30_000)
    page.click(".explorable button")
    expect(page.locator("output[for=alm-sweep]")).to_have_text("240", timeout=30_000)
    page.wait_for_selector(".explorable button:enabled")
    page.emulate_media(reduced_motion="reduce")


def steps_of_the_library(penalty, settings, steps):
    """Return the course of one weight, moved by what trains the networks."""
    params = Parameters(torch.ones(1, 1, dtype=torch.float64), Layout((("w_out", (1, 1)),)))
    slope = params.zeros_like()
    terms = bind(Regulariser(penalty, settings["strength"]), params, slope)
    stepper, course = SGD(settings["rate"]).begin(params), [1.0]
    for _ in range(steps):
        slope.flat.copy_(params.flat - settings["goal"])
        for term in terms:
            if not term.penalty.proximal:
                term.add_gradient()
        stepper.step(slope.flat)
        for term in terms:
            if term.penalty.proximal:
                term.shrink(stepper.lengths(term.rows, term.columns))
        course.append(params.flat.item())
    return course


@pytest.mark.parametrize(
    "settings",
    [
        {"rate": 0.3, "strength": 0.3, "alpha": 0.1, "goal": 0.1},
        {"rate": 1.0, "strength": 0.6, "alpha": 0.01, "goal": -0.5},
        {"rate": 0.02, "strength": 0.0, "alpha": 0.3, "goal": 1.0},
    ],
)
def test_the_penalties_in_the_page_are_the_library_s(opened, settings):
    found = opened("explore_penalties").evaluate("s => companion.penalties.run(s, 60)", settings)
    for name, penalty in (*PENALTIES.items(), ("sl1", SmoothL1(settings["alpha"]))):
        known = steps_of_the_library(penalty, settings, 60)
        np.testing.assert_allclose(found[name], known, rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_smoothed_penalty_settles_or_swings_as_the_page_says(opened):
    page = opened("explore_penalties")
    assert page.locator("[data-settles]").inner_text() == "it settles"
    swing = {name: page.locator(f'[data-swing="{name}"]') for name in ("l1", "sl1", "prox")}
    assert float(swing["l1"].inner_text()) > 0.1
    assert float(swing["sl1"].inner_text()) == 0
    assert shown(page, "prox") == 0
    page.locator("#penalty-alpha").fill("0.02")
    expect(page.locator("[data-settles]")).to_have_text("it swings", timeout=30_000)
    assert float(swing["sl1"].inner_text()) > 0.1


def test_the_lines_have_the_colours_of_the_figures():
    css = (BOOK.parent / "_static" / "custom.css").read_text()
    colours = re.findall(r"\.explorable \.line-(\d) { --line: (#\w{6});", css)
    assert colours == [(str(number), PALETTE[number]) for number in range(4)]
