"""Made-up people, each holding one post. None of them exists; the telephone code belongs to no place.

Some surnames (曾、单、解、仇、欧阳) are read otherwise than usual, so that lists by pinyin have something to prove.
"""

from .shapes import PersonText, PostRole
from .units import CITY, COUNTY, DISTRICT, PROVINCE


def _of_body(committee: str, role: PostRole, name: str, login: str, job: str, phone: str) -> PersonText:
    return PersonText(committee, None, role, name, login, job, phone)


COMMITTEE_PEOPLE: tuple[PersonText, ...] = (
    _of_body(CITY, "chair", "夏敬之", "xiajz", "主任（副市长）", "0399-5550101"),
    _of_body(CITY, "office_head", "沈若溪", "shenrx", "办公室主任", "0399-5550102"),
    _of_body(CITY, "officer", "关雪宁", "guanxn", "一级主任科员", "0399-5550103"),
    _of_body(CITY, "officer", "杜一帆", "duyf", "四级主任科员", "0399-5550104"),
    _of_body(CITY, "sysadmin", "郝志成", "haozc", "系统管理员", "0399-5550111"),
    _of_body(CITY, "secadmin", "凤晓宁", "fengxn", "安全管理员", "0399-5550112"),
    _of_body(CITY, "auditor", "诸葛明轩", "zhugemx", "审计管理员", "0399-5550113"),
    _of_body(PROVINCE, "office_head", "上官文静", "shangguanwj", "办公室主任", "0390-5550102"),
    _of_body(PROVINCE, "officer", "郎佳音", "langjy", "二级主任科员", "0390-5550103"),
    _of_body(DISTRICT, "office_head", "蓝志敏", "lanzm", "办公室主任", "0399-5550201"),
    _of_body(DISTRICT, "officer", "白晓露", "baixl", "科员", "0399-5550202"),
    _of_body(COUNTY, "office_head", "农立夏", "nonglx", "办公室主任", "0399-5550301"),
    _of_body(COUNTY, "officer", "向晚", "xiangw", "科员", "0399-5550302"),
)


def _pair(
    committee: str, unit: str, phone: int, liaison: tuple[str, str, str], leader: tuple[str, str, str]
) -> tuple[PersonText, PersonText]:
    (name, login, job), (leader_name, leader_login, leader_job) = liaison, leader
    return (
        PersonText(committee, unit, "liaison", name, login, job, f"0399-{phone}"),
        PersonText(committee, unit, "unit_leader", leader_name, leader_login, leader_job, f"0399-{phone + 1}"),
    )


