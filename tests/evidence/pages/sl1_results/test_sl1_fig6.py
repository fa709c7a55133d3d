"""Figure 6: the norms at the start are those of real networks."""

import numpy as np
import pytest

from evidence.kit.records import Record
from evidence.pages.sl1_results import claims_fig6 as sl1_fig6
from evidence.pages.sl1_results.norms_fig6 import floor, start_norms
from evidence.protocols.sl1 import MODELS, SL1
from lib.models import GRU
from lib.randomness import generator

COUNTS = {"live weights": 50_176, "dead weights": 28_160, "output weights": 320}


def records(own: dict[str, list[float]], others: dict[str, list[float]], trials: int = 10) -> list:
    found = []
    for model in MODELS:
        curves = {**others, **own} if model == SL1 else others
        wobble = [1 + 0.001 * k for k in range(trials)]
        traces = {name: [[v * w for v in curve] for w in wobble] for name, curve in curves.items()}
        traces["epoch"] = [0, 1, 5, 10, 20]
        config = {"dataset": "mnist", "model": model, "width": None}
        config["setting"] = {"strength": 5e-4, "alpha": 1e-2}
        found.append(Record("sl1_table3", config, {}, [COUNTS] * trials, traces, {}))
    return found


OTHERS = {"error": [100.0, 50, 40, 30, 20], "gradient_norm": [9.0, 8, 7, 6, 5]}
OTHERS["weight_norm"] = [150.0, 151, 152, 153, 160]


def test_the_norms_at_the_start_are_those_of_drawn_weights():
    found = sl1_fig6.runs(records({}, OTHERS))
    norms = start_norms()["GRU"]
    weights = GRU(784, 32, 10).initialise(generator("test", "fig6", "", 0)).flat.numpy()
    assert norms["weights"] == weights.size == 78_656
    assert norms["Euclidean norm"] == pytest.approx(np.linalg.norm(weights), rel=0.01)
    assert norms["sum of sizes"] == pytest.approx(np.abs(weights).sum(), rel=0.01)
    assert floor(found[SL1]) == pytest.approx(5e-4 * 5e-3 * 78_656)
