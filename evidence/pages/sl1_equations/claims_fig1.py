"""Paper A, Figure 1 and section 2.1: the cell, and whether it is written down once or three times.

Two ways to write the network are the same when their hidden states differ by no more than rounding
on all random networks.
"""

from evidence.kit.claims import Judged, judge
from evidence.kit.rule import Identity, Value, Values
from evidence.pages.sl1_equations.forward_forms import Forms
from lib.models import GRU, LSTM, Cell

ROUNDING = 1e-12
INPUTS, HIDDEN = 4, 32


def claims(
    found: Forms, networks: int, cells: tuple[type[Cell], type[Cell]] = (GRU, LSTM)
) -> list[Judged]:
    """Return what section 2 says about the cell, with what was measured.

    Args:
        found: the differences of the forms.
        networks: on how many networks.
        cells: the cell and the one that it is to streamline.
    """

    def form(gap: float, detail: str, **repaired) -> Identity:
        return Identity(gap, ROUNDING, networks, f"On random networks, {detail}", **repaired)

    return judge(
        {
            "A-2.1-gates": _gates(*cells),
            "A-E6": form(found.rewritten, "states with stacked and with separate blocks"),
            "A-E7-10": form(
                found.printed,
                "states of (2) to (5) and of (7) to (10), which has one matrix in both places of "
                "(9), the better of the two",
                repaired=form(found.rewritten, ""),
                repair="in (9) a matrix for each block, as (4) has",
            ),
            "A-alg1-forward": form(found.algorithm, "states of (2) to (5) and of Algorithm 1"),
            "A-alg1-output": form(
                found.output,
                "the output of (11) and that of Algorithm 1, which has no σ",
                repaired=form(found.squashed, ""),
                repair="with σ, which may be meant as a part of its Loss",
            ),
        }
    )


def _gates(cell: type[Cell], other: type[Cell]) -> Values:
    # The last of the code's gates is the candidate, which is no gate in the paper's words.
    weights, others = (c(INPUTS, HIDDEN, 1).layout.weight_count - HIDDEN for c in (cell, other))
    return Values(
        {
            "gates": Value.exact(2, len(cell.gates) - 1),
            "weights": Value.exact((1, others - 1), weights),
        },
        detail=f"Counted in the code for {INPUTS} inputs and {HIDDEN} hidden units, output layer "
        f"left out; streamlined is fewer weights than the LSTM's {others:,}",
    )


def key_numbers(found: Forms) -> dict[str, float]:
    """Return what the notebook's check compares and its prose quotes."""
    return {
        "ours": found.ours,
        "rewritten": found.rewritten,
        "printed": found.printed,
        "algorithm": found.algorithm,
        "output": found.output,
        **{f"library.T{T}": gap for T, gap in found.library.items()},
    }
