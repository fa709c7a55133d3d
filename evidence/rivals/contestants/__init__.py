"""The contestants of the tournament: whatever minimises R of (2.6) over an Elman network's weights.

Each module has one function that takes the problem, the start and the method's one tuned number,
makes everything ready and compiled, and returns what runs the method on a `Clock`:

    run = contestant(problem, start, value)
    run(clock)

The method owns its loop, as SciPy's and jax-sysid's do. It hands its weights to `Clock.see` as
often as it likes. The clock decides when somebody looks, stands still meanwhile, and ends the run.
"""

from collections.abc import Callable

from evidence.rivals.contestants.clock import Clock, OutOfTime

Run = Callable[[Clock], None]

__all__ = ["Clock", "OutOfTime", "Run"]
