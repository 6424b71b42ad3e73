"""A year put away: one zip with every submission, every file, the history of every row, an index and the checksums."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from tracker.core import files
from tracker.core.clock import shanghai_date
from tracker.core.filters import zh_date, zh_datetime
from tracker.documents import docx
from tracker.documents.blocks import CellValue, Column, Document, Table
from tracker.documents.xlsx import Sheet, workbook
from tracker.reports.actions.versions import sealed
from tracker.reports.documents.committee import compilation_paper
from tracker.reports.documents.lists import goals_table, requests_table
from tracker.reports.documents.rounds import collected_table
from tracker.reports.documents.units import unit_report
from tracker.reports.models import Evidence, ReportVersion, Round
from tracker.reports.queries import archive as queries
from tracker.reports.queries import compilations
from tracker.reports.queries.collected import collected, sums
from tracker.reports.queries.reports import place_of, whole
from tracker.reports.queries.requests import requests_of
from tracker.reports.queries.review import goals_of
from tracker.reports.queries.rounds import reports_of
from tracker.trail.wording import Called, changes_of, kind_word

Tell = Callable[[int, int], None]
GONE = "文件已不在服务器上"
TOLD = 3
"""Papers named one by one when a character of theirs has no face."""


class _Packer:
    """A zip that knows the hash and the place of everything in it."""

    def __init__(self, target: Path) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.sums: dict[str, str] = {}
        self._taken: set[str] = set()
        self.complaints: list[str] = []

    def add_paper(self, name: str, document: Document) -> str:
        """Put a paper in; what it could not say is remembered with its name."""
        made = docx.rendered(document)
        name = self.add(name, made.content)
        if made.complaint:
            self.complaints.append(f"{name}：{made.complaint}")
        return name

    def add(self, name: str, content: bytes) -> str:
        """Put bytes in under this name, or under one beside it that is still free; returns the name."""
        name = self._free(name)
        self.zip.writestr(name, content)
        self.sums[name] = hashlib.sha256(content).hexdigest()
        return name

    def add_file(self, name: str, sha256: str) -> str:
        """Put a stored file in as it lies, without a copy in memory; empty when its bytes are gone."""
        place = files.path_of(sha256)
        if not place.exists():
            return ""
        name = self._free(name)
        self.zip.write(place, name, zipfile.ZIP_STORED)
        self.sums[name] = sha256
        return name

    def close(self) -> None:
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        self.zip.writestr("SHA256SUMS", lines)
        self.zip.close()

    def _free(self, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        number = 2
        while name.casefold() in self._taken:  # on some systems 甲.PDF and 甲.pdf are one file
            name = f"{stem}（{number}）{dot}{suffix}"
            number += 1
        self._taken.add(name.casefold())
        return name


def pack(round_: Round, on: date, tell: Tell) -> tuple[Path, str]:
    """Write the archive into a file of its own, which the caller takes over; with it, what its papers could not say."""
    with tempfile.NamedTemporaryFile(prefix="archive-", suffix=".zip", delete=False) as place:
        target = Path(place.name)
    packer = _Packer(target)
    try:
        _pack(packer, round_, on, tell)
    except BaseException:
        packer.zip.close()
        target.unlink(missing_ok=True)
        raise
    packer.close()
    return target, _told(packer.complaints)


def _told(complaints: Sequence[str]) -> str:
    more = f"另有{len(complaints) - TOLD}份材料也有没有字形的字。" if len(complaints) > TOLD else ""
    return "".join(complaints[:TOLD]) + more


def _pack(packer: _Packer, round_: Round, on: date, tell: Tell) -> None:
    versions, evidence = queries.versions_of(round_), queries.evidence_of(round_)
    history, number = _history(round_), 0
    title, total = round_.title, len(versions) + 1
    sheets = [_reports_sheet(round_, on), _remarks_sheet(round_, on), _extensions_sheet(round_, on)]
    sheets += [_exemptions_sheet(round_, on), *_business_sheets(round_, on)]
    submitted: list[list[CellValue]] = []
    for number, version in enumerate(versions, 1):
        submitted.append(_add_version(packer, version))
        if number % 5 == 0:
            tell(number, total)
    stored = _add_evidence(packer, evidence, versions)
    papers = [
        packer.add_paper(
            f"汇总材料/{_safe(one.title)}.docx", compilation_paper(compilations.whole(one.id), on=on, sources=True)
        )
        for one in compilations.compilations_of(round_)
    ]
    packer.add("操作记录.csv", history)
    heads = ["单位", "次数", "报送时间", "审签方式", "签发人", "校验值", "文件"]
    sheets.insert(1, _sheet("报送版本", heads, submitted, on))
    sheets.insert(2, _sheet("附件", ["单位", "名称", "文号", "发文单位", "大小", "校验值", "文件"], stored, on))
    packer.add("目录.xlsx", workbook(sheets))
    packer.add("目录.html", _index(title, on, submitted, stored, papers).encode())
    tell(total, total)


def _add_version(packer: _Packer, version: ReportVersion) -> list[CellValue]:
    """One submission: the very bytes its hash was taken of, and as a paper to read."""
    report = version.report
    stem = f"报告/{_folder(report.unit.position, report.unit.short_name)}/第{version.number}次报送"
    packer.add(f"{stem}.json", sealed(version))
    paper = unit_report(
        report, version.content, on=shanghai_date(version.submitted_at), signers=version.signed_by
    )  # fmt: skip
    name = packer.add_paper(f"{stem}.docx", paper)
    return [
        report.unit.full_name, version.number, zh_datetime(version.submitted_at), version.sign_off.label,
        version.signed_by, version.hash, name,
    ]  # fmt: skip


def _add_evidence(
    packer: _Packer, evidence: Iterable[Evidence], versions: Sequence[ReportVersion]
) -> list[list[CellValue]]:
    """Every file by its unit, then what earlier submissions named and the units have taken away since."""
    rows: list[list[CellValue]] = []
    packed: set[str] = set()
    for one in evidence:
        folder = f"附件/{_folder(one.report.unit.position, one.report.unit.short_name)}"
        name = packer.add_file(f"{folder}/{_safe(one.name)}", one.file.sha256)
        packed.add(one.file.sha256)
        rows.append([
            one.report.unit.full_name, one.name, one.number, one.issuer, one.file.size, one.file.sha256, name or GONE
        ])  # fmt: skip
    for version in versions:
        unit = version.report.unit
        for sha256, called in queries.hashes_of([version]).items():
            if sha256 in packed:
                continue
            packed.add(sha256)
            folder = f"附件/{_folder(unit.position, unit.short_name)}/以前报送的"
            name = packer.add_file(f"{folder}/{_safe(called)}", sha256)
            rows.append([unit.full_name, called, "", "", "", sha256, name or GONE])
    return rows


def _reports_sheet(round_: Round, on: date) -> Sheet:
    rows: list[list[CellValue]] = [
        [
            report.unit.full_name, report.state.label, zh_date(report.due_on), zh_date(report.first_due_on),
            zh_datetime(report.first_submitted_at), "是" if report.was_late() else "",
            f"{zh_date(report.recognised_on)}，{report.recognised_reason}" if report.recognised_on else "",
            report.exemption_reason, report.return_reason,
        ]
        for report in reports_of(round_)
    ]  # fmt: skip
    heads = ["单位", "状态", "截止日期", "原定截止日期", "首次报送", "迟报", "认定更正", "免报理由", "退回理由"]
    return _sheet("报告", heads, rows, on)


def _remarks_sheet(round_: Round, on: date) -> Sheet:
    rows: list[list[CellValue]] = []
    for report_id, remarks in groupby(queries.remarks_of(round_), key=lambda one: one.report_id):
        report = whole(report_id)
        rows += [
            [
                report.unit.full_name, one.version_number, place_of(report, one), one.text,
                one.made_by.name if one.made_by else "", zh_datetime(one.made_at), one.answer,
                zh_datetime(one.answered_at),
            ]
            for one in remarks
        ]  # fmt: skip
    heads = ["单位", "针对第几次", "位置", "审核意见", "提出人", "提出时间", "单位答复", "答复时间"]
    return _sheet("审核意见", heads, rows, on)


def _extensions_sheet(round_: Round, on: date) -> Sheet:
    rows: list[list[CellValue]] = [
        [
            one.report.unit.full_name, one.state.label, zh_date(one.was_due_on), zh_date(one.wanted_until),
            zh_date(one.granted_until), "是" if one.is_after_the_fact else "", one.reason, one.decision_note,
        ]
        for one in queries.extensions_in(round_)
    ]  # fmt: skip
    heads = ["单位", "结果", "原截止日期", "申请延至", "批准延至", "补办", "理由", "批复意见"]
    return _sheet("延期", heads, rows, on)


def _exemptions_sheet(round_: Round, on: date) -> Sheet:
    rows: list[list[CellValue]] = [
        [one.report.unit.full_name, one.state.label, zh_datetime(one.asked_at), one.reason, one.decision_note]
        for one in queries.exemptions_in(round_)
    ]
    return _sheet("免报申请", ["单位", "结果", "申请时间", "理由", "批复意见"], rows, on)


def _business_sheets(round_: Round, on: date) -> list[Sheet]:
    """What came of the reports: the requests with their answers, the goals with what was confirmed; of a special round
    the answers in one table."""
    if round_.is_special:
        lines = collected(reports_of(round_))
        return [Sheet("汇总表", collected_table(round_, lines, sums(round_, lines)), made_on=on, title="汇总表")]
    if round_.is_short:
        return []
    asked, goals = requests_table(requests_of(round_)), goals_table(goals_of(round_))
    return [
        Sheet("提请协调事项", asked, made_on=on, title="提请协调事项"),
        Sheet("主要目标", goals, made_on=on, title="主要目标"),
    ]


def _sheet(name: str, heads: Sequence[str], rows: list[list[CellValue]], on: date) -> Sheet:
    return Sheet(name, Table(columns=[Column(head, 3) for head in heads], rows=rows), made_on=on, title=name)


def _history(round_: Round) -> bytes:
    """The trail of the round and of every row in it; the words of a draft never stood in it."""
    target = io.StringIO()
    writer = csv.writer(target)
    called: Called = {}
    writer.writerow(["序号", "时间", "人员", "类别", "对象", "内容", "理由", "变动", "校验值"])
    for one in queries.history_of(round_):
        changes = "；".join(
            f"{change.where + ' ' if change.where else ''}{change.field}：{change.before} → {change.after}"
            for change in changes_of(one, called)
        )
        kind = kind_word(one.event.partition(".")[0])
        cells = [one.actor_name, kind, one.object_label, one.sentence, one.reason or "", changes, one.hash]
        writer.writerow([one.seq, zh_datetime(one.at), *map(_harmless, cells)])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _harmless(text: str) -> str:
    """A cell that begins like a formula is text, whatever opens the table."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


