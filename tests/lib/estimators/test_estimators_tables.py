"""Reading a series from a file: the right value, or a sentence that says what to do."""

import numpy as np
import pandas as pd
import pytest

from lib.datasets.registry import committed
from lib.estimators.dates import GapWarning
from lib.estimators.tables import read_series


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Return a reader of a text as the file shop.csv in the current folder."""
    monkeypatch.chdir(tmp_path)

    def reader(text, encoded="utf-8", **told):
        (tmp_path / "shop.csv").write_bytes(text.encode(encoded))
        return read_series("shop.csv", "sales", "day", **told)

    return reader


def days(*dates):
    return "day,sales\n" + "".join(f"{date},{k}\n" for k, date in enumerate(dates))


def test_the_tutorial_s_file_is_read():
    found = read_series(committed("co2_mauna_loa.csv"), "co2", "month")
    assert found.shape == (444, 1)
    assert (found.index == pd.date_range("1965-01", periods=444, freq="MS")).all()
    assert found.index.freqstr == "MS"


def test_the_target_becomes_the_last_column(read):
    found = read("day, sales , help\n2020-01-01,1,5\n2020-01-02,2,6.5\n")
    assert found.columns.tolist() == ["help", "sales"]
    assert found.to_numpy().tolist() == [[5.0, 1.0], [6.5, 2.0]]


@pytest.mark.parametrize(
    ("text", "told", "values"),
    [
        ("day;sales\n2020;1,5\n2021;-2,25\n", {}, [1.5, -2.25]),
        ("day\tsales\n2020\t1e3\n2021\t.5\n", {}, [1000.0, 0.5]),
        ("day;sales\n2020;1,500\n2021;2,250\n", {"decimal": ","}, [1.5, 2.25]),
        ('day,sales\n2020,"1,5"\n2021,"2"\n', {}, [1.5, 2.0]),
        ("\ufeffday|sales\n\n2020|1\n\n2021|2\n", {}, [1.0, 2.0]),
        ("day;sales;a,b\n2020;1;3\n2021;2;4\n", {"separator": ";"}, [3.0, 1.0, 4.0, 2.0]),
        ("day;sales\n2020;1.234,5\n2021;2.345.678\n", {"thousands": "."}, [1234.5, 2345678.0]),
        ('day,sales\n2020,"1,234.5"\n2021,20\n', {"thousands": ","}, [1234.5, 20.0]),
        ("day;sales\n2020;1 234,5\n2021;2 000\n", {"thousands": " "}, [1234.5, 2000.0]),
        ("day;sales\n2020;1.234\n2021;2.345\n", {"decimal": "."}, [1.234, 2.345]),
        ("day;sales\n2020;0.234\n2021;2.345\n", {}, [0.234, 2.345]),
        ("day,sales,\n2020,1,\n2021,2,\n", {}, [1.0, 2.0]),
        ("day;sales\n2020;1;;\n2021;2\n", {"separator": ";"}, [1.0, 2.0]),
    ],
)
def test_a_table_is_read_where_it_has_one_reading(read, text, told, values):
    assert read(text, **told).to_numpy().ravel().tolist() == values


def test_the_encoding_is_told_or_proved_by_the_first_bytes(read):
    text = "day,sales,größe\n2020,1,2\n2021,2,3\n"
    for encoded, told in (("utf-8", {}), ("utf-16", {}), ("cp1252", {"encoding": "cp1252"})):
        assert read(text, encoded, **told).columns.tolist() == ["größe", "sales"]
    with pytest.raises(ValueError, match=r"shop.csv is not text in utf-8, line 1 .*'cp1252'"):
        read(text, "cp1252")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "shop.csv is empty: its first line must name the columns"),
        ("day,sales\n", "shop.csv has no rows"),
        ("day,sale\n1,2\n", "unknown target column in shop.csv: 'sales'; accepted: sale"),
        ("date,sales\n1,2\n", "unknown time column in shop.csv: 'day'; accepted: date, sales"),
        ("day,sales\n2020,1\n\n2021,\n", "'sales' of shop.csv has an empty cell in line 4"),
        ("day,sales\n2020,1\n2021,NaN\n", "of shop.csv has an empty cell in line 3, 1 in all"),
        ("day,sales\n2020,1\n\n2021,two\n", "'sales' of shop.csv must be .* line 4 .*'two'"),
        ("day,sales\n2020,1\n2021,inf\n", "must be numeric .* line 3 holds 'inf'"),
        ("day,sales\n2020,1_000\n", "must be numeric .* line 2 holds '1_000'"),
        ("day,sales,town\n2020,1,Ulm\n", "'town' of shop.csv must be numeric .* line 2"),
        ("day,sales,\n2020,1,7\n", "column 3 of shop.csv has no name in line 1"),
        ("day;sales\n2020;1.234\n", "'1.234' in line 2, whose dot may be .* thousands='.'"),
        (",day,sales\n0,2020,1\n", "column 1 of shop.csv has no name in line 1"),
        ("day,sales,sales\n2020,1,2\n", "shop.csv has several columns called 'sales'"),
        ("day,sales\n1,2\n1,2,3\n", "line 3 of shop.csv has 3 cells and its first line 2"),
        ("day,sales;x\n2020,1;3\n", "separated by ',' or ';': give separator"),
        ("day;sales\n2020;1,500\n", "'1,500' in line 2, whose comma may .* give decimal=','"),
        ("day;sales\n2020;1,5\n2021;2.5\n", "'1,5' in line 2, whose comma may be"),
    ],
)
def test_a_wrong_table_is_refused_with_line_column_and_remedy(read, text, words):
    with pytest.raises(ValueError, match=words):
        read(text)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"separator": ";;"}, "separator must be a single character, got ';;'"),
        ({"thousands": ""}, "thousands must be text, got ''"),
        ({"thousands": 3}, "thousands must be text, got 3"),
        ({"decimal": "x"}, "unknown decimal 'x'; accepted: ., ,"),
        ({"encoding": "klingon"}, "unknown encoding 'klingon'"),
        ({"date_format": "%Q"}, "date_format '%Q' cannot be used: 'Q' is a bad directive"),
        ({"date_format": "%Y", "day_first": True}, "give it or day_first, not both"),
        ({"day_first": "yes"}, "day_first must be True or False, got 'yes'"),
    ],
)
def test_a_wrong_argument_is_named(read, told, words):
    with pytest.raises(ValueError, match=words):
        read("day,sales\n2020,1\n2021,2\n", **told)


def test_a_missing_file_is_named_and_a_relative_path_begins_in_the_current_folder(read, tmp_path):
    assert len(read(days("2020", "2021"))) == 2
    wanted = rf"no file {tmp_path}/nowhere\.csv: csv_path must name .* current folder"
    with pytest.raises(FileNotFoundError, match=wanted):
        read_series("nowhere.csv", "sales")


@pytest.mark.parametrize(
    ("dates", "told", "first", "frequency"),
    [
        (("31/01/2020", "01/02/2020", "02/02/2020"), {}, "2020-01-31", "D"),
        (("01/12/2020", "01/13/2020", "01/14/2020"), {}, "2020-01-12", "D"),
        (("01/02/2020", "01/03/2020", "01/04/2020"), {"day_first": True}, "2020-02-01", "MS"),
        (("01/02/2020", "01/03/2020", "01/04/2020"), {"day_first": False}, "2020-01-02", "D"),
        (("24-01-01", "24-02-01", "24-03-01"), {"date_format": "%y-%m-%d"}, "2024-01-01", "MS"),
        (("2020-1-31", "2020-2-29", "2020-3-31"), {}, "2020-01-31", "ME"),
        (("2020Q4", "2021Q1", "2021Q2"), {}, "2020-10-01", "QS-JAN"),
        (("Q4 2020", "Q1 2021", "Q2 2021"), {}, "2020-10-01", "QS-JAN"),
        (("4Q2020", "1Q2021", "2Q2021"), {}, "2020-10-01", "QS-JAN"),
        (("2020-W53", "2021-W01", "2021-W02"), {}, "2020-12-28", "W-MON"),
        (("2024-02-28", "2024-02-29", "2024-03-01"), {}, "2024-02-28", "D"),
        (("2024-01-07", "2024-01-14", "2024-01-21"), {}, "2024-01-07", "W-SUN"),
        (("2023-12-31", "2024-01-31", "2024-02-29"), {}, "2023-12-31", "ME"),
        (("20200103", "20200106", "20200107"), {}, "2020-01-03", "B"),
        (("2020", "2021", "2022"), {}, "2020-01-01", "YS-JAN"),
        (("Jan 2020", "Feb 2020", "Mar 2020"), {}, "2020-01-01", "MS"),
        (("13.02.2020 10:00", "13.02.2020 10:15", "13.02.2020 10:30"), {}, None, "15min"),
    ],
)
def test_dates_are_read_where_they_have_one_reading(read, dates, told, first, frequency):
    index = read(days(*dates), **told).index
    assert index[0] == pd.Timestamp(first or "2020-02-13 10:00")
    assert index.freqstr == frequency


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (("01/02/2020", "01/03/2020"), "'day' of shop.csv may have day or month first: line 2"),
        (("01/02/2020", "13/02/2020", "02/14/2020"), "line 4 holds '02/14/2020', which has day"),
        (("24-01-01", "24-02-01"), "line 2 holds '24-01-01'; give date_format"),
        (("1949.5", "1950.5"), "line 2 holds '1949.5'; give date_format"),
        (("soon",), "'day' of shop.csv must hold dates .* line 2 holds 'soon'; give date_format"),
        (("2020-01-01", "later"), "line 3 holds 'later', which is no date of the form"),
        (("2020-02-30", "2020-03-01"), "line 2 holds '2020-02-30', which is no date"),
        (("2021", "2020"), "dates of shop.csv must ascend, but line 3 is not after"),
        (("2020", "2020"), "dates of shop.csv must ascend, but line 3"),
        (("2020-01-01T00:00Z", "2020-01-02T00:00"), "line 3 .* has a time zone or lacks it"),
        (("2020-03-29T00:00+01:00", "2020-03-29T03:00+02:00"), "several offsets: give time_zone"),
    ],
)
def test_a_date_with_two_readings_or_none_is_refused(read, dates, words):
    with pytest.raises(ValueError, match=words):
        read(days(*dates))


def test_time_zones_are_kept_and_summer_time_is_no_gap(read):
    utc = read(days(*(f"2020-03-29T0{hour}:00:00Z" for hour in range(4)))).index
    assert str(utc.tz) == "UTC"
    assert utc.freqstr == "h"
    told = {"time_zone": "Europe/Berlin"}
    berlin = read(days("2020-03-29 00:00", "2020-03-29 01:00", "2020-03-29 03:00"), **told).index
    assert (berlin == utc[:3] - pd.Timedelta(hours=1)).all()
    assert berlin.freqstr == "h"
    twice = days(*(f"2024-10-27 0{hour}:00" for hour in (1, 2, 2, 3)))
    assert read(twice, **told).index.freqstr == "h"
    mixed = read(days("2020-03-29T01:00+01:00", "2020-03-29T03:00+02:00"), **told).index
    assert (mixed[1] - mixed[0]) == pd.Timedelta(hours=1)
    with pytest.raises(ValueError, match=r"dates of shop\.csv cannot be in 'Europe/Bern'"):
        read(days("2020-03-29 00:00"), time_zone="Europe/Bern")
    with pytest.raises(ValueError, match=r"cannot be in 'Europe/Berlin'.*02:30"):
        read(days("2020-03-29 02:30"), **told)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (
            ("2020-01-01", "2020-01-02", "2020-01-05"),
            "dates of shop.csv are a day apart, but 2 are missing, first between 2020-01-02 and "
            "line 4: these rows are treated as one step apart; put rows in between if they",
        ),
        (("2020-01", "2020-02", "2020-04", "2020-05"), "a month apart, but 1 is missing, first"),
        (("2020", "2021", "2023", "2024"), "a year apart, but 1 is missing"),
        (("2020Q1", "2020Q2", "2020Q4", "2021Q1"), "a quarter apart, but 1 is missing"),
        (("2020-01-02", "2020-01-03", "2020-01-07", "2020-01-08"), "working days, but 1 is"),
        (("2024-01-03", "2024-01-10", "2024-01-24", "2024-01-31"), "7 days apart, but 1 is"),
        (("2024-02-27", "2024-02-28", "2024-03-01", "2024-03-02"), "a day apart, but 1 is"),
        (
            ("2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 03:00", "2024-01-01 04:00"),
            "an hour apart, but 1 is missing, first between 2024-01-01 01:00:00 and line 4",
        ),
        (
            ("2024-01-01", "2024-01-04", "2024-01-05", "2024-01-11"),
            "no frequency, they are a day to 6 days apart: all rows are treated as one step",
        ),
        (
            [f"2024-01-0{day}" for day in ("1 00:00", "2 00:00", "3 00:00", "3 12:00", "4 12:00")],
            "a day apart, but not all: 1 of 4 steps differ, first between",
        ),
    ],
)
def test_missing_steps_are_reported(read, dates, words):
    with pytest.warns(GapWarning, match=words):
        found = read(days(*dates))
    np.testing.assert_array_equal(found["sales"], range(len(dates)))
