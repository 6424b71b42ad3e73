"""An entry's changes in words: which field of what, what stood there before, what stands there now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Enum
from sqlalchemy.orm import Mapper

from tracker.core.audit import Audited, AuditEntry
from tracker.core.db import Base, db
from tracker.core.filters import zh_date, zh_datetime

KINDS = {
    "user": "账号", "session": "登录", "post": "岗位", "committee": "机构", "unit": "单位", "calendar": "工作日历",
    "import": "规划导入", "plan": "规划",
    "alignment": "衔接比对", "goal": "目标", "task": "任务", "assignment": "任务分派",
    "consultation": "征求意见", "round": "报告轮次", "report": "报告", "extension": "延期",
    "compilation": "综合材料", "exemption": "免报申请",
    "request": "提请事项", "reminder": "提醒和催报", "outlet": "发送渠道", "message": "消息",
    "light": "状态标识", "notice": "提示函和督办函",
    "circular": "通报", "briefing": "呈阅件",
    "check": "实地督查", "instruction": "批示", "matter": "整改和交办事项",
    "file": "文件", "export": "导出", "copy": "备份和恢复",
}  # fmt: skip

FIELDS = {
    "acknowledged_at": "签收时间",
    "acknowledged_by": "签收人",
    "added_at": "添加时间",
    "added_by_id": "添加人",
    "addressee": "主送",
    "anonymised_at": "去除个人信息时间",
    "answer": "答复",
    "answer_id": "所属答复",
    "answered_at": "答复时间",
    "answered_by": "答复人",
    "answered_by_id": "答复人",
    "answered_in_id": "落实情况所在报告",
    "area_code": "行政区划代码",
    "area_id": "领域",
    "area_name": "地区",
    "asked_at": "申请时间",
    "assignment_id": "任务分派",
    "author": "填写人",
    "base_year": "基期年份",
    "basis": "依据",
    "body_name": "机构全称",
    "burst": "访问次数",
    "burst_began_at": "访问计数起点",
    "by_when": "完成时限",
    "cancellation_reason": "取消理由",
    "chair_title": "主要负责人职务",
    "changed_at": "调整时间",
    "changed_by_id": "调整人",
    "channel": "渠道",
    "chapter": "部分",
    "check_id": "实地督查",
    "claimed_at": "最近审核时间",
    "clause": "原文",
    "closed_by": "销号人",
    "closed_on": "销号日期",
    "closes": "结束时间",
    "closing": "结尾",
    "committee_id": "机构",
    "comparator": "比较",
    "compared_at": "比对时间",
    "comparison_id": "衔接比对",
    "compilation_id": "综合材料",
    "completed_on": "办结日期",
    "confirmed": "办公室认定",
    "confirmed_on": "确认日期",
    "consultation_id": "征求意见",
    "content": "内容",
    "copy_to": "抄送",
    "corrects_id": "更正的通报",
    "created_at": "建立时间",
    "created_by_id": "建立人",
    "cut_off_on": "统计截止",
    "dated_on": "成文日期",
    "day": "日期",
    "decided_at": "处理时间",
    "decided_by_id": "处理人",
    "decision": "处理",
    "decision_note": "处理说明",
    "demand": "办理要求",
    "demands": "工作要求",
    "differences": "与冻结数据的差异",
    "document_number": "文号",
    "docx_id": "Word文件",
    "draft_id": "导入稿",
    "drafted_by_id": "起草人",
    "dropped_on": "删除日期",
    "due_on": "截止日期",
    "duties": "职责关键词",
    "email": "电子邮箱",
    "ends_on": "结束日期",
    "entry_id": "任务行",
    "exception_holder_id": "例外责任人",
    "exception_reason": "例外理由",
    "exception_until": "例外截至",
    "exemption_reason": "免报理由",
    "expires_on": "有效期至",
    "facts": "事实",
    "figure": "数据",
    "figures": "统计数据",
    "file_id": "文件",
    "file_name": "文件名",
    "filled_by": "填写人",
    "final_name": "印发文件名",
    "fingerprint": "文件指纹",
    "first_due_on": "原定截止日期",
    "first_reply_by": "原定答复期限",
    "first_submitted_at": "首次报送时间",
    "first_year": "起始年份",
    "fixed_on": "定稿日期",
    "follows_id": "承接的函",
    "former_issued_on": "原印发日期",
    "former_number": "原文号",
    "former_source_id": "原文件",
    "former_source_name": "原文件名",
    "full_name": "全称",
    "given_by": "批示人",
    "given_on": "批示日期",
    "given_version": "分送时的版本",
    "goal_id": "目标",
    "good": "主要成效",
    "granted_until": "批准延至",
    "grounds": "比对依据",
    "guidance": "填报说明",
    "hand_ids": "经手人",
    "has_held": "成效保持",
    "hash": "校验值",
    "heading": "小标题",
    "imported_at": "导入时间",
    "in_charge_until": "主持工作至",
    "indicator": "指标",
    "initials": "拼音首字母",
    "instruction_id": "批示",
    "is_active": "启用",
    "is_after_the_fact": "补办",
    "is_asked": "需要填报",
    "is_from_paper": "书面代录",
    "is_left_out": "不列入",
    "is_limited": "限定时间",
    "is_linked": "对应",
    "is_confirmed": "已核对",
    "is_member": "成员单位",
    "is_office": "办公室所在单位",
    "is_on": "启用",
    "is_registered": "登记印发",
    "is_required": "必填",
    "is_sent": "已发出",
    "is_to_be_answered": "需要答复",
    "is_workday": "工作日",
    "is_yearly": "每年任务",
    "items": "上级规划条目",
    "issued_on": "印发日期",
    "issuer": "发文机关",
    "kind": "种类",
    "last_signed_in_at": "最近登录",
    "last_year": "终止年份",
    "late_workdays": "迟报工作日",
    "letterhead": "发文机关标志",
    "level": "层级",
    "light": "状态标识",
    "lines": "行数",
    "locks_on": "封存日期",
    "login": "登录名",
    "longest": "字数上限",
    "look_back_on": "回头看日期",
    "looked_on": "回头看日期",
    "made_at": "提出时间",
    "made_by": "制作人",
    "made_by_id": "提出人",
    "made_on": "制作日期",
    "matter_id": "办理事项",
    "measure": "计量单位",
    "measure_id": "措施",
    "must_change_password": "须修改密码",
    "likeness": "接近程度",
    "name": "名称",
    "needs_sign_off": "需要审签",
    "note": "说明",
    "notice_id": "所属的函",
    "number": "编号",
    "number_prefix": "发文机关代字",
    "number_serial": "序号",
    "number_year": "年份",
    "office_name": "办公室全称",
    "office_short_name": "办公室简称",
    "on_days_off": "休息日也发送",
    "opened_on": "开始日期",
    "opening": "开头",
    "opens": "开始时间",
    "opens_on": "开始日期",
    "opinion": "核验意见",
    "options": "选项",
    "ordinal": "序号",
    "outcome": "结果",
    "outcome_note": "结果说明",
    "own_text": "本级文字",
    "overall": "总体情况",
    "parent_id": "上级",
    "passages": "读入的内容",
    "password_hash": "密码",
    "password_set_at": "密码设置时间",
    "path": "所处层级",
    "pause_reason": "暂停理由",
    "paused_until": "暂停至",
    "pdf_id": "PDF文件",
    "phone": "工作电话",
    "place": "位置",
    "place_id": "位置编号",
    "plan_id": "规划",
    "points": "督查重点",
    "position": "次序",
    "post_id": "岗位",
    "previous_id": "上一轮",
    "problems": "存在问题",
    "question_id": "填报内容",
    "read_at": "读入时间",
    "read_by_id": "读入人",
    "reason": "理由",
    "recognised_on": "认定报送日期",
    "recognised_reason": "认定理由",
    "record": "位置",
    "rectify_by": "补报期限",
    "refusal_reason": "不同意的理由",
    "reform_note": "沿革",
    "region": "地区",
    "replied_at": "答复时间",
    "replied_by": "答复人",
    "replied_by_id": "答复人",
    "reply_by": "答复期限",
    "reply_id": "所属答复",
    "report_id": "报告",
    "request_id": "提请协调事项",
    "responsible": "文件所列责任单位",
    "result": "办理结果",
    "retired_login_hash": "停用的登录名",
    "return_reason": "退回理由",
    "returned_at": "交回时间",
    "review_began_at": "开始审核时间",
    "reviewer_id": "审核人",
    "revoked_at": "收回时间",
    "role": "角色",
    "round_id": "报告轮次",
    "round_no": "轮次",
    "scan_id": "扫描件",
    "scan_name": "扫描件名称",
    "scope": "统计口径",
    "sealed_address": "地址",
    "sealed_secret": "密钥",
    "section": "科室或单位",
    "sent_on": "下达日期",
    "shape": "办理方式",
    "share_id": "分送",
    "short_name": "简称",
    "sign_off": "审签方式",
    "signed_at": "签发时间",
    "signed_by": "签发人",
    "signed_by_id": "签发人",
    "silence_is_consent": "不答复视为无意见",
    "situation": "督查情况",
    "source": "出处",
    "source_id": "来源文件",
    "source_line": "原文行号",
    "source_name": "来源文件名",
    "stands_in_for_id": "代谁办理",
    "starts_on": "开始日期",
    "state": "状态",
    "status": "达标情况",
    "step_colour": "步骤颜色",
    "step_name": "步骤名称",
    "steps": "提醒步骤",
    "stored_settings": "工作设置",
    "subject": "事项",
    "submitted_at": "报送时间",
    "submitted_by_id": "报送人",
    "substitute_id": "指定审核人",
    "substitute_reason": "指定理由",
    "successor_id": "承接单位",
    "summary": "总体情况",
    "system": "类别",
    "taken_at": "采用时间",
    "task_id": "任务",
    "team": "督查组成员",
    "test_trouble": "测试结果",
    "tested_at": "测试时间",
    "text": "内容",
    "title": "标题",
    "token_hash": "链接",
    "unit": "计量单位",
    "unit_id": "单位",
    "urgent_any_time": "紧急事项不限时间",
    "urgent_only": "只发紧急事项",
    "user_id": "人员",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
    "value": "数值",
    "value_text": "数值原文",
    "verdict": "核验结果",
    "verified_at": "核验时间",
    "verified_by": "核验人",
    "upper_index": "上级条目",
    "upper_plan_id": "上级规划",
    "upper_title": "上级规划标题",
    "version_number": "版本",
    "visit_on": "督查日期",
    "wanted_until": "申请延至",
    "was": "原文",
    "was_due_on": "原截止日期",
    "withdrawal_reason": "撤回理由",
    "withdrawn_at": "撤回时间",
    "words": "内容",
    "written_at": "填写时间",
    "written_by": "填写人",
    "written_by_id": "填写人",
    "xlsx_id": "表格文件",
    "year": "年份",
}

SETTINGS = {
    "review_workdays": "审核期限（工作日）", "rectify_workdays": "退回后补报期限（工作日）",
    "consultation_workdays": "征求意见期限（工作日）", "silence_is_consent": "不答复视为无意见",
    "deadline_moves_forward": "截止日提前到工作日", "annual_opens": "年度报告开始收报", "annual_due": "年度报告截止",
    "annual_locks": "年度报告封存", "half_year_opens": "半年报告开始收报", "half_year_due": "半年报告截止",
    "due_soon_days": "临期提示（天）", "reminder_offsets": "基本提醒（工作日）",
    "fuller_ladder": "完整提醒", "notice_reply_workdays": "回复函件期限（工作日）",
    "notice_supplement_workdays": "补充回复期限（工作日）", "notice_steps": "函件步骤",
    "extension_workdays": "批复延期期限（工作日）", "request_workdays": "答复提请协调事项期限（工作日）",
    "contact_workdays": "联络员核对期限（工作日）", "links_goals": "目标与措施对应",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One field: where, which, before, after."""

    where: str
    field: str
    before: str
    after: str


