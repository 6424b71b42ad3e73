"""Which characters of a document no face has, found without setting it."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.documents import charts, face
from tracker.documents.blocks import (
    Attendance,
    Block,
    Chart,
    Document,
    Heading,
    MissingCharacter,
    Opinions,
    Paragraph,
    Table,
    Voice,
    cell_text,
)
from tracker.documents.ink import clean

_NEAR = 6  # characters shown on each side


def missing_characters(document: Document) -> tuple[MissingCharacter, ...]:
    """Every such character with the words around it; the page is not known. The PDF tells the same with its page."""
    faces = face.current()
    return tuple(one for text, voice in _texts(document) for one in missing_in(text, faces[voice]))


def missing_in(text: str, given: face.Face, page: int = 0) -> list[MissingCharacter]:
    """The characters of ``text`` that neither ``given`` nor a face behind it has."""
    if given.characters.issuperset(text):
        return []
    return [
        MissingCharacter(char, text[max(0, at - _NEAR) : at + _NEAR + 1].replace("\n", ""), page)
        for at, char in enumerate(text)
        if char != "\n" and given.setter_of(char) is None
    ]


def _texts(document: Document) -> Iterator[tuple[str, Voice]]:
    head, imprint = document.letterhead, document.imprint
    if head:
        yield clean(head.name), Voice.TITLE
        for text in (head.copy_number, head.secrecy, head.urgency, head.number, head.issuer, *head.signers):
            yield clean(text), Voice.BODY
    yield clean(document.title), Voice.TITLE
    yield clean(document.addressed_to), Voice.BODY
    for annex in document.annexes:
        yield clean(annex.title), Voice.TITLE
    for block in (*document.body, *(block for annex in document.annexes for block in annex.body)):
        for text, voice in _texts_of(block):
            yield clean(text), voice
    for text in (*document.attachment_names, *(document.signature.all_names if document.signature else ())):
        yield clean(text), Voice.BODY
    for text in (document.note, imprint.copy_to if imprint else "", imprint.issuer if imprint else ""):
        yield clean(text), Voice.BODY


def _texts_of(block: Block) -> Iterator[tuple[str, Voice]]:
    if isinstance(block, Paragraph):
        yield from ((span.text, span.voice) for span in block.spans)
    elif isinstance(block, Heading):
        yield from ((block.text, Voice.BLACK), (block.run_in, Voice.BODY))
    elif isinstance(block, Attendance):
        yield from ((name, Voice.BODY) for name in (block.label, *block.all_names))
    elif isinstance(block, Opinions):
        yield block.label, Voice.BLACK
    elif isinstance(block, Table):
        heads = [*(column.head for column in block.columns), *(group.text for group in block.groups), block.caption]
        yield from ((text, Voice.BLACK) for text in heads)
        yield from ((cell_text(value), Voice.BODY) for row in block.rows for value in row)
        yield from ((text, Voice.BODY) for text in (block.unit, block.note))
    elif isinstance(block, Chart):
        yield from ((text, Voice.BLACK) for text in (block.title, block.source, charts.words(block)))