_PAIRS = (
    _pair(CITY, "市委组织部", 5551001, ("曾雨晴", "zengyq", "干部三科科长"), ("顾明川", "gumc", "副部长")),
    _pair(CITY, "市委宣传部", 5551011, ("单晓棠", "shanxt", "宣传教育科科长"), ("陆致和", "luzh", "副部长")),
    _pair(CITY, "市委政法委", 5551021, ("解春燕", "xiecy", "平安建设科科长"), ("程砚青", "chengyq", "副书记")),
    _pair(CITY, "市委网信办", 5551031, ("仇月华", "qiuyh", "网络管理科科长"), ("韦长青", "weicq", "副主任")),
    _pair(CITY, "市委编办", 5551041, ("欧阳静宜", "ouyangjy", "机关编制科科长"), ("段启航", "duanqh", "副主任")),
    _pair(CITY, "市委党校", 5551051, ("谭小满", "tanxm", "教务科科长"), ("方既明", "fangjm", "副校长")),
    _pair(CITY, "市人大社会委", 5551061, ("傅巧云", "fuqy", "办公室主任"), ("石敬和", "shijh", "副主任委员")),
    _pair(CITY, "市政协社法委", 5551071, ("柳依依", "liuyy", "办公室主任"), ("江望舒", "jiangws", "副主任")),
    _pair(CITY, "市法院", 5551081, ("邵秀兰", "shaoxl", "少年家事审判庭庭长"), ("秦守正", "qinsz", "副院长")),
    _pair(CITY, "市检察院", 5551091, ("温若兰", "wenrl", "未成年人检察部主任"), ("孟怀安", "mengha", "副检察长")),
    _pair(CITY, "市发展改革委", 5551101, ("黎桂芳", "ligf", "社会发展科科长"), ("阎怀初", "yanhc", "副主任")),
    _pair(CITY, "市教育局", 5551111, ("卫知夏", "weizx", "基础教育科科长"), ("罗景行", "luojx", "副局长")),
    _pair(CITY, "市科技局", 5551121, ("施晚晴", "shiwq", "人才与成果科科长"), ("章其盛", "zhangqs", "副局长")),
    _pair(CITY, "市公安局", 5551131, ("苗青竹", "miaoqz", "刑事侦查支队副支队长"), ("汪思齐", "wangsq", "副局长")),
    _pair(CITY, "市民政局", 5551141, ("尹素心", "yinsx", "儿童福利科科长"), ("戴维舟", "daiwz", "副局长")),
    _pair(CITY, "市司法局", 5551151, ("康冬梅", "kangdm", "公共法律服务科科长"), ("贺长风", "hecf", "副局长")),
    _pair(CITY, "市财政局", 5551161, ("易寒秋", "yihq", "社会保障科科长"), ("樊致远", "fanzy", "副局长")),
    _pair(CITY, "市人力资源社会保障局", 5551171, ("龚玉洁", "gongyj", "就业促进科科长"), ("俞正则", "yuzz", "副局长")),
    _pair(CITY, "市生态环境局", 5551181, ("洪采薇", "hongcw", "大气环境科科长"), ("祝永年", "zhuyn", "副局长")),
    _pair(CITY, "市住房城乡建设局", 5551191, ("纪如月", "jiry", "城市建设科科长"), ("管平川", "guanpc", "副局长")),
    _pair(CITY, "市农业农村局", 5551201, ("葛春桃", "gect", "科技教育科科长"), ("米广田", "migt", "副局长")),
    _pair(CITY, "市文化和旅游局", 5551211, ("路瑶", "luy", "公共服务科科长"), ("靳承志", "jincz", "副局长")),
    _pair(CITY, "市卫生健康委", 5551221, ("牛小荷", "niuxh", "妇幼健康科科长"), ("左文渊", "zuowy", "副主任")),
    _pair(CITY, "市市场监管局", 5551231, ("盛夏荷", "shengxh", "食品安全协调科科长"), ("包天宇", "baoty", "副局长")),
    _pair(CITY, "市体育局", 5551241, ("窦晓岚", "douxl", "群众体育科科长"), ("沙立新", "shalx", "副局长")),
    _pair(CITY, "市统计局", 5551251, ("费云舒", "feiys", "社会科技统计科科长"), ("岳松涛", "yuest", "副局长")),
    _pair(CITY, "市医保局", 5551261, ("鲍丽娟", "baolj", "待遇保障科科长"), ("庄毅然", "zhuangyr", "副局长")),
    _pair(CITY, "市税务局", 5551271, ("桑梓晴", "sangzq", "纳税服务科科长"), ("凌志高", "lingzg", "副局长")),
    _pair(CITY, "市总工会", 5551281, ("薛红叶", "xuehy", "女职工部部长"), ("焦润泽", "jiaorz", "副主席")),
    _pair(CITY, "团市委", 5551291, ("阮清扬", "ruanqy", "青少年权益部部长"), ("田守诚", "tiansc", "副书记")),
    _pair(CITY, "市妇联", 5551301, ("芦苇婷", "luwt", "家庭和儿童工作部部长"), ("柯建中", "kejz", "副主席")),
    _pair(CITY, "市科协", 5551311, ("倪素云", "nisy", "科学普及部部长"), ("史怀瑾", "shihj", "副主席")),
    _pair(CITY, "市残联", 5551321, ("邢可欣", "xingkx", "康复部部长"), ("安邦宁", "anbn", "副理事长")),
    _pair(CITY, "市红十字会", 5551331, ("骆小雪", "luoxx", "赈济救护部部长"), ("古月明", "guym", "副会长")),
    _pair(DISTRICT, "区委组织部", 5552001, ("申小蓓", "shenxb", "干部股股长"), ("游远山", "youys", "副部长")),
    _pair(DISTRICT, "区委宣传部", 5552011, ("瞿亚男", "quyn", "宣传股股长"), ("褚怀民", "chuhm", "副部长")),
    _pair(DISTRICT, "区教体局", 5552021, ("臧晓婉", "zangxw", "基础教育股股长"), ("项立群", "xianglq", "副局长")),
    _pair(DISTRICT, "区公安局", 5552031, ("隋玉珠", "suiyz", "法制大队教导员"), ("巩志坚", "gongzj", "副局长")),
    _pair(DISTRICT, "区民政局", 5552041, ("蔺春红", "linch", "社会事务股股长"), ("滕海生", "tenghs", "副局长")),
    _pair(DISTRICT, "区人社局", 5552051, ("卓文娟", "zhuowj", "就业股股长"), ("屈向阳", "quxy", "副局长")),
    _pair(DISTRICT, "区卫健局", 5552061, ("荆淑仪", "jingsy", "妇幼健康股股长"), ("宣国梁", "xuangl", "副局长")),
    _pair(DISTRICT, "区妇联", 5552071, ("冉秋菊", "ranqj", "权益部部长"), ("明德源", "mingdy", "副主席")),
    _pair(COUNTY, "县委组织部", 5553001, ("蒙小娅", "mengxy", "干部股股长"), ("晏书怀", "yansh", "副部长")),
    _pair(COUNTY, "县委宣传部", 5553011, ("童彩霞", "tongcx", "宣传股股长"), ("翁永和", "wengyh", "副部长")),
    _pair(COUNTY, "县教体局", 5553021, ("甄玉环", "zhenyh", "基础教育股股长"), ("毕成林", "bicl", "副局长")),
    _pair(COUNTY, "县公安局", 5553031, ("虞晚秋", "yuwq", "法制大队教导员"), ("闵志刚", "minzg", "副局长")),
    _pair(COUNTY, "县民政局", 5553041, ("谷雨桐", "guyt", "社会事务股股长"), ("佟振东", "tongzd", "副局长")),
    _pair(COUNTY, "县人社局", 5553051, ("尚美玲", "shangml", "就业股股长"), ("卞学文", "bianxw", "副局长")),
    _pair(COUNTY, "县卫健局", 5553061, ("麦红梅", "maihm", "妇幼健康股股长"), ("解维桢", "xiewz", "副局长")),
    _pair(COUNTY, "县妇联", 5553071, ("应若男", "yingrn", "权益部部长"), ("鞠长河", "juch", "副主席")),
)

UNIT_PEOPLE: tuple[PersonText, ...] = tuple(person for pair in _PAIRS for person in pair)
PEOPLE: tuple[PersonText, ...] = COMMITTEE_PEOPLE + UNIT_PEOPLE
