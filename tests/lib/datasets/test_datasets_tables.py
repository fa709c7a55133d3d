"""Paper A's tables hold what their page says, and are split and read in the ways it describes."""

import gzip
import zipfile
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.papers import tables as papers
from lib import datasets
from lib.datasets import (
    boston,
    breast_cancer,
    cache,
    functions,
    kdd,
    mnist,
    regression_tables,
    tabular,
    trials,
)

SHAPES = {  # samples, inputs, classes or targets, values not recorded
    "iris": (150, 4, 3, 0),
    "wine": (178, 13, 3, 0),
    "breast-cancer-ljubljana": (286, 9, 2, 9),
    "breast-cancer-wisconsin": (699, 9, 2, 16),
    "kdd": (494021, 22, 23, 0),
    "kdd-distinct": (57442, 22, 23, 0),
    "mnist": (70000, 784, 10, 0),
    "mnist-5000": (5000, 784, 10, 0),
    "boston": (506, 13, 1, 0),
    "diabetes": (442, 10, 1, 0),
    "digits": (1797, 64, 10, 0),
    "wine-quality": (6497, 11, 1, 0),
    "energy": (768, 8, 2, 0),
    "student": (649, 30, 1, 0),
}
SIZES_OF_CLASSES = {
    "wine": [59, 71, 48],
    "breast-cancer-ljubljana": [201, 85],
    "breast-cancer-wisconsin": [458, 241],
    "mnist": [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958],
    "mnist-5000": [500] * 10,
    "digits": [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
}
BUNDLED = [name for name in datasets.SIZES if not datasets.files(name)]


def load(name):
    if not datasets.available(name):
        pytest.skip(
            f"{name} needs a file that is not on this machine; name its folder in RNN_DATA_CACHE"
        )
    return datasets.load(name)


# -- What the tables hold ----------------------------------------------------------------------


def test_every_table_is_described_here():
    assert SHAPES.keys() <= datasets.SIZES.keys()


@pytest.mark.parametrize("name", SHAPES)
def test_schema(name):
    table = load(name)
    outputs = table.classes or table.targets
    assert (*table.X.shape, len(outputs), table.missing) == SHAPES[name]
    assert len(set(table.inputs)) == table.X.shape[1]
    assert not set(table.inputs) & set(table.targets)
    assert table.checksum == datasets.checksum(name)
    assert table.note
    if table.classes:
        sizes = np.bincount(table.y)
        assert len(sizes) == len(table.classes)
        assert sizes.min() > 0
        assert sizes.tolist() == SIZES_OF_CLASSES.get(name, sizes.tolist())
    else:
        assert table.y.shape == (len(table.X), len(table.targets))
    if name != "mnist":  # 439 MB for what is true of pixels anyway
        assert datasets.leaks(table) == {}


def test_the_quick_profile_s_tables_need_no_file():
    assert {"iris", "wine", "diabetes", "mnist-5000", "boston"} <= set(BUNDLED)
    assert all(datasets.available(name) for name in BUNDLED)


@pytest.mark.parametrize(
    ("name", "row", "inputs", "target"),
    [
        ("wine", 0, [14.23, 1.71, 2.43], 0),
        ("diabetes", 0, [59, 2, 32.1], 151),
        ("digits", 0, [0, 0, 5 / 16, 13 / 16], 0),
        ("boston", 505, [0.04741, 0, 11.93], 11.9),
        ("breast-cancer-wisconsin", 1, [5, 4, 4], 0),
        ("wine-quality", 1599, [7, 0.27, 0.36], 6),
        ("energy", 0, [0.98, 514.5, 294], [15.55, 21.33]),
        ("energy", 767, [0.62, 808.5, 367.5], [16.64, 16.03]),
    ],
)
def test_a_known_row(name, row, inputs, target):
    table = load(name)
    assert table.X[row, : len(inputs)].tolist() == inputs
    assert table.y[row].tolist() == target or table.y[row].tolist() == [target]


def test_categories_stand_for_their_words():
    table = load("breast-cancer-ljubljana")
    # The file's first row: 30-39, premeno, 30-34, 0-2, no, 3, left, left_low, no.
    words = [
        table.categories[name][int(value)] if name in table.categories else value
        for name, value in zip(table.inputs, table.X[0], strict=True)
    ]
    assert words == ["30-39", "premeno", "30-34", "0-2", "no", 3, "left", "left_low", "no"]
    unknown = {
        name: int(np.sum(table.X[:, table.inputs.index(name)] == names.index("?")))
        for name, names in table.categories.items()
        if "?" in names
    }
    assert unknown == {"node-caps": 8, "breast-quad": 1}


def test_wisconsin_s_missing_grades_are_zero_and_no_other_is():
    table = load("breast-cancer-wisconsin")
    zero = table.X == 0
    assert zero.sum(axis=0).tolist() == [0, 0, 0, 0, 0, 16, 0, 0, 0]
    assert table.X.max() == 10
    assert "id" not in table.inputs


def test_earlier_grades_are_no_inputs_of_student():
    table = load("student")
    assert not {"G1", "G2", "G3"} & set(table.inputs)
    assert len(table.categories) == 17
    assert (table.y.min(), table.y.max()) == (0, 19)


def test_kdd_without_repetitions_is_the_first_of_each_row():
    whole, distinct = load("kdd"), load("kdd-distinct")
    rows = datasets.keys(np.column_stack([whole.X, whole.y]))
    _, first = np.unique(rows, return_index=True)
    first.sort()
    assert np.array_equal(whole.X[first], distinct.X)
    assert np.array_equal(whole.y[first], distinct.y)
    assert whole.classes[np.bincount(whole.y).argmax()] == "smurf"
    assert whole.classes[np.bincount(distinct.y).argmax()] == "normal"
    assert Counter(np.bincount(whole.y).tolist())[2] == 1
    assert whole.inputs == (*kdd.BASIC, *kdd.CONTENT)


def test_the_5000_digits_are_mnist_s_and_from_its_training_part():
    whole, part = load("mnist"), load("mnist-5000")
    training, rest = (datasets.keys(X) for X in (whole.X[:60000], whole.X[60000:]))
    digits = datasets.keys(part.X)
    place = {key: row for row, key in enumerate(training)}
    assert [whole.y[place[key]] for key in digits] == part.y.tolist()
    assert not np.isin(digits, rest).any()
    assert whole.y[:5].tolist() == [5, 0, 4, 1, 9]  # the first training images
    assert (whole.X.min(), whole.X.max()) == (0, 1)


# -- The functions -----------------------------------------------------------------------------


def test_the_functions_by_hand():
    x = functions.oscillation(np.array([[0.0], [0.5], [1.0]]))
    assert x == pytest.approx([8 + 2 * np.e, 8 - 2 * np.exp(0.75), 10])
    origin = 3 * np.exp(-1) - np.exp(-1) / 3
    assert functions.peaks(np.array([[0.0, 0.0]])) == pytest.approx([origin])
    assert functions.peaks(np.array([[1.0, 0.0]])) == pytest.approx(
        [-10 * (0.2 - 1) * np.exp(-1) - np.exp(-4) / 3]
    )


@pytest.mark.parametrize("name", functions.NAMES)
def test_a_function_is_sampled_on_its_grid_with_noise(name):
    first, again, other = (datasets.load(name, seed=s) for s in (1, 1, 2))
    recipe = functions.RECIPES[name]
    assert len(np.unique(first.X, axis=0)) == 100
    assert (first.X.min(), first.X.max()) == (recipe.low, recipe.high)
    assert np.array_equal(first.y, again.y)
    noise = np.concatenate([t.y[:, 0] - recipe.function(t.X) for t in (first, other)])
    assert noise.std() == pytest.approx(functions.NOISE, rel=0.3)
    assert not np.array_equal(first.y, other.y)


def test_a_function_needs_its_trial():
    with pytest.raises(ValueError, match="function-1d is drawn at random: give the trial"):
        datasets.load("function-1d")
    with pytest.raises(ValueError, match="unknown function 'f'"):
        functions.grid("f")


# -- Readings ----------------------------------------------------------------------------------


@given(st.integers(1, 6), st.integers(1, 4), st.integers(1, 5))
def test_every_reading_holds_the_same_numbers(samples, steps, width):
    X = np.arange(samples * steps * width, dtype=float).reshape(samples, -1)
    shapes = {
        "step": (samples, 1, steps * width),
        "rows": (samples, steps, width),
        "series": (1, samples, steps * width),
    }
    for reading, shape in shapes.items():
        found = datasets.sequences(X, reading, width if reading == "rows" else None)
        assert found.shape == shape
        assert np.array_equal(found.ravel(), X.ravel())


def test_an_image_is_read_row_by_row():
    table = load("mnist-5000")
    rows = datasets.sequences(table.X[:3], "rows", mnist.SIDE)
    assert rows.shape == (3, 28, 28)
    assert table.inputs[28] == "row 2, pixel 1"
    assert np.array_equal(rows[:, 1, 0], table.X[:3, 28])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("columns",), "unknown reading 'columns'; accepted: step, rows, series"),
        (("rows", 5), "must divide the 4 inputs, got 5"),
        (("rows",), "must divide the 4 inputs, got None"),
        (("step", 2), "the reading 'step' takes no width, got 2"),
    ],
)
def test_a_reading_that_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.sequences(np.zeros((3, 4)), *arguments)


