"""Paper A, its outlook: a smoothing coefficient that falls with the gradient.

The paper's last sentence proposes to adjust alpha by the changes of the gradient, without a rule.
The one taken here: training starts with the paper's alpha; every so many steps

    alpha <- min(alpha, max(eta lambda, alpha_0 ||grad E|| / ||grad E at the start||)).

It cannot rise, so that E, which grows with alpha, does not rise when alpha is renewed. Its floor is
eta lambda, where one gradient step takes a weight that only the penalty moves from anywhere in the
smoothed interval to zero; below eta lambda / 2 the step would be unstable. What is asked: does that
come nearer to the minimum of the error with the exact L1 penalty? So each arm is judged by that
error, whatever it minimises itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evidence.kit.columns import columns
from evidence.kit.config import Config
from evidence.kit.records import Outcome, finite, rounded
from evidence.protocols.sl1_methods import iris_parts, regulariser, starts, swinging, tail
from lib.models import GRU, Parameters
from lib.penalties import L1, Regulariser
from lib.training import MeanSquaredError, Problem, SigmoidSquaredError, train
from lib.training.epochs import NEAR_ZERO
from lib.training.trace import rises

FIXED, FALLING, SMALLEST, SUBGRADIENT, THRESHOLD = ARMS = (
    "fixed α",
    "falling α",
    "smallest α",
    "L1",
    "prox-L1",
)
SMOOTHED = ARMS[:3]
METHOD: Mapping[str, str] = dict.fromkeys(SMOOTHED, "SL1-GRU") | {
    SUBGRADIENT: "L1-GRU",
    THRESHOLD: "prox-L1-GRU",
}


@dataclass(frozen=True)
class Adaptive(Config):
    """One setting in one penalty mode: every arm from every seed, in one batch.

    Attributes:
        setting: the name of the setting.
        mode: which weights are penalised, ``out`` or ``all``.
        average: whether the data error is divided by the number of samples, as in (11).
        every: after how many steps alpha is renewed and E is recorded.
    """

    setting: str
    mode: str
    rate: float
    strength: float
    average: bool
    hidden_size: int
    steps: int
    every: int
    alpha: float = 1e-2
    seeds: int = 10

    labelled = "{setting}-{mode}"
    reads = ("iris",)
    deviations = (
        "The rule for α is ours; the paper names the idea only.",
        "Full batch on Iris. The setting named after Table 2 has its step size, λ and α; the "
        "other is that of the page on convergence, made so that the oscillation can be seen.",
    )
    rows = (
        columns(str, "arm")
        | columns(bool, "diverged")
        | columns(int, "seed")
        | columns(int, "increases | swinging", within=0.01)
        | columns(float, "near_zero | objective | test_error | zero", within=0.01)
        | columns(float, "alpha", within=0.01, none=True)
    )
    traces = columns(int, "iteration") | columns(
        float, "alpha | fixed α | falling α | smallest α | L1 | prox-L1", within=0.01
    )

    @property
    def floor(self) -> float:
        """The smallest alpha, eta lambda."""
        return self.rate * self.strength


_TABLE2 = {"rate": 5e-3, "strength": 5e-4, "average": False, "hidden_size": 32}
_SEEN = {"rate": 1.0, "strength": 5e-3, "average": True, "hidden_size": 8}

PROFILES: Mapping[str, tuple[Adaptive, ...]] = {
    "quick": tuple(
        Adaptive(setting, mode, **values, steps=600, every=30, seeds=3)
        for setting, values in (("table2", _TABLE2), ("seen", _SEEN))
        for mode in ("out", "all")
    ),
    "paper": tuple(
        Adaptive(setting, mode, **values)
        for setting, values in (
            ("table2", _TABLE2 | {"steps": 50_000, "every": 1_000}),
            ("seen", _SEEN | {"steps": 12_000, "every": 200}),
        )
        for mode in ("out", "all")
    ),
}


def run(config: Adaptive) -> Outcome:
    """Train every arm from every seed; a row per run.

    The traces hold, recorded whenever alpha is renewed, the error with the exact L1 penalty of
    every arm, and the alpha of the falling arm until then; shape (seeds, records).
    """
    arms, seeds = len(ARMS), config.seeds
    (X, targets), (X_test, targets_test) = iris_parts("adaptive", seeds, arms)
    model = GRU(X.shape[3], config.hidden_size, targets.shape[2])
    loss = SigmoidSquaredError(average=config.average)
    params = starts(model, "adaptive", "iris", seeds, arms)
    widths = np.full((arms, seeds), config.alpha)
    widths[ARMS.index(SMALLEST)] = config.floor
    falling = widths[ARMS.index(FALLING)]
    increases, exact, course = np.zeros(arms * seeds, dtype=int), [], []
    error = first = None
    for _ in range(config.steps // config.every):
        problem = Problem(model, loss, X, targets, _terms(config, widths))
        result = train(problem, params, config.rate, config.every, config.every)
        trace = result.trace
        increases += trace.increases
        if error is not None:  # whether E rose when alpha was renewed
            increases += rises(np.stack([error, trace.error[:, 0]], axis=1))
        exact.append(_exact(config, params, trace.data_error[:, 0]))
        course.append(falling.copy())
        params, error = result.params, trace.error[:, -1]
        norms = trace.gradient_norm.reshape(arms, seeds, -1)[ARMS.index(FALLING)]
        first = norms[:, 0] if first is None else first
        widest = np.maximum(config.floor, config.alpha * norms[:, -1] / first)
        falling[:] = np.minimum(falling, widest)
    exact.append(_exact(config, params, trace.data_error[:, -1]))
    course.append(falling.copy())

    held_out = MeanSquaredError().value(
        loss.predict(model.forward(params, X_test)[0]), targets_test
    )
    swings = swinging(tail(problem, params, config.rate, config.mode))
    size = params.flat[:, params.layout.penalised(config.mode)].abs().numpy()
    rows = [
        {
            "arm": ARMS[k // seeds],
            "seed": k % seeds,
            "increases": int(increases[k]),
            "diverged": bool(result.diverged[k]),
            "objective": finite(exact[-1][k]),
            "test_error": finite(float(held_out[k])),
            "alpha": float(widths[k // seeds, k % seeds]) if ARMS[k // seeds] in SMOOTHED else None,
            "swinging": int(swings[k]),
            "near_zero": float((size[k] < NEAR_ZERO).mean()),
            "zero": float((size[k] == 0).mean()),
        }
        for k in range(arms * seeds)
    ]
    curves = np.stack(exact, axis=1).reshape(arms, seeds, -1)
    steps = config.every * np.arange(len(exact))
    traces = {arm: rounded(curves[number], 8) for number, arm in enumerate(ARMS)}
    alphas = rounded(np.stack(course, axis=1), 6)
    return Outcome(rows, {"iteration": steps.tolist(), "alpha": alphas, **traces})


def _terms(config: Adaptive, widths: np.ndarray) -> list[Regulariser]:
    return [
        regulariser(METHOD[arm], config.strength, float(alpha), config.mode)
        for arm, row in zip(ARMS, widths, strict=True)
        for alpha in row
    ]


def _exact(config: Adaptive, params: Parameters, data_error: np.ndarray) -> np.ndarray:
    """Return the error with the exact L1 penalty, (R,)."""
    weights = params.flat[:, params.layout.penalised(config.mode)]
    return data_error + config.strength * L1().value(weights).numpy()
