"""No byte of the committed data changes unseen: a list of checksums, and loaders that ask it."""

import random
import shutil
import subprocess
import sys

import pytest

from evidence.__main__ import main
from evidence.kit import manifest
from evidence.kit.paths import ROOT
from evidence.kit.records import Store
from evidence.kit.registry import units
from evidence.kit.runner import PAPER_RECORDS

FLIPS = 400


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of everything that the list names, and of the list."""
    root = tmp_path_factory.mktemp("copy")
    for file in (manifest.NAME, *manifest.listed()):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, root / file)
    return root


def flipped(content: bytes, draw: random.Random) -> bytes:
    """Return some bytes with one bit turned or one digit made another."""
    changed = bytearray(content)
    digits = [n for n, byte in enumerate(content) if 48 <= byte < 58]
    if digits and draw.random() < 0.5:
        place = draw.choice(digits)
        changed[place] = draw.choice([d for d in range(48, 58) if d != content[place]])
    else:
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def test_no_flip_of_a_bit_or_a_digit_is_unseen(copy):
    draw = random.Random(17)
    files = sorted(p for p in (copy / "data").rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    by_size = draw.choices(files, [p.stat().st_size for p in files], k=FLIPS // 2)
    for path in by_size + draw.choices(files, k=FLIPS // 2):
        whole = path.read_bytes()
        path.write_bytes(flipped(whole, draw))
        with pytest.raises(manifest.Altered, match=rf"{path.name} is not the file .* evidence man"):
            manifest.read(path, copy)
        path.write_bytes(whole)
    assert manifest.differences(copy) == []


def test_no_flip_in_the_list_itself_is_unseen(copy):
    draw, path = random.Random(18), copy / manifest.NAME
    whole = path.read_bytes()
    for _ in range(10):
        path.write_bytes(flipped(whole, draw))
        assert manifest.differences(copy)
    path.write_bytes(whole)
    assert manifest.differences(copy) == []


def test_a_deliberate_change_is_listed_and_named(copy):
    path = copy / "data" / "claims.yml"
    whole = path.read_bytes()
    path.write_bytes(whole + b"# deliberate\n")
    (copy / "data" / "extra.csv").write_text("a,b\n")
    named = ["data/claims.yml is another file", "data/extra.csv is new"]
    assert manifest.differences(copy) == manifest.renew(copy) == named
    assert manifest.differences(copy) == manifest.renew(copy) == []
    path.write_bytes(whole)
    (copy / "data" / "extra.csv").unlink()
    assert manifest.renew(copy) == [named[0], "data/extra.csv is gone"]


def test_the_command_says_that_nothing_has_changed(capsys):
    assert main(["manifest"]) == 0
    assert capsys.readouterr().out == "nothing has changed\n"


def test_a_file_that_is_written_below_data_is_listed_with_it(copy):
    path = copy / "data" / "records" / "new.json"
    manifest.write(path, "{}\n", copy)
    assert manifest.read(path, copy) == b"{}\n"
    assert manifest.differences(copy) == []
    path.unlink()
    manifest.renew(copy)


ALTERED = """
import sys
from pathlib import Path
from evidence.errata.entries import entries as errata
from evidence.kit import claims, ledger, paths, runner
from evidence.papers import tables
from lib import datasets

READ = {
    "claims.yml": claims.statements,
    "changed.yml": ledger.before,
    "errata.yml": errata,
    "alm_rnn_tables3_4.csv": lambda: tables.alm_errors("3a"),
    "sl1_gru_tables1_4.csv": tables.sl1_sizes,
    "sl1_gru_table3.csv": lambda: tables.sl1_results(3),
    "sl1_gru_table5.csv": lambda: tables.sl1_bold(5),
    "sp500_rebuilt.csv": lambda: datasets.load("sp500-intended"),
    "RECORD": lambda: runner.collect("alm_penalties", "paper"),
}
for name, read in READ.items():
    if name == "RECORD":
        found = next(Path(paths.DATA).rglob("alm_penalties/*.json"))
    else:
        places = (path for top in ("data", "lib") for path in paths.ROOT.glob(f"{top}/**/{name}"))
        found = next(places)
    whole = found.read_bytes()
    place = next(n for n, byte in enumerate(whole) if 48 <= byte < 57 and n > len(whole) // 2)
    found.write_bytes(whole[:place] + bytes([whole[place] + 1]) + whole[place + 1 :])
    try:
        read()
        print("UNSEEN", name)
    except ValueError as error:
        print(found.name in str(error), str(error).count("\\n"), name)
    found.write_bytes(whole)
    read()
"""


def test_every_loader_refuses_an_altered_digit_and_names_the_file(copy):
    for folder in ("lib", "evidence"):
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, copy / folder, ignore=unwanted, dirs_exist_ok=True)
    shutil.copyfile(ROOT / "requirements.txt", copy / "requirements.txt")
    out = subprocess.run(
        [sys.executable, "-c", ALTERED], cwd=copy, capture_output=True, text=True, check=True
    )
    lines = out.stdout.splitlines()
    assert len(lines) == 9
    assert all(line.startswith("True 0 ") for line in lines), lines


def test_a_record_that_is_no_text_or_nests_deeply_is_named(tmp_path):
    unit = units("alm_penalties", "paper")[0]
    store = Store(tmp_path)
    path = store.path(unit)
    path.parent.mkdir(parents=True)
    whole = Store(PAPER_RECORDS).path(unit).read_bytes()
    twice = whole.replace(b'"seed": 0', b'"seed": 0, "seed": 0', 1)
    for damaged in (b"\xff" + whole, b"[" * 100_000, twice, b"[]", whole[:99]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=rf"{path.name} is not a record .*delete it"):
            store.load(unit)
