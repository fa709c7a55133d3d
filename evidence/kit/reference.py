"""Reference values: the numbers a notebook ended with when it was last looked at."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from numbers import Real

from evidence.kit.paths import NOTEBOOKS
from lib.files import write_atomically

REFERENCE = NOTEBOOKS / "reference"
RECORD = "RECORD_REFERENCES"

CLAIMS_RTOL = 1e-3
"""Claims rest on the records, whose numbers move with the machine only by rounding."""


def check(
    notebook: str,
    profile: str,
    values: Mapping[str, float | int | str],
    *,
    custom: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-9,
) -> None:
    """Compare a notebook's key numbers with its recorded ones and print one fixed line.

    With the environment variable ``RECORD_REFERENCES=1`` the numbers are recorded instead, and the
    line says so.

    Args:
        notebook: name of the notebook.
        profile: ``quick`` or ``paper``; each has a reference of its own.
        values: key numbers (compared by tolerance) and words (compared exactly).
        custom: parameters were overridden, so there is nothing to compare with.
        rtol: relative tolerance; float64 results agree to 8 or 9 digits between CPU kernels for a
            single step, and less after an iteration.
        atol: absolute tolerance, for what is zero but for rounding.

    Raises:
        FileNotFoundError: no reference has been recorded yet.
        AssertionError: numbers differ; the sentence names each with both values.
    """
    if custom:
        print(f"{notebook}: parameters were changed, so there is no reference to compare with")
        return
    path = REFERENCE / f"{notebook}.{profile}.json"
    if os.environ.get(RECORD) == "1":
        write_atomically(path, json.dumps(dict(values), indent=1, sort_keys=True) + "\n")
        print(f"{notebook}: {RECORD}=1, so {path.name} is written anew and NOTHING IS COMPARED")
        return
    if not path.exists():
        raise FileNotFoundError(
            f"no reference {path.name} has been recorded; run the notebook with {RECORD}=1"
        )
    recorded = json.loads(path.read_text(encoding="utf-8"))
    wrong = [
        f"{key} is {values.get(key, 'absent')} but the reference says {recorded.get(key, 'none')}"
        for key in sorted(recorded.keys() | values.keys())
        if not _agree(values.get(key), recorded.get(key), rtol, atol)
    ]
    if wrong:  # raised, for PYTHONOPTIMIZE takes assertions away
        raise AssertionError(f"{notebook} ({profile}) has moved: " + "; ".join(wrong))
    print(f"{notebook}: every key number agrees with its reference")


def check_claims(notebook: str, claims: Sequence[Mapping[str, str]]) -> None:
    """Compare the claims of a notebook at the paper profile with the recorded ones.

    With the environment variable ``RECORD_REFERENCES=1`` they are recorded instead.

    Args:
        notebook: name of the notebook.
        claims: as it published them; their verdicts and numbers are compared.

    Raises:
        AssertionError: a claim is new or gone, or its verdict is another one; the sentence says so.
    """
    path = REFERENCE / f"{notebook}.claims.json"
    new = [{key: claim[key] for key in ("id", "verdict", "numbers")} for claim in claims]
    if new and os.environ.get(RECORD) == "1":
        text = json.dumps(new, indent=1, ensure_ascii=False)
        write_atomically(path, text + "\n")
    recorded = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    moved = [
        claim
        for claim, others in (*((c, recorded) for c in new), *((c, new) for c in recorded))
        if not any(_alike(claim, other) for other in others)
    ]
    if moved:
        named = (f"{c['id']} {c['verdict']} {c['numbers']}" for c in moved)
        raise AssertionError(
            f"{notebook}: claims that are not those of {path.name}: {'; '.join(named)}; "
            f"record them with: python -m evidence reference {notebook}"
        )


def _alike(new: object, old: object) -> bool:
    """Return whether two published claims are the same, their numbers to a thousandth."""
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        return new.keys() == old.keys() and all(_alike(new[key], old[key]) for key in new)
    if isinstance(new, list | tuple) and isinstance(old, list | tuple):
        return len(new) == len(old) and all(map(_alike, new, old))
    return _agree(new, old, CLAIMS_RTOL, CLAIMS_RTOL**2)


def _agree(new: object, old: object, rtol: float, atol: float) -> bool:
    if isinstance(new, Real) and isinstance(old, Real):
        if math.isnan(new) and math.isnan(old):
            return True
        return math.isclose(new, old, rel_tol=rtol, abs_tol=atol)
    return new == old
