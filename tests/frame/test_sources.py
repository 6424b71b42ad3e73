"""Promises about the files themselves: no inline style or script, nothing Chromium 86 lacks, no shouting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "tracker" / "static").rglob("*.css"))
SCRIPTS = sorted((ROOT / "tracker" / "static" / "js").glob("*.js"))

INLINE = re.compile(r"\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)
TOO_NEW_CSS = re.compile(
    r":has\(|:is\(|:where\(|oklch|color-mix|@container|@layer|\binset:|aspect-ratio|accent-color|dvh|svh|^\s*&",
    re.MULTILINE,
)
TOO_NEW_SCRIPT = re.compile(
    r"\.at\(|\.findLast|structuredClone|Object\.hasOwn|randomUUID|AbortSignal\.timeout|showModal|"
    r"\.toSorted|\.toReversed|Object\.groupBy|\.showPopover|^await ",
    re.MULTILINE,
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    markup = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert INLINE.findall(markup) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_shouts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "！" not in text
    assert not re.search(r"[\U0001F300-\U0001FAFF]", text)


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_styles_use_only_what_chromium_86_knows(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert TOO_NEW_CSS.findall(css) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_use_only_what_chromium_86_knows(path: Path) -> None:
    assert TOO_NEW_SCRIPT.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_no_script_makes_markup_from_strings(path: Path) -> None:
    """Words of other people are set as text; a string that becomes markup would be a hole the policy does not close."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text(encoding="utf-8"))
