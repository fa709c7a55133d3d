"""What all tests share."""

import gc

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, settings

# How long an example takes belongs to the machine, and to what else runs on it.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Two workers on two cores: with threads of their own they would wait for each other.
torch.set_num_threads(1)


def pytest_collection_finish() -> None:
    """Spare the collector of cycles what has been imported: looking at it took a tenth of all."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _drawn_alike_in_modules() -> None:
    _seed()


@pytest.fixture(autouse=True)
def _drawn_alike(_drawn_alike_in_modules: None) -> None:
    _seed()


def _seed() -> None:
    """Seed NumPy's global generator, from which estimators without a random_state draw."""
    np.random.seed(0)  # noqa: NPY002
