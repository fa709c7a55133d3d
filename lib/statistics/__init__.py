"""Statistics of repeated trials: what a table prints, what chance leaves open, and who is ahead.

All of it is for few trials, ten or thirty, whose errors are positive, skewed, and infinite where a
run diverged.
"""

from lib.statistics.agreement import Interval, prediction_interval, two_sample_interval
from lib.statistics.bootstrap import mean_interval, median_interval
from lib.statistics.comparison import Comparison, Outcome, compare
from lib.statistics.correction import holm
from lib.statistics.power import smallest_difference
from lib.statistics.resampled import resampled_t
from lib.statistics.summary import Summary, summarise
from lib.statistics.wilcoxon import SignedRank, least_p, signed_rank

__all__ = [
    "Comparison",
    "Interval",
    "Outcome",
    "SignedRank",
    "Summary",
    "compare",
    "holm",
    "least_p",
    "mean_interval",
    "median_interval",
    "prediction_interval",
    "resampled_t",
    "signed_rank",
    "smallest_difference",
    "summarise",
    "two_sample_interval",
]
