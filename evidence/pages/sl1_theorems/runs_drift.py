"""Paper A, Theorem 3: do the weights stay in a bounded set, and do they converge?"""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, rounded
from evidence.pages.sl1_theorems.counterexamples import drift

MEASURES = ("iteration", "error", "gradient_norm", "weight_norm", "output_weight")


@dataclass(frozen=True)
class Drift(Config):
    """One penalty mode on the problem of `evidence.pages.sl1_theorems.counterexamples.drift`."""

    mode: str
    steps: int = 100_000

    labelled = "{mode}"
    reads = ()
    deviations = ("Not in the paper: a problem of one hidden unit, made so that it can be proved.",)
    rows = (
        columns(int, "rises", within=1e-06)
        | columns(float, "rate")
        | columns(
            float,
            "ceiling | error | first_error | gradient_norm | output_weight | weight_norm",
            within=1e-06,
        )
    )
    traces = columns(float, "iteration") | columns(
        float, "error | gradient_norm | weight_norm | output_weight", within=1e-06
    )


PROFILES: Mapping[str, tuple[Drift, ...]] = {
    "quick": tuple(Drift(mode, steps=2_000) for mode in ("out", "all")),
    "paper": tuple(Drift(mode) for mode in ("out", "all")),
}


def run(config: Drift) -> Outcome:
    """Descend; one row with the last values, and traces over the iterations."""
    path = drift(config.mode, config.steps)
    row = {name: float(getattr(path, name)[-1]) for name in MEASURES[1:]}
    row |= {"rate": path.rate, "rises": path.rises, "ceiling": path.ceiling}
    row["first_error"] = float(path.error[0])
    return Outcome([row], {name: rounded(getattr(path, name), 9) for name in MEASURES})
