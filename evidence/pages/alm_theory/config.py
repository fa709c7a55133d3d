"""One unit of the measurements on paper B's theory, and the run that it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from evidence.kit.columns import ROUGH, columns
from evidence.kit.config import Config
from evidence.protocols.alm import Setting, figure1_trial, options
from lib import alm


@dataclass(frozen=True)
class Theory(Config):
    """One part on one dataset with all its seeds.

    Attributes:
        part: *blocks*, *stopping* or *outer*.
        searched: for *blocks*, the subproblems in whose level sets large quotients are searched.
        pairs: for *blocks*, random pairs a searched level set.
        stop_rules: for *outer*, what ends an inner loop before its cap.
    """

    part: str
    dataset: str
    seeds: int
    setting: Setting
    outer_iterations: int
    inner_iterations: int
    stop_rules: tuple[str, ...] = ("step",)
    searched: tuple[int, ...] = (0,)
    pairs: int = 10
    start_deviation: float = 0.1

    deviations = (
        "The paper states these results with proofs and measures none of them.",
        "All runs but those of ten steps are cut short; the settings table says where.",
        "η₃ = 1.1 and 1.5 stand for the η₃ > 1 of Algorithm 3.1; Table 2 has values below 1.",
        "γ₀ = 0.01 stands beside Table 2's 1, because η₃ has no say in γ there.",
        "Where (3.6) ends the inner loops, it is evaluated every 25 sweeps; the paper's inner "
        "loops end by (3.17) or the cap.",
    )
    rows = (
        columns(str, "status", part=True)
        | columns(int, "seed")
        | columns(int, "subproblem", part=True)
        | columns(
            int,
            "below_h | below_max | below_min | below_u | below_z | resolved | sweeps | "
            "ended_by_cap | ended_by_residual | ended_by_step | gamma_rises | iterations | "
            "meets_36 | power_rises | restarts",
            within=ROUGH,
            part=True,
        )
        | columns(int, "step_sweeps", within=ROUGH, none=True, part=True)
        | columns(int, "residual_sweeps", within=0.05, part=True)
        | columns(
            float,
            "alpha_h | alpha_u | alpha_z | climb_h | climb_z | gamma | guarantee | pair_h | "
            "pair_z | feasibility | kkt_residual | multipliers | share | weight | bound | "
            "epsilon | printed_bound",
            within=ROUGH,
            part=True,
        )
        | columns(
            float,
            "exploding_h | exploding_z | smallest | smallest_u",
            within=ROUGH,
            none=True,
            part=True,
        )
        | columns(float, "L1 | L2 | level | run_h | run_z | largest", within=0.05, part=True)
        | columns(float, "smallest_h | smallest_z", within=0.05, none=True, part=True)
    )
    traces = columns(
        float,
        "feasibility | kkt_residual | gamma | multipliers | share | weight | sweep | moved | "
        "distance",
        within=ROUGH,
        part=True,
    )
    """A subproblem with thousands of sweeps amplifies the last digit's rounding; left out are the
    searches, whose path a rounding can turn, and what ends at rounding level."""

    @property
    def label(self) -> str:
        """The name of the unit's record."""
        if self.part != "outer":
            return f"{self.part}-{self.dataset}"
        values = f"eta3-{self.setting.eta3:g}-gamma-{self.setting.gamma:g}"
        return f"outer-{self.dataset}-{values}-{'-'.join(self.stop_rules)}"


def problem_and_start(config: Theory, seed: int) -> tuple[alm.Problem, alm.Weights]:
    """Return the problem of one seed and its initial weights, as Figure 1 has them."""
    on = figure1_trial(config.dataset, seed, config.setting, config.start_deviation)
    return on.problem, on.start


def snapshots(config: Theory, problem: alm.Problem, start: alm.Weights) -> Iterator[alm.Snapshot]:
    """Yield the snapshots of the run with the unit's caps and stopping rules."""
    chosen = options(config.setting, config.outer_iterations, config.inner_iterations)
    chosen = replace(chosen, stop_rules=config.stop_rules)
    return alm.iterate(problem.X, problem.Y, start, problem.penalties, chosen)
