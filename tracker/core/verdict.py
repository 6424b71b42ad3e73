"""One word for a row of a table that comes in from outside (promise 10)."""

from __future__ import annotations

from tracker.core.db import Labelled


class Verdict(Labelled):
    GOOD = "good", "无误", "ok"
    DOUBTFUL = "doubtful", "请核对", "warn"
    REFUSED = "refused", "不能导入", "late"
