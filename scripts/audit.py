"""What is inside, and whether anything of it is known to be vulnerable: `python scripts/audit.py [LOCK …]`.

Writes a list of components (SBOM, CycloneDX) to build/, and asks pip-audit for each lock file. A known vulnerability is
exit code 1; a service that cannot be reached is said aloud and is no failure: one must be able to build without it.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-extras.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.M)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
PATIENCE = 25


def pins(lock: Path) -> dict[str, tuple[str, list[str]]]:
    """Name → version and hashes."""
    text = lock.read_text(encoding="utf-8")
    found = list(PIN.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {one[1].lower(): (one[2], HASH.findall(text[one.end() : end])) for one, end in zip(found, ends, strict=True)}


def component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "externalReferences": [
            {"type": "distribution", "url": f"pkg:pypi/{name}@{version}",
             "hashes": [{"alg": "SHA-256", "content": one} for one in hashes]}
        ],
    }  # fmt: skip
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return made
    licence = about.get("License-Expression") or next(
        (one.rsplit("::", 1)[-1].strip() for one in about.get_all("Classifier") or [] if one.startswith("License ::")),
        "",
    )
    if licence:
        made["licenses"] = [{"license": {"name": licence}}]
    return made


def bill(locks: list[Path]) -> dict[str, Any]:
    """Every component of the lock files, in CycloneDX."""
    every = {name: pin for lock in locks for name, pin in pins(lock).items()}
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "application", "name": "gangmu", "version": version[1] if version else ""}},
        "components": [component(name, *pin) for name, pin in sorted(every.items())],
    }  # fmt: skip


def asked(lock: Path, command: list[str]) -> tuple[list[str], int, int] | None:
    """Known vulnerabilities as sentences, how many were checked and how many the service does not know; None where it
    could not be reached."""
    words = [
        "-r",
        str(lock),
        "--no-deps",
        "--disable-pip",
        "--timeout",
        "10",
        "-f",
        "json",
        "--progress-spinner",
        "off",
    ]
    try:
        done = subprocess.run([*command, *words], capture_output=True, text=True, timeout=PATIENCE, check=False)
        said = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    checked = [one for one in said if "skip_reason" not in one]
    known = [
        f"{one['name']} {one['version']}：{flaw['id']}，修复版本 {'、'.join(flaw['fix_versions']) or '尚无'}"
        for one in checked
        for flaw in one["vulns"]
    ]
    return known, len(checked), len(said) - len(checked)


def main(arguments: list[str], command: list[str] | None = None) -> int:
    locks = [ROOT / name for name in (arguments or LOCKS) if (ROOT / name).exists()]
    target = ROOT / "build" / "sbom.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(bill(locks), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"组件清单：build/{target.name}")
    known: list[str] = []
    for lock in locks:
        answer = asked(lock, command or [str(Path(sys.executable).with_name("pip-audit"))])
        if answer is None or not answer[1]:
            print(f"{lock.name}：漏洞库无法访问，没有检查。")
            continue
        flaws, checked, unknown = answer
        known += flaws
        print(f"{lock.name}：检查{checked}个组件，{unknown}个不在漏洞库中，已知漏洞{len(flaws)}个。")
    for flaw in known:
        print(flaw)
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
