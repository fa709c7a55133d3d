"""Paper A: what arithmetic says of the printed sparsities."""

from evidence.kit.verdicts import Claim, decide
from evidence.papers.tables import sl1_results
from evidence.protocols.sl1_sparsity import SPARSE, cells, implied, of, unpenalised


def claims() -> list[Claim]:
    """Judge the printed sparsities by arithmetic alone."""
    found = cells(3, 5)
    plain, sparse = unpenalised(found), of(found, *SPARSE)
    lower = min(cell.value / cell.least for cell in found)
    waits = implied()
    ahead = [w for w, (l1, sl1) in zip(waits, _both(3), strict=True) if sl1 > l1]
    return [
        Claim(
            "Printed sparsities are means over ten trials of (42), the share of weights below 1e-5 "
            "(section 4.2).",
            f"down to {min(c.value for c in found):.1e}",
            f"{sum(not c.possible for c in found)} of {len(found)} are positive and yet below one "
            f"weight in ten trials, by a factor of up to {1 / lower:.0f}",
            decide(*(cell.possible for cell in found)),
            f"Of the {len(plain)} cells without penalty {sum(not c.possible for c in plain)} are. "
            "Were (42) a mean over the weight matrices, "
            f"{sum(not c.possible_for_matrices for c in found)} would still be.",
        ),
        Claim(
            "The penalty acts on the output weights alone, (15).",
            f"L1 and SL1: {printed_range(3)} in Table 3, {printed_range(5)} in Table 5",
            f"output weights are {min(c.output for c in sparse):.2g} to "
            f"{max(c.output for c in sparse):.2g} of all",
            decide(*(cell.within_output for cell in sparse)),
            f"{sum(not c.within_output for c in sparse)} of {len(sparse)} sparsities of L1-GRU and "
            "SL1-GRU exceed the share of the output weights and what is near zero by chance.",
        ),
        Claim(
            f"SL1-GRU is sparser than L1-GRU on {', '.join(w.dataset for w in ahead)} and was "
            "trained for a shorter time (Table 3).",
            "stated",
            "steps for the printed sparsities: "
            + "; ".join(
                f"{w.dataset} {w.l1_steps:,.0f} for L1, {w.sl1_steps:,.0f} for SL1" for w in ahead
            ),
            decide(*(w.sl1_steps <= w.l1_steps for w in ahead)),
            "By arithmetic, for gradient descent with Table 2's values and weights that the "
            "penalty alone moves. Judged by whether SL1 needs no more steps than L1.",
        ),
    ]


def _both(table: int) -> list[tuple[float, float]]:
    wide = sl1_results(table).pivot(index="dataset", columns="model", values="sparsity")
    order = sl1_results(table)["dataset"].drop_duplicates()
    return [tuple(pair) for pair in wide.loc[order, list(SPARSE)].itertuples(index=False)]


def printed_range(table: int) -> str:
    """Return the range of the printed sparsities of L1 and SL1."""
    values = [value for pair in _both(table) for value in pair]
    return f"{min(values):.2g} to {max(values):.2g}"
