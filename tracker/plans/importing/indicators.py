"""What a figure measures: the words before it, a list of them taken apart, or the words after it."""

from __future__ import annotations

import re

from tracker.plans.importing.quantities import BARE_ADVERBS, Quantity, quantities_in

BASE = re.compile(
    r"(?:以|比|较|同|与|在)\s*(\d{4})\s*年(?:末|底)?\s*(?:的)?(?:数据|水平|数值|基数)?\s*(?:为基数|为基期|为基准|相比|基础上|减少|)?"
)
_DEADLINE = re.compile(
    r"(?:到|至|截至|力争)?\s*(?<!\d)(?:20\d{2}\s*年?\s*[-—–－~～至到]+\s*)?20\d{2}\s*年(?:末|底|前|时)?\s*[，,]?"
)
_UNIT_SCOPE = re.compile(r"以[^，。]{1,18}?为单位")
_PER = re.compile(r"每(?:千|万|百|十万)?(?:名|个)?(?:常住)?(?:人口|人|儿童|学生|户|个[^，。]{1,6})")
_STARTED = re.compile(r"(?:由|从)\s*(?:\d{4}\s*年.{0,3})?[\d.]+\s*[%％‰]?.{0,6}$")
_OPENERS = re.compile(
    r"^(?:(?:力争|争取|确保|保证|使|实现|其中|并|且|努力|全面|基本|进一步|逐步|稳步|不断|大力|持续|同时|以及|并使|推动|促进|"
    r"提高|提升|降低|巩固|增加|拥有|保障|保持|扩大|减少|控制|完成)\s*)+"
)
_NOUN = (
    r"(?:率|比例|比重|占比|寿命|年限|人数|数量|面积|水平|总量|次数|时间|时长|指数|系数|床位数|托位数|位数|数|比|之比|距离|"
    r"金额|投入|经费|差距)"
)
_TAILS = re.compile(
    r"(?:毛入[学园]率|系统管理率|健康管理率|巩固率|死亡率|发病率|患病率|发生率|覆盖率|普及率|检测率|检查率|筛查率|治疗率|知晓率|"
    r"合格率|达标率|优良率|接种率|感染率|传播率|贫血率|近视率|入[学园]率|参与率|就业率|(?:参加)?(?:基本)?保险参[保合]率|参[保合]率|"
    r"[^、和及]{2}率|中?的?(?:女性|妇女)?(?:比例|比重|占比)|人数|数量|寿命|年限)$"
)
_PEOPLE = re.compile(
    r"^.{0,14}?(?:新生儿|婴幼儿|儿童|妇女|女性|孕产妇|婴儿|学生|人口|女童|少年|学校|幼儿园|社区|青少年|人群|职工|居民|老年人|家庭)(?!数)"
)
_SHARED = re.compile(_NOUN + r"$|^(?:设|配|建|开)")
_LINK = re.compile(r"、(?:和|及|与)?|以及|和|与|及(?!以|格|时)")
_PREDICATE = re.compile(
    r"(?:建立|建成|设立|设置|配备|配置|开展|达到|实现|拥有|建有|享有|享受|接受|参加|能够|完成|获得|符合|有).*$"
)


def scoped(head: str) -> tuple[str, str]:
    """Take 以…为单位 and 每千人口 out of the words before a figure."""
    scope = ""
    for pattern in (_UNIT_SCOPE, _PER):
        match = pattern.search(head)
        if match:
            scope = match.group(0)
            head = head[: match.start()] + head[match.end() :]
    return scope, head


def indicator_in(head: str) -> str:
    """The words that name what is measured: without years, adverbs and the verb that opens the clause."""
    name = re.sub(r"(?:应|需|须|要|应当|必须)(?=占)", "", _clean(head))
    name = re.sub(r"(?:应|需|须|应当|必须|中应)$", "", name)
    opened = _OPENERS.sub("", name).strip()
    return opened if len(opened) >= 2 else ""


def _clean(head: str) -> str:
    head = _DEADLINE.sub("", BASE.sub("", _STARTED.sub("", head)))
    head = BARE_ADVERBS.sub("", head.strip())
    return head.strip(" 、，,的：:").strip()


def shares_of(text: str, quantity: Quantity) -> str:
    """95%的城市社区和85%的农村社区建立家长学校 → 城市社区建立家长学校."""
    rest = re.sub(r"^\s*的\s*", "", text[quantity.end :])
    cut = re.search(r"[和、及与]\s*(?:\d|百分之)", rest)
    if cut is None:
        return rest
    predicate = _PREDICATE.search(text[quantities_in(text)[-1].end :])
    return rest[: cut.start()] + (predicate.group(0) if predicate else "")


def counted_in(head: str, rest: str) -> tuple[str, str] | None:
    """What is counted, when it stands after the count, and where: 至少配备|一名|女干部."""
    if re.search(_NOUN + r"$", indicator_in(head)):
        return None
    counted = re.match(r"^\s*(?:的)?([^，。；、]{2,24})", rest)
    if counted is None:
        return None
    return indicator_in(counted.group(1)) or counted.group(1), _clean(head)


def completed(name: str, rest: str) -> str:
    """Make an indicator whole that is said in two places: 占…的, or 100%覆盖."""
    if "占" in name and not re.search(r"(?:率|比例|比重|占比)$", name):
        return re.sub(r"占$", "占比", name) if name.endswith("占") else name.rstrip("的") + "的比例"
    if re.match(r"^(?:覆盖|达标|建立|设立|配备|开展)", rest):
        return name + rest
    return name


def members_of(name: str, count: int | None) -> list[str]:
    """The members of a list of indicators, each made whole: 新生儿、婴儿和5岁以下儿童死亡率 → three rates of death.

    With a count, the list must have that many members or it is left as one.
    """
    parts = _split(name)
    if count is not None and len(parts) != count:
        parts = [part for part in name.split("、") if part]
    if count is not None and len(parts) != count:
        return [name]
    tail = _TAILS.search(parts[-1])
    people = _PEOPLE.match(parts[0])
    whole = []
    for index, part in enumerate(parts):
        if tail and index < len(parts) - 1 and not re.search(_NOUN + r"$", part):
            part += tail.group(0)
        if people and index and not _PEOPLE.match(part) and _SHARED.search(parts[0][people.end() :]):
            part = people.group(0) + part
        whole.append(part)
    return whole


def _split(name: str) -> list[str]:
    """Cut a list at its 、 and its 和; brackets stay whole."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(name):
        depth += (name[index] in "（(《“") - (name[index] in "）)》”")
        joint = _LINK.match(name, index) if depth == 0 and index > start else None
        if joint and not name[:index].endswith(("住房", "文化", "人力资源", "参与", "普")):
            parts.append(name[start:index])
            index = start = joint.end()
            continue
        index += 1
    parts.append(name[start:])
    return [part.strip() for part in parts if part.strip()]
