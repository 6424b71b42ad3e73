"""From the click to the stored files: a circular over 40 units × 800 items, on both databases.

    python -m benchmarks.circular [--databases sqlite postgresql] [--keep FOLDER]

Freezing the figures, making PDF, DOCX and XLSX, signing and issuing, each by the room's own actions as the pages call
them; medians of several. The ratio is to the bare making of the same PDF: what the house adds to the printing.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from benchmarks._house import House, house
from seed.stage import moment
from tracker.accounts import queries as people
from tracker.accounts.models import Holding, Post, User
from tracker.core import clock, files
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.documents import docx, pdf
from tracker.supervision import actions, documents
from tracker.supervision.models import Circular
from tracker.supervision.queries import circulars as queries

TIMES = 5


def actor_of(login: str, day: int) -> Actor:
    """Somebody of the demo, so many days from today."""
    rows = select(Holding).join(User, User.id == Holding.user_id).join(Post, Post.id == Holding.post_id)
    holding = db.session.scalars(rows.where(User.login == login)).first()
    assert holding is not None
    return people.actor_for(holding, moment(clock.today() + timedelta(days=day)))


def once(day: int) -> dict[str, float]:
    """One circular from draft to issue; seconds of each step."""
    officer, head = actor_of("guanxn", day), actor_of("shenrx", day)
    round_ = queries.rounds_to_report_on(officer)[0]
    marks = [("", time.perf_counter())]

    def mark(word: str) -> None:
        marks.append((word, time.perf_counter()))

    number = actions.draft_circular(officer, round_, cut_off_on=officer.on).id
    mark("figures frozen")
    actions.sign(head, db.session.get_one(Circular, number))
    mark("signed")
    circular = db.session.get_one(Circular, number)
    document = documents.circular_document(circular, issued_on=head.on)
    mark("composed")
    printed = pdf.render(document).content
    mark("PDF")
    word = docx.render(document)
    mark("DOCX")
    stored = files.put_bytes(printed), files.put_bytes(word)
    signed_hash = circular.hash or ""
    actions.issue(head, circular, pdf=stored[0], docx=stored[1], signed_hash=signed_hash)
    mark("issued, XLSX, stored, told")
    return {word: at - before for (_, before), (word, at) in pairwise(marks)}


def measure(one: House) -> None:
    with one.opened():
        runs = [once(day) for day in range(1, TIMES + 1)]
        figures = db.session.scalars(select(Circular).order_by(Circular.id.desc()).limit(1)).one().figures
    steps = {word: statistics.median(run[word] for run in runs) for word in runs[0]}
    total = sum(steps.values())
    counted, printed, units = len(figures["rows"]), len(figures["items"]), len(figures["units"])
    print(f"\n{one.database}: {units} units, {counted} items counted, {printed} printed in the annex")
    for word, seconds in steps.items():
        print(f"{word:<28}{seconds:>8.3f} s")
    print(f"{'from the click to the files':<28}{total:>8.3f} s, {total / steps['PDF']:.1f} × the bare PDF")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "gangmu-bench")
    asked = parser.parse_args()
    for database in asked.databases:
        measure(house(asked.keep, database, 1, 1))


if __name__ == "__main__":
    main()
