"""Names of units as plans write them: known ones, shared prefixes, groups, names without a gap."""

from __future__ import annotations

import re

_PARTY_NAMES = """
组织部 宣传部 统战部 政法委 网信办 编办 社会工作部 党校 老干部局 文明办 政策研究室 巡察办 党史研究室
机要保密局
"""
_OTHER_NAMES = """
综治办 民族宗教局 民族宗教委 民宗局 民宗委 民委 行政学院 人大社会委 政协社法委 人大教科文卫委 法院
中级人民法院 中级法院 中院 高级人民法院 高级法院 高院 人民法院 检察院 人民检察院 政府办 政府办公室
政府办公厅 政府督查室 发展改革委 发展和改革委员会 发展和改革局 发展改革局 发改委 发改局 计委 教育局
教育厅 教育委 教委 教体局 教育体育局 教科体局 教文旅局 科技局 科技厅 科学技术局 科学技术厅 教科局
科委 工业和信息化局 工业和信息化厅 工业信息化局 工信局 工信厅 工信科技局 经信委 经贸委 公安局 公安厅
公安分局 民政局 民政厅 司法局 司法厅 法制办 财政局 财政厅 人力资源社会保障局 人力资源社会保障厅
人力资源和社会保障局 人力资源和社会保障厅 人社局 人社厅 劳动保障局 人事局 自然资源局 自然资源厅
自然资源和规划局 规划和自然资源局 国土局 规划局 生态环境局 生态环境厅 生态环境分局 环保局 住房城乡建设局
住房城乡建设厅 住房和城乡建设局 住房和城乡建设厅 住房城乡建设委 住建局 住建厅 住建委 建设局 城市管理局
城市管理委 城管局 城管执法局 城市管理综合执法局 交通运输局 交通运输厅 交通运输委 交通局 交通委 水利局
水利厅 水务局 农业农村局 农业农村厅 农业农村委 农牧局 农牧厅 乡村振兴局 农业局 农委 畜牧局 扶贫办
林业局 林草局 林业和草原局 商务局 商务厅 商务委 经商局 文化和旅游局 文化和旅游厅 文化旅游局
文化广电旅游局 文化广电旅游体育局 文化广电和旅游局 文旅局 文旅厅 文化局 文广新局 文体旅游局 广电局
广播电视局 新闻出版局 新闻出版广电局 电影局 卫生健康委 卫生健康委员会 卫生健康局 卫健委 卫健局 卫生局
卫生厅 人口计生委 卫计委 疾控局 疾控中心 中医药局 退役军人局 退役军人事务局 退役军人事务厅 应急局
应急厅 应急管理局 应急管理厅 安监局 审计局 审计厅 国资委 市场监管局 市场监督管理局 工商局 质监局
食品药品监管局 药监局 药品监管局 知识产权局 体育局 统计局 医保局 医疗保障局 社保局 信访局 数据局
大数据局 大数据发展局 政务服务局 政务服务和数据局 行政审批局 机关事务局 金融局 金融办 地方金融监管局
金融监管局 粮食和储备局 人防办 外办 外事办 港澳办 侨办 台办 国动办 消防救援支队 消防救援总队
消防救援大队 税务局 国税局 地税局 调查队 气象局 通信管理局 邮政管理局 银保监局 海关 总工会 工会 妇联
妇女联合会 科协 残联 残疾人联合会 红十字会 工商联 工商业联合会 计生协 计生协会 文联 社科联 侨联
贸促会 作协 法学会 律师协会 关工委 妇儿工委 妇儿工委办 妇儿工委办公室 妇儿工作联席办
妇女儿童工作联席会议办公室 团委 少工委 公共资源交易中心 融媒体中心 广播电视台 日报社 监委 纪委监委
戒毒局 监狱局 烟草局 供销社 档案馆 档案局
"""
_PARTY = frozenset(_PARTY_NAMES.split())
_KNOWN = _PARTY | frozenset(_OTHER_NAMES.split())
_SUFFIX = re.compile(
    r"(?:局|厅|委|委员会|办|办公室|办公厅|部|院|会|联|团|府|队|行|中心|协|社|所|校|学院|大学|公司|集团|馆|台|署|站|处|海关|政府|街道|"
    r"乡镇|镇街|部门|单位|企业|学校|机构)$"
)
_VERTICAL = re.compile(
    r"(?:金融监管局|税务局|银保监局|证监局|调查队|[分支]行|海关|通信管理局|邮政管理局|气象局|烟草局)$"
)
_LEVEL = re.compile(r"^(自治区|兵团|省|市|县|区|州|盟|旗|师)(?=[\u4e00-\u9fff]{2,})")
_NO_PREFIX = re.compile(
    r"^(?:国家|中国|中央|全国|人民银行|武警|军分区|各|有关|相关|其他|共青团|团[省市县区州盟旗]委|全[省市县区]|乡镇|乡（镇）|街道|"
    r"镇街|苏木|嘎查|高校|海关|驻)"
)
_GROUP = re.compile(
    r"^(?:各|有关|相关|其他|全[省市县区]|所有|苏木|乡镇|乡（镇|街道|镇街)|[（(]市、区[)）]|(?:部门|成员单位|有关单位)$"
)
_GLUE = re.compile(
    r"(?<=[局委厅办部院会联室府队])(?=(?:自治区|省|市|县|区|州|盟|旗|团[省市县区]委)[\u4e00-\u9fff]{2,})"
)
_PLACE_ONLY = re.compile(
    r"^(?:县级市|县区|市区|区县|旗县区?|[市区县旗]|自治县|开发区|新区|管委会|乡镇|街道|镇街|功能区|园区)(?:人民)?(?:政府|管委会)?$"
)


