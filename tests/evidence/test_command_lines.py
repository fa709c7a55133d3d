"""Whatever is typed wrongly behind a command is answered in one sentence, without a traceback."""

import random
import sys

import numpy as np
import pytest

from evidence.__main__ import main as evidence
from evidence.kit.paths import ROOT
from lib import verify

sys.path.append(str(ROOT / "benchmarks"))
import kills
import mutants

LINES = 200
NO_NAME = (
    "no_such",
    "",
    "alm_starts ",
    "../alm_starts",
    "ALM_STARTS",
    "a" * 300,
    "\x1b[31m",
)
NO_COUNT = ("0", "-1", "1.5", "two", "", "nan", "inf", "1e3", "0x2", "9" * 5000, "\u0663.")
NO_PROFILE = ("full", "", "Paper", "quick paper", "0")
EXPERIMENTS = ("run", "reproduce", "list")


def of_evidence(draw):
    command = draw.choice(EXPERIMENTS)
    return evidence, draw.choice(
        [
            [],
            [draw.choice(NO_NAME)],
            [command, draw.choice(NO_NAME)],
            [command, "alm_starts", draw.choice(NO_NAME)],
            [command, "alm_starts", "--jobs", draw.choice(NO_COUNT)],
            [command, "alm_starts", "--profile", draw.choice(NO_PROFILE)],
            [command, "alm_starts", "--backend", draw.choice(NO_NAME)],
            [command, "alm_starts", "--scheduler", "tcp://127.0.0.1:1"],
            [command, "alm_starts", "--no-such"],
            [command, "alm_starts", "--jobs"],
            ["execute"],
            ["execute", draw.choice(NO_NAME)],
            ["execute", "alm_fig1", draw.choice(NO_NAME)],
            ["execute", "alm_fig1", "-p", "profile"],
            ["execute", "alm_fig1", "-p", draw.choice(NO_NAME), "3"],
            ["execute", "alm_fig1", "--output", str(ROOT)],
            ["execute", "alm_fig1", "--output", str(ROOT / "README.md" / "x.ipynb")],
            ["reference", draw.choice(NO_NAME)],
            ["manifest", draw.choice(NO_NAME)],
        ]
    )


def of_verify(draw):
    absent, text = "absent.npz", str(ROOT / "README.md")
    return verify.main, draw.choice(
        [
            [],
            [absent],
            [absent, absent],
            [text, text],
            [absent, "X.csv", "Y.csv"],
            [text, text, text, text],
            [absent, text, "--tolerance", "1"],
            [draw.choice(NO_NAME), str(ROOT)],
            [str(ROOT), "https://example.org/X.csv", "https://example.org/Y.csv"],
        ]
    )


def of_benchmarks(draw):
    option = draw.choice(["--count", "--seed"])
    return draw.choice([kills.main, mutants.main]), draw.choice(
        [
            [draw.choice(NO_NAME)],
            [option],
            [option, draw.choice([n for n in NO_COUNT if not n.isdecimal()])],
            ["--backend", "no_such"],
            ["--limit", "nan"],
        ]
    )


@pytest.mark.parametrize("door", [of_evidence, of_verify, of_benchmarks])
def test_a_wrong_line_is_answered_in_a_sentence(door, capsys):
    draw = random.Random(17)
    for _ in range(LINES):
        command, words = door(draw)
        try:
            status = command(words)
        except SystemExit as error:
            status = error.code
        said = capsys.readouterr().err.rstrip()
        sentence = said.splitlines()[-1]
        assert status == 2, (words, status)
        assert "error: " in sentence, (words, said)
        assert "Traceback" not in said, words
        usage = [line for line in said.splitlines()[:-1] if not line.startswith(("usage:", " "))]
        assert usage == [], (words, said)


def test_data_that_cannot_be_read_are_named(tmp_path, capsys):
    np.savez(tmp_path / "data.npz", X=np.zeros((2, 1)), Y=np.zeros((2, 1)))
    (tmp_path / "network.npz").write_text("no network")
    assert verify.main([str(tmp_path / "network.npz"), str(tmp_path / "data.npz")]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("DOES NOT HOLD: not a certificate")
    assert said.err == ""