# -- Trials ------------------------------------------------------------------------------------


def test_the_sizes_are_those_printed():
    printed = papers.sl1_sizes()
    guessed = {"breast-cancer-wisconsin", "kdd-distinct", "mnist-5000"}
    for name in papers.SL1_TITLE_OF.keys() - guessed:
        row, sizes = printed.loc[papers.SL1_TITLE_OF[name]], datasets.SIZES[name]
        assert (sizes.train, sizes.test) == (row["train"], row["test"])
    for name, share in zip(sorted(guessed), (0.7, 0.9, 6 / 7), strict=True):
        sizes, samples = datasets.SIZES[name], SHAPES[name][0]
        assert sizes.train + sizes.test == samples
        assert sizes.train == round(share * samples)


@pytest.mark.parametrize("name", [n for n in SHAPES if n != "mnist"])
def test_a_trial_has_its_sizes_and_is_scaled_by_its_training_part(name):
    table, sizes = load(name), datasets.SIZES[name]
    split = datasets.trial(table, 0)
    assert (len(split.X_train), len(split.X_test)) == (sizes.train, sizes.test)
    assert (len(split.y_train), len(split.y_test)) == (sizes.train, sizes.test)
    if table.one_unit:
        assert (split.X_train.min(), split.X_train.max()) == (0, 1)
    else:
        assert split.X_train.mean(axis=0) == pytest.approx(0, abs=1e-9)
        moving = np.ptp(split.X_train, axis=0) > 0
        assert split.X_train.std(axis=0)[moving] == pytest.approx(1, abs=1e-9)
    if table.classes:
        shares = np.bincount(table.y) * sizes.train / len(table.X)
        found = np.bincount(split.y_train, minlength=len(table.classes))
        assert (np.abs(found - shares) < 1).all()


