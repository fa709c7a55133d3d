"""The words that a claim can end with."""

from enum import Enum


class Verdict(Enum):
    """A word; the value is the style class of its badge."""

    REPRODUCED = "verdict-reproduced"
    WEAKER = "verdict-weaker"
    STRONGER = "verdict-stronger"
    PARTLY = "verdict-partly"
    DIRECTION = "verdict-direction"
    REPAIRED = "verdict-repaired"
    CONTRADICTED = "verdict-contradicted"
    UNDECIDED = "verdict-undecided"
    UNTESTABLE = "verdict-untestable"

    @property
    def words(self) -> str:
        """The verdict as the reader sees it."""
        return {
            Verdict.REPRODUCED: "reproduced",
            Verdict.WEAKER: "weaker than printed",
            Verdict.STRONGER: "stronger than printed",
            Verdict.PARTLY: "reproduced in part",
            Verdict.DIRECTION: "in direction only",
            Verdict.REPAIRED: "true after repair",
            Verdict.CONTRADICTED: "contradicted",
            Verdict.UNDECIDED: "undecided",
            Verdict.UNTESTABLE: "not testable",
        }[self]
