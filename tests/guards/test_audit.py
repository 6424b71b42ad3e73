"""The audit of what is inside: a list of components, a known flaw fails, an absent service is said and does not."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AUDIT: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "audit.py"))
FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
FLAWED = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]}
UNKNOWN = {"name": "gangmu", "skip_reason": "not found"}


def answering(folder: Path, dependencies: list[dict[str, Any]]) -> list[str]:
    """A pip-audit that answers this."""
    script = folder / "audit.py"
    script.write_text(f"print({json.dumps({'dependencies': dependencies})!r})\n", encoding="utf-8")
    return [sys.executable, str(script)]


def test_every_pinned_component_stands_in_the_list() -> None:
    lock = ROOT / "requirements.lock"
    made = AUDIT["bill"]([lock])
    names = {one["name"] for one in made["components"]}
    assert {"flask", "sqlalchemy", "reportlab", "cryptography"} <= names
    assert len(names) == lock.read_text(encoding="utf-8").count("==")
    assert all(one["externalReferences"][0]["hashes"] for one in made["components"])


@pytest.mark.parametrize(
    ("dependencies", "code", "sentence"),
    [
        ([FINE, UNKNOWN], 0, "检查1个组件，1个不在漏洞库中，已知漏洞0个"),
        ([FINE, FLAWED], 1, "pillow 1.0：PYSEC-1，修复版本 2.0"),
        ([UNKNOWN], 0, "漏洞库无法访问，没有检查"),
    ],
)
def test_a_known_flaw_fails_and_an_absent_service_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dependencies: list[dict[str, Any]], code: int, sentence: str
) -> None:
    assert AUDIT["main"](["requirements.lock"], answering(tmp_path, dependencies)) == code
    assert sentence in capsys.readouterr().out
    assert AUDIT["main"](["requirements.lock"], [str(tmp_path / "nowhere")]) == 0
