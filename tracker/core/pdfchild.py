"""The program that reads and draws other people's PDFs: a process of its own, on short rations.

Run by `core/pdfium` as a script, apart from the house: it gets the file on stdin, gives text or a picture on stdout,
and knows nothing else. A kilobyte of PDF may ask for gigabytes and for hours; here it gets what a report needs.
"""

from __future__ import annotations

import io
import json
import resource
import sys

import pypdfium2  # type: ignore[import-untyped, unused-ignore]

MEMORY, SECONDS = 1 << 30, 20
BROKEN, LOCKED, LONG = 3, 4, 5
"""How it ends where there is nothing to give; anything else but 0 is having asked for too much."""
_PASSWORD_ERROR = 4


def main(verb: str, first: int, second: int) -> int:
    """`text <most pages> <most characters>` gives a JSON list of the pages' texts, `exact` the same as they stand in
    the file, `picture <side> 0` a PNG of the first page."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        if verb == "picture":
            sys.stdout.buffer.write(_picture(document, first))
            return 0
        if len(document) > first and verb == "exact":
            sys.stdout.write(str(len(document)))
            return LONG
        sys.stdout.write(json.dumps(_texts(document, first, second, is_exact=verb == "exact")))
    except pypdfium2.PdfiumError as error:
        is_locked = "password" in str(error).lower() or getattr(error, "err_code", 0) == _PASSWORD_ERROR
        return LOCKED if is_locked else BROKEN
    return 0


def _texts(document: pypdfium2.PdfDocument, most: int, longest: int, *, is_exact: bool) -> list[str]:
    pages: list[str] = []
    for number in range(min(len(document), most)):
        page = document[number]
        words = page.get_textpage()
        pages.append(words.get_text_range() if is_exact else words.get_text_bounded())
        words.close()
        page.close()
        if sum(map(len, pages)) >= longest:
            break
    return pages


def _picture(document: pypdfium2.PdfDocument, side: int) -> bytes:
    page = document[0]
    width, height = page.get_size()
    image = page.render(scale=min(side / max(width, 1), side / max(height, 1), 4)).to_pil()
    made = io.BytesIO()
    image.convert("RGB").save(made, "PNG", optimize=True)
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
