"""What was done is written down, and whoever answers for it is told when it went wrong."""

from __future__ import annotations

from datetime import datetime

from tracker.core import audit, clock
from tracker.core.access import Actor, Body, Person, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.keeping import queries
from tracker.keeping.models import Copy, Drill, KeepingOutcome
from tracker.messages import actions as messages
from tracker.messages import wording

AT_THE_SERVER = "服务器命令行"
SCHEDULE = "定时任务"


def keeper(name: str, at: datetime) -> Actor:
    """Who acts on the installation as a whole: the schedule, or somebody at the server. No person of the house."""
    return Actor(Person(None, name), Seat(None, None, ""), Body(None, "", "", ""), clock.shanghai_date(at), at)


@command
def record_copy(actor: Actor, copy: Copy) -> None:
    """Write a try down. A failed one is told to the administrators, once a day."""
    db.session.add(copy)
    if copy.outcome is KeepingOutcome.DONE:
        sealed = "，已加密" if copy.is_sealed else ""
        said = f"备份完成：{copy.name}，{copy.row_count}行、{copy.file_count}个文件{sealed}"
        audit.record(actor, "copy.make", None, said + (f"；{copy.trouble}" if copy.trouble else ""), label=copy.name)
    else:
        audit.record(actor, "copy.fail", None, f"备份没有完成：{copy.trouble}", label="备份")
        _warn(actor, "copy.failed", "keeping/copy_failed", trouble=copy.trouble)


@command
def record_drill(actor: Actor, drill: Drill) -> None:
    """Write a drill down. One that found something is told to the administrators, once a day."""
    db.session.add(drill)
    if drill.outcome is KeepingOutcome.DONE:
        said = f"恢复演练通过：{drill.name}恢复到{drill.place}，{drill.table_count}张表、{drill.row_count}行、"
        audit.record(actor, "copy.drill", None, f"{said}{drill.file_count}个文件与备份一致", label=drill.name)
    else:
        audit.record(actor, "copy.drill", None, f"恢复演练没有通过：{drill.name}，{drill.trouble}", label=drill.name)
        _warn(actor, "drill.failed", "keeping/drill_failed", trouble=drill.trouble, archive=drill.name)


@command
def record_restore(actor: Actor, sentence: str) -> None:
    """The restored system says where it comes from."""
    audit.record(actor, "copy.restore", None, sentence, label="恢复")


def _warn(actor: Actor, kind: str, template: str, **words: str) -> None:
    title, body = wording.render(template, **words)
    for committee, users in queries.keepers(actor.on).items():
        messages.tell(
            users, committee_id=committee.id, kind=kind, subject_type="Committee", subject_id=committee.id,
            occasion=actor.on.isoformat(), title=title, body=body, path="/copies", at=actor.at, is_urgent=True,
        )  # fmt: skip
