"""Putting a paper's pieces on pages: what stands together, what goes to the next page, where title and imprint are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tracker.documents import ends, heads, ink, styles
from tracker.documents import gongwen as g
from tracker.documents.blocks import QR, Annex, Document, Form, Voice, amount
from tracker.documents.flow import Gap, Para, Piece, Style, line_width
from tracker.documents.grid import Grid
from tracker.documents.numbering import annex_label
from tracker.documents.pieces import NEW_PAGE, BlockReader
from tracker.documents.press import Press
from tracker.documents.titles import title_lines

_TOLERANCE = 1e-3
_LINES_WITH_SIGNATURE = 2  # at least so much text stands above a signature on its page
FEW_PAGES = 6
_FEW_LINES = 3  # a signature below so little text, in a paper so short, is brought back
_SHORT_LINE = 0.5  # of the measure: the end of a paragraph that looks forgotten alone at a page's top
_LESS_BELOW_TITLE = 0.4  # of the empty line below a title, what the grid may take


class Composer:
    """Puts one document's pieces on pages."""

    def __init__(
        self, press: Press, document: Document, progress: Callable[[int, int], None] | None, line: float = g.LINE,
        spare: float = 0.0,
    ) -> None:  # fmt: skip
        self._press, self._document, self._progress = press, document, progress
        self._line, self._spare = line, spare
        self.is_stranded = False  # whether signature or 版记 stand on a page with next to no text
        self._set, self._all = 0, amount(document)
        self._faces = press.faces
        self._y = press.area.top
        self.addressees_moved = ""
        self.filled = 0.0  # the height of Opinions that take what is left of their page
        self._free_from = self._y  # where the left half of the last page has nothing more
        self._reach = 0.0  # how far a seal comes down below the last line

    @property
    def press(self) -> Press:
        return self._press

    # -------------------------------------------------------------- the whole

    def compose(self) -> None:
        document = self._document
        self._furnish(numbered=document.form not in heads.LETTERS and document.form is not Form.CHENGYUE)
        self._y = heads.draw(self._press, document)
        self._title(document.title, styles.TITLE, blank=g.LINE if document.form is not Form.CHENGYUE else g.LINE / 2)
        self._address()
        on_grid = document.form is not Form.CHENGYUE
        pieces = list(BlockReader(self._faces, self._press.area.width, on_grid=on_grid).pieces(document.body))
        self._flow(self._closer([*pieces, *self._closing()]))
        self._line = g.LINE
        for number, annex in enumerate(document.annexes, 1):
            self._annex(annex, annex_label(number, len(document.annexes)))
        self._imprint()
        self._close_page()

    def _closer(self, pieces: list[Piece]) -> list[Piece]:
        """Body lines at the pitch of this paper."""
        for piece in pieces:
            if isinstance(piece, Para) and piece.style.leading == g.LINE and self._line != g.LINE:
                piece.style = replace(piece.style, leading=self._line)
        return pieces

    def _furnish(self, numbered: bool = True) -> None:
        """What every page has whatever stands on it."""
        if self._document.watermark:
            with self._press.artifact("Watermark"):
                self._press.turned_text(self._document.watermark, Voice.BLACK, g.WATERMARK_SIZE, g.WATERMARK_INK)
        self._numbered = numbered

    def _close_page(self) -> None:
        """The number comes last, so that text taken from the file begins with the page's words."""
        if self._numbered:
            ends.draw_page_number(self._press)

    def _new_page(self, area: g.Area | None = None, numbered: bool = True) -> None:
        self._close_page()
        self._press.next_page(area or self._press.area)
        self._y = self._free_from = self._press.area.top
        self._furnish(numbered)
        if self._progress:
            self._progress(min(self._set, self._all), self._all)

    # -------------------------------------------------------------- parts

    def _title(self, title: str, style: Style, blank: float) -> None:
        """``blank`` points below it (7.3.1), a little more or less so that the text below stands on the grid."""
        base = self._faces[style.voice]
        lines = title_lines(title, base.advances(title), style.size, self._press.area.width)
        para = Para("\n".join(lines), style, outline="".join(lines))
        para.fit(self._faces, self._press.area.width)
        para.draw(self._press, self._press.area.left, self._y)
        self._y += para.height + blank
        self._snap(back=_LESS_BELOW_TITLE * blank)

    def _address(self) -> None:
        """主送机关; moved to the imprint where page 1 would otherwise show no body text (7.3.2)."""
        text = self._document.addressed_to
        if not text:
            return
        para = Para(text, styles.FLUSH)
        height = para.fit(self._faces, self._press.area.width)
        if height + _LINES_WITH_SIGNATURE * g.LINE > self._room + _TOLERANCE and self._document.imprint:
            self.addressees_moved = text
        else:
            self._flow(self._closer([para]))

    def _closing(self) -> Iterable[Piece]:
        """附件说明, 署名, 附注."""
        document = self._document
        yield from self._attachment_note(document.attachment_names)
        if document.signature:
            yield ends.SignatureBlock(document.signature, document.date)
        if document.note:
            yield Para(f"（{document.note.strip('（）')}）", styles.BODY)
        if self._spare:
            yield Gap(self._spare)

    def _attachment_note(self, names: Sequence[str]) -> Iterable[Piece]:
        if not names:
            return
        yield Gap(self._line)
        body = self._faces[Voice.BODY]

        def width(text: str) -> float:
            return line_width(body, text, g.BODY_SIZE, g.TRACKING) + g.TRACKING

        label = "附件："
        for number, name in enumerate(names, 1):
            count = f"{number}." if len(names) > 1 else ""
            lead = label if number == 1 else ""
            indent = 2 * g.PITCH + (0 if lead else width(label))
            note = Para(lead + count + name, styles.hanging(width(lead + count), indent))
            note.closes = True
            yield note

    def _annex(self, annex: Annex, label: str) -> None:
        self._new_page(g.LANDSCAPE if annex.landscape else g.PORTRAIT)
        self._flow([Para(label, styles.ANNEX_LABEL)])
        self._y += g.LINE  # the title stands on the third line (7.3.7)
        self._title(annex.title, styles.ANNEX_TITLE, blank=g.LINE)
        self._flow(list(BlockReader(self._faces, self._press.area.width).pieces(annex.body)))

    def _imprint(self) -> None:
        document, press = self._document, self._press
        if document.imprint:
            block = ends.ImprintBlock(
                document.imprint,
                document.date,
                self.addressees_moved,
                document.form in heads.LETTERS,
                document.qr,
            )
            height = block.fit(self._faces, g.TEXT_WIDTH) + self._reach
            if press.area is not g.PORTRAIT or height > self._room + _TOLERANCE:
                self.is_stranded = self.is_stranded or (not document.annexes and press.page < FEW_PAGES)
                self._new_page(g.PORTRAIT, numbered=False)
            block.draw(press, press.area.left)
        if document.qr and document.form not in heads.LETTERS:
            ends.draw_qr_at_foot(press, document.qr)
        elif document.qr and not document.imprint:
            self._letter_code(document.qr)

    def _letter_code(self, qr: QR) -> None:
        """A letter's first page is ruled at its foot: the code stands in the 版心, left of the signature."""
        foot = self._press.area.top + self._press.area.height
        if foot - self._free_from + _TOLERANCE >= g.QR_SIZE:
            ends.draw_qr(self._press, qr, g.LEFT, foot - g.QR_SIZE, g.QR_SIZE)
        elif self._press.page:
            ends.draw_qr_at_foot(self._press, qr)
        else:
            ends.draw_qr(self._press, qr, g.LEFT, foot + g.QR_SMALL_BELOW, g.QR_SMALL)

    # -------------------------------------------------------------- flowing

    @property
    def _room(self) -> float:
        area = self._press.area
        return area.top + area.height - self._y

    @property
    def _at_top(self) -> bool:
        return self._y <= self._press.area.top + _TOLERANCE

    def _snap(self, back: float = 0.0) -> None:
        """Go down to the next line of the grid, or up to the last where that is at most ``back`` away.

        A paper set closer has no grid: it would take back here what was won.
        """
        if self._line == g.LINE:
            top = self._press.area.top
            lines = -(-(self._y - back - top - _TOLERANCE) // g.LINE)
            self._y = top + lines * g.LINE

    def _flow(self, pieces: Sequence[Piece]) -> None:
        queue = deque(pieces)
        while queue:
            piece = queue.popleft()
            if piece is NEW_PAGE:
                self._new_page()
            elif not (isinstance(piece, Gap) and self._at_top):
                self._place(piece, queue)

    def _place(self, piece: Piece, queue: deque[Piece]) -> None:
        """Draw what fits of ``piece``; what does not goes back to the queue's head for the next page."""
        width = self._press.area.width
        if isinstance(piece, Para) and piece.style.leading == self._line:
            self._snap()
        height = piece.fit(self._faces, width)
        if isinstance(piece, ends.OpinionBox) and piece.fills:
            height = piece.height = self.filled = max(height, self._room - g.ROOM_AFTER_TABLE)
        if piece.keep_with_next and not self._at_top and height + self._least(queue) > self._room + _TOLERANCE:
            self._turn(piece, queue)
        elif height <= self._room + _TOLERANCE:
            if isinstance(piece, Para) and not piece.closes and self._strands_signature(piece, queue):
                self._take_along(piece, queue)
            elif (
                isinstance(piece, Grid)
                and self._strands_signature(piece, queue)
                and (rows := piece.split_off(_LINES_WITH_SIGNATURE))
            ):
                self._draw(rows[0])
                self._turn(rows[1], queue)
            else:
                self._draw(piece)
        elif parts := self._parted(piece):
            self._draw(parts[0])
            self._turn(parts[1], queue)
        elif not self._at_top:
            self._turn(piece, queue)
        else:
            self._draw_too_tall(piece, queue)

    def _parted(self, piece: Piece) -> tuple[Piece, Piece] | None:
        """What fits and the rest; the short end of a paragraph takes a line along to the next page."""
        parts = piece.split(self._room)
        if parts is None or not isinstance(piece, Para) or not self._ends_alone(piece, len(piece.lines) - 1):
            return parts
        keep, count = len(parts[0].lines) if isinstance(parts[0], Para) else 0, len(piece.lines)
        if keep < count - 1:
            return parts
        return (piece.part(0, keep - 1), piece.part(keep - 1, count)) if keep > 1 else None

    def _ends_alone(self, piece: Para, keep: int) -> bool:
        """Whether the last line of ``piece`` would stand alone after the first ``keep``, and is a short one."""
        runs, _, _ = piece.lines[-1]
        width = ink.width_of(runs, piece.style.size, piece.style.tracking) if runs else 0.0
        return len(piece.lines) == keep + 1 > 1 and width < _SHORT_LINE * self._press.area.width

    def _draw(self, piece: Piece) -> None:
        piece.draw(self._press, self._press.area.left, self._y)
        self._free_from, self._reach = self._y + piece.height, 0.0
        if isinstance(piece, ends.SignatureBlock):
            self._reach, above = piece.reach, self._y - self._press.area.top
            self.is_stranded = 0 < self._press.page < FEW_PAGES and above <= _FEW_LINES * g.LINE + _TOLERANCE
            self._free_from -= piece.height if piece.left > g.QR_SIZE + g.PITCH else 0.0
        self._y += piece.height
        self._set += piece.last - piece.first if isinstance(piece, Grid) else not isinstance(piece, Gap)

    def _turn(self, piece: Piece, queue: deque[Piece]) -> None:
        queue.appendleft(piece)
        self._new_page()

    def _draw_too_tall(self, piece: Piece, queue: deque[Piece]) -> None:
        """On an empty page: a table gives at least one row; anything else is drawn as it is."""
        parts = piece.force_split(self._room) if isinstance(piece, Grid) else None
        if parts is None:
            self._draw(piece)
            return
        self._draw(parts[0])
        self._turn(parts[1], queue)

    def _least(self, queue: deque[Piece]) -> float:
        """How much of what follows has to stand on the same page as a heading or caption."""
        needed = 0.0
        followers = list(queue)
        for at, piece in enumerate(followers):
            height = piece.fit(self._faces, self._press.area.width)
            if isinstance(piece, Para) and not piece.keep_with_next:
                short = len(piece.lines) < 2 * _LINES_WITH_SIGNATURE
                with_signature = self._height_with_signature(piece, followers[at + 1 :]) if short else None
                return needed + (with_signature or (2 if self._ends_alone(piece, 1) else 1) * piece.style.leading)
            if isinstance(piece, Grid):
                return needed + piece.least_height()
            needed += height
            if not piece.keep_with_next and not isinstance(piece, Gap):
                break
        return needed

    def _strands_signature(self, piece: Para | Grid, queue: deque[Piece]) -> bool:
        """Would drawing the whole of ``piece`` here leave the signature alone on the next page (7.3.5.5)?"""
        needed = self._height_with_signature(piece, queue)
        return needed is not None and needed > self._room + _TOLERANCE

    def _height_with_signature(self, piece: Para | Grid, followers: Iterable[Piece]) -> float | None:
        """The height of ``piece`` and the signature, if only empty lines and 附件说明 stand between them."""
        needed, closing = piece.height, iter(followers)
        for follower in closing:
            needed += follower.fit(self._faces, self._press.area.width)
            if isinstance(follower, ends.SignatureBlock):
                return needed + sum(note.fit(self._faces, self._press.area.width) for note in closing)  # 附注
            if not isinstance(follower, Gap) and not (isinstance(follower, Para) and follower.closes):
                return None
        return None

    def _take_along(self, piece: Para, queue: deque[Piece]) -> None:
        """Break before the last lines of ``piece``, so that they stand above the signature."""
        count = len(piece.lines)
        keep = count - _LINES_WITH_SIGNATURE
        if keep >= _LINES_WITH_SIGNATURE:
            self._draw(piece.part(0, keep))
            self._turn(piece.part(keep, count), queue)
        elif self._at_top:
            self._draw(piece)
        else:
            self._turn(piece, queue)
