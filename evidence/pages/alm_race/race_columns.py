"""What the rows and traces of a race hold: each method runs until a limit of CPU seconds."""

from collections.abc import Sequence

from evidence.kit.columns import ROUGH, Column, columns

TOLERANCE = 0.05
"""Times belong to the machine. So does, a little, how low R comes, for the limit is a time."""

ROWS = {
    **columns(str, "method"),
    **columns(float, "best", within=TOLERANCE),
    **columns(float, "last", within=ROUGH, none=True),
    **columns(float, "seconds", within=None),
}
"""The last R has left the range of numbers where a run exploded."""

ALONG = {
    **columns(float, "lowest", within=TOLERANCE, cut=True),
    **columns(float, "seconds", within=None, cut=True),
}
"""The values of R that were lower than all before, and when they were reached."""


def reached(targets: Sequence[float]) -> dict[str, Column]:
    """Return the columns of the seconds down to each value of R, None where it was not reached."""
    return columns(float, *(f"to {target:g}" for target in targets), within=None, none=True)
