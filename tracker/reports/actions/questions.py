"""The questions of a special round, and files given as answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.core.files import Blob, stored
from tracker.core.forms import clean_line
from tracker.reports.actions.filling import open_for_writing
from tracker.reports.models import Question, QuestionAnswer, QuestionKind, Report, Round

MOST_QUESTIONS = 40
LONGEST_QUESTION = 300
_SEPARATORS = re.compile(r"[、，,；;/\n]+")


@dataclass(frozen=True)
class QuestionFacts:
    """What the office asks: the words, how it is answered, the choices or the unit of the number."""

    text: str
    kind: QuestionKind = QuestionKind.TEXT
    options: tuple[str, ...] = ()
    measure: str = ""
    is_required: bool = True


def options_of(text: str) -> tuple[str, ...]:
    """有、无 → the choices, each once."""
    return tuple(dict.fromkeys(filter(None, (clean_line(part) for part in _SEPARATORS.split(text)))))


def asked_of(round_: Round) -> tuple[QuestionFacts, ...]:
    """What a round asks, as it was typed."""
    return tuple(
        QuestionFacts(one.text, one.kind, tuple(one.options), one.measure, one.is_required) for one in round_.questions
    )


def set_questions(round_: Round, wanted: Iterable[QuestionFacts]) -> list[audit.Audited]:
    """Make the round's questions say this, in this order; returns those that went."""
    facts = list(wanted)
    if not facts:
        raise RuleError("请至少填写一项填报内容。", field="questions")
    if len(facts) > MOST_QUESTIONS:
        raise RuleError(f"一次专项最多{MOST_QUESTIONS}项填报内容。", field="questions")
    for number, one in enumerate(facts, 1):
        if len(one.text) > LONGEST_QUESTION:
            raise RuleError(f"第{number}项请在{LONGEST_QUESTION}字以内。", field="questions")
        if one.kind is QuestionKind.CHOICE and len(one.options) < 2:
            raise RuleError(f"第{number}项是选择，请写明至少两个选项，用顿号分开。", field="questions")
    gone = list(round_.questions[len(facts) :])
    for question in gone:
        round_.questions.remove(question)
    for place, one in enumerate(facts):
        if place < len(round_.questions):
            question = round_.questions[place]
        else:
            question = Question(position=place + 1)
            round_.questions.append(question)
        question.text, question.kind, question.options = one.text, one.kind, list(one.options)
        question.measure = one.measure if one.kind is QuestionKind.NUMBER else ""
        question.is_required = one.is_required
    return list(gone)


@command
def attach_answer(actor: Actor, report: Report, answer: QuestionAnswer, blob: Blob, name: str) -> None:
    """A file answers a question; a further one takes its place, and versions keep what was submitted."""
    open_for_writing(actor, report)
    if answer.question.kind is not QuestionKind.FILE:
        raise RuleError("这一项不需要上传文件。")
    answer.file, answer.file_name = stored(blob, actor.at), name[:200]
    audit.record(actor, "report.attach", report, f"{report.audit_label()}{answer.audit_label()}上传“{name}”")
    audit.cover(answer)


@command
def detach_answer(actor: Actor, report: Report, answer: QuestionAnswer) -> None:
    """Take the file of an answer away again."""
    open_for_writing(actor, report)
    name, answer.file, answer.file_name = answer.file_name, None, ""
    audit.record(actor, "report.detach", report, f"{report.audit_label()}{answer.audit_label()}移除“{name}”")
    audit.cover(answer)
