"""A stochastic ALM over windows of the series, which the paper's conclusion wishes for.

Two readings: `lib.alm.extensions.windows` keeps h and u of the whole series and moves one window at
a time, `lib.alm.extensions.forgetting` keeps nothing of a window but its share in the sums. Beside
them stand the accelerated ALM's full sweeps with and without its extrapolation, and Adam on
windows, the hidden state carried from one to the next. All minimise R of (2.6) on the whole
training part, one after another in one process, on one thread, from the same start; the clocks
stand still while R is looked at.

Of every method one number was tuned, with three values on a series of its own for each length, by
the lowest R within the limit, windows being 50 steps long: the first gamma, kappa, Adam's rate.
"""

from collections.abc import Iterable, Mapping, Sequence

from evidence.kit.frames import by
from evidence.kit.records import Outcome, Record
from evidence.pages.alm_race.harness import LONG, TUNING, compared, given, outcome
from evidence.pages.alm_race.stochastic_config import METHODS, WINDOWED, Contest
from evidence.pages.alm_race.stochastic_courses import FOLLOW, Course

_TRIED = {
    "full": (1 / 3, 1.0, 3.0),
    "fast": (1 / 3, 1.0, 3.0),
    "exact": (1 / 3, 1.0, 3.0),
    "forget": (0.3, 1.0, 3.0),
    "adam": (3e-3, 1e-2, 2e-2),
}
CHOSEN: Mapping[int, Mapping[str, tuple[float, ...]]] = {
    500: {
        "full": (1 / 3,),
        "fast": (1.0,),
        "exact": (1 / 3,),
        "forget": (0.3,),
        "adam": (1e-2,),
    },
    5000: {
        "full": (1.0,),
        "fast": (3.0,),
        "exact": (1 / 3,),
        "forget": (1.0,),
        "adam": (1e-2,),
    },
}
"""What the tuning trial of each length chose."""

_LENGTHS = (10, 50, 250)
_EPOCHS = {500: (120, 260, 340), 5000: (25, 60, 75), 50000: (25, 30)}

PROFILES: Mapping[str, tuple[Contest, ...]] = {
    "quick": tuple(
        Contest(
            LONG,
            200,
            20,
            seed,
            seconds=60.0,
            lengths=(10, 50),
            epochs=(10, 10),
            full=(1.0,),
            fast=(1.0,),
            exact=(1.0,),
            forget=(1.0,),
            adam=(1e-2,),
            outer_iterations=3,
            rounds=10,
        )
        for seed in range(2)
    ),
    "paper": (
        *(
            Contest(LONG, steps, 100, TUNING, seconds, (50,), _EPOCHS[steps][1:2], **_TRIED)
            for steps, seconds in ((500, 2.5), (5000, 5.0))
        ),
        *(
            Contest(LONG, steps, r, seed, seconds, lengths, epochs, **CHOSEN[min(steps, 5000)])
            for steps, r, trials, seconds, lengths, epochs in (
                (500, 100, 5, 2.5, _LENGTHS, _EPOCHS[500]),
                (5000, 100, 3, 5.0, _LENGTHS, _EPOCHS[5000]),
                (5000, 20, 3, 2.0, _LENGTHS, (25, 40, 40)),
                (50000, 100, 3, 18.0, _LENGTHS[1:], _EPOCHS[50000]),
            )
            for seed in range(trials)
        ),
    ),
}


def run(config: Contest) -> Outcome:
    """Run every method on the trial: a row each, and the lowest R so far along its way."""
    on = given(config)
    runs = []
    for method, value, length in _runs(config):
        course = Course(on, config.seconds)
        more = FOLLOW[method](on, config, value, length, course)
        runs.append(({"method": method, "length": length, "value": value, **more}, course))
    return outcome(runs, passes="passes")


def _runs(config: Contest) -> Iterable[tuple[str, float, int | None]]:
    values = (config.full, config.fast, config.exact, config.forget, config.adam)
    for method, tried in zip(METHODS, values, strict=True):
        for value in tried:
            for length in config.lengths if method in WINDOWED else (None,):
                yield method, value, length


def contests(records: Sequence[Record]) -> dict[tuple[int, int], list[Record]]:
    """Return the compared trials by length of the series and hidden size."""
    return by(compared(records), "steps", "hidden_size")
