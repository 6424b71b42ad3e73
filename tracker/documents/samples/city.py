"""Who signs in the samples, and what they copy to: a city that is nowhere."""

from __future__ import annotations

from datetime import date

OFFICE = "清河市妇女儿童工作委员会办公室"
SHORT = "清河市妇儿工委办公室"
COPY_TO = "省妇儿工委办公室，市委办公室，市人大常委会办公室，市政府办公室，市政协办公室。"
DAY = date(2027, 2, 20)