def base_of(name: str) -> str:
    """A unit's name without the level or the place before it: 省教育厅 → 教育厅, 广州市妇联 → 妇联."""
    bare = re.sub(r"^(?:中共|共青团)", "", name)
    bare = re.sub(r"^(?:[\u4e00-\u9fff]{1,6}?(?:自治区|省|市|县|区|州|盟|旗)|兵团|师)(?=[\u4e00-\u9fff]{2,})", "", bare)
    return re.sub(r"^(?:省|市|县|区|州|盟|旗|党)?委(?=[\u4e00-\u9fff]{2,})(?!员)", "", bare)


def is_known(name: str) -> bool:
    """Whether a name is one of the units that plans are usually given to, under a present or a former name."""
    if name in _KNOWN or re.match(r"^(?:共青团|团)[\u4e00-\u9fff]{0,6}委(?:员会)?$", name):
        return True
    stems = {base_of(name), re.sub(r"^(?:自治区|省|市|县|区|州|盟|旗)(?:委)?", "", name)}
    return any(stem in _KNOWN for stem in stems) or bool(_VERTICAL.search(name))


def is_group(name: str) -> bool:
    """Groups such as 各区县 or 有关部门, which the office expands."""
    return bool(_GROUP.search(name)) and not is_known(name)


def is_unit_like(name: str) -> bool:
    """Whether a piece of a phrase can be the name of a unit or a group."""
    return 2 <= len(name) <= 30 and (is_known(name) or is_group(name) or bool(_SUFFIX.search(name)))


def names_in(run: str) -> list[str]:
    """The names of a run: cut at 、, brackets stripped, glued names parted, groups kept whole, prefixes shared."""
    parts = [part for piece in _cut(run) for part in _unglued(piece)]
    return _prefixed(_regrouped([part for part in parts if part]))


def _cut(run: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, character in enumerate(run):
        depth += (character in "（(") - (character in "）)")
        if depth == 0 and character in "、，,；;/":
            parts.append(run[start:index])
            start = index + 1
    parts.append(run[start:])
    pieces = [p for part in parts for p in re.split(r"(?:以及|和|及|与)(?=各|有关|相关|其他)", part)]
    return [_without_alias(piece.strip(" 。.：:")) for piece in pieces]


def _without_alias(name: str) -> str:
    """市交通委（市道运局） → 市交通委; 各县（市、区）政府 stays."""
    if re.match(r"^(?:各|乡)", name):
        return name
    return re.sub(r"[（(][^（()）]*[)）]", "", name).strip()


def _unglued(name: str) -> list[str]:
    """市教育局市民政局 → two names; a vertical bureau such as 国家税务总局某省税务局 is one."""
    if name.startswith(("国家", "中国", "人民银行", "各")) or is_known(name):
        return [name]
    parts = _GLUE.split(name)
    if len(parts) > 1 and all(is_unit_like(part) and part not in ("市委", "省委", "县委", "区委") for part in parts):
        return parts
    return [name]


def _regrouped(names: list[str]) -> list[str]:
    """各区、县级市 is one group."""
    joined: list[str] = []
    for name in names:
        if joined and joined[-1].startswith("各") and _PLACE_ONLY.match(name):
            joined[-1] += "、" + name
        else:
            joined.append(name)
    return joined


def _prefixed(names: list[str]) -> list[str]:
    """Give every name the level that is written once per run: 省科技厅、工业和信息化厅 → both of the province."""
    level = ""
    result = []
    for name in names:
        own = _LEVEL.match(name)
        if own and not is_group(name):
            level = own.group(1)
        elif level and not _NO_PREFIX.match(name) and not is_group(name) and _is_bare(name):
            party = name in _PARTY and level not in ("自治区", "兵团")
            name = f"{level}委{name}" if party else level + name
        result.append(name)
    return result


def _is_bare(name: str) -> bool:
    """A name without any place in it; 广东金融监管局 keeps its own form."""
    return name in _KNOWN or not _VERTICAL.search(name)
