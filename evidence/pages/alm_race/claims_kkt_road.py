"""What is left of the KKT residual on the way, and how near settling comes.

Decided before the recorded run, though after looks at its network: a point counts when the verifier
finds feasibility violation and KKT residual below ``WANTED``.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evidence.kit.claims import Judged, judge
from evidence.kit.records import Record
from evidence.kit.rule import Limit
from evidence.pages.alm_race.claims_polish import verified
from evidence.pages.alm_race.runs_polish import WANTED
from evidence.statistics.summary import number

SHOWN = (("W",), ("V",), ("b",), ("h",), ("A", "c", "u"))
"""The blocks of the residual as the table shows them, the smallest together."""


def errors(record: Record, settled: bool) -> np.ndarray:
    """Return at every moment the larger one of feasibility violation and KKT residual."""
    prefix = "settled_" if settled else ""
    names = ("feasibility", "kkt_residual")
    return np.max([record.traces[f"{prefix}{name}"] for name in names], axis=0)


def claims(records: Sequence[Record]) -> list[Judged]:
    """Return the nearest settled point of each road."""
    nearest = [verified(record.rows[0]) for record in records]
    faithful = [
        verified(row)
        for record in records
        for row in record.rows
        if row["point"] == "nearest faithful"
    ]
    own = [float(errors(record, settled=False).min()) for record in records]
    return judge(
        {
            "O-settle-kkt": Limit(
                runs=len(records),
                reached=sum(bool(record.rows[0]["converged"]) for record in records),
                left=0,
                threshold=f"violation and KKT residual below {WANTED:g}",
                detail="T = 500, r = 100, plain sweeps with the weights updated last, by the "
                f"independent verifier: off by {min(nearest):.1e}, where the roll-out has R of the "
                f"point by {min(faithful, default=np.nan):.1e}, without them by {min(own):.1e}",
                can=True,
            )
        }
    )


def blocks_table(record: Record) -> pd.DataFrame:
    """Return the blocks of the residual along the road, and what settling leaves."""
    traces = record.traces
    rows = {}
    for k, sweeps in enumerate(traces["sweeps"]):
        row = {}
        for names in SHOWN:
            norm = np.linalg.norm([traces[f"block_{name}"][k] for name in names])
            row[f"in {', '.join(names)}"] = f"{norm:.1e}"
        rows[f"{sweeps:,.0f}"] = {
            "R": number(traces["objective"][k], 4),
            **row,
            "residual": f"{traces['kkt_residual'][k]:.1e}",
            "settled": f"{traces['settled_kkt_residual'][k]:.1e}",
        }
    return pd.DataFrame(rows).T.rename_axis("sweeps")


def points_table(record: Record) -> pd.DataFrame:
    """Return what the verifier finds at the nearest points and at the network of zeros."""
    columns = {}
    for row in record.rows:
        columns[row["point"]] = {
            "sweeps": f"{row['sweeps']:,}" if "sweeps" in row else "none",
            "R": number(row["verified_objective"], 4),
            "R of the roll-out": number(row.get("rollout_objective", row["verified_objective"]), 4),
            "feasibility violation": f"{row['verified_feasibility']:.1e}",
            "KKT residual": f"{row['verified_kkt_residual']:.1e}",
            "kinks": f"{row['verified_kinks']:,.0f}",
        }
    return pd.DataFrame(columns)


def key_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the W block's share of the squared residual at the road's end."""
    return {"road.W_share": float(records[0].rows[0]["blocks_W_share"])}


def road_numbers(records: Sequence[Record]) -> dict[str, float]:
    """Return the distances that the prose quotes."""
    record = records[0]
    found = {"own": float(errors(record, settled=False).min()), "nearest_faithful": np.nan}
    for row in record.rows:
        name = row["point"].replace(" ", "_")
        found |= {name: verified(row), f"{name}.R": row["verified_objective"]}
        if "rollout_objective" in row:
            found[f"{name}.rollout_R"] = row["rollout_objective"]
            found[f"{name}.sweeps"] = float(row["sweeps"])
    return {f"road.{name}": float(value) for name, value in found.items()}