def kind_word(kind: str) -> str:
    """user → 账号, for the filter."""
    return KINDS.get(kind, "其他")


def changes_of(entry: AuditEntry) -> list[Change]:
    """What an entry changed, in words. Parts of the object stand under their own name.

    Of what a unit writes in its report the trail knows where and when; the words are in the versions it submitted.
    """
    mapper = _mapper_of(entry.object_type)
    found: list[Change] = []
    for name, change in (entry.changes or {}).items():
        if isinstance(change, dict):
            found += [_change(None, name, inner, pair) for inner, pair in change.items()]
        elif name == "stored_settings":
            found += _settings(change)
        else:
            found.append(_change(mapper, "", name, change))
    if entry.object_type in WRITTEN:
        return [replace(one, after="文字见报告各次报送的版本") if one.after == HIDDEN else one for one in found]
    return found


HIDDEN = "（不显示）"
"""What the trail keeps of a column that its row calls AUDIT_SECRET."""
WRITTEN = frozenset({
    "Report", "Section", "AreaText", "Entry", "Arrangement", "GoalStatement", "Request", "Remark", "Evidence",
    "Share", "SharedPart", "WordReading",
})  # fmt: skip


def _change(mapper: Mapper[Any] | None, where: str, name: str, pair: list[Any]) -> Change:
    column = mapper.columns.get(name) if mapper is not None else None
    return Change(where, FIELDS.get(name, "其他内容"), in_words(pair[0], column), in_words(pair[1], column))


