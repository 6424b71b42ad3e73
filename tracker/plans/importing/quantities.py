"""The figures in a clause: which of them say how much, and which are ages, years or telephone numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tracker.plans.importing.marks import han_number

_N = r"\d{1,3}(?:,\d{3}){1,5}|\d{1,15}(?:[.．]\d{1,15})?"
_H = r"[一二两三四五六七八九十百]{1,4}"
_COUNTERS = (
    r"(?:万|千|亿)?(?:人次|人|名|位|个|所|家|张|件|次|小时|分钟|学时|课时|平方米|公里|万元|亿元|元|倍|项|处|座|套|户|支|场|门|天|种|间|条|"
    r"台|辆|本|册|期|批|对|组|点|站)"
)
_QUANTITY = re.compile(
    rf"(?P<rate>{_N})\s*/\s*(?P<per>10\s*万|百\s*万|万|千|十\s*万|100000|10000|1000)"
    rf"|(?P<percent>{_N})\s*(?P<sign>[%％‰]|个百分点|百分点)"
    rf"|(?P<of>百|千|万|十万)分之(?P<parts>{_N}|[一二三四五六七八九十百零〇点]{{1,7}})(?P<points>个百分点)?"
    rf"|(?P<left>\d{{1,3}}(?:\.\d+)?)\s*[:：∶]\s*(?P<right>\d{{1,4}}(?:\.\d+)?)"
    rf"|(?P<lower>[二三四五六七八九十])分之(?P<upper>[一二三四五六七八九])"
    rf"|(?P<half>一半|半数)"
    rf"|(?P<tenths>[一二三四五六七八九])成(?![为立员果效长本人功年就])"
    rf"|(?P<years>{_N})\s*(?P<age>周岁|岁|个月|月龄|年)"
    rf"|(?P<count>{_N}|{_H})\s*(?P<counter>{_COUNTERS}(?:/(?:千人口?|万人口?|百户|人|天|年))?)"
    rf"|(?P<bare>{_N})(?=\s*(?:以[上下内]|之内|左右|[，。；,;]|$))"
)

_AMOUNT_LEADS = (
    r"达到?|至少|不少于|不低于|不小于|不超过|不高于|不多于|超过|大于|小于|低于|高于|少于|多于|提高|提升|增加|增长|增至|延长|控制|保持|稳定|维持|"
    r"下降|降低|降至|降到|降|减少|减至|缩小|缩短|扩大|上升|实现|完成|力争|约|为|≥|≤|＞|＜|>=|<="
)
_BUILDING_LEADS = (
    r"建设|建成|建立|新建|改建|改扩建|设立|设置|设有|设|建有|建|配备|配置|配齐|拥有|具有|有|培训|培养|培育|创建|打造|举办|开展|"
    r"组织|开设|开办|安排|增设|新增|选派|发展|创办|帮扶|救助|评选|选树|命名"
)
_ADVERBS = (
    r"均|都|各|分别|总体|逐步|继续|基本|力争|应|要|全部|一般|仍|并|且|约|大约|稳步|持续|也|再|"
    r"每年|每|累计|平均|总数|左右"
)
LEAD = re.compile(
    rf"(?:(?:{_ADVERBS})\s*)*"
    rf"(?:(?:{_AMOUNT_LEADS}|{_BUILDING_LEADS})(?:了|有)?(?:在|到|至|于|出|值)?\s*(?:(?:{_ADVERBS})\s*)*)+$"
)
BARE_ADVERBS = re.compile(rf"(?:(?:{_ADVERBS})\s*)+$")
_SUFFIX = re.compile(r"^\s*(?:及|或)?(?:(以上)|(以下|以内|之内|内(?=$|[，。；、]))|(左右|上下))")
_IN_RANGE = re.compile(r"第\s*$|\d\s*(?:岁|月|个月|年|%)?\s*[-—–－~～至到]\s*$")
_FROM = re.compile(r"(?:由|从|现(?:有|状)?为?|基期为?|目前为?)\s*(?:\d{4}\s*年(?:末|底)?的?\s*)?(?:的)?\s*$")


@dataclass(frozen=True)
class Quantity:
    """One figure: where it stands, its value and unit, and the words just before and after that say how it is meant."""

    start: int
    end: int
    value: float | int | str
    unit: str
    lead: str
    suffix: str
    """以上, 以下 or 左右, or nothing."""
    counted: bool
    """It counts things (一名, 4.5个), so what is counted may follow."""
    upto: float | int | None = None
    """The upper end of a range: 35%—40%."""


_REACH = 100
"""How far before a figure its words may begin; each figure looks back, so looking back to the beginning of an absurd
clause would cost its square."""


def _before(pattern: re.Pattern[str], clause: str, end: int) -> re.Match[str] | None:
    """What ends just before a place, and does not begin far from it."""
    return pattern.search(clause, max(0, end - _REACH), end)


@lru_cache(maxsize=256)
def quantities_in(clause: str) -> tuple[Quantity, ...]:
    """Every figure of a clause that can be a target, in order. Asked again for each of them, so remembered."""
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(clause):
        quantity = _quantity(clause, match, found[-1] if found else None)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _quantity(clause: str, match: re.Match[str], previous: Quantity | None) -> Quantity | None:
    value, unit = _value_of(match)
    whole = _range(clause, match)
    if whole is not None:
        return whole
    start = match.start()
    before = clause[max(0, start - _REACH) : start]
    lead = _before(LEAD, clause, start)
    words = lead.group(0) if lead else ""
    if _before(_FROM, clause, start) or _before(_IN_RANGE, clause, start):
        return None
    if re.match(r"\s*(?:[-—–－―~～至]|到(?=\s*\d+(?:\.\d+)?\s*[%％‰]))\s*\d", clause[match.end() :]):
        return None
    if match.group("years") and not _is_measured_time(before, words, match, clause):
        return None
    if match.group("count") and not _is_counted(before, words, match, previous):
        return None
    if match.group("bare") and not _is_set_bare(match.group("bare"), words):
        return None
    if _bracketed(clause, start):
        return None
    after = _SUFFIX.match(clause[match.end() :])
    suffix = "" if after is None else ("以上" if after.group(1) else "以下" if after.group(2) else "左右")
    end = match.end() + (after.end() if after else 0)
    return Quantity(start, end, value, unit, words, suffix, bool(match.group("count")))


_LOWER = re.compile(rf"(?P<low>{_N})\s*(?:[%％‰]|个百分点|/\s*10\s*万)?\s*[-—–－―~～至到]\s*$")


def _range(clause: str, match: re.Match[str]) -> Quantity | None:
    """35%—40% or 8～10/10万: one figure with two ends. Ages and years are none, nor is from … to …."""
    low = _before(_LOWER, clause, match.start())
    value, unit = _value_of(match)
    if low is None or unit not in ("%", "‰", "个百分点", "1/10万") or isinstance(value, str):
        return None
    if _before(_FROM, clause, low.start()) or _bracketed(clause, low.start()):
        return None
    lead = _before(LEAD, clause, low.start())
    words = lead.group(0) if lead else ""
    return Quantity(low.start(), match.end(), _number(low["low"]), unit, words, "", False, value)


_PER = {"100000": "10万", "十万": "10万", "10000": "万", "1000": "千"}


def _value_of(match: re.Match[str]) -> tuple[float | int | str, str]:
    groups = match.groupdict()
    if groups["rate"]:
        per = re.sub(r"\s+", "", groups["per"])
        return _number(groups["rate"]), "1/" + _PER.get(per, per)
    if groups["percent"]:
        return _number(groups["percent"]), {"％": "%", "百分点": "个百分点"}.get(groups["sign"], groups["sign"])
    if groups["parts"]:
        unit = {"百": "%", "千": "‰", "万": "1/万", "十万": "1/10万"}[groups["of"]]
        return _number(groups["parts"]), "个百分点" if groups["points"] else unit
    if groups["left"]:
        return f"{groups['left']}:{groups['right']}", ""
    if groups["lower"]:
        return f"{han_number(groups['upper'])}/{han_number(groups['lower'])}", ""
    if groups["half"]:
        return "1/2", ""
    if groups["tenths"]:
        return han_number(groups["tenths"]) * 10, "%"
    if groups["years"]:
        return _number(groups["years"]), groups["age"]
    if groups["bare"]:
        return _number(groups["bare"]), ""
    return _number(groups["count"]), groups["counter"]


def _number(text: str) -> float | int:
    plain = text.replace(",", "").replace("．", ".")
    if re.fullmatch(r"[\d.]+", plain):
        return float(plain) if "." in plain else int(plain)
    whole, _, fraction = plain.partition("点")
    value = han_number(whole.replace("两", "二"))
    if not fraction:
        return value
    return float(f"{value}." + "".join(str(han_number(digit)) for digit in fraction))


def _is_set_bare(figure: str, lead: str) -> bool:
    """A figure without a unit, such as 性别比控制在107以内; years and telephone numbers are none."""
    firm = re.search(r"控制|下降|降|达|保持|稳定|不低于|不高于|不超过|提高到|缩小到", lead)
    return bool(firm) and not re.fullmatch(r"(?:19|20)\d\d|\d{5,}|[1-9]", figure)


_OF_AGE = re.compile(r"\s*(?:以上|以下|以内|内)?\s*(?:的)?\s*(?:儿童|婴|幼|女|妇|学生|人口|人群|未成年|孩|老)")


def _is_measured_time(before: str, lead: str, match: re.Match[str], clause: str) -> bool:
    """78.1岁 of life expectancy or 11.6年 of schooling; not 3岁以下儿童, not 2020年."""
    if re.fullmatch(r"\d{4}", match.group("years")) and match.group("age") == "年":
        return False
    if _OF_AGE.match(clause[match.end() :]):
        return False
    return bool(re.search(_AMOUNT_LEADS, lead)) or bool(re.search(r"(?:寿命|年龄|年限)[为是]?$", before))


def _is_counted(before: str, lead: str, match: re.Match[str], previous: Quantity | None) -> bool:
    """A count is a target only when a word before it sets it: 至少配备一名, 达到4.5个."""
    count, after = match.group("count"), match.string[match.end() :]
    if match.group("counter") == "个" and re.match(r"(?:月|百分点|方面|层次|环节|维护)", after):
        return False
    if re.search(r"[一两]$", count) and re.search(r"(?:每|某|任何|同|哪)$", before):
        return False
    if lead:
        small = bool(re.fullmatch(r"[一二两三四五六七八九十]", count))
        return bool(re.search(_AMOUNT_LEADS + r"|各|均|每", lead)) or not small
    if "." in count or (
        re.match(r"\d{2}", count) and re.match(r"\s*(?:以上|以下|以内|左右)(?!的|[\u4e00-\u9fff])", after)
    ):
        return True
    return previous is not None and previous.counted and bool(re.search(r"[、和及与]\s*$", before))


def _bracketed(clause: str, place: int) -> bool:
    """Inside brackets or a book title figures explain, they set nothing."""
    head = clause[:place]
    return any(head.count(a) > head.count(b) for a, b in ("（）", "()", "《》", "〔〕"))
