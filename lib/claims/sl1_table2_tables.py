"""Paper A, Table 2 in tables: its rows, and what its steps mean for weights without gradient."""

import pandas as pd

from lib.claims.sl1_search import TEXT, power
from lib.claims.sl1_table2 import ROWS, Reading, reading, readings, seconds
from lib.experiments.sl1_table3 import EPOCHS
from lib.theory.dead_weights import stalled_share


def parameters_table() -> pd.DataFrame:
    """Return the rows of Table 2 and, below Wine's, the text's."""
    rows = {}
    for title, r in _with_text().items():
        rows[title] = {
            "η": power(r.setting.rate),
            "λ": power(r.setting.strength),
            "α": f"{r.setting.alpha:g}",
            "mini-batch": f"{r.setting.batch_size}",
            "ηλ": power(r.step),
            "ηλ/α": power(r.stiffness),
            "not moved": f"{stalled_share(r.step):.0%}",
        }
    return _frame(rows)


def sparsity_table() -> pd.DataFrame:
    """Return the epochs and times that Table 3's sparsities take, row by row."""
    rows = {}
    for title, r in _with_text().items():
        rows[title] = {
            "dead": f"{r.dead / r.weights:.0%}",
            "L1, Table 3": f"{r.l1[0]:.4f}",
            "steps": f"{r.l1_steps:,.0f}",
            "epochs": _epochs(r.l1_steps / r.per_epoch),
            "time a step": seconds(r.seconds_per_step),
        }
    return _frame(rows)


def smooth_table() -> pd.DataFrame:
    """Return the epochs that SL1's sparsities take, and what it has when L1 has its own."""
    rows = {}
    for title, r in _with_text().items():
        rows[title] = {
            "SL1, Table 3": f"{r.sl1[0]:.4f}",
            "epochs": _epochs(r.sl1_steps / r.per_epoch),
            "epochs of L1": _epochs(r.l1_steps / r.per_epoch),
            "SL1 by then": f"{r.sl1_then:.2g}",
            "α to 10⁻⁵": _epochs(r.decay),
        }
    return _frame(rows)


def ours_table() -> pd.DataFrame:
    """Return the sparsity that dead weights give after the epochs of this book."""
    rows = {}
    for title, name in ROWS.items():
        r, epochs = reading(name), EPOCHS[name]
        rows[title] = {
            "epochs here": f"{epochs:,}",
            "L1": f"{r.l1_after(epochs):.2g}",
            "L1, Table 3": f"{r.l1[0]:.4f}",
            "SL1": f"{r.sl1_after(epochs):.2g}",
            "SL1, Table 3": f"{r.sl1[0]:.4f}",
        }
    return _frame(rows)


def _with_text() -> dict[str, Reading]:
    found = {}
    for title, r in readings().items():
        found[title] = r
        if title == "Wine":
            found["Wine, as the text says"] = reading("wine", TEXT)
    return found


def _epochs(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _frame(rows: dict[str, dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index")
