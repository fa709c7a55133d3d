"""Every experiment trains with all its fields set."""

import pytest
from altered import altered, at

from evidence.kit import columns
from evidence.kit.changes import assigned
from evidence.kit.registry import EXPERIMENTS, experiment, replaced


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_trains_with_all_its_numbers_set(name):
    change = altered(name)
    given = {".".join(path): value for path, value in change.items()}
    assert assigned([name], {f"{name}.{key}": value for key, value in given.items()}) == {
        (name, *path): value for path, value in change.items()
    }
    other = replaced(experiment(name).PROFILES["quick"][0], change)
    assert {path: at(other, path) for path in change} == change
    columns.check(name, other, experiment(name).run(other))
