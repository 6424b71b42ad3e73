"""What the documents promise is there: settings, commands, links, pictures; and nothing real is left undocumented."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import tracker
from tracker.cli import tracker as command_line

ROOT = Path(tracker.__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DEPLOYMENT = DOCS / "部署.md"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
PAPERS = (*READMES, *(ROOT / name for name in ("ARCHITECTURE.md", "CONTRIBUTING.md")), *sorted(DOCS.glob("*.md")))
SETTING = re.compile(r"TRACKER_[A-Z]+(?:_[A-Z]+)*")
CALL = re.compile(r"(?:^\s*|`|\.venv/bin/|python -m )tracker(?:\.cli)? ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", re.M)
LARGEST_PICTURE = 250_000


def settings_of_the_program() -> set[str]:
    return set(SETTING.findall((ROOT / "tracker" / "config.py").read_text(encoding="utf-8")))


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command as one types it, groups left out."""
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        if isinstance(one, click.Group):
            yield from commands(one, (*before, name))
        else:
            yield (*before, name)


COMMANDS = sorted(commands(command_line))


def calls(paper: Path) -> Iterator[tuple[str, ...]]:
    """The commands a paper tells one to type, as words; the second word may be an argument."""
    for words in CALL.findall(paper.read_text(encoding="utf-8")):
        yield tuple(words.split())


def exists(words: tuple[str, ...]) -> bool:
    groups = {one[0] for one in COMMANDS if len(one) > 1}
    return words in COMMANDS if words[0] in groups else (words[0],) in COMMANDS


def test_every_setting_is_documented_in_the_table() -> None:
    rows = re.findall(r"^\| `(TRACKER_[A-Z_]+)` \|", DEPLOYMENT.read_text(encoding="utf-8"), re.M)
    assert sorted(rows) == sorted(settings_of_the_program())


@pytest.mark.parametrize("paper", [*PAPERS, *sorted((ROOT / "deploy").iterdir())], ids=lambda path: path.name)
def test_no_setting_is_named_that_the_program_does_not_read(paper: Path) -> None:
    read = {name for module in (ROOT / "tracker").rglob("*.py") for name in SETTING.findall(module.read_text("utf-8"))}
    assert set(SETTING.findall(paper.read_text(encoding="utf-8"))) <= read


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_documented(words: tuple[str, ...]) -> None:
    text = "\n".join(paper.read_text(encoding="utf-8") for paper in (*READMES, *DOCS.glob("*.md")))
    assert f"tracker {' '.join(words)}" in text


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(paper: Path) -> None:
    assert [words for words in calls(paper) if not exists(words)] == []


def test_the_search_for_commands_finds_them() -> None:
    found = {words[0] for words in calls(DEPLOYMENT)}
    assert {"run", "web", "scheduler", "init", "migrate", "verify", "jobs", "plans", "documents"} <= found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_target_of_make_that_is_named_exists(paper: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:^\s*|`|&& )make ([a-z][a-z-]*)", paper.read_text(encoding="utf-8"), re.M))
    assert named <= targets


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_link_between_the_papers_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", paper.read_text(encoding="utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", READMES, ids=lambda path: path.name)
def test_the_readme_shows_two_pictures(paper: Path) -> None:
    assert len(re.findall(r"!\[[^\]]+\]\(docs/images/[a-z]+\.png\)", paper.read_text(encoding="utf-8"))) == 2


@pytest.mark.parametrize("picture", sorted((DOCS / "images").glob("*.png")), ids=lambda path: path.name)
def test_a_picture_is_one_screen_and_light(picture: Path) -> None:
    head = picture.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (1366, 768)
    assert picture.stat().st_size <= LARGEST_PICTURE


def test_the_commands_of_the_guide_to_a_deployment_exist() -> None:
    """On the server they are said as `gangmu`, which runs them as the services' user."""
    lines = [line for line in DEPLOYMENT.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    said = re.findall(r"\bgangmu (?:TRACKER_\S+ )*([a-z]+)\b(?!\.)", "\n".join(lines))
    asked = [one for one in said if one != "gangmu"]
    assert {"init", "migrate", "restore", "verify", "grants"} <= set(asked)
    assert [one for one in asked if not any(known[0] == one for known in COMMANDS)] == []


@pytest.mark.parametrize("unit", sorted((ROOT / "deploy").glob("gangmu-[sw]*.service")), ids=lambda path: path.name)
def test_a_unit_starts_a_command_of_the_program(unit: Path) -> None:
    started = re.search(r"^ExecStart=\S+/tracker ([a-z]+)$", unit.read_text(encoding="utf-8"), re.M)
    assert started is not None
    assert (started[1],) in COMMANDS


SECURITY = DOCS / "安全.md"
ROWS = re.findall(r"^\| S(\d+) \| (.+) \| (.+) \| (.+) \|$", SECURITY.read_text(encoding="utf-8"), re.M)
TEST = re.compile(r"`([a-z_]+/test_[a-z_]+\.py)`")


def test_every_sentence_on_security_stands_in_the_table_once() -> None:
    assert sorted(int(row[0]) for row in ROWS) == list(range(1, 41))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"S{row[0]}")
def test_a_sentence_on_security_names_a_test_that_exists_or_says_why_it_does_not_apply(row: tuple[str, ...]) -> None:
    tests = TEST.findall(row[3])
    assert tests or "不适用" in row[2], f"S{row[0]} names no test"
    assert [name for name in tests if not (ROOT / "tests" / name).exists()] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"S{row[0]}")
def test_what_else_a_sentence_on_security_names_exists(row: tuple[str, ...]) -> None:
    """A setting the program reads, a sample, a script, a target of make, a command; no word stands for a proof."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for name in set(re.findall(r"`([^`]+)`", row[3])) - set(TEST.findall(row[3])):
        kind, _, rest = name.partition(" ")
        real = {
            "make": rest in targets,
            "tracker": any(one[0] == rest for one in COMMANDS),
        }.get(kind, name in settings_of_the_program() or (ROOT / name).is_file())
        assert real, f"S{row[0]} names {name}, which is not there"


def test_every_test_that_the_paper_on_security_names_exists() -> None:
    named = TEST.findall(SECURITY.read_text(encoding="utf-8"))
    assert len(named) > 60
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []
