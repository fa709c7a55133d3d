"""What the GRU's benchmark times takes the same steps from the same weights."""

import sys

import pytest
import torch

from evidence.kit.paths import ROOT
from lib.models import GRUResetAfter, to_torch

sys.path.append(str(ROOT / "benchmarks"))
import bench_gru_batch as bench

SETTINGS = ("Iris", "MNIST, 28 rows", "Boston, Adam")


@pytest.mark.parametrize("rival", ["in a loop", "vmap"])
@pytest.mark.parametrize("name", SETTINGS)
def test_rivals_take_the_same_steps(name, rival):
    setting, count = bench.SETTINGS[name], 6
    model = GRUResetAfter(setting.features, bench.HIDDEN, setting.outputs)
    work = bench.batched(setting, GRUResetAfter, torch.float64, count)
    work()  # the first state is the start, so that its last step is one behind
    wanted = work()
    other = bench.RIVALS[rival](setting, torch.float64, 2 * count - 1)()
    for k in range(bench.TRIALS):
        pair = to_torch(model, wanted, k)
        ours = [*pair[0].parameters(), *pair[1].parameters()]
        for a, b in zip(ours, other[k], strict=True):
            torch.testing.assert_close(a.detach(), b.detach(), rtol=1e-9, atol=1e-12)
