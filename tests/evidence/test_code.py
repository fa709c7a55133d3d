"""What holds for all code of the project."""

import ast

from hypothesis import HealthCheck, settings

from evidence.kit.paths import ROOT


def test_text_is_read_and_written_in_one_encoding_wherever_it_is():
    for path in (p for part in ("lib", "evidence", "book") for p in ROOT.glob(f"{part}/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = getattr(getattr(node, "func", None), "attr", None)
            if called in ("read_text", "write_text"):
                given = [*node.args, *(k for k in node.keywords if k.arg == "encoding")]
                assert len(given) == 1 + (called == "write_text"), f"{path}:{node.lineno}"


def test_no_check_goes_with_the_assertions_that_python_optimises_away():
    """What guards a result raises; the tests alone may assert."""
    for path in (p for part in ("lib", "evidence", "book") for p in ROOT.glob(f"{part}/**/*.py")):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        assert not any(isinstance(node, ast.Assert) for node in nodes), path


def test_no_drawn_example_has_a_deadline():
    """A busy machine takes its time; what belongs to it decides no test."""
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
    # What is written another time would hold only where it stands.
    written = "dead" + "line="
    assert [p for p in ROOT.glob("tests/**/test_*.py") if written in p.read_text("utf-8")] == []
