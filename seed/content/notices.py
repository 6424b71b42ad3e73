"""What is said when a task goes slowly: the unit's answer, the paper that came with it, the office's verdict."""

from .shapes import EvidenceText

CLOSED_UNIT = "市红十字会"
OPEN_UNIT = "市教育局"

WAITING_UNIT = "市民政局"
WAITING = (
    "核报儿童之家台账",
    "第三季度检查中，12个儿童之家的活动记录只登记到8月，核报材料应于10月底前补齐，尚未收到。",
    "请核对台账，补齐9月以来的活动记录，并说明今后按月登记的安排。",
)
"""Drafted and put before the head: (subject, facts, demand)."""

ANSWER = (
    "来函收悉。我会会同市教育局、市财政局逐校核对了除颤器配备情况，现将办理情况报告如下：\n"
    "一是补齐缺口。剩余161所学校的设备已完成招标，分两批到货，第一批96台已安装并通过验收，第二批65台9月开学前安装完毕。\n"
    "二是明确维护责任。与市教育局商定，设备由学校指定专人保管，每月检查一次，耗材到期前60天由我会统一提醒更换。\n"
    "三是抓好培训。已为每所新配备学校培训持证急救员不少于2名，培训名单随设备一并建档。\n"
    "该项任务可在规划要求的时间内完成，有关验收单随文附上。"
)
OPINION = "缺口有清单、安装有时间、维护有专人，验收单与回复一致。后续安装情况在年度报告中一并填报。"

PAPER = EvidenceText(
    CLOSED_UNIT,
    "finished",
    None,
    "校园除颤器第一批验收单.pdf",
    "云红字〔{year}〕9号",
    "校园自动体外除颤器第一批安装验收单",
    (
        "安装学校：96所。",
        "抽查开机自检：96台，全部正常。",
        "每校急救员：2名以上，证书编号已登记。",
        "验收单位：市红十字会、市教育局。",
    ),
    3,
)
