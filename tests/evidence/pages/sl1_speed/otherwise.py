"""Times on which the claims of the page on speed come out otherwise."""

from dataclasses import replace
from functools import cache
from unittest.mock import patch

from evidence.kit.runner import collect
from evidence.pages.sl1_speed.claims import claims
from evidence.papers.tables import sl1_results

RECORDS = collect("sl1_speed", "paper")


def as_recorded():
    return claims(RECORDS)


@cache
def timed(**others: tuple[str, float]):
    """Return the claims when works took a share of the time of another work."""
    given = {key.replace("_", " "): value for key, value in others.items()}
    return claims([replace(r, traces=r.traces | changed(r.traces, given)) for r in RECORDS])


def changed(traces, given):
    return {
        arm: [share * seconds for seconds in traces[other]] for arm, (other, share) in given.items()
    }


def works(**shares):
    return {f"step, {model}": ("step, GRU", share) for model, share in shares.items()}


FAST = cache(lambda: timed(**works(**{"SL1-GRU": 0.85, "L1-GRU": 0.8, "RNN": 1.5, "LSTM": 1.5})))


def trending():
    """Return the claims when SL1-GRU's printed time falls with its printed sparsity."""

    def table(number):
        frame = sl1_results(number).copy()
        own = frame["model"] == "SL1-GRU"
        gru = frame.loc[frame["model"] == "GRU", "seconds"].to_numpy()
        frame.loc[own, "seconds"] = gru * (1 - frame.loc[own, "sparsity"].to_numpy())
        return frame

    with patch("evidence.pages.sl1_speed.claims.sl1_results", table):
        return claims(RECORDS)


def products(of_dense, *shares):
    """Return the products in compressed rows, in this share of the dense ones' time."""
    return {
        f"product, {form} {share:g}": (f"product, dense {share:g}", of_dense)
        for form in ("torch CSR", "SciPy CSR")
        for share in shares
    }


SPARSE = products(0.5, 0.5)
SLOW = products(2.0, 0.05, 0.5, 0.9, 0.99)

OTHERWISE = {
    "A-abs-time": FAST,
    "A-T3-fastest": lambda: timed(**works(**{"SL1-GRU": 1e-3})),
    "A-T5-fastest": lambda: timed(**works(**{"SL1-GRU": 1e-3})),
    "A-T3-because": lambda: timed(**{"gradient, printed": ("gradient, dense", 0.8)}),
    "A-T5-saves": lambda: timed(**SPARSE),
    "A-int-l1-cost": lambda: timed(**SLOW),
    "A-int-cheaper": lambda: timed(**works(LSTM=0.5)),
    "A-T3-l1-time": FAST,
    "A-T3-l2-time": lambda: timed(**works(**{"L2-GRU": 0.5})),
    "O-T3-trend": trending,
}
