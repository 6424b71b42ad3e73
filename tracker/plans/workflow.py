"""The moves of an import: corrected until it is written whole, or dropped."""

from __future__ import annotations

from tracker.core.workflow import Move, Workflow
from tracker.plans.models import ImportState

IMPORT = Workflow(
    "import",
    ImportState,
    [
        Move("apply", "导入", frozenset({ImportState.CHECKING}), ImportState.IMPORTED),
        Move("drop", "放弃导入", frozenset({ImportState.CHECKING}), ImportState.DROPPED),
        Move("take_up", "继续核对", frozenset({ImportState.DROPPED}), ImportState.CHECKING),
    ],
)
