"""What a unit's full name tells: its usual short name, and its place among party, government and the others. Pure."""

from __future__ import annotations

import re

from tracker.committees.models import System, normalised

AREA_ENDINGS = ("自治区", "自治县", "自治旗", "新区", "开发区", "兵团")
_CALLED = {
    System.PARTY: {"党委", "党", "市委", "县委", "区委", "省委", "州委"},
    System.CONGRESS: {"人大政协", "人大", "政协", "人大和政协"},
    System.JUDICIAL: {"法检", "法院检察院", "两院", "司法", "审判检察"},
    System.GOVERNMENT: {"政府", "市政府", "县政府", "区政府", "政府工作"},
    System.VERTICAL: {"垂管", "垂直管理", "垂直", "中央驻地", "驻地", "中省直"},
    System.MASS: {"群团", "人民团体", "群众团体", "人民", "群众", "社会"},
    System.OTHER: {"其他", "其它", "企业", "事业", "企事业"},
}
_ORDINAL = re.compile(r"^[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]?[、.．]")
_KIND_ENDING = re.compile(r"(?:系统|部门|机构|单位|机关|组织|团体|类|口)+(?:[（(]\d+个?[)）])?[:：]?$")
_TOLD = (
    (System.CONGRESS, r"人大|人民代表大会|政协|政治协商"),
    (System.JUDICIAL, r"法院|检察院"),
    (
        System.MASS,
        r"妇联|妇女联合会|团委$|^团.委|共青团|总工会|残联|残疾人联合会|科协|科学技术协会|关工委|关心下一代|红十字"
        r"|文联|文学艺术界|工商联|工商业联合会|侨联|归国华侨|计生协|计划生育协会|作协",
    ),
    (
        System.PARTY,
        r"^中共|中国共产党|委(?:员会)?(?:组织部|宣传部|统战部|政法委|社会工作部|网信办|编办|党校|办公室|老干部局)"
        r"|^(?:省|市|县|区|州)委|网信办|互联网信息办|编制委员会|^.{0,8}党校",
    ),
    (System.VERTICAL, r"税务局|气象局|海关|烟草|调查队|邮政管理局|消防救援|银行|金融监(?:督管理|管)局|通信管理"),
    (System.OTHER, r"公司|集团|大学|学院|医院|电视台|日报社"),
)
_GOVERNMENT = re.compile(r"(?:局|委|委员会|办公室|办|厅)$")
_SHORTER = (
    (r"妇女联合会", "妇联"), (r"残疾人联合会", "残联"), (r"科学技术协会", "科协"),
    (r"文学艺术界联合会", "文联"), (r"工商业联合会", "工商联"), (r"归国华侨联合会", "侨联"),
    (r"关心下一代工作委员会", "关工委"), (r"人民检察院", "检察院"), (r"(?:中级|高级)?人民法院", "法院"),
    (r"人民代表大会常务委员会", "人大常委会"), (r"政法委员会", "政法委"),
    (r"发展和改革", "发展改革"), (r"人力资源和社会保障", "人力资源社会保障"), (r"住房和城乡建设", "住房城乡建设"),
    (r"统一战线工作部", "统战部"), (r"机构编制委员会办公室", "编办"), (r"人民代表大会", "人大"),
    (r"(?:网络安全和信息化|互联网信息)(?:委员会)?办公室", "网信办"),
    (r"人民政府办公室", "政府办"), (r"计划生育协会", "计生协"),
)  # fmt: skip


def area_word(area_name: str) -> str:
    """What stands for the area in short names: 云川市 → 市."""
    return next((word for word in AREA_ENDINGS if area_name.endswith(word)), area_name[-1:])


def system_called(text: str) -> System | None:
    """The kind that a cell or a heading names: 党委部门, 二、政府系统 and the like."""
    bare = _KIND_ENDING.sub("", _ORDINAL.sub("", normalised(text)))
    bare = re.sub(r"[、和及/]", "", bare)
    return next((system for system, names in _CALLED.items() if bare in names), None)


def usual_system(full_name: str) -> tuple[System, bool]:
    """The kind that a name tells, and whether it is sure."""
    name = normalised(full_name)
    found = next((system for system, told in _TOLD if re.search(told, name)), None)
    return (found, True) if found else (System.GOVERNMENT, bool(_GOVERNMENT.search(name)))


def usual_short_name(full_name: str, area_name: str) -> tuple[str, bool]:
    """The short name that lists use (云川市教育局 → 市教育局), and whether one could be told."""
    word = area_word(area_name)
    name = re.sub(r"中国共产党|^中共|^国家税务总局(?=.)", "", normalised(full_name))
    if re.fullmatch(rf"(?:中国共产主义青年团|共青团){re.escape(area_name)}委(?:员会)?", name):
        return f"团{word}委", True
    if re.fullmatch(rf"(?:中国人民政治协商会议|政协){re.escape(area_name)}委员会", name):
        return f"{word}政协", True
    if area_name not in name:
        return name, len(name) <= 8
    name = name.replace(area_name, word, 1)
    for long, short in _SHORTER:
        name = re.sub(long, short, name)
    name = re.sub(rf"^{word}委员会(?=.)", f"{word}委", name)
    return re.sub(r"委员会$", "委", name), True
