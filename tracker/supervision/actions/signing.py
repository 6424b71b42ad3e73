"""What notices and circulars share on their way to a signature: put before the head, taken back, given back."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.filters import zh_datetime
from tracker.core.workflow import Workflow
from tracker.supervision.actions.telling import tell_office
from tracker.supervision.models import Circular, CircularState, Notice, NoticeState
from tracker.supervision.workflow import CIRCULAR, NOTICE

Paper = Notice | Circular


def put_forward(actor: Actor, paper: Paper, lacking: Sequence[str]) -> None:
    """送主任签发: from now on it stands on the head's desk, and the office no longer writes in it. Inside a command."""
    workflow = _workflow(paper)
    workflow.check(paper, "submit")
    if lacking:
        raise RuleErrors(list(lacking))
    paper.submitted_by, paper.return_reason = actor.named(), ""
    workflow.apply(paper, "submit", actor)
    _tell(actor, paper, "signature.asked", Role.OFFICE_HEAD)


@command
def take_back(actor: Actor, paper: Paper) -> None:
    """取回修改: whoever put it forward found something to write anew before the head signed."""
    _workflow(paper).apply(paper, "take_back", actor)
    paper.submitted_by = None


@command
def recall(actor: Actor, paper: Paper, reason: str) -> None:
    """退回起草, with a word: unsigned, or signed and not issued yet; a number stays with its paper, so that none is
    lost."""
    _workflow(paper).apply(paper, "recall", actor, reason=reason)
    paper.signed_by_id = paper.signed_by = paper.signed_at = paper.hash = None
    paper.submitted_by, paper.return_reason = None, reason.strip()
    _tell(actor, paper, "signature.refused", Role.OFFICER)


def writable(actor: Actor, paper: Paper, verb: str) -> None:
    """The office writes in a draft, the head also in what was put forward. Raises RuleError that says who has it."""
    workflow = _workflow(paper)
    if workflow.allows(paper, "submit") or (workflow.allows(paper, "take_back") and actor.is_head):
        return
    label = paper.audit_label()
    if workflow.allows(paper, "take_back"):
        raise RuleError(
            f"{label}已由{paper.submitted_by}于{zh_datetime(paper.state_since)}送签，取回后才能{verb}。"
        )  # fmt: skip
    if paper.signed_at is not None:
        number = f"（{paper.number}）" if paper.number else ""
        raise RuleError(f"{label}{number}已由{paper.signed_by}于{zh_datetime(paper.signed_at)}签发，不能{verb}。")
    raise RuleError(f"{label}现在是“{paper.state.label}”，不能{verb}。")


def _workflow(paper: Paper) -> Workflow[NoticeState] | Workflow[CircularState]:
    return NOTICE if isinstance(paper, Notice) else CIRCULAR


def _tell(actor: Actor, paper: Paper, kind: str, role: Role) -> None:
    tell_office(
        actor, paper, kind, roles=[role], occasion=actor.at.isoformat(timespec="seconds"), paper=paper,
        by=actor.named(),
    )  # fmt: skip
