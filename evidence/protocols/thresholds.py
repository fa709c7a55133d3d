"""What counts as zero, as fallen, as at rest: thresholds that several pages judge by."""

ROUNDING = 1e-12
"""A feasibility violation below this is zero but for rounding."""


FALLEN = 1e-2
"""The violation counts as tending to zero when it ends below this share of its jump."""


STATIONARY = 1e-6
"""A point counts as a KKT point when its residual is below this."""


SMALL = 1e-2
"""A gradient counts as having gone to zero when it fell below this share of its first value."""


AT_REST = 1e-3
"""Weights count as at rest when they moved by less than this share of their norm in the second half
of a run."""
