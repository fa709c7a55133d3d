"""Statistics of repeated trials: what a table prints, what chance leaves open, and who is ahead.

All of it is for few trials, ten or thirty, whose errors are positive, skewed, and infinite where a
run diverged.
"""

from evidence.statistics.agreement import Interval, prediction_interval, two_sample_interval
from evidence.statistics.bootstrap import mean_interval, median_interval
from evidence.statistics.comparison import Comparison, Outcome, compare
from evidence.statistics.correction import holm
from evidence.statistics.power import smallest_difference
from evidence.statistics.resampled import resampled_t
from evidence.statistics.summary import Summary, summarise
from evidence.statistics.wilcoxon import SignedRank, least_p, signed_rank

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
