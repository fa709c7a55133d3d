"""Paper A, Table 2 in tables: its rows, and what its steps mean for weights without gradient."""

import pandas as pd

from evidence.pages.sl1_search.claims_table2 import (
    BY_TEXT,
    duration,
    rows,
    seconds_per_step,
    stiffness,
)
from evidence.pages.sl1_search.search import power
from evidence.papers.tables import sl1_results
from evidence.protocols.penalty_alone import unmoved_share


def parameters_table() -> pd.DataFrame:
    """Return the rows of Table 2 and, below Wine's, the text's."""
    return _frame(
        {
            title: {
                "η": power(setting.rate),
                "λ": power(setting.strength),
                "α": f"{setting.alpha:g}",
                "mini-batch": "not named" if title == BY_TEXT else f"{setting.batch_size}",
                "ηλ": power(wait.step),
                "ηλ/α": power(stiffness(setting)),
                "not moved": f"{unmoved_share(wait.step):.0%}",
            }
            for title, (setting, wait) in rows().items()
        }
    )


def time_table() -> pd.DataFrame:
    """Return steps, epochs and time of a step that L1's sparsities in Table 3 take."""
    printed = sl1_results(3).set_index(["dataset", "model"])["sparsity"]
    return _frame(
        {
            title: {
                "sparsity": f"{printed[wait.dataset, 'L1-GRU']:.4f}",
                "in": f"{wait.l1_seconds:,g} s",
                "steps": f"{wait.l1_steps:,.0f}",
                "epochs": f"{wait.l1_steps / wait.steps_an_epoch:,.0f}",
                "time a step": duration(seconds_per_step(wait)),
            }
            for title, (_, wait) in rows().items()
        }
    )


def smooth_table() -> pd.DataFrame:
    """Return how long SL1 takes with Table 2's rows."""
    return _frame(
        {
            title: {
                "α to 10⁻⁵, steps": f"{wait.lag:,.0f}",
                "in epochs": f"{wait.lag / wait.steps_an_epoch:,.0f}",
                "epochs for Table 3's SL1": f"{wait.sl1_steps / wait.steps_an_epoch:,.0f}",
                "for its L1": f"{wait.l1_steps / wait.steps_an_epoch:,.0f}",
            }
            for title, (_, wait) in rows().items()
            if title != BY_TEXT
        }
    )


def _frame(found: dict[str, dict[str, str]]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(found, orient="index")
