"""Experiments: typed protocols, run unit by unit into records.

Every experiment is a module with

* ``PROFILES``: for ``quick`` and ``paper`` the frozen configurations, one per unit of work,
* ``run(config) -> Outcome``: the computation of one unit,
* ``data(config) -> dict``: the checksums of the datasets that the unit reads,
* ``COMPARED`` and ``TOLERANCE``: the columns that a repetition on another machine has to give
  again, and the relative difference that it may show.
"""

from lib.experiments.runner import EXPERIMENTS, collect, units

__all__ = ["EXPERIMENTS", "collect", "units"]
