"""Words and files that nobody should ever send."""

from __future__ import annotations

HUGE = "9" * 20
SCRIPT = "<script>alert(71)</script>"
_LINES = f"""0
00
-1
{HUGE}
-{HUGE}
1e999
NaN
inf
0x1f
²
２
٣
1.5
0001-01-01
9999-12-31
2026-02-30
２０２６-０１-０１
2026-1-1T99:99
2026-01-08
24:00
' OR '1'='1
'; --
{SCRIPT}
"><img src=x onerror=alert(71)>{SCRIPT}
{{{{7*7}}}}
{{% raw %}}
%s%n%x
../../../etc/passwd
..\\..\\win.ini
http://evil.example/
//evil.example
javascript:alert(71)
on
true
null
[]
{{}}
{{"a":[1]}}
1,2,3
,
=1+1
@SUM(A1)
None
Report:1
entry:1
section:progress
*
\\
%
_"""
WORDS: list[str | bytes] = [
    *_LINES.splitlines(), "", " ", "\x00", "a\x00b", "\t\r\n", "x\r\nX-Injected: 1", "\u202e\u200b\ufeff",
    "\U0001f600", "字" * 400, "字" * 30_000, "a" * 100_000, b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf",
]  # fmt: skip
FILES: list[tuple[str, bytes]] = [
    ("空.docx", b""),
    ("坏.docx", b"PK\x03\x04 broken"),
    ("坏.pdf", b"%PDF-1.7\n%%EOF"),
    ("图.png", b"\x89PNG\r\n\x1a\n"),
    ("../../逃.txt", "文字".encode()),
    ("名单.csv", "姓名,登录名\n=1+1,x".encode("gb18030")),
    ("字.txt", b"\xff\xfe\x00\x01"),
    ("a" * 300 + ".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("\x00.exe", b"MZ\x90\x00"),
]
