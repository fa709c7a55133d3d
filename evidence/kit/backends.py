"""Where units of work are computed: processes of this machine, or the workers of a Dask cluster.

Either way the caller gets an outcome as soon as it is there, and alone writes the records. So a
cluster needs no shared disk, and a worker that dies takes with it only the units that were being
computed, which another worker then starts again. A worker whose caller has died ends, too.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from joblib import Parallel, delayed

from lib.validation import count, one_of

LOKY, DASK = BACKENDS = ("loky", "dask")

DEATHS = 3
"""So many workers may die one after the other without an outcome in between."""

PATIENCE, LOOK, FETCH = 60.0, 2.0, 10.0
"""Seconds that a cluster may be without a worker, between two looks, and to fetch an outcome."""


def each(
    work: Callable[[Any], Any],
    tasks: Sequence[Any],
    jobs: int = 1,
    backend: str = LOKY,
    scheduler: str | None = None,
) -> Iterator[Any]:
    """Yield what `work` returns for every task, in the order in which they finish.

    Args:
        work: a function that the workers can import.
        tasks: its arguments.
        jobs: how many processes to start; a cluster that is there already has its own number. One
            process of this machine is the caller's own.
        backend: ``loky``, processes of this machine, or ``dask``.
        scheduler: address of a Dask scheduler, such as ``tcp://host:8786``; None starts a cluster
            of `jobs` processes on this machine.

    Raises:
        ValueError: unknown backend, no process at all, or a scheduler for a backend that has none.
        OSError: no scheduler answers at the address, it has no worker, or workers die again and
            again.
        ImportError: the extra with Dask is not installed.
    """
    checked(jobs, backend, scheduler)
    if backend == DASK:
        return _on_cluster(work, tasks, jobs, scheduler)
    return map(work, tasks) if jobs == 1 else _in_processes(work, tasks, jobs)


def checked(jobs: int, backend: str, scheduler: str | None) -> None:
    """Raise ValueError unless these say where work can be done, see `each`."""
    count("jobs", jobs)
    if one_of("backend", backend, BACKENDS) == LOKY and scheduler is not None:
        raise ValueError(f"backend {LOKY} has no scheduler, got {scheduler!r}; use {DASK}")


def _in_processes(work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int) -> Iterator[Any]:
    left, deaths = dict(enumerate(tasks)), 0
    while left:
        ends = {"initializer": _end_with, "initargs": (os.getpid(),)}
        run = Parallel(jobs, return_as="generator_unordered", **ends)
        try:
            for number, outcome in run([delayed(_numbered)(work, *task) for task in left.items()]):
                del left[number]
                deaths = 0
                yield outcome
        except BrokenExecutor:
            # The other workers went with the one that died; what they were at is started again.
            deaths += 1
            if deaths == DEATHS:
                raise _given_up(deaths, len(left)) from None


def _numbered(work: Callable[[Any], Any], number: int, task: Any) -> tuple[int, Any]:
    return number, work(task)


def _end_with(caller: int) -> None:
    """End this process soon after the one that started it, which may be gone already."""

    def watch() -> None:
        while os.getppid() == caller:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _given_up(deaths: int, left: int) -> OSError:
    return OSError(
        f"workers died {deaths} times one after the other, with {left} units left: most likely the "
        f"memory does not suffice; try fewer jobs, the same command goes on from here"
    )


def _on_cluster(
    work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int, scheduler: str | None
) -> Iterator[Any]:
    try:
        # Here, for Dask is an extra, and takes a second to import.
        from distributed import Client, KilledWorker, LocalCluster, wait
        from distributed.utils import silence_logging_cmgr
    except ModuleNotFoundError:
        raise ImportError(
            f"backend {DASK} needs the package distributed, which an extra of this project "
            f"installs: pip install -c requirements.txt -e '.[dask]'"
        ) from None
    with ExitStack() as opened:
        # What goes wrong is said here; the logs have tracebacks of workers that died.
        opened.enter_context(silence_logging_cmgr(logging.CRITICAL, "tornado.application"))
        # A client closes no cluster that it was given.
        local = None if scheduler else opened.enter_context(_own(LocalCluster, jobs))
        client = opened.enter_context(Client(local or scheduler))
        # Not pure: a task is not looked up among the results of an earlier call.
        futures = client.map(work, tasks, pure=False)
        left = {future: (task, 0) for future, task in zip(futures, tasks, strict=True)}
        finished, seen = 0, time.monotonic()
        while left:
            if local:
                # Without this a worker that dies while it replaces another is not replaced.
                local.scale(jobs)
            try:
                done, _ = wait(list(left), timeout=LOOK, return_when="FIRST_COMPLETED")
            except TimeoutError:
                if client.scheduler_info()["workers"]:
                    seen = time.monotonic()
                elif time.monotonic() - seen > PATIENCE:
                    raise OSError(
                        f"the cluster has had no worker, with {len(left)} units left; start one"
                    ) from None
                continue
            for future in done:
                task, before = left.pop(future)
                try:
                    outcome = future.result(timeout=FETCH)
                except TimeoutError:
                    if future.status == "error":
                        raise
                    # Its worker died before it was fetched; another computes it again.
                    left[future] = task, before
                    continue
                except KilledWorker as error:
                    # Dask counts a unit's dead workers, whatever was finished meanwhile.
                    if finished == before:
                        raise _given_up(error.allowed_failures + 1, len(left) + 1) from None
                    left[client.submit(work, task, pure=False)] = task, finished
                else:
                    finished += 1
                    yield outcome
                future.release()
            seen = time.monotonic()


@contextmanager
def _own(cluster: Callable[..., Any], jobs: int) -> Iterator[Any]:
    """Open a cluster of this machine; when a worker dies while it is starting, begin again."""
    # Port 0 is any free one; without an address it would be 8787 for every cluster.
    sizes = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    for _ in range(DEATHS):
        try:
            opened = cluster(**sizes, silence_logs=logging.CRITICAL)
            break
        except RuntimeError as error:
            reason = error
    else:
        raise OSError(f"no cluster could be started on this machine, {DEATHS} times: {reason}")
    try:
        yield opened
    finally:
        # Where a worker is just being replaced, Dask fails in many ways, or waits for ever. Its
        # processes end with this one.
        with suppress(Exception):
            opened.close(timeout=PATIENCE)
