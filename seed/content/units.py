"""The made-up committees and their member units, each list in official order.

The area codes begin with 99, which no province has.
"""

from .shapes import CommitteeText, Level, System, UnitText

PROVINCE = "临江省"
CITY = "云川市"
DISTRICT = "望山区"
COUNTY = "青禾县"


def _committee(place: str, level: Level, code: str, parent: str | None, prefix: str, phone: str) -> CommitteeText:
    body = f"{place}妇女儿童工作委员会"
    kind = place[-1]
    return CommitteeText(
        key=place,
        place=place,
        level=level,
        area_code=code,
        parent=parent,
        body=body,
        short=f"{kind}妇儿工委",
        office=f"{body}办公室",
        office_short=f"{kind}妇儿工委办",
        chair_title=f"{body}主任",
        letterhead=body,
        number_prefix=prefix,
        phone=phone,
    )


# A parent comes before its children, so that a builder may take them in this order.
COMMITTEES: tuple[CommitteeText, ...] = (
    _committee(PROVINCE, "province", "990000", None, "临妇儿工委", "0390-5550100"),
    _committee(CITY, "prefecture", "990300", PROVINCE, "云妇儿工委", "0399-5550100"),
    _committee(DISTRICT, "county", "990302", CITY, "望妇儿工委", "0399-5550200"),
    _committee(COUNTY, "county", "990321", CITY, "青妇儿工委", "0399-5550300"),
)


def _unit(
    system: System, full_name: str, short_name: str, aliases: tuple[str, ...], former: tuple[str, ...] = ()
) -> UnitText:
    return UnitText(CITY, system, full_name, short_name, aliases, former)


UNITS: tuple[UnitText, ...] = (
    _unit("party", "中共云川市委组织部", "市委组织部", ("组织部",), ("市委老干部局",)),
    _unit("party", "中共云川市委宣传部", "市委宣传部", ("宣传部", "市文明办"), ("市精神文明办",)),
    _unit("party", "中共云川市委政法委员会", "市委政法委", ("政法委",), ("市综治办",)),
    _unit("party", "中共云川市委网络安全和信息化委员会办公室", "市委网信办", ("网信办",)),
    _unit("party", "中共云川市委机构编制委员会办公室", "市委编办", ("市编办", "编办")),
    _unit("party", "中共云川市委党校", "市委党校", ("市行政学院", "党校")),
    _unit("congress", "云川市人民代表大会社会建设委员会", "市人大社会委", ("人大社会委",), ("市人大教科文卫委",)),
    _unit("congress", "中国人民政治协商会议云川市委员会社会和法制委员会", "市政协社法委", ("政协社法委",)),
    _unit("judiciary", "云川市中级人民法院", "市法院", ("市中级法院", "市中院", "法院")),
    _unit("judiciary", "云川市人民检察院", "市检察院", ("检察院",)),
    _unit("government", "云川市发展和改革委员会", "市发展改革委", ("市发改委", "发展改革委"), ("市计委",)),
    _unit("government", "云川市教育局", "市教育局", ("教育局", "教育部门"), ("市教委",)),
    _unit("government", "云川市科学技术局", "市科技局", ("科技局",), ("市科委",)),
    _unit("government", "云川市公安局", "市公安局", ("公安局", "公安机关")),
    _unit("government", "云川市民政局", "市民政局", ("民政局", "民政部门")),
    _unit("government", "云川市司法局", "市司法局", ("司法局",), ("市法制办",)),
    _unit("government", "云川市财政局", "市财政局", ("财政局",)),
    _unit(
        "government",
        "云川市人力资源和社会保障局",
        "市人力资源社会保障局",
        ("市人社局", "人社局"),
        ("市劳动保障局", "市人事局"),
    ),
    _unit("government", "云川市生态环境局", "市生态环境局", ("生态环境局",), ("市环保局",)),
    _unit("government", "云川市住房和城乡建设局", "市住房城乡建设局", ("市住建局", "住建局"), ("市建设局",)),
    _unit("government", "云川市农业农村局", "市农业农村局", ("农业农村局", "市乡村振兴局"), ("市农业局", "市扶贫办")),
    _unit("government", "云川市文化和旅游局", "市文化和旅游局", ("市文旅局", "文旅局"), ("市文广新局",)),
    _unit("government", "云川市卫生健康委员会", "市卫生健康委", ("市卫健委", "卫健委"), ("市卫计委", "市卫生局")),
    _unit(
        "government",
        "云川市市场监督管理局",
        "市市场监管局",
        ("市场监管局",),
        ("市工商局", "市质监局", "市食品药品监管局"),
    ),
    _unit("government", "云川市体育局", "市体育局", ("体育局",)),
    _unit("government", "云川市统计局", "市统计局", ("统计局",)),
    _unit("government", "云川市医疗保障局", "市医保局", ("医保局",)),
    _unit("vertical", "国家税务总局云川市税务局", "市税务局", ("税务局",), ("市国税局", "市地税局")),
    _unit("mass", "云川市总工会", "市总工会", ("总工会", "工会")),
    _unit("mass", "共青团云川市委员会", "团市委", ("共青团云川市委", "共青团市委")),
    _unit("mass", "云川市妇女联合会", "市妇联", ("妇联",)),
    _unit("mass", "云川市科学技术协会", "市科协", ("科协",)),
    _unit("mass", "云川市残疾人联合会", "市残联", ("残联",)),
    _unit("mass", "云川市红十字会", "市红十字会", ("红十字会",)),
)

_COUNTY_BODIES: tuple[tuple[System, str, str], ...] = (
    ("party", "中共{place}委组织部", "{kind}委组织部"),
    ("party", "中共{place}委宣传部", "{kind}委宣传部"),
    ("government", "{place}教育体育局", "{kind}教体局"),
    ("government", "{place}公安局", "{kind}公安局"),
    ("government", "{place}民政局", "{kind}民政局"),
    ("government", "{place}人力资源和社会保障局", "{kind}人社局"),
    ("government", "{place}卫生健康局", "{kind}卫健局"),
    ("mass", "{place}妇女联合会", "{kind}妇联"),
)


def _county_units(place: str) -> tuple[UnitText, ...]:
    kind = place[-1]
    return tuple(
        UnitText(place, system, full.format(place=place), short.format(kind=kind))
        for system, full, short in _COUNTY_BODIES
    )


COUNTY_UNITS: tuple[UnitText, ...] = _county_units(DISTRICT) + _county_units(COUNTY)
