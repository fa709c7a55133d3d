"""How a unit of the tournament is computed, whether it compares methods or tunes them."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evidence.kit.records import Outcome, Record, Store, finite, rounded
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS
from evidence.pages.alm_race.harness import Task, Watch, begun, chosen, falls
from evidence.pages.alm_race.tournament_config import (
    ADAM,
    ADAM32,
    ENTERED,
    FAST,
    KALMAN,
    LBFGS,
    LM,
    NEEDS,
    PLAIN,
    SHARES,
    SYSID,
    TORCH,
    Tournament,
)
from evidence.protocols import alm_lengths
from evidence.protocols.alm import Trial
from evidence.protocols.alm import options as alm_options
from evidence.rivals.contestants import (
    Clock,
    OutOfTime,
    Run,
    compiled,
    kalman,
    levenberg_marquardt,
    pytorch,
    sysid,
)
from evidence.rivals.contestants.augmented_lagrangian import augmented_lagrangian
from lib import alm, datasets, verify
from lib.alm.workspace import BreakdownError
from lib.randomness import generator

TUNING_OF = "alm_tournament_tuning"
BUDGET, END = "budget", "by itself"
WARM = 0.1
"""Seconds of a run that is thrown away, or the first method alone would find a cold process."""

INNER = 500
"""Most sweeps of the plain ALM in a subproblem, as in the paper's program."""


@dataclass(frozen=True, eq=False)
class Split(Trial):
    """A trial whose series goes on after the training part with a holdout and then a test part.

    Attributes:
        holdout: steps of the holdout.
    """

    holdout: int

    def errors(self, outputs: np.ndarray) -> tuple[float, float]:
        """Return the errors of section 5.2 on the holdout and on the test part."""
        with np.errstate(over="ignore", invalid="ignore"):
            squares = ((self.series.Y - outputs) ** 2).sum(axis=1)
        begin = self.series.train
        end = begin + self.holdout
        return float(squares[begin:end].mean()), float(squares[end:].mean())


def given(config: Tournament) -> Split:
    """Return the trial of a unit; no draw depends on a method, nor a series on a network."""
    if config.steps is None:
        series = datasets.load(config.dataset, seed=config.seed, standardise="train")
        train = series.train * 4 // 5
        series, holdout = replace(series, train=train), series.train - train
    else:
        T, holdout = config.steps, config.steps // 4
        name = f"{config.dataset}-{T}"
        draw = generator("alm_rnn", "tournament", name, config.seed)
        series = alm_lengths.series(config.dataset, T + 2 * holdout, draw, T, "train")
    name = f"{config.dataset}-{config.steps}-r{config.hidden_size}"
    trial = begun(config, series, generator("alm_rnn", "tournament", name, config.seed))
    return Split(trial.series, trial.start, trial.penalties, holdout)


class Course(Watch):
    """Follows one run: R, the errors, and the two networks that count.

    Attributes:
        best: R of the network `weights`, the smallest.
        held: the least error on the holdout.
        test: the error on the test part of the network with the least error on the holdout.
        test_of_best: that of `weights`.
    """

    def __init__(self, on: Split) -> None:
        super().__init__()
        self.on, self.problem = on, on.problem
        self.best = self.held = np.inf
        self.test = self.test_of_best = np.nan
        self.weights = on.start

    def look(self, seconds: float, weights: alm.Weights) -> None:
        """Take note of a network."""
        H, U = alm.rollout(weights, self.on.series.X, alm.ReLU())
        T = self.on.series.train
        value = alm.objective(self.problem, alm.State(weights, H[:T], U[:T]))
        with np.errstate(over="ignore", invalid="ignore"):
            held, test = self.on.errors(H @ weights.A.T + weights.c)
        if value < self.best:
            self.best, self.weights, self.test_of_best = value, weights, test
        if held < self.held:
            self.held, self.test = held, test
        self.see(seconds, value)


Make = Callable[[Tournament, Split, float | int | None], Run]


def _fast(config: Tournament, on: Split, scale: float) -> Run:
    options = alm.accelerated(on.Y)
    options = replace(options, gamma=scale * options.gamma)
    return augmented_lagrangian(on.problem, on.start, options)


def _plain(config: Tournament, on: Split, gamma: float) -> Run:
    options = alm_options(replace(config.setting, gamma=gamma), 1, INNER)
    return augmented_lagrangian(on.problem, on.start, options)


def _rival(contestant: Callable[..., Run]) -> Make:
    return lambda config, on, value: contestant(on.problem, on.start, value)


MAKE: dict[str, Make] = {
    FAST: _fast,
    PLAIN: _plain,
    ADAM: _rival(compiled.adam),
    ADAM32: _rival(partial(compiled.adam, dtype="float32")),
    LBFGS: _rival(compiled.lbfgs),
    SYSID: _rival(sysid.jax_sysid),
    TORCH: _rival(pytorch.torch_rnn),
    LM: _rival(levenberg_marquardt.levenberg_marquardt),
    KALMAN: _rival(kalman.kalman),
}
"""What makes each method ready."""


def follow(make: Callable[[], Run], on: Split, seconds: float) -> tuple[Course, dict[str, object]]:
    """Make one method ready and run it until its budget is used up, or it ends by itself.

    Returns:
        What was seen, the start first, and how the run ended and how long it compiled.
    """
    course = Course(on)
    course.look(0.0, on.start)
    clock, ended = Clock(seconds, course.look), END
    began = time.process_time()
    try:
        run = make()
        ready = time.process_time() - began
        clock.start()
        run(clock)
    except OutOfTime:
        ended = BUDGET
    except levenberg_marquardt.TooLargeError as reason:
        return course, {"ended": f"not run: {reason}", "compiled": None}
    except (BreakdownError, ValueError) as reason:
        ended = f"broke down: {str(reason)[:80]}"
    return course, {"ended": ended, "compiled": ready + clock.compiled}


