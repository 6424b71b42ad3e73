"""Who is responsible: phrases in and after measures → units and their roles, with rules that hold for the document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tracker.plans.importing.draft import Doubt, MeasureDraft, ResponsibleDraft
from tracker.plans.importing.unit_names import is_group, is_known, is_unit_like, names_in

_BRACKET = re.compile(r"[（(\[【]((?:[^（()）\[\]【】]|[（(][^（()）]*[)）])*)[)）\]】]")
_KEY = (
    r"(?:主要)?(?:责任|牵头|负责|配合|协办|参与|参加|支持|落实|指导|承办|主办|主责|协同|实施)(?:单位|部门|责任单位)"
    r"|责任分工|任务分工"
)
_KEYED = re.compile(rf"(?:^|(?<=[，,；;。、\s]))({_KEY})\s*[：:]\s*")
_OTHER_KEY = re.compile(
    r"(?:^|[，,；;。])\s*(?:适用范围|完成时限|完成时间|时限|时间要求|进度安排|实施范围|责任人|备注)\s*[：:][^；;。]*"
)
_VERB_END = re.compile(
    r"(?:按照?职责分工|分工|共同|具体|分别|各自|按职责)*"
    r"(牵头负责|负责落实|负责|牵头|参加|参与|落实|配合|实施)[。.]?$"
)
_FIRST_LEADS = re.compile(
    r"[，,。；;]?\s*(?:列|排)(?:在)?第一位(?:者|的)?(?:单位|部门)?(?:者)?[为是]牵头(?:单位|部门)?"
)
_SAME_BELOW = re.compile(r"[，,。；;]?\s*(?:以)?下同")
_ALWAYS = re.compile(
    r"[，,。；;]?\s*以下(?:各项|任务|措施)?均(?:需|由|须)(.+?)(?:落实|负责|参与|配合)"
    r"(?:[，,]?\s*不再(?:一一|另行|逐项)?列出)?[。.]?$"
)
_OPEN_LIST = re.compile(
    r"等(?:[一二三四五六七八九十\d]+个?(?:部门|单位)|(?:有关|相关)?(?:部门|单位))?"
    r"(?=[，,；;。)）]|$|负责|牵头|参与|参加|按|配合|共同)"
)
_AND_OTHERS = re.compile(r"等(?:[一二三四五六七八九十\d]+个?(?:部门|单位)|(?:有关|相关)?(?:部门|单位))?$")
_LINE_END = re.compile(rf"(?:^|(?<=[。；）)]))\s*((?:{_KEY})\s*[：:][^。]{{2,300}})[。.]?$")
_SENTENCE_END = re.compile(r"(?:^|(?<=。))([^。（()）：:]{4,240}(?:牵头|负责|按职责分工负责|参与|落实))[。.]?$")

_RANK = {"lead": 0, "joint": 1, "support": 2, "guide": 3, "group": 4}


@dataclass
class Rules:
    """What brackets said about all later ones; carried from measure to measure through the document."""

    first_leads: bool = False
    always: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Unknown names that have been named in a doubt already."""


def responsible_for(measure: MeasureDraft, rules: Rules) -> tuple[tuple[ResponsibleDraft, ...], list[Doubt]]:
    """Units named in a measure, and what the office must look at: open lists and unknown names."""
    doubts: list[Doubt] = []
    found: dict[str, str] = {}
    phrases = phrases_in(measure.text)
    always = list(rules.always)
    for phrase in phrases:
        assigned, is_open = _read(phrase, rules)
        for unit, role in assigned:
            if unit not in found or _RANK[role] < _RANK[found[unit]]:
                found[unit] = role
        if is_open:
            doubts.append(Doubt(measure.line, f"第 {measure.line} 行的责任单位写有“等”，名单不全，请补齐。"))
    for unit in always:
        found.setdefault(unit, "group" if is_group(unit) else "joint")
    for unit in found:
        if not is_known(unit) and not is_group(unit) and unit not in rules.asked:
            rules.asked.add(unit)
            doubts.append(
                Doubt(measure.line, f"第 {measure.line} 行的“{unit}”不在常见单位名称之中，请确认是哪个单位。", unit)
            )
    return tuple(ResponsibleDraft(unit, role) for unit, role in found.items()), doubts


def phrases_in(text: str) -> list[str]:
    """The responsibility phrases of a text: in brackets, as 责任单位：… at its end, or as its last sentence."""
    phrases = [match.group(1).strip() for match in _BRACKET.finditer(text) if _is_phrase(match.group(1))]
    bare = _BRACKET.sub(lambda m: "" if _is_phrase(m.group(1)) else m.group(0), text).strip()
    line = _LINE_END.search(bare)
    if line:
        phrases.append(line.group(1))
    elif not phrases:
        sentence = _SENTENCE_END.search(bare)
        if sentence and _all_units(sentence.group(1)):
            phrases.append(sentence.group(1))
    return phrases


LONGEST_PHRASE = 2000
"""A list of every unit there is has some five hundred characters; what is longer names nobody."""


def _is_phrase(content: str) -> bool:
    if len(content) > LONGEST_PHRASE:
        return False
    bare = _without_rules(content)
    if _KEYED.match(bare):
        return True
    verb = _VERB_END.search(bare)
    if verb is None:
        return False
    names = _plain_names(bare)
    if "负责" in verb.group(1) or "牵头" in verb.group(1):
        return any(is_unit_like(name) for name in names)
    return any(is_known(name) or name.startswith("各") for name in names)


