"""Units of work on processes of this machine and on a Dask cluster, one of whose workers dies."""

import os
import signal
import sys
from multiprocessing import active_children

import pytest
from distributed import Client, LocalCluster

from evidence.__main__ import main
from evidence.kit import runner
from evidence.kit.backends import BACKENDS, DASK, LOKY, each
from evidence.kit.columns import differences
from evidence.kit.records import Store
from evidence.kit.registry import units
from evidence.kit.runner import compute, fill

NAME = "alm_starts"


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of one thread each."""
    sizes = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(**sizes) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_computes_what_one_process_does(cluster, tmp_path):
    wanted = units(NAME, "quick")[:3]
    stores = [Store(tmp_path / backend) for backend in BACKENDS]
    alone = fill(stores[0], wanted)
    spread = fill(stores[1], wanted, backend=DASK, scheduler=cluster)
    for unit, one, other in zip(wanted, alone, spread, strict=True):
        assert max(found.gap for found in differences(unit.config, one, other)) == 0


def test_a_dead_worker_loses_nothing_and_nothing_is_done_twice(cluster, tmp_path):
    wanted, records = units(NAME, "quick"), Store(tmp_path)
    with Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
    labels = []
    for number, done in enumerate(each(compute, wanted, backend=DASK, scheduler=cluster)):
        records.save(*done)
        labels.append(done[0].config.label)
        if number == 1:
            os.kill(pids[0], signal.SIGKILL)
    assert sorted(labels) == sorted(unit.config.label for unit in wanted)
    assert all(records.load(unit) for unit in wanted)
    assert len(list(tmp_path.rglob("*.json"))) == len(wanted)


def test_a_cluster_of_its_own_is_gone_with_the_last_outcome():
    before = set(active_children())
    assert sorted(each(abs, [-1, -2], jobs=1, backend=DASK)) == [1, 2]
    assert not set(active_children()) - before


def test_unknown_backends_and_lost_schedulers_are_named(capsys):
    with pytest.raises(ValueError, match=r"backend 'spark'.*loky, dask"):
        each(str, [1], backend="spark")
    with pytest.raises(ValueError, match="loky has no scheduler"):
        each(str, [1], backend=LOKY, scheduler="tcp://localhost:1")
    assert main(["list", NAME, "--backend", "dask"]) == 0
    assert main(["run", NAME, "--profile", "quick", "--scheduler", "tcp://localhost:1"]) == 2
    assert "loky has no scheduler" in capsys.readouterr().err


def test_without_dask_the_command_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr(runner, "BUILD", tmp_path)
    assert main(["run", NAME, "--profile", "quick", "--backend", DASK]) == 2
    given = capsys.readouterr().err.splitlines()[-1]
    assert given.startswith("error: backend dask needs the package distributed")
    assert given.endswith("pip install -c requirements.txt -e '.[dask]'")