def not_run(on: Split) -> tuple[Course, dict[str, object]]:
    """Return what `follow` does, of a method whose package is missing."""
    course = Course(on)
    course.look(0.0, on.start)
    return course, {"ended": "not run: a package is missing", "compiled": None}


def run(config: Tournament) -> Outcome:
    """Run every method on the trial with every value: a row each, and R along its time."""
    on, found = given(config), []
    load()
    follow(partial(_fast, config, on, 1.0), on, WARM)
    for turn, (method, value) in enumerate(_in_turn(config)):
        if config.packages or all(map(find_spec, NEEDS.get(method, ()))):
            course, told = follow(partial(MAKE[method], config, on, value), on, config.seconds)
        else:
            course, told = not_run(on)
        found.append((ENTERED.index(method), {"method": method, "value": value, **told}, course))
        found[-1][1]["turn"] = turn
        forget()
    found.sort(key=lambda each: each[0])
    least = min(course.best for _, _, course in found)
    rows = [row_of(told, course, targets(least, course.values[0])) for _, told, course in found]
    return Outcome(rows, traces([course for *_, course in found]))


def targets(least: float, start: float) -> list[float]:
    """Return R at the targets of a trial."""
    return [least + share * (start - least) for share in SHARES]


def traces(courses: Sequence[Course]) -> dict[str, list[list[float]]]:
    """Return what is kept of R along the time: where it falls."""
    at = [falls(course.lowest) for course in courses]
    return {
        "seconds": [rounded(np.array(c.seconds)[k], 5) for c, k in zip(courses, at, strict=True)],
        "lowest": [rounded(c.lowest[k], 7) for c, k in zip(courses, at, strict=True)],
    }


def load() -> None:
    """Import the packages that are there, which is no part of any method."""
    if find_spec("jax"):
        jax = compiled.jax()
        jax.jit(lambda x: x + 1.0)(0.0).block_until_ready()
        if find_spec("jax_sysid"):
            import_module("jax_sysid.models")
    if find_spec("torch"):
        import_module("torch").set_num_threads(1)


def forget() -> None:
    """Give memory back, and let no method find what another one has compiled."""
    gc.collect()
    if find_spec("jax"):
        compiled.jax().clear_caches()


def _in_turn(config: Tournament) -> Iterator[tuple[str, float | int | None]]:
    """Yield the runs in the order of this trial, which begins one method later than the last."""
    first = config.seed % len(ENTERED)
    for method in (*ENTERED[first:], *ENTERED[:first]):
        if method == LM:
            yield method, None
            continue
        for value in config.values[method] or (tuned(config, method),):
            yield method, value


def tuned(config: Tournament, method: str) -> float | int | None:
    """Return the value that the tuning trial of a unit's problem chose for a method.

    It is None where the method was not run there, for it is not run here either.

    Raises:
        FileNotFoundError: that trial has not been computed yet.
    """
    for record in recorded(TUNING_OF, config):
        if not any(r["best"] is not None for r in record.rows if r["method"] == method):
            return None
        value = chosen(record, method, by="best")
        return int(value) if method == LBFGS else value
    raise FileNotFoundError(
        f"the values of {config.label} are chosen by a record that is missing; compute it first "
        f"with: python -m evidence run {TUNING_OF}"
    )


def recorded(name: str, config: Task) -> list[Record]:
    """Return the full-scale records of an experiment that are there of a unit's problem."""
    store = Store(PAPER_RECORDS)
    own = (u for u in units(name, "paper") if problem_of(u.config) == problem_of(config))
    return [record for record in map(store.load, own) if record is not None]


def problem_of(config: Task) -> tuple[object, ...]:
    """Return what is the same for all trials of a problem."""
    return config.dataset, config.steps, config.hidden_size


def row_of(told: dict[str, object], course: Course, targets: Sequence[float]) -> dict[str, object]:
    """Return what a run came to; one that did not take place has no numbers."""
    start, ran = course.values[0], told["compiled"] is not None
    row = {"start": start, "looks": len(course.values) - 1, "seconds": None, "best": None}
    row |= {f"to {share:g}": None for share in SHARES}
    row |= dict.fromkeys(("holdout", "test", "test of best"))
    row |= dict.fromkeys(("verified", "feasibility", "residual", "holds"))
    if ran:
        reached = course.row(targets)
        row |= {"seconds": reached["seconds"], "best": reached["best"]}
        row |= zip((f"to {share:g}" for share in SHARES), list(reached.values())[3:], strict=True)
        row |= {"holdout": finite(course.held), "test": finite(course.test)}
        row["test of best"] = finite(course.test_of_best)
        row |= checked(course.problem, course.weights)
    return told | row


def checked(problem: alm.Problem, weights: alm.Weights) -> dict[str, object]:
    """Return what the verifier finds of a network, and whether it agrees with its certificate."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.npz"
        alm.save(path, weights, problem)
        report = verify.verify(path, problem.X, problem.Y)
    numbers = {name.removeprefix("rollout."): found for name, (_, found) in report.numbers.items()}
    return {
        "verified": finite(numbers["objective"]),
        "feasibility": finite(numbers["feasibility"]),
        "residual": finite(numbers["kkt_residual"]),
        "holds": report.holds,
    }
