"""Statistics of repeated trials: what a table prints, what chance leaves open, and who is ahead.

All of it is for few trials, ten or thirty, whose errors are positive, skewed, and infinite where a
run diverged.
"""

from lib.statistics.agreement import prediction_interval, two_sample_interval
from lib.statistics.bootstrap import mean_interval, median_interval
from lib.statistics.comparison import Comparison, Outcome, compare
from lib.statistics.holm import holm
from lib.statistics.power import smallest_difference
from lib.statistics.signed_rank import least_p, signed_rank
from lib.statistics.summary import Summary, summarise

__all__ = [
    "Comparison",
    "Outcome",
    "Summary",
    "compare",
    "holm",
    "least_p",
    "mean_interval",
    "median_interval",
    "prediction_interval",
    "signed_rank",
    "smallest_difference",
    "summarise",
    "two_sample_interval",
]
