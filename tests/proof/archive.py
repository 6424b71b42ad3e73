"""Every form of paper, in every way it is set, is a valid PDF/A-1b by Apache Preflight.

    python -m tests.proof.archive

Needs Java and Debian's libpdfbox2-java, libcommons-logging-java, libcommons-io-java, libactivation-java and
libjaxb-api-java; where they are missing it says so and proves nothing. TRACKER_JARS names another folder of jars.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tracker.documents import pdf
from tracker.documents.blocks import Document, Form
from tracker.documents.samples import sample

NEEDED = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "commons-io")
WANTED = ("activation", "javax.activation", "jaxb-api")
CHECKER = "org.apache.pdfbox.preflight.Validator_A1b"


def papers() -> Iterator[tuple[str, Document, bool]]:
    """(name, paper, tagged): every sample as users get it, untagged, and as a draft under its watermark."""
    for form in Form:
        if form is Form.PLAIN:
            continue
        paper = sample(form)
        yield form, paper, True
        yield f"{form}-untagged", paper, False
        yield f"{form}-draft", replace(paper, watermark="草稿"), True


def class_path() -> str | None:
    """Where the checker's jars are, or None when there is no checker on this machine."""
    folder = Path(os.environ.get("TRACKER_JARS", "/usr/share/java"))
    if shutil.which("java") is None or not all((folder / f"{name}.jar").exists() for name in NEEDED):
        return None
    found = [folder / f"{name}.jar" for name in (*NEEDED, *WANTED)]
    return os.pathsep.join(str(jar) for jar in found if jar.exists())


def check(folder: Path, jars: str) -> list[str]:
    """What the checker says against the files of a folder, one sentence each."""
    said = subprocess.run(
        ["java", "-cp", jars, CHECKER, "batch", str(folder)], capture_output=True, text=True, check=False
    ).stdout
    valid = {line.split()[2] for line in said.splitlines() if line.endswith("is a valid PDF/A-1b file")}
    unproved = sorted(path.name for path in folder.iterdir() if path.name not in valid)
    return [f"{name}: not proved valid" for name in unproved] + ([said] if unproved else [])


def broken(content: bytes) -> bytes:
    """The same file without its claim to be PDF/A: the checker must find it, or it checks nothing."""
    return content.replace(b"<pdfaid:part>1<", b"<pdfaid:part>7<")


def main() -> int:
    jars = class_path()
    if jars is None:
        print("PDF/A：没有 Java 或 libpdfbox2-java 等软件包，本项未验证。")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder, spoiled = Path(name) / "sound", Path(name) / "spoiled"
        folder.mkdir()
        spoiled.mkdir()
        for number, (paper, document, tagged) in enumerate(papers()):
            content = pdf.render(document, tagged=tagged).content
            (folder / f"{paper}.pdf").write_bytes(content)
            if number == 0:
                (spoiled / "spoiled.pdf").write_bytes(broken(content))
        faults = check(folder, jars)
        if not check(spoiled, jars):
            faults.append("the checker took a spoiled file for sound")
        count = len(list(folder.iterdir()))
    for fault in faults:
        print(fault)
    print(f"PDF/A-1b：{count}份文件，{'有不合格' if faults else '全部合格'}。")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
