"""Build the typefaces of tracker/documents/fonts from the packages they come in.

    python scripts/build_fonts.py SOURCES [-o tracker/documents/fonts]

SOURCES is a folder with these packages unpacked below it (see tracker/documents/fonts/README.md for the commands):
texlive-lang-chinese, fonts-lxgw-wenkai and unicode-data of Debian; @expo-google-fonts/noto-serif-sc and noto-sans-sc of
npm. Each face is cut to the characters official papers need, without hinting and layout tables, and a few marks are put
on the em grid: “ ” ‘ ’ and · take one em, —— joins. The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import bz2
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.misc.transform import Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

EM = 1000
CURVE_TOLERANCE = 1.0  # units of 1/1000 em between the cubic outline and its quadratic twin
FIXED_TIME = 3_786_912_000  # 2024-01-01 in the font epoch: a build must not depend on its day
HINTING_LIMITS = (
    "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
    "maxSizeOfInstructions", "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours",
    "maxComponentElements", "maxComponentDepth",
)  # fmt: skip
KEPT_TABLES = {"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "OS/2", "post", "GlyphOrder"}

SYMBOLS = (
    "–—―‐‑‘’“”†‡•…‰′″※‼⁇℃℅№℡™Ω℮⅓⅔⅛ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ←↑→↓↗↘⇒⇔∀∂∈∏∑−√∝∞∠∥∧∨∩∪∫∴∵∽≈≌≠≡≤≥≦≧≮≯⊕⊙⊥"
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽■□▢▲△▼▽◆◇○◎●◯★☆☐☑☒✓✔✗、。〃々〆〇〈〉《》「」『』【】〒〓〔〕〖〗〘〙〜㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
    "㎎㎏㎜㎝㎞㎡㎥㏄㊣￠￡￥￣⿰⿱"
)
# Given names and surnames outside the general table that offices meet every year.
NAMES = (
    "喆堃犇骉羴猋淼焱垚鑫赟贇彧玥玙珺瑀瑄璟璠璿甯祎祐禛竑筠翀翃翊芃芊芷苡蓁蘅訚諴頔龑龢髙靑昇陞勛勳囯囍啓喦嘦墭壵壐夊夑姁姃姈姍姮姸姵娍娳娸娬婈婌婍婧婞"
    "媁媖媺嫄嫕嫚嫤嬿孆孋孭宬寗寳尅尒屾峸崑崙崧嵘嵊嶒巃幷廔弢彣徛悳惄惢愙愷慤慬憙懋戩抃挊掽揵搢敉敔斅斈斝旃旲昍昐昑昚昜昞昪昫晈晊晙晛晢晥晪暄暐暕暘暠暻曌曐曦"
    "杋枬柟栐栔桄桉桢梽棪棽椃椘椮楗楘楙榑榕榟榳槇槊樉樑橒橓欻毌氶汭沄沕沬泂泓泺洺浛浟浡涄涓淏淯渂渏渼湦湸溁溍滃滎滢漘漪潆潓潾澂澄澔澐澝濛濬灏炅炆炘烎烜焌焜焮煊"
    "煐煕煚熇熠燊燚爕牮犠玎玏玔玘玚玞玠玢玦玧玭玹珂珅珈珏珒珖珣珦珧珪珲珵珽琀琇琎琏琤琬琭琮琯琰琲琼瑃瑆瑒瑗瑛瑢瑭瑱璈璐璘璥璨璩璪璲璺瓛甡畇皛皞皦皪盢睿硕碤祜祾禕禩秝"
    "穀窅竫笪筱篪粦絜綝緁縂翎翕翙翾耑聃聿肜胤臸芑芮苒荇莀莆莙菀菂菡葭蒖蓥蕗薇藦蘋虓蚡袆裬裵覀覃觉訸誩諲讷谞貤賁赑趯跞輋辀迺逖逯遹邈郄鄢鄯酆醍釗鈞銥銘鋆鋐錡鍇鎏鎔鏊鏐鑔鑨"
    "閎闿阇阼隄隽雒雩霂霈霅靄靘靓韡韪頠頫顒颋颙飏駪騄騏驊骎髹魃鳯鵾麃麐麴黟鼐齉龘龠"
)


@dataclass(frozen=True)
class Face:
    """A face to build: where it comes from and what it is called afterwards."""

    file: str
    name: str  # the reserved names of LXGW and Source may not be used for a changed face
    source: str
    origin: str
    licence: str


FANDOL_LICENCE = "GPL-3.0 with font exception; see licences/Fandol-GPL-3.txt"
OFL = "SIL Open Font License 1.1; see licences"
NOTO = "package/{0}/{1}_{0}.ttf"
FACES = (
    Face(
        "fang.ttf",
        "Gangmu Fang",
        "texlive-lang-chinese/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",
        "FandolFang-Regular, cubic outlines turned quadratic",
        FANDOL_LICENCE,
    ),
    Face(
        "song.ttf",
        "Gangmu Song",
        "expo-google-fonts-noto-serif-sc/" + NOTO.format("400Regular", "NotoSerifSC"),
        "Noto Serif SC Regular",
        OFL,
    ),
    Face(
        "biao.ttf",
        "Gangmu Biaosong",
        "expo-google-fonts-noto-serif-sc/" + NOTO.format("700Bold", "NotoSerifSC"),
        "Noto Serif SC Bold",
        OFL,
    ),
    Face(
        "hei.ttf",
        "Gangmu Hei",
        "expo-google-fonts-noto-sans-sc/" + NOTO.format("500Medium", "NotoSansSC"),
        "Noto Sans SC Medium",
        OFL,
    ),
    Face(
        "kai.ttf",
        "Gangmu Kai",
        "fonts-lxgw-wenkai/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
        "a WenKai face by lxgw, derived from Klee",
        OFL,
    ),
)


def general_table(unihan_folder: Path) -> set[int]:
    """The 8,105 characters of 通用规范汉字表 (Unihan property kTGH)."""
    found: set[int] = set()
    for path in sorted(unihan_folder.glob("Unihan_*.txt.bz2")):
        with bz2.open(path, "rt", encoding="utf-8") as lines:
            found.update(int(line[2:].split("\t")[0], 16) for line in lines if "\tkTGH\t" in line and line[0] == "U")
    if len(found) != 8105:
        raise SystemExit(f"expected the 8,105 characters of the general table, found {len(found)}")
    return found


def gb2312() -> set[int]:
    """Every character of GB 2312, symbols included."""
    return {ord(char) for lead in range(0xA1, 0xF8) for char in _decoded(lead)}


def _decoded(lead: int) -> Iterator[str]:
    for trail in range(0xA1, 0xFF):
        yield from bytes((lead, trail)).decode("gb2312", "ignore")


def wanted_characters(unihan_folder: Path) -> set[int]:
    ascii_and_latin = {*range(0x20, 0x7F), *range(0xA0, 0x180)}
    fullwidth = set(range(0xFF01, 0xFF5F))
    return general_table(unihan_folder) | gb2312() | ascii_and_latin | fullwidth | set(map(ord, SYMBOLS + NAMES))


def to_quadratic(font: TTFont) -> None:
    """Replace CFF by glyf: reportlab and PDF/A viewers are served with TrueType outlines only."""
    order, glyph_set = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyph_set[name].draw(Cu2QuPen(pen, max_err=CURVE_TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    font["maxp"].tableVersion = 0x00010000
    for field in HINTING_LIMITS:
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    font.sfntVersion = "\000\001\000\000"


def flatten(font: TTFont) -> None:
    """Composite glyphs become simple ones: the PDF writer copies outlines byte by byte."""
    glyf, glyph_set = font["glyf"], font.getGlyphSet()
    for name in font.getGlyphOrder():
        if glyf[name].isComposite():
            record, pen = DecomposingRecordingPen(glyph_set), TTGlyphPen(None)
            glyph_set[name].draw(record)
            record.replay(pen)
            glyf[name] = pen.glyph()


def redraw(font: TTFont, char: str, transform: Transform) -> None:
    """Give ``char`` a changed outline and one em of width."""
    name = font.getBestCmap().get(ord(char))
    if name is None:
        return
    glyph_set, pen = font.getGlyphSet(), TTGlyphPen(None)
    glyph_set[name].draw(TransformPen(pen, transform))
    font["glyf"][name] = pen.glyph()
    bounds = font["glyf"][name]
    bounds.recalcBounds(font["glyf"])
    font["hmtx"][name] = (EM, bounds.xMin if bounds.numberOfContours else 0)


def bounds_of(font: TTFont, char: str) -> tuple[float, float]:
    glyph_set = font.getGlyphSet()
    pen = BoundsPen(glyph_set)
    glyph_set[font.getBestCmap()[ord(char)]].draw(pen)
    return pen.bounds[0], pen.bounds[2]


def put_on_em_grid(font: TTFont) -> None:
    """One em for quotation marks and ·, and a dash that reaches both edges so that —— has no gap."""
    widths, cmap = font["hmtx"], font.getBestCmap()

    def width(char: str) -> int:
        return widths[cmap[ord(char)]][0]

    for opening in "“‘":
        if width(opening) < EM:
            redraw(font, opening, Transform(1, 0, 0, 1, EM - width(opening) - 60, 0))
    for closing in "”’":
        if width(closing) < EM:
            redraw(font, closing, Transform(1, 0, 0, 1, 60, 0))
    if width("·") < EM:
        redraw(font, "·", Transform(1, 0, 0, 1, (EM - width("·")) / 2, 0))
    left, right = bounds_of(font, "—")
    if left > 0 or right < EM:
        scale = EM / (right - left)
        redraw(font, "—", Transform(scale, 0, 0, 1, -left * scale, 0))


def cut(font: TTFont, characters: Iterable[int]) -> None:
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 4, 5, 6]
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def drop_other_tables(font: TTFont) -> None:
    for tag in set(font.keys()) - KEPT_TABLES:
        del font[tag]


def rename(font: TTFont, face: Face) -> None:
    names = font["name"]
    copyright_line = names.getDebugName(0) or ""
    names.names = []
    for number, text in {
        0: copyright_line,
        1: face.name,
        2: "Regular",
        4: face.name,
        5: "Version 1.0",
        6: face.name.replace(" ", ""),
        10: f"Cut for official papers from {face.origin}.",
        13: face.licence,
    }.items():
        names.setName(text, number, 3, 1, 0x409)


def build(face: Face, sources: Path, target: Path, characters: set[int]) -> None:
    font = TTFont(sources / face.source, recalcTimestamp=False)
    if font["head"].unitsPerEm != EM:
        raise SystemExit(f"{face.source}: 1000 units per em expected")
    cut(font, characters & set(font.getBestCmap()))
    if "glyf" not in font:
        to_quadratic(font)
    drop_other_tables(font)
    flatten(font)
    put_on_em_grid(font)
    rename(font, face)
    font["head"].created = font["head"].modified = FIXED_TIME
    font["head"].macStyle = 0
    font["OS/2"].fsSelection = 0x40  # every face is the regular of its own family
    font["post"].formatType = 3.0
    font.save(target / face.file, reorderTables=True)
    lacking = sum(1 for code in characters if code not in font.getBestCmap())
    sys.stdout.write(
        f"{face.file}: {len(font.getBestCmap())} characters, {lacking} wanted ones lacking, "
        f"{(target / face.file).stat().st_size / 1e6:.1f} MB\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("tracker/documents/fonts"))
    arguments = parser.parse_args()
    characters = wanted_characters(arguments.sources / "unicode-data/usr/share/unicode")
    arguments.output.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        build(face, arguments.sources, arguments.output, characters)


if __name__ == "__main__":
    main()
