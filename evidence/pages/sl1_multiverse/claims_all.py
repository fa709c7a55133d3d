"""Paper A: how four of its claims fare over all that the paper left open."""

from collections.abc import Iterable

from evidence.kit.claims import Judged, judge
from evidence.kit.multiverse import Multiverse, compared, turned


def claims(found: Iterable[Multiverse]) -> list[Judged]:
    """Return for every multiverse how the claimed side fares, and whether a choice turns it."""
    measured = {}
    for each in found:
        measured |= {
            f"O-mv-{each.key}": compared(each),
            f"O-mv-{each.key}-turned": turned(each),
        }
    return judge(measured)
