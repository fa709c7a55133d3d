"""What a configuration has besides its fields is said once and changes no hash."""

from dataclasses import dataclass

import pytest

from evidence.kit.columns import ONE_STEP, ROUGH, columns
from evidence.kit.config import Config
from evidence.kit.records import settings
from evidence.kit.registry import EXPERIMENTS, units
from lib import datasets


@dataclass(frozen=True)
class Tried(Config):
    dataset: str
    rates: tuple[float, ...] = (0.1, 0.2)

    labelled = "{dataset}-rate{rates[0]:g}"
    deviations = ("Nothing like it is in the paper.",)
    rows = columns(float, "error", within=0.1) | columns(str, "status")


def test_label_checksums_and_hashed_fields_follow_from_the_fields():
    config = Tried("iris")
    assert config.label == "iris-rate0.1"
    assert config.checksums == {"iris": datasets.checksum("iris")}
    assert settings(config) == {"dataset": "iris", "rates": [0.1, 0.2]}
    assert [column.within for column in config.rows.values()] == [0.1, 0.0]
    with pytest.raises(ValueError, match="unknown dataset 'irises'"):
        _ = Tried("irises").checksums


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_what_a_repetition_has_to_give_again(name):
    for unit in units(name, "quick"):
        found = [*unit.config.rows.values(), *unit.config.traces.values()]
        accepted = [column.within for column in found if column.within is not None]
        assert accepted
        assert all(0.0 <= within <= 0.1 or within in (ROUGH, ONE_STEP) for within in accepted)
