"""A full sample of each form, in words of our own: every element, and the lines that are hard to set.

``tracker documents sample FORM -o FILE`` prints one; the tests and the office's help page show the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tracker.documents import docx, pdf
from tracker.documents.blocks import Document, DocumentError, Form
from tracker.documents.samples.circular import circular
from tracker.documents.samples.letters import letter, supervision
from tracker.documents.samples.reading import bulletin, for_reading, minutes, report

_SAMPLES: dict[Form, Callable[[], Document]] = {
    Form.TONGBAO: circular,
    Form.HAN: letter,
    Form.DUBAN: supervision,
    Form.BAOGAO: report,
    Form.JIYAO: minutes,
    Form.JIANBAO: bulletin,
    Form.CHENGYUE: for_reading,
}


def sample(form: Form | str) -> Document:
    """The sample of ``form``; an unknown form is refused in a sentence."""
    try:
        return _SAMPLES[Form(form)]()
    except (KeyError, ValueError):
        known = "、".join(f"{known.value}（{known.label}）" for known in _SAMPLES)
        raise DocumentError(f"没有“{form}”这种样张，可选：{known}") from None


def write_sample(form: Form | str, path: Path) -> None:
    """Write the sample of ``form`` as the file's ending says: .pdf or .docx."""
    document = sample(form)
    if path.suffix == ".pdf":
        path.write_bytes(pdf.render(document).content)
    elif path.suffix == ".docx":
        path.write_bytes(docx.render(document))
    else:
        raise DocumentError(f"样张只能存为.pdf或.docx，不能存为“{path.suffix or path.name}”")
