"""One sweep of the block coordinate descent: against plain NumPy, and against the peak."""

import one_thread  # noqa: F401  # isort: skip

import numpy as np
from plain_sweep import plain_sweep

from evidence.kit.timing import in_turns, spread
from evidence.pages.alm_growth.model import sweep_flops
from lib import alm
from lib.alm.bcd import sweep
from lib.alm.workspace import Workspace

T, R, N, M = 450, 100, 80, 30
GAMMA, MU = 1.0, 1e-5
SWEEPS, REPEATS = 20, 15


def problem(steps: int) -> tuple[alm.Problem, np.ndarray, np.ndarray]:
    """Return a problem of the benchmark's size, with hidden states and pre-activations."""
    rng = np.random.default_rng(0)
    X, Y = rng.uniform(-1, 1, (steps, N)), rng.normal(size=(steps, M))
    weights = alm.Weights.normal(rng, R, N, M, 0.05)
    task = alm.Problem(X, Y, alm.Penalties.from_tau(500.0, R, N, M))
    return task, *alm.rollout(weights, X, task.activation)


def ours(steps: int, sweeps: int):
    """Return a function that sweeps the optimised way, its memory allocated beforehand."""
    task, H, U = problem(steps)
    workspace = Workspace(task, R)
    zero = np.zeros_like(U)
    start = alm.Weights.normal(np.random.default_rng(1), R, N, M, 0.05)
    workspace.load(alm.State(start, H, U), zero, zero, GAMMA, MU)

    def work():
        for _ in range(sweeps):
            sweep(workspace)

    return work


def plain(steps: int, sweeps: int):
    """Return a function that sweeps the plain way."""
    task, H, U = problem(steps)
    zero = np.zeros_like(U)

    def work():
        h, u = H, U
        for _ in range(sweeps):
            *_, h, u = plain_sweep(task.X, task.Y, h, u, zero, zero, GAMMA, MU, task.penalties)

    return work


def product(size: int, count: int):
    """Return a function that multiplies square matrices, the measure of the machine's peak."""
    rng = np.random.default_rng(2)
    left, right = rng.normal(size=(2, size, size))
    out = np.empty((size, size))

    def work():
        for _ in range(count):
            np.matmul(left, right, out=out)

    return work


def main() -> None:
    """Print every measurement."""
    size, products = 1024, 4
    fast, slow, peak = in_turns(
        ours(T, SWEEPS), plain(T, SWEEPS), product(size, products), repeats=REPEATS
    )
    peak_rate = 2 * size**3 * products / peak
    rate = sweep_flops(T, R, N, M) * SWEEPS / fast
    print(f"ALM sweep at T={T}, r={R}, n={N}, m={M}, one thread, median [quartiles]:")
    print(f"  ours              {spread(1e3 * fast / SWEEPS)} ms")
    print(f"  plain NumPy       {spread(1e3 * slow / SWEEPS)} ms")
    print(f"  ratio             {spread(slow / fast)}")
    print(f"  dgemm peak        {spread(peak_rate / 1e9, '{:.1f}')} Gflop/s")
    print(f"  share of the peak {spread(100 * rate / peak_rate, '{:.0f}')} %")


if __name__ == "__main__":
    main()
