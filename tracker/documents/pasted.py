"""A table that comes in pasted, or as a file whose cells then stand in the same field, to be corrected there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField

from tracker.core.errors import RuleError
from tracker.core.forms import Form, TextField, clean_cells
from tracker.documents.grids import grids_of
from tracker.documents.templates import EXPLAINING
from tracker.documents.values import DocumentError

LONGEST = 60_000
"""Characters, typed or out of a file: several times the longest list an office keeps."""


class CellsField(TextField):
    """Cells as they are pasted."""

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.filters = [clean_cells]


class PastedTable(Form):
    """A list, pasted or as a file."""

    text = CellsField("粘贴名单", longest=LONGEST, description="从表格中选中这几列复制，粘贴到这里。")
    document = FileField("名单文件")

    def take_document(self) -> bool:
        """Put what was uploaded into the text field; says whether there is anything to read."""
        document = self.document.data
        if document:
            try:
                grids = [grid for grid in grids_of(document.read()) if grid.name not in EXPLAINING]
            except DocumentError as error:
                self.take(RuleError(str(error), field="document"))
                return False
            words = clean_cells(as_text(line.cells for grid in grids for line in grid.lines)) or ""
            if len(words) > LONGEST:
                self.take(RuleError("文件中的内容过多，不像一份名单，没有读取。请只保留名单。", field="document"))
                return False
            self.text.data = words
        if not self.text.data:
            self.take(RuleError("请粘贴名单，或者选择名单文件。", field="text"))
        return bool(self.text.data)


def as_text(lines: Iterable[Sequence[str]]) -> str:
    """The cells of a sheet as the clipboard carries them."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t") for cells in lines)
