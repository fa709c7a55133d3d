"""Where units of work are computed: processes of this machine, or the workers of a Dask cluster.

Either way the caller gets an outcome as soon as it is there, and alone writes the records. So a
cluster needs no shared disk, and a worker that dies takes with it only the unit it was at, which
another worker then starts again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from lib.validation import one_of

LOKY, DASK = BACKENDS = ("loky", "dask")


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
        jobs: how many processes to start; a cluster that is there already has its own number.
        backend: ``loky``, processes of this machine, or ``dask``.
        scheduler: address of a Dask scheduler, such as ``tcp://host:8786``; None starts a cluster
            of `jobs` processes on this machine.

    Raises:
        ValueError: unknown backend, or a scheduler for a backend that has none.
        OSError: no scheduler answers at the address.
        ImportError: the extra with Dask is not installed.
    """
    if one_of("backend", backend, BACKENDS) == DASK:
        return _on_cluster(work, tasks, jobs, scheduler)
    if scheduler is not None:
        raise ValueError(f"backend {LOKY} has no scheduler, got {scheduler!r}; use {DASK}")
    from joblib import Parallel, delayed  # here, for a page that finds its records needs none

    return Parallel(n_jobs=jobs, return_as="generator_unordered")(map(delayed(work), tasks))


def _on_cluster(
    work: Callable[[Any], Any], tasks: Sequence[Any], jobs: int, scheduler: str | None
) -> Iterator[Any]:
    try:
        # Here, for Dask is an extra, and takes a second to import.
        from distributed import Client, LocalCluster, as_completed
    except ModuleNotFoundError:
        raise ImportError(
            f"backend {DASK} needs the package distributed, which an extra of this project "
            f"installs: pip install -c requirements.txt -e '.[dask]'"
        ) from None
    # Port 0 is any free one; without an address it would be 8787 for every cluster.
    local = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    with ExitStack() as opened:
        # A client closes no cluster that it was given.
        cluster = scheduler or opened.enter_context(LocalCluster(**local))
        client = opened.enter_context(Client(cluster))
        # Not pure: a task is not looked up among the results of an earlier call.
        for done in as_completed(client.map(work, tasks, pure=False)):
            yield done.result()
            done.release()
