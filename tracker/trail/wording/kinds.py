"""The word of each kind of event, by room: what stands before the dot of "report.accept" and "notice.issue".

A new kind is written beside those of its room; `tests/trail/test_trail.py` names the ones that have no word.
"""

from __future__ import annotations

KINDS = {
    # core
    "read": "查阅", "file": "文件", "export": "导出", "calendar": "工作日历",
    # messages, reminders
    "message": "消息", "outlet": "发送渠道", "reminder": "提醒和催报",
    # committees
    "committee": "机构", "unit": "单位",
    # accounts
    "user": "账号", "session": "登录", "post": "岗位",
    # plans, alignment
    "import": "规划导入", "plan": "规划", "goal": "目标", "alignment": "衔接比对",
    # tasks
    "task": "任务", "assignment": "任务分派", "consultation": "征求意见",
    # reports
    "round": "报告轮次", "report": "报告", "extension": "延期", "exemption": "免报申请", "request": "提请事项",
    "compilation": "综合材料",
    # supervision
    "light": "状态标识", "notice": "提示函和督办函", "notice_item": "函件所列事项",
    "circular": "通报", "briefing": "呈阅件", "check": "实地督查",
    "instruction": "批示", "matter": "整改和交办事项",
    # keeping
    "copy": "备份和恢复",
}  # fmt: skip
