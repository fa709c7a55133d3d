"""Measured and predicted times of the page on growth."""

import numpy as np

from evidence.kit.records import Record
from evidence.kit.tables import Section, SectionTable
from evidence.kit.timing import spread
from evidence.pages.alm_growth.model import Machine, Size, shared_out
from evidence.pages.alm_growth.runs import PEAK, PRODUCTS, SIZE, START, SWEEP, TRIALS, Growth

SEEN = 10_000
"""The longest series from which a machine's numbers are taken."""

PLANNED, SWEEPS = 10, 50_000
"""Trials and sweeps of a row of Table 3c."""


def turns(record: Record, part: str) -> list[dict]:
    """Return the rows of one part."""
    return [row for row in record.rows if row["part"] == part]


def measured(record: Record) -> dict[Size, np.ndarray]:
    """Return the seconds of one sweep in every turn, by T and r."""
    return {
        (row["steps"], row["hidden_size"]): np.array(row["seconds"]) / row["count"]
        for row in turns(record, SWEEP)
    }


def machine(record: Record) -> Machine:
    """Return the machine's numbers, from the sizes of at most `SEEN` steps."""
    seen = {size: float(np.median(t)) for size, t in measured(record).items() if size[0] <= SEEN}
    return Machine.fitted(seen, record.config["inputs"], record.config["outputs"])


def off(record: Record) -> dict[Size, float]:
    """Return predicted over measured seconds of a sweep, by T and r."""
    model = machine(record)
    return {size: model.sweep(*size) / float(np.median(t)) for size, t in measured(record).items()}


def shared(record: Record) -> dict[int, dict[int, tuple[np.ndarray, float]]]:
    """Return wall seconds and the predicted ones, by number of trials and then of workers.

    The start's seconds are as measured.
    """
    model = machine(record)
    start = {row["workers"]: float(np.median(row["seconds"])) for row in turns(record, START)}
    one = record.config["sweeps"] * model.sweep(
        record.config["steps"], record.config["hidden_size"]
    )
    found: dict[int, dict[int, tuple[np.ndarray, float]]] = {}
    for row in turns(record, TRIALS):
        trials, workers = row["trials"], row["workers"]
        wanted = shared_out(one, trials, workers, row["cores"], start[workers])
        found.setdefault(trials, {})[workers] = (np.array(row["seconds"]), wanted)
    return found


def planning(record: Record) -> SectionTable:
    """Return for every size a sweep's time, measured and predicted, and what ten trials cost."""
    model, ratios = machine(record), off(record)
    sections: dict[int, list] = {}
    for (T, r), seconds in measured(record).items():
        hours = PLANNED * SWEEPS * float(np.median(seconds)) / 3600
        cells = (
            f"{T:,}" + ("" if T <= SEEN else " *"),
            spread(1e3 * seconds, "{:.3g}"),
            f"{1e3 * model.sweep(T, r):.3g}",
            f"{ratios[T, r]:.2f}",
            f"{hours:.2g}",
        )
        sections.setdefault(r, []).append(cells)
    heads = ("T", "a sweep, ms", "predicted", "over measured", "ten trials, CPU hours")
    made = [Section(f"r = {r}", rows) for r, rows in sections.items()]
    return SectionTable(heads, made, grid=True, joined=True)


def key_numbers(record: Record) -> dict[str, float]:
    """Return what belongs to no machine: what was timed."""
    lengths, sizes = record.config["lengths"], record.config["hidden_sizes"]
    return {
        "sizes": len(measured(record)),
        "longest": max(lengths),
        "seen": max(T for T in lengths if T <= SEEN),
        "narrow": min(sizes),
        "wide": max(sizes),
        "trials": max(record.config["trials"]),
        "inputs": record.config["inputs"],
        "outputs": record.config["outputs"],
    }


def of_machine(record: Record) -> dict[str, float]:
    """Return the numbers that the text quotes of the machine."""
    ratios = off(record)
    seen = [abs(ratio - 1) for (T, _), ratio in ratios.items() if T <= SEEN]
    unseen = {size: 1 / ratio for size, ratio in ratios.items() if size[0] > SEEN}
    wide = max(record.config["hidden_sizes"])
    peak = 2 * SIZE**3 * PRODUCTS / float(np.median(turns(record, PEAK)[0]["seconds"]))
    model, cores = machine(record), record.rows[0]["cores"]
    found = dict.fromkeys((f"faster.{workers}" for workers in Growth().workers), np.nan)
    found |= {
        "error.seen": max(seen),
        "behind": max(unseen.values(), default=np.nan),
        "behind.wide": max((f for (_, r), f in unseen.items() if r == wide), default=np.nan),
        "peak": peak / 1e9,
        "share": 1 / model.product / peak if model.product else np.nan,
        "calls": 1e6 * model.calls,
        "cores": cores,
    }
    for name, r in (("narrow", min), ("wide", max)):
        size = r(record.config["hidden_sizes"])
        a_step = {T: np.median(t) / T for (T, own), t in measured(record).items() if own == size}
        longest = a_step[max(a_step)]
        found[f"thousand.{name}"] = 1e6 * float(longest)
        found[f"growth.{name}"] = float(longest / min(a_step.values()))
    by_workers = shared(record)[max(record.config["trials"])]
    one = float(np.median(by_workers[1][0]))
    for workers, (seconds, wanted) in by_workers.items():
        found[f"faster.{workers}"] = one / float(np.median(seconds))
        found[f"predicted.{workers}"] = wanted / float(np.median(seconds))
    return found
