"""Faces: the bundled ones, a site's own, the chain behind them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents.papers import DAY
from tracker.documents import face, pdf
from tracker.documents.blocks import Document, DocumentError, Form, Paragraph, Voice
from tracker.documents.face import BUNDLED, Faces

BODY = Document(Form.PLAIN, "题", DAY, [Paragraph("规划2026年")])


@pytest.fixture(autouse=True)
def bundled_again() -> Iterator[None]:
    yield
    face.configure(None)


def test_every_role_has_a_bundled_face_and_its_licence() -> None:
    for voice in Voice:
        assert (BUNDLED / f"{voice.value}.ttf").is_file()
    licences = {path.name for path in (BUNDLED / "licences").iterdir()}
    assert {"Fandol-GPL-3.txt", "NotoSerifSC-OFL.txt", "NotoSansSC-OFL.txt", "LXGWWenKai-OFL.txt"} <= licences


def test_reserved_font_names_are_not_used_for_changed_faces() -> None:
    for voice in Voice:
        family = face.current()[voice].outlines.family
        assert family.startswith("Gangmu")


def test_the_faces_together_have_every_character_of_gb2312_and_rare_names() -> None:
    body = face.current()[Voice.BODY]
    common = bytes(byte for lead in range(0xB0, 0xF8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    for char in common.decode("gb2312", "ignore") + "喆堃犇䶮㛃龑赟":
        assert body.setter_of(char) is not None, char


def test_figures_of_the_body_are_half_an_em_and_quotation_marks_one() -> None:
    widths = face.current()[Voice.BODY].widths
    assert {widths[char] for char in "0123456789"} == {500}
    for voice in (Voice.BODY, Voice.KAI, Voice.BLACK, Voice.TITLE):
        assert {face.current()[voice].widths[char] for char in "“”‘’—…"} == {1000}


def test_what_one_face_lacks_another_sets() -> None:
    faces = face.current()
    body, song = faces[Voice.BODY], faces[Voice.SONG]
    assert body.runs("张喆同志") == [(body, "张"), (song, "喆"), (body, "同志")]


def test_faces_are_read_once_and_only_when_asked_for() -> None:
    faces = Faces()
    assert faces._faces == {}
    assert faces[Voice.BODY] is faces[Voice.BODY]
    assert set(faces._faces) == {Voice.BODY}


def test_a_sites_own_face_takes_its_role_and_the_document_says_so(tmp_path: Path) -> None:
    shutil.copy(BUNDLED / "kai.ttf", tmp_path / "仿宋_GB2312.ttf")
    face.configure(tmp_path)
    rendered = pdf.render(BODY)
    assert "仿宋（仿宋_GB2312.ttf）" in rendered.faces_used
    assert b"GangmuKai" in rendered.content
    assert b"GangmuFang" not in rendered.content


def test_another_face_of_the_site_joins_the_end_of_the_chain(tmp_path: Path) -> None:
    shutil.copy(BUNDLED / "kai.ttf", tmp_path / "extension.ttf")
    faces = face.configure(tmp_path)
    assert [stand_in.label for stand_in in faces[Voice.BODY].stand_ins()][-1] == "extension"


def test_a_folder_that_does_not_exist_is_told() -> None:
    with pytest.raises(DocumentError, match="不存在"):
        face.configure(Path("no-such-folder"))


def test_a_face_without_truetype_outlines_is_told(tmp_path: Path) -> None:
    damaged = bytearray((BUNDLED / "kai.ttf").read_bytes())
    at = damaged.find(b"glyf")
    damaged[at : at + 4] = b"CFF "
    (tmp_path / "fang.ttf").write_bytes(damaged)
    face.configure(tmp_path)
    with pytest.raises(DocumentError, match="不是TrueType轮廓"):
        pdf.render(BODY)


def test_reportlabs_own_canvas_draws_with_a_face() -> None:
    song = face.current()[Voice.SONG]
    assert song.stringWidth("规划", 10) == pytest.approx(20)
