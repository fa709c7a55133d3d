"""Whatever is typed wrongly behind a command is answered in one sentence, without a traceback."""

import random
import sys

import numpy as np
import pytest

from evidence.__main__ import main as evidence
from evidence.kit import runner
from evidence.kit.changes import assigned
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
OWN = {"seeds": 1, "hidden_size": 3}


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


def test_units_are_named_as_they_are_listed(capsys):
    def listed(*names):
        assert evidence(["list", *names, "--profile", "quick"]) == 0
        return [line.split()[-1] for line in capsys.readouterr().out.splitlines()]

    every = listed("alm_starts")
    assert len(every) > 1
    assert listed(every[1]) == every[1:2]
    assert listed("alm_starts/*") == every
    assert listed(every[1], "alm_starts/*", every[0]) == [every[1], every[0], *every[2:]]
    assert listed(every[1], "alm_fig1/*") == [every[1], *listed("alm_fig1")]
    assert evidence(["list", "alm_starts/no_such"]) == 2
    assert "no unit of alm_starts is called 'no_such'" in capsys.readouterr().err


def test_runs_of_one_s_own_are_computed_ahead_of_their_notebook(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(runner, "BUILD", tmp_path)
    fields = [word for name, value in OWN.items() for word in ("-p", name, str(value))]
    own = ["alm_starts", "--profile", "quick", *fields]
    assert evidence(["run", *own, "--jobs", "1"]) == 0
    capsys.readouterr()
    assert evidence(["list", *own]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"recorded"}
    monkeypatch.setattr(runner, "each", lambda *_: pytest.fail("something was computed"))
    change = {name[1:]: value for name, value in assigned(["alm_starts"], OWN).items()}
    assert runner.collect("alm_starts", "quick", change)
    assert evidence(["run", "alm_starts", "-p", "no_such", "1"]) == 2
    assert "unknown parameter 'no_such'; accepted: " in capsys.readouterr().err


def test_data_that_cannot_be_read_are_named(tmp_path, capsys):
    np.savez(tmp_path / "data.npz", X=np.zeros((2, 1)), Y=np.zeros((2, 1)))
    (tmp_path / "network.npz").write_text("no network")
    assert verify.main([str(tmp_path / "network.npz"), str(tmp_path / "data.npz")]) == 2
    said = capsys.readouterr()
    assert said.out.startswith("DOES NOT HOLD: not a certificate")
    assert said.err == ""
