"""Fronts on which the claims of the page on sparse methods come out otherwise."""

from dataclasses import replace

from evidence.kit.runner import collect
from evidence.pages.sl1_front.claims import claims
from evidence.pages.sl1_front.config import OURS, REFITTED
from evidence.pages.sl1_front.front import fronts
from evidence.pages.sl1_front.runs_front_time import BATCHES, DENSE

RECORDS, TIMES = (collect(name, "paper") for name in ("sl1_front", "sl1_front_time"))


def as_recorded():
    return claims(fronts(RECORDS), TIMES)


def faultless(*methods, zeros=0.99):
    """Return the claims when methods have no error and all other ones a large one."""

    def change(record):
        error = 1e-3 if record.config["method"] in methods else 0.5
        rows = [
            row
            | {"zeros": zeros, "diverged": False, "holdout, constant": 1, "test, constant": 1}
            | dict.fromkeys(("holdout", "test"), error * (1 + row["trial"] / 100))
            for row in record.rows
        ]
        return replace(record, rows=rows)

    return lambda: claims(fronts(map(change, RECORDS)), TIMES)


def timed(share):
    """Return the claims when a step in compressed rows takes a share of the dense one."""

    def change(record):
        traces = {
            name: [
                seconds * (1 if name.startswith(DENSE) else share) * (1 + k / 1000)
                for k, seconds in enumerate(record.traces[f"{DENSE}, {batch}"])
            ]
            for batch in BATCHES
            for name in record.traces
            if name.endswith(f", {batch}")
        }
        return replace(record, traces=traces)

    return lambda: claims(fronts(RECORDS), list(map(change, TIMES)))


OTHERWISE = {
    "O-front-l1": faultless(*OURS),
    "O-front-prox": faultless(*OURS),
    "O-front-refit": faultless(REFITTED),
    "O-front-pruning": faultless(REFITTED),
    "O-front-time": timed(0.5),
}
