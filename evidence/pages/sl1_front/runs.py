"""The sparse tournament: the error of a GRU against the share of exact zeros, method by method.

The protocol was written before the first compared run. What of it is no number stands in the
deviations of `evidence.pages.sl1_front.config`: sets and parts, what counts as a weight, starts,
methods, how rates are chosen. Rivals that need an optimiser of their own are in
`evidence.rivals.sparse`. Rates and strengths to be tried, and epochs, were set by looks at the
holdout of the tuning trial and at what the whole costs.

Judged is, on every set, at the shares 50, 80, 90 and 95 % of zeros: each method's error on the test
part, read from its own front over the strengths, trial by trial. A method fails on a trial where no
network of it has as many zeros, or the error is not below that of the constant answer, the largest
class or the mean. A set at one share is a problem: 28 of them with all seven sets.

* Per problem: the median over the trials, a failed one counting as infinite, with its bootstrap
  interval; a method fails a problem when its median is infinite.
* Over the problems: on how many each method has the least median, a median of at most 1.05 times
  the least, and fails.
* Each of the three variants of paper A's method against each other method, and the refitted one
  against the one that is not, trial by trial: exact signed-rank tests, the comparisons of one
  problem corrected together after Holm. They are 25, as many as ten trials that all point one way
  can decide.

What the smoothed L1 penalty loses is named first. Nothing is left out for what came out.
"""

from collections.abc import Mapping
from dataclasses import replace

from evidence.pages.sl1_front import training
from evidence.pages.sl1_front.config import TUNING, Front
from evidence.pages.sl1_front.runs_front_tuning import DESCENT
from evidence.pages.sl1_front.runs_front_tuning import PROFILES as TUNED


def _tried(config: Front) -> Front:
    """Return three trials of a quick unit of the tuning, with one of its rates.

    At the larger one descents of the gradient jump about, and rounding decides who is first.
    """
    rate = slice(1) if config.method in DESCENT else slice(-1, None)
    return replace(config, rates=config.rates[rate], first=0, trials=3)


PROFILES: Mapping[str, tuple[Front, ...]] = {
    "quick": tuple(map(_tried, TUNED["quick"])),
    "paper": tuple(
        dict.fromkeys(
            replace(config, rates=(), first=0, trials=TUNING) for config in TUNED["paper"]
        )
    ),
}

run = training.run
