"""Paper A, Figure 1 and section 2.1: the cell, and whether it is written down once or three times.

Two ways to write the network are the same when their hidden states differ by no more than rounding
on all random networks.
"""

from evidence.kit.verdicts import Claim, decide
from evidence.pages.sl1_equations.forward_forms import Forms
from lib.models import GRU, LSTM

ROUNDING = 1e-12
INPUTS, HIDDEN = 4, 32


def claims(found: Forms) -> list[Claim]:
    """Judge what section 2 says about the cell."""
    gates, weights = {}, {}
    for cls in (GRU, LSTM):
        # The last of the code's gates is the candidate, which is no gate in the paper's words.
        gates[cls.__name__] = len(cls.gates) - 1
        weights[cls.__name__] = cls(INPUTS, HIDDEN, 1).layout.weight_count - HIDDEN
    return [
        Claim(
            "Without biases, (7) to (10) are the network of (2) to (5) (section 2.1).",
            "(9) prints one matrix for both blocks of the candidate",
            f"states differ by up to {found.rewritten:.0e} with a matrix for each block, by "
            f"{found.printed:.2g} with one for both",
            decide(found.rewritten < ROUNDING, found.printed < ROUNDING),
            "Two conditions: (9) with the blocks that (4) has, and (9) as printed. (5) and (10) "
            "are the same sum in another order.",
        ),
        Claim(
            "Algorithm 1 runs the network of (2) to (5) and (11).",
            "its forward pass",
            f"states differ by up to {found.algorithm:.0e}, outputs by {found.output:.2g}",
            decide(found.algorithm < ROUNDING, found.output < ROUNDING),
            "Two conditions: the states, and the output. Algorithm 1 leaves out the σ of (11), "
            "unless it is a part of its Loss, which is not defined.",
        ),
        Claim(
            "The GRU streamlines the LSTM and has just two gates (section 2.1).",
            "stated",
            f"{gates['GRU']} gates and {weights['GRU']:,} weights, the LSTM {gates['LSTM']} and "
            f"{weights['LSTM']:,}",
            decide(gates["GRU"] == 2, weights["GRU"] < weights["LSTM"]),
            f"Counted in the code, for {INPUTS} inputs and {HIDDEN} hidden units, output layer "
            "left out.",
        ),
    ]


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
