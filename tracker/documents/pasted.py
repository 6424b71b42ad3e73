"""A table that comes in pasted, or as a file whose cells then stand in the same field, to be corrected there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_wtf.file import FileField

from tracker.core.errors import RuleError
from tracker.core.forms import Form, TextField
from tracker.documents.grids import grids_of
from tracker.documents.templates import EXPLAINING
from tracker.documents.values import DocumentError


class PastedTable(Form):
    """A list, pasted or as a file."""

    text = TextField("粘贴名单", longest=60_000, description="从表格中选中这几列复制，粘贴到这里。")
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
            self.text.data = as_text(line.cells for grid in grids for line in grid.lines)
        if not self.text.data:
            self.take(RuleError("请粘贴名单，或者选择名单文件。", field="text"))
        return bool(self.text.data)


def as_text(lines: Iterable[Sequence[str]]) -> str:
    """The cells of a sheet as the clipboard carries them."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t") for cells in lines)