def _all_units(sentence: str) -> bool:
    names = _plain_names(sentence)
    return bool(names) and all(is_known(name) or is_group(name) for name in names)


def _plain_names(phrase: str) -> list[str]:
    names = []
    for clause in re.split(r"[，,；;。]", re.sub(r"^由", "", phrase)):
        for part in re.split(r"会同|指导|牵头", _VERB_END.sub("", clause)):
            names.extend(names_in(_AND_OTHERS.sub("", part)))
    return [name for name in names if name]


def _without_rules(content: str) -> str:
    content = _ALWAYS.sub("", content.strip())
    content = _SAME_BELOW.sub("", _FIRST_LEADS.sub("", content))
    return _OTHER_KEY.sub("", content).strip(" ，,。；;")


_Assigned = list[tuple[str, str]]


def _read(phrase: str, rules: Rules) -> tuple[_Assigned, bool]:
    if _FIRST_LEADS.search(phrase):
        rules.first_leads = True
    later = _ALWAYS.search(phrase.strip())
    if later:
        rules.always.extend(name for name in names_in(later.group(1)) if name not in rules.always)
    bare = _without_rules(phrase)
    is_open = bool(_OPEN_LIST.search(bare))
    assigned = _keyed(bare) if _KEYED.search(bare) else _worded(bare)
    assigned = [(unit, "group" if is_group(unit) else role) for unit, role in assigned]
    if rules.first_leads and not any(role == "lead" for _, role in assigned):
        assigned = _first_leads(assigned)
    return assigned, is_open


def _first_leads(assigned: _Assigned) -> _Assigned:
    first = next((index for index, (_, role) in enumerate(assigned) if role == "joint"), None)
    if first is None:
        return assigned
    return [
        (unit, "lead" if index == first else "support" if role == "joint" else role)
        for index, (unit, role) in enumerate(assigned)
    ]


def _keyed(phrase: str) -> _Assigned:
    """牵头单位：A；配合单位：B、C."""
    cuts = list(_KEYED.finditer(phrase))
    assigned: _Assigned = []
    for index, cut in enumerate(cuts):
        end = cuts[index + 1].start() if index + 1 < len(cuts) else len(phrase)
        names = _clean_names(phrase[cut.end() : end])
        assigned.extend((name, _role_of(cut.group(1), len(names))) for name in names)
    return assigned


def _role_of(key: str, count: int) -> str:
    if re.match(r"牵头|主办|主责|承办", key) or (key.startswith("主要") and count == 1):
        return "lead"
    if re.match(r"配合|协办|参与|参加|支持|协同", key):
        return "support"
    return "guide" if key.startswith("指导") else "joint"


def _clean_names(run: str) -> list[str]:
    parts = re.split(r"(?<=等)[，,；;。、]|[；;。]", _VERB_END.sub("", run.strip(" ，,；;。")))
    names: list[str] = []
    for name in names_in("、".join(_AND_OTHERS.sub("", part.strip()) for part in parts)):
        name = _AND_OTHERS.sub("", name)
        if name and name not in names:
            names.append(name)
    return names


_CLAUSE = re.compile(
    r"(?P<names>.+?)(?P<verb>会同(?P<with>.+?)(?:负责|牵头|落实|实施)?|牵头负责|牵头|指导|(?:按照?职责分工|按职责|分工|共同|具体|分别|各自)*(?:负责落实|"
    r"负责|落实|实施)|(?:共同)?(?:参加|参与|配合|协助|支持))$"
)


def _worded(phrase: str) -> _Assigned:
    """A牵头，B、C参与: clauses with a verb; a run without one goes on to the next verb."""
    clauses: list[tuple[str, str, str]] = []
    waiting = ""
    for part in re.split(r"[，,；;。]", re.sub(r"^由", "", phrase)):
        part = waiting + part.strip()
        match = _CLAUSE.match(part)
        if match is None:
            waiting = part + "、" if part else ""
            continue
        waiting = ""
        clauses.append((match.group("names"), match.group("verb"), match.group("with") or ""))
    if waiting:
        clauses.append((waiting.rstrip("、"), "负责", ""))
    return _by_clause(clauses)


def _by_clause(clauses: list[tuple[str, str, str]]) -> _Assigned:
    led = any(verb.startswith(("牵头", "会同")) for _, verb, _ in clauses)
    runs: list[tuple[str, str]] = []
    for names, verb, others in clauses:
        if verb.startswith(("牵头", "会同")):
            role = "lead"
        elif verb == "指导":
            role = "guide"
        elif re.search(r"参加|参与|配合|协助|支持", verb) or led:
            role = "support"
        else:
            role = "joint"
        runs.append((names, role))
        if others:
            runs.append((others, "support"))
    return _named(runs)


def _named(runs: list[tuple[str, str]]) -> _Assigned:
    """Names of all runs read together, so that a level written in the first run also holds for the next."""
    assigned: _Assigned = []
    level = ""
    for run, role in runs:
        names = _clean_names((level + "占位局、" if level else "") + run)
        names = names[1:] if level else names
        own = [re.match(r"^(自治区|省|市|县|区|州|盟|旗)", name) for name in names if not is_group(name)]
        level = next((match.group(1) for match in reversed(own) if match), level)
        assigned.extend((name, role) for name in names)
    return assigned