STYLE = (
    "body{max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1c2733;"
    "font:16px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif}"
    "h1{font-size:1.5rem}h2{margin-top:2rem;font-size:1.125rem}table{width:100%;border-collapse:collapse}"
    "td,th{padding:.375rem .5rem;border-bottom:1px solid #d8dde3;text-align:left;vertical-align:top}"
    "code{font-size:.8125rem;word-break:break-all;color:#55606d}"
)


def _index(
    title: str, on: date, versions: list[list[CellValue]], stored: list[list[CellValue]], papers: list[str]
) -> str:  # fmt: skip
    """The page one opens first: what there is, where, and how it is checked."""
    own = ["目录.xlsx", "操作记录.csv", *papers]
    parts = [
        f"<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>{escape(title)}归档目录</title>"
        f"<style>{STYLE}</style><h1>{escape(title)}归档目录</h1><p>{zh_date(on)}归档，报送{len(versions)}次，"
        f"附件{len(stored)}个。</p><ul>{''.join(f'<li>{_link(name)}' for name in own)}</ul>",
        "<p>校验：在本目录执行 <code>sha256sum -c SHA256SUMS</code>。“第n次报送.json”是报送时封存的原文，"
        "其 SHA-256 就是系统中显示的校验值；“第n次报送.docx”供阅读。操作记录按顺序前后相接，"
        "每条的校验值包含前一条。</p>",
        _listed("报送版本", ["单位", "报送", "文件", "校验值"], [
            [str(row[0]), f"第{row[1]}次，{row[2]}", str(row[6]), str(row[5])] for row in versions
        ]),
        _listed("附件", ["单位", "名称", "文件", "校验值"], [
            [str(row[0]), str(row[1]), str(row[6]), str(row[5])] for row in stored
        ]),
        "</html>",
    ]  # fmt: skip
    return "\n".join(parts)


def _listed(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = "".join(
        f"<tr><td>{escape(unit)}<td>{escape(said)}<td>{_link(name)}<td><code>{escape(digest)}</code>"
        for unit, said, name, digest in rows
    )
    head = "".join(f"<th scope='col'>{escape(one)}" for one in heads)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}<tbody>{lines}</table>"


def _link(name: str) -> str:
    return escape(GONE) if name == GONE else f"<a href='{quote(name)}'>{escape(name)}</a>"


def _folder(position: int, name: str) -> str:
    return f"{position:03d} {_safe(name)}"


def _safe(name: str) -> str:
    """A name that stands in a path on every system."""
    return files.no_device(re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(" .")[:120].rstrip(" .") or "未命名")
