"""What must not stand in a file that people upload here: identity numbers, marks of secrecy. A hint, no proof."""

from __future__ import annotations

import re
from datetime import date

IDENTITY = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})((?:18|19|20)\d{2})(\d{2})(\d{2})(\d{3})([0-9Xx])(?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
MASK = "******************"

IN_TEXT = re.compile(
    r"(绝密|机密|秘密)\s*[★☆]|(?:密级|保密等级)\s*[:：]\s*(绝密|机密|秘密)|(内部资料|内部文件|工作秘密)"
)
IN_NAME = re.compile(r"绝密|机密|(?<!商业)(?<!工作)秘密|内部资料|内部文件|工作秘密")


def identity_numbers(text: str) -> list[str]:
    """The 18-digit identity numbers in a text: with a real day of birth and the right check digit."""
    return [found[0] for found in IDENTITY.finditer(text) if _is_identity(found)]


def masked(text: str) -> str:
    """The text without its identity numbers."""
    return IDENTITY.sub(lambda found: MASK if _is_identity(found) else found[0], text)


def secret_marks(name: str, text: str) -> list[str]:
    """Marks of secrecy in a file's name or text, each once."""
    marks = [found[0] for found in IN_NAME.finditer(name)]
    marks += [next(filter(None, found.groups())) for found in IN_TEXT.finditer(text)]
    return list(dict.fromkeys(marks))


def suspicions(name: str, text: str) -> list[str]:
    """What a person should look at again, as parts of a sentence; empty when nothing was noticed."""
    said = []
    if numbers := len(set(identity_numbers(name) + identity_numbers(text))):
        said.append(f"疑似身份证号码{numbers}个")
    if marks := secret_marks(name, text):
        said.append(f"含“{'”“'.join(marks)}”字样")
    return said


def _is_identity(found: re.Match[str]) -> bool:
    digits, last = found[0][:17], found[0][17].upper()
    try:
        date(int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return CHECKS[total % 11] == last
