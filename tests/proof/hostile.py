"""10,000 hostile inputs by everybody: `python -m tests.proof.hostile [--postgresql] [--inputs 10000] [--seed 1]`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from tests import cast as casting
from tests.attack import marks
from tests.attack.hostile import Siege, Toll
from tests.guards import abroad
from tests.guards import world as worlds
from tests.postgres import fresh_database
from tests.undone import undone
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db


def prove(folder: Path, url: str, inputs: int, number: int) -> Toll:
    """One world with everybody in it, besieged."""
    os.environ["TRACKER_CLOCK"] = worlds.NOW
    app = create_app(Settings(instance=folder, database_url=url, secret_key="proof"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = casting.CastClient
    with app.app_context():
        db.create_all()
        cast = casting.build()
    with undone(app) as connection:
        world = worlds.build(cast)
        worlds.sign_in(world)
        abroad.settle(world)
        print("marked texts:", dict(zip(("draft", "unit", "office"), marks.put(world).values(), strict=True)))
        siege = Siege(app, world, connection, lambda said: print(said, flush=True))
        siege.look_round(most=inputs // 2)
        print(f"walked {siege.toll.inputs} pages and documents, found {len(siege.forms)} forms")
        siege.storm(max(inputs - siege.toll.inputs, 100), number)
    with undone(app) as connection:  # PostgreSQL holds only so many locks for one transaction
        world = worlds.build(cast)
        worlds.sign_in(world)
        abroad.settle(world)
        wrong = abroad.wrong_doors(app, world, connection, abroad.everybody)
        print(f"people of other committees at every door: {len(wrong)} wrong", *wrong.items(), sep="\n    ")
    siege.toll.faults |= wrong
    return siege.toll


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    logging.disable(logging.INFO)
    logging.getLogger().addHandler(logging.NullHandler())  # what breaks is told below, once a kind
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        url = fresh_database("hostile") if wanted.postgresql else f"sqlite:///{name}/hostile.sqlite3"
        toll = prove(Path(name), url, wanted.inputs, wanted.seed)
    for what, count in sorted(toll.sent.items()):
        print(f"  {count:6} {what}")
    print("  answers:", dict(sorted(toll.answers.items())))
    print(f"{toll.inputs} inputs, {len(toll.faults)} kinds of fault, {time.monotonic() - began:.0f} s")
    return 1 if toll.faults else 0


if __name__ == "__main__":
    sys.exit(main())