def test_mnist_s_split_is_the_published_one_in_every_trial():
    table = load("mnist")
    split = datasets.trial(table, 3)
    assert np.array_equal(split.X_train, table.X[:60000])
    assert np.array_equal(split.y_test, table.y[60000:])


def test_trials_differ_and_repeat():
    table = datasets.load("boston")
    first, again, other = (datasets.trial(table, seed) for seed in (4, 4, 5))
    assert np.array_equal(first.y_test, again.y_test)
    assert not np.array_equal(first.y_test, other.y_test)


def test_samples_beyond_both_parts_are_left_out():
    table = datasets.load("iris")
    split = datasets.split(table, 100, np.random.default_rng(0), test=20)
    whole = datasets.split(table, 100, np.random.default_rng(0))
    assert len(split.X_test) == 20
    assert np.array_equal(split.X_train, whole.X_train)
    assert set(datasets.keys(split.X_test)) <= set(datasets.keys(whole.X_test))
    with pytest.raises(ValueError, match="100 of them for training: test must be between 1 and 50"):
        datasets.split(table, 100, np.random.default_rng(0), test=51)


def test_trials_refuse_what_has_no_sizes():
    with pytest.raises(ValueError, match="unknown table with sizes 'function-1d'"):
        trials.trial(datasets.load("function-1d", seed=0), 0)
    with pytest.raises(ValueError, match="train must be between 1 and 149"):
        datasets.cut(datasets.load("iris"), 150)


