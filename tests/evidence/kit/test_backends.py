"""Units of work on processes of this machine and on a Dask cluster, one of whose workers dies."""

import gc
import os
import signal
import subprocess
import sys
import time
from itertools import count
from multiprocessing import active_children
from pathlib import Path

import dask
import distributed
import pytest
from distributed import Client, LocalCluster
from distributed.nanny import WorkerProcess
from killed import doomed, late, mortal

from evidence.__main__ import main
from evidence.kit import backends, runner
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


# Python complains of a dead worker's pipe and process, which loky keeps until they are collected.
BURIED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def buried():
    yield
    gc.collect()


@BURIED
@pytest.mark.usefixtures("buried")
@pytest.mark.parametrize(("backend", "deaths"), [(LOKY, 1), (LOKY, 2), (DASK, 1), (DASK, 5)])
def test_a_killed_worker_is_replaced(backend, deaths, tmp_path):
    """Dask by itself gives a unit up with its fourth worker, whatever others finish meanwhile."""
    tasks = [(str(tmp_path), number, deaths) for number in range(4)]
    assert sorted(each(mortal, tasks, jobs=2, backend=backend)) == [0, 1, 2, 3]
    assert len(list(tmp_path.iterdir())) == deaths


@BURIED
@pytest.mark.usefixtures("buried")
@pytest.mark.parametrize(("backend", "deaths"), [(LOKY, 3), (DASK, 4)])
def test_a_unit_that_kills_every_worker_ends_in_a_sentence(backend, deaths):
    sentence = rf"workers died {deaths} times .* with 1 units left: .*fewer jobs"
    with pytest.raises(OSError, match=sentence):
        list(each(doomed, [0], jobs=2, backend=backend))


ORPHANS = """
import sys, time
from joblib import delayed
from evidence.kit.backends import each

def work(number):
    import os, time
    os.write(1, f"{os.getpid()}\\n".encode())  # at once, or the two would mix
    time.sleep(600)

list(each(work, [0, 1], jobs=2))
"""


def test_workers_end_with_the_process_that_started_them():
    caller = subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True)
    workers = [int(caller.stdout.readline()) for _ in range(2)]
    caller.kill()
    caller.wait()
    caller.stdout.close()
    deadline = time.monotonic() + 60
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(running, workers))


def test_a_worker_whose_caller_died_before_it_began_ends_too():
    script = "import time; from evidence.kit import backends; backends._end_with(1 << 30); "
    worker = subprocess.Popen([sys.executable, "-c", script + "time.sleep(600)"])
    assert worker.wait(timeout=60) == 1


def running(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1]
    except FileNotFoundError:
        return False


def test_a_cluster_without_workers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(backends, "PATIENCE", 0.1)
    monkeypatch.setattr(backends, "LOOK", 0.1)
    sentence = "the cluster has had no worker, with 2 units left"
    empty = LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0")
    with empty, pytest.raises(OSError, match=sentence):
        list(each(abs, [-1, -2], backend=DASK, scheduler=empty.scheduler_address))


@pytest.fixture
def stillborn(monkeypatch):
    """Numbers of the workers that die before Dask has heard of them."""
    start, numbers, chosen = WorkerProcess.start, count(), set()

    async def begin(process):
        if next(numbers) in chosen:
            raise RuntimeError("the worker died")
        return await start(process)

    monkeypatch.setattr(WorkerProcess, "start", begin)
    return chosen


def test_a_worker_that_dies_while_the_cluster_starts_is_replaced(stillborn):
    stillborn |= {0, 3}
    assert sorted(each(abs, [-1, -2], jobs=2, backend=DASK)) == [1, 2]


def test_a_worker_that_dies_while_it_replaces_another_is_replaced(stillborn, tmp_path):
    stillborn.add(1)
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1s"}):
        assert list(each(mortal, [(str(tmp_path), 1, 1)], jobs=1, backend=DASK)) == [1]


def test_an_outcome_that_dies_with_its_worker_is_computed_again(stillborn, monkeypatch):
    """Even where that worker is not replaced at once, so that to wait for it would never end."""
    stillborn.add(1)
    monkeypatch.setattr(backends, "FETCH", 1.0)
    wait, killed = distributed.wait, []

    def die_after(futures, **given):
        found = wait(futures, **given)
        if not killed:
            killed.extend(distributed.default_client().run(os.getpid).values())
            for process in killed:
                os.kill(process, signal.SIGKILL)
            while any(map(running, killed)):
                time.sleep(0.05)
        return found

    monkeypatch.setattr(distributed, "wait", die_after)
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "1s"}):
        assert list(each(abs, [-1], jobs=1, backend=DASK)) == [1]
    assert len(killed) == 1


def test_a_unit_s_own_timeout_is_its_own():
    with pytest.raises(TimeoutError, match="of the unit"):
        list(each(late, [0], jobs=1, backend=DASK))


def test_a_cluster_whose_workers_all_die_at_the_start_ends_in_a_sentence(stillborn):
    stillborn |= set(range(9))
    with pytest.raises(OSError, match="could be started on this machine, 3 times: Nanny failed"):
        list(each(abs, [-1], jobs=1, backend=DASK))


def test_what_dask_cannot_close_takes_no_outcome_away(monkeypatch):
    close = LocalCluster.close

    def fail(cluster, timeout=None):
        close(cluster, timeout)
        raise AssertionError("can only join a started process")

    monkeypatch.setattr(LocalCluster, "close", fail)
    assert list(each(abs, [-1], jobs=1, backend=DASK)) == [1]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("jobs", [0, -1, 1.5, True, "2"])
def test_less_than_a_process_is_refused(backend, jobs):
    with pytest.raises(ValueError, match="jobs must be a whole number >= 1, got"):
        each(abs, [-1], jobs=jobs, backend=backend)


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
