"""Office files are zip archives; the same content must give the same bytes, whatever the day."""

from __future__ import annotations

import io
import zipfile

_FIXED = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip entry can have


def with_fixed_times(content: bytes) -> bytes:
    """The same archive with every entry dated alike and compressed in the same way."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            made.writestr(entry, given.read(name), compresslevel=6)
    return target.getvalue()
