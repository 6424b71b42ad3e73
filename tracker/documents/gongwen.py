"""The measures of GB/T 9704-2012 in one place, in points from the page's top left unless said otherwise.

Clause numbers in comments. What the standard leaves open is decided here once and named as ours.
"""

from __future__ import annotations

from typing import NamedTuple

MM = 72 / 25.4

# ------------------------------------------------------------------ page and grid (5.1, 5.2)

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
TOP = 37 * MM  # 天头
LEFT = 28 * MM  # 订口
TEXT_WIDTH, TEXT_HEIGHT = 156 * MM, 225 * MM  # 版心
LINES, CHARACTERS = 22, 28

BODY_SIZE = 16.0  # 三号
PITCH = TEXT_WIDTH / CHARACTERS  # 28 × 16 pt are wider than 156 mm, so the pitch is 15.79 pt
TRACKING = PITCH - BODY_SIZE
LINE = TEXT_HEIGHT / LINES - 1e-4  # a hair less, or the 22nd line would not fit by rounding
INK_ABOVE_MIDDLE = 0.36  # the baseline lies this share of the size below a line's middle

TITLE_SIZE = 22.0  # 二号
TITLE_LEADING = 34.0  # ours; the whole title is rounded up to full lines of the grid
IMPRINT_SIZE = 14.0  # 四号
IMPRINT_LEADING = 22.0
RED = "D00000"

# ------------------------------------------------------------------ head (7.2), letter head (10.1)

MASTHEAD_TOP = 35 * MM  # below the top of the 版心 (7.2.4)
MASTHEAD_SIZE = 46.0  # ours: as large as fits, never above this
BULLETIN_MASTHEAD, READING_MASTHEAD = 52.0, 36.0  # ours: 简报, 呈阅件
READING_LINE = TEXT_HEIGHT / 24 - 1e-3  # ours: one page holds all, and nothing on it needs the grid
READING_TOP = 25 * MM
LEAST_OPINIONS = 2 * LINE  # ours: lower than this nobody writes in it
MASTHEAD_NARROWEST = 0.62  # ours: a long name is set narrow before it is set small
INK_TOP = 0.86  # how far ink reaches above the baseline, in ems, in the masthead's face
LINES_ABOVE_NUMBER = 2  # 发文字号 (7.2.5)
RULE_BELOW_NUMBER = 4 * MM  # red rule (7.2.7)
RULE_THICKNESS = 0.5 * MM
LINES_ABOVE_TITLE = 2  # 标题 (7.3.1)

LETTER_MASTHEAD_TOP = 30 * MM  # from the page's top edge
LETTER_RULE_BELOW = 4 * MM
LETTER_RULE_WIDTH = 170 * MM
LETTER_RULE_FOOT = 20 * MM  # the second double rule, above the page's bottom edge
LETTER_ITEMS_BELOW = BODY_SIZE * 7 / 8
LETTER_THICK, LETTER_THIN, LETTER_APART = 0.9 * MM, 0.3 * MM, 0.5 * MM  # ours

# ------------------------------------------------------------------ end (7.3.5, 7.4, 7.5)

SEAL = 42 * MM  # usual seal of a county or city body
LINES_ABOVE_SEALED_NAME = 2  # a 42 mm seal over name and date then reaches within one line of the text
IMPRINT_THICK, IMPRINT_THIN = 0.35 * MM, 0.25 * MM
NUMBER_BELOW = 7 * MM  # the page number's middle below the 版心
NUMBER_SIZE = 14.0

# ------------------------------------------------------------------ ours

TABLE_SIZE, TABLE_LEADING = 10.5, 15.0  # 五号
WIDE_TABLE_SIZE, WIDE_TABLE_LEADING = 12.0, 18.0  # 小四, for tables of few columns
FEW_COLUMNS = 4
TABLE_PADDING = 3.0
TABLE_RULE = 0.4
ROOM_BEFORE_TABLE = ROOM_AFTER_TABLE = 6.0
HEAD_SHADE = "F0F0F0"
CAPTION_SIZE, CAPTION_LEADING = 12.0, 22.0
NOTE_SIZE, NOTE_LEADING = 10.5, 16.0
QR_SIZE = 20 * MM
QR_BELOW = 3 * MM  # the 版心
QR_SMALL, QR_SMALL_BELOW = 12 * MM, 0.5 * MM  # between the 版心 and the rule at a letter's foot
WATERMARK_SIZE, WATERMARK_INK = 120.0, "E9E9E9"


class Area(NamedTuple):
    """Where text may stand on a page, and the page's own size."""

    left: float
    top: float
    width: float
    height: float
    page_width: float
    page_height: float


PORTRAIT = Area(LEFT, TOP, TEXT_WIDTH, TEXT_HEIGHT, PAGE_WIDTH, PAGE_HEIGHT)
READING = Area(LEFT, READING_TOP, TEXT_WIDTH, TOP + TEXT_HEIGHT - READING_TOP, PAGE_WIDTH, PAGE_HEIGHT)
# A landscape page is a portrait page turned: head at the 订口 on odd pages, at the 切口 on even ones (8).
LANDSCAPE = Area(35 * MM, 28 * MM, TEXT_HEIGHT, TEXT_WIDTH, PAGE_HEIGHT, PAGE_WIDTH)


def table_size(columns: int) -> tuple[float, float]:
    """Size and leading of a table's words."""
    return (WIDE_TABLE_SIZE, WIDE_TABLE_LEADING) if columns <= FEW_COLUMNS else (TABLE_SIZE, TABLE_LEADING)
