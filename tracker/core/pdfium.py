"""PDFium works for one thread at a time: whoever reads or draws a PDF holds this lock meanwhile."""

from __future__ import annotations

import threading

one_at_a_time = threading.Lock()
