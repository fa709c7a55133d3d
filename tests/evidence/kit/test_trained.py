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


SHORT = {
    "alm_activations": {("trials",): (0,), ("outer_iterations",): 2, ("checked_sweeps",): 2},
    "alm_fig1": {("outer_iterations",): 2},
    "alm_starts": {("seeds",): 1},
    "alm_table3": {("trials",): (0,), ("outer_iterations",): 2},
    "alm_time": {("seconds",): 0.05, ("outer_iterations",): 1, ("inner_iterations",): 3},
}


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("field", ["hidden_size", "tau"])
def test_the_size_and_the_penalties_of_a_setting_reach_the_network(name, field):
    config = replaced(experiment(name).PROFILES["quick"][0], SHORT[name])
    other = replaced(config, {("setting", field): 2 * getattr(config.setting, field)})
    compared = [key for key, column in config.rows.items() if column.within is not None]
    # The first row of a race is the ALM's, which no clock ends here; a clock ends the others.
    one, two = (
        [experiment(name).run(c).rows[0].get(key) for key in compared] for c in (config, other)
    )
    assert one != two
