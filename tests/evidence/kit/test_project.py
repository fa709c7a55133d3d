"""The tree keeps its own promises: one place for pins, importable experiments, honest commands."""

import re
import tomllib
from itertools import chain

import pytest
import yaml
from markdown_it import MarkdownIt

from evidence.__main__ import main
from evidence.kit import manifest
from evidence.kit.paths import ROOT
from evidence.kit.publish import provenance_note
from evidence.kit.records import Record
from evidence.kit.registry import EXPERIMENTS, units
from evidence.kit.tables import literal


def test_versions_are_pinned_exactly_and_in_one_place():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    names = [re.sub("[_.]", "-", pin.split("==")[0]).lower() for pin in pins]
    assert len(names) == len(set(names))

    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert [d for d in conda if isinstance(d, str)] == ["python=3.11", "pip"]
    assert conda[-1]["pip"] == ["-c requirements.txt", "-e .[test]"]
    assert "-c requirements.txt" in (ROOT / "Makefile").read_text()

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert f"{project['name']}[book,dask,gru]" in extras["test"], "the tests need them all"
    asked = chain(project["dependencies"], *extras.values())
    assert {name for name in asked if not name.startswith(project["name"])} <= set(names)
    assert project["dependencies"] == ["numpy", "scipy", "pandas", "scikit-learn", "tqdm"]
    makefile = (ROOT / "Makefile").read_text()
    for wanted in ("-e '.[book,gru]'", "-e '.[test]'"):
        assert wanted in makefile
    assert project["requires-python"] == ">=3.11"


def test_the_committed_data_is_what_its_list_of_checksums_says():
    assert not manifest.differences(), manifest.RENEW


def test_every_pin_has_hashes_and_the_lock_names_no_place():
    """The lock is what `make lock` wrote for these pins: a changed version asks for a new one."""
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", lock, flags=re.M).strip())
    versions, plain = {}, r"([A-Za-z0-9_.-]+)==(\S+)"
    for entry in entries:
        head, *hashes = entry.split(" \\\n    ")
        name, version = re.match(plain, head).groups()
        versions[re.sub("[_.]", "-", name).lower()] = version
        assert hashes
        assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", given) for given in hashes)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    pins = re.findall(f"^{plain}", (ROOT / "requirements.txt").read_text(), re.M)
    for name, version in [*pins, *(pin.split("==") for pin in build)]:
        assert versions[re.sub("[_.]", "-", name).lower()] == version, "make lock writes it anew"
    assert "://" not in lock


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("profile", ["quick", "paper"])
def test_every_unit_has_its_own_label(name, profile):
    labels = [unit.config.label for unit in units(name, profile)]
    assert labels
    assert len(labels) == len(set(labels))


def test_unknown_experiments_and_profiles_are_named():
    with pytest.raises(ValueError, match=r"unknown experiment 'fig1'; accepted: .*alm_fig1"):
        units("fig1", "quick")
    with pytest.raises(ValueError, match="unknown profile 'full'; accepted: quick, paper"):
        units("alm_fig1", "full")


def test_the_command_line_names_what_is_wrong(capsys):
    assert main(["run", "fig1"]) == 2
    assert "unknown experiment 'fig1'; accepted: " in capsys.readouterr().err


def test_what_comes_from_a_record_is_no_markup():
    hostile = "<img src=x onerror=alert(1)> [a](b) *c* `d`\n# e &lt; $f$"
    machine = {"cpu": hostile, "cores": 2}
    made = {"commit": "0" * 40 + "+<b>", "machine": machine, "cpu_seconds": 1.0, "finished": "<i>"}
    shown = MarkdownIt().render(provenance_note([Record("e", {}, {}, [], {}, made)]).data)
    assert not re.findall(r"<(?!/?(?:p|em)>)", shown)
    assert "&lt;img src=x onerror=alert(1)&gt; [a](b) *c* `d` # e &amp;lt; $f$" in shown
    assert "\n" not in literal(hostile)