def _settings(pair: list[Any]) -> list[Change]:
    before, after = ((side if isinstance(side, dict) else {}) for side in pair)
    return [
        Change("", word, in_words(before.get(name)) if before else "（默认）", in_words(after.get(name)))
        for name, word in SETTINGS.items()
        if before.get(name) != after.get(name)
    ]


def in_words(value: Any, column: Column[Any] | None = None) -> str:
    """A stored value as a person would write it."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column is not None and isinstance(column.type, Enum) and column.type.enum_class is not None:
        return _enum_word(column.type.enum_class, value)
    if column is not None and column.foreign_keys:
        return _row_word(column, value)
    if isinstance(value, list):
        return "、".join(in_words(one) for one in value) or "（空）"
    if isinstance(value, dict):
        return "；".join(f"{name}：{in_words(one)}" for name, one in value.items()) or "（空）"
    return _moment_word(str(value))


def _enum_word(words: Any, value: Any) -> str:
    try:
        return str(words(value).label)
    except ValueError:
        return str(value)


def _row_word(column: Column[Any], number: Any) -> str:
    table = next(iter(column.foreign_keys)).column.table
    mapper = next((one for one in Base.registry.mappers if one.local_table is table), None)
    row = db.session.get(mapper.class_, number) if mapper is not None else None
    return row.audit_label() if isinstance(row, Audited) else f"第{number}号"


def _moment_word(text: str) -> str:
    try:
        if len(text) == len("2026-11-22"):
            return zh_date(date.fromisoformat(text))
        if len(text) > len("2026-11-22T") and text[10] == "T":
            return zh_datetime(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text


def _mapper_of(name: str) -> Mapper[Any] | None:
    return next((one for one in Base.registry.mappers if one.class_.__name__ == name), None)