# -- Files that are not what they should be ----------------------------------------------------


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Returns a function that puts a text where the loaders look for a registered file."""
    monkeypatch.setattr(cache, "path", lambda file: tmp_path / file)

    def put(file, text):
        (tmp_path / file).write_text(text)

    return put


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("breast-cancer-ljubljana", "a,b,c\n", "breast-cancer.data must have 10 columns, got 3"),
        (
            "breast-cancer-wisconsin",
            "1,2\n",
            "breast-cancer-wisconsin.data must have 11 columns, got 2",
        ),
        ("student", "school;G3\nGP;1\n", "student-por.csv must have 33 columns, got 2"),
    ],
)
def test_another_number_of_columns_is_refused(stand_in, name, text, message):
    stand_in(datasets.files(name)[0], text)
    with pytest.raises(ValueError, match=message):
        datasets.load(name)


def test_two_wine_files_with_other_headers_are_refused(stand_in):
    heads = [f"c{k}" for k in range(11)]
    stand_in("winequality-red.csv", ";".join([*heads, "quality"]) + "\n")
    stand_in("winequality-white.csv", ";".join([*heads, "mark"]) + "\n")
    with pytest.raises(ValueError, match="must have 12 columns, got 13"):
        datasets.load("wine-quality")


def test_kdd_with_other_columns_is_refused(tmp_path, monkeypatch):
    (tmp_path / "kdd.gz").write_bytes(gzip.compress(b"0,tcp,normal.\n"))
    monkeypatch.setattr(cache, "path", lambda _: tmp_path / "kdd.gz")
    with pytest.raises(ValueError, match=r"10_percent\.gz must have 42 columns, got 3"):
        datasets.load("kdd")


def test_images_of_another_size_are_refused(tmp_path, monkeypatch):
    header = b"\0\0\x08\x03" + np.array([1, 2, 2], ">i4").tobytes()
    (tmp_path / "images").write_bytes(gzip.compress(header + bytes(4)))
    monkeypatch.setattr(cache, "path", lambda _: tmp_path / "images")
    with pytest.raises(ValueError, match=r"items of shape \(28, 28\), got \(2, 2\)"):
        datasets.load("mnist")


def test_a_word_that_is_in_no_order_is_named():
    frame = pd.DataFrame({"node-caps": ["no", "maybe"], "deg-malig": [1, 2]})
    with pytest.raises(ValueError, match=r"node-caps holds 'maybe'; accepted: \?, no, yes"):
        tabular.encode(frame, breast_cancer.ORDERS)
    numbers, categories = tabular.encode(frame, {})
    assert numbers.tolist() == [[1, 1], [0, 2]]
    assert categories == {"node-caps": ("maybe", "no")}


@pytest.mark.parametrize("name", [n for n in datasets.SIZES if datasets.files(n)])
def test_a_file_that_cannot_be_had_is_named(name, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "own_cache", lambda: tmp_path / "own")
    monkeypatch.setattr(cache, "_fetch", lambda *_: (_ for _ in ()).throw(OSError("offline")))
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    assert not datasets.available(name)
    with pytest.raises(datasets.DatasetUnavailable, match=datasets.files(name)[0]):
        datasets.load(name)


@pytest.mark.parametrize("name", [n for n in datasets.SIZES if datasets.files(n)])
def test_an_altered_file_is_refused(name, tmp_path, monkeypatch):
    for file in datasets.files(name):
        (tmp_path / file).write_bytes(b"altered")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    with pytest.raises(datasets.ChecksumMismatch, match=datasets.files(name)[0]):
        datasets.load(name)


def test_altered_bundled_values_are_refused(monkeypatch):
    whole = pd.read_csv
    monkeypatch.setattr(pd, "read_csv", lambda *a, **k: whole(*a, **k) + 1e-9)
    with pytest.raises(datasets.ChecksumMismatch, match="installed mlxtend's boston has other"):
        boston.load("boston")


def test_a_workbook_s_empty_rows_are_left_out(tmp_path, monkeypatch):
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst {space}><si><t>A</t></si></sst>")
        rows = "<row><c><v>0</v></c></row><row><c><v>1.5</v></c></row><row><c/></row>"
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {space}>{rows}</worksheet>")
    monkeypatch.setattr(cache, "path", lambda _: tmp_path / "book.xlsx")
    assert regression_tables._sheet("book.xlsx").to_dict("list") == {"A": [1.5]}


def test_a_category_without_a_name_is_refused():
    with pytest.raises(ValueError, match="a of t has 2 categories: it must hold the whole numbers"):
        datasets.Table(
            "t", [[0.0], [2.0]], [[1.0], [2.0]], ("a",), ("y",), (), "", "", {"a": ("no", "yes")}
        )
    with pytest.raises(ValueError, match="unknown input 'b'; accepted: a"):
        datasets.Table("t", [[0.0]], [[1.0]], ("a",), ("y",), (), "", "", {"b": ("no", "yes")})


def test_no_upstream_file_of_paper_a_lacks_a_loader():
    used = {file for name in datasets.DATASETS for file in datasets.files(name)}
    registered = set(datasets.registry.registry()["upstream"])
    assert registered - used == {"F-F_ST_Reversal_Factor.CSV"}
