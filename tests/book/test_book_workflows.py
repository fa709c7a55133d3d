"""The workflows do what make does and nothing else."""

import re

import pytest
import yaml

from evidence.kit.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))


def steps(path):
    jobs = yaml.safe_load(path.read_text())["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_both_commands_have_a_workflow():
    commands = {step["run"] for path in WORKFLOWS for step in steps(path) if "run" in step}
    assert commands == {"make test", "make book", "make locked"}
    assert {command.split()[1] for command in commands} <= TARGETS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_to_commits_with_their_version_beside_them(path):
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_weekly_run_starts_cold(path):
    text = path.read_text()
    triggers = yaml.safe_load(text)[True]  # YAML 1.1 reads the key `on` as a boolean
    assert len(triggers["schedule"][0]["cron"].split()) == 5
    caches = [step["with"]["cache"] for step in steps(path) if "cache" in step.get("with", {})]
    assert caches == ["${{ github.event_name != 'schedule' && 'pip' || '' }}"]
