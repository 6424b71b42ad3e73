"""A small siege, and people of other committees at every door; `make proof` sends everybody and 10,000 inputs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.attack import marks
from tests.attack.hostile import Siege
from tests.cast import Cast
from tests.guards import abroad
from tests.guards import world as worlds
from tests.guards.world import World
from tests.undone import undone

FORMS_OF = ("liaison", "officer")
PEEPERS = ("other_liaison", "sysadmin", "lower_head")


@pytest.fixture(scope="module")
def surroundings(app: Flask, _built: Cast) -> Iterator[tuple[World, Connection]]:
    """The guards' world with people abroad, and marks in the texts of our unit and of the office."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_CLOCK", worlds.NOW)
        with undone(app) as connection:
            world = worlds.build(_built)
            worlds.sign_in(world)
            abroad.settle(world)
            assert all(count > 5 for count in marks.put(world).values())
            yield world, connection


def test_whoever_belongs_to_another_committee_finds_nothing_of_ours(
    app: Flask, surroundings: tuple[World, Connection]
) -> None:
    assert abroad.wrong_doors(app, *surroundings, abroad.some) == {}


def test_the_marks_are_read_by_those_who_may(app: Flask, surroundings: tuple[World, Connection]) -> None:
    """A siege that looks for words nobody is ever shown would find nothing whatever the house does."""
    siege = Siege(app, *surroundings)
    world = surroundings[0]
    page = siege.send("liaison", "GET", world.address("/reports/<draft report>"), what="pages")
    assert page is not None
    assert marks.DRAFT in page.text
    assert marks.betrayed("officer", page) == [marks.DRAFT]
    assert marks.betrayed("other_liaison", page) == [marks.DRAFT, marks.UNIT], "last year's promises stand beside it"
    for address, mark in (("/reports/<report>/review", marks.UNIT), ("/notices/<draft notice>", marks.OFFICE)):
        page = siege.send("officer", "GET", world.address(address), what="pages")
        assert page is not None
        assert mark in page.text, address


def test_a_small_siege_breaks_nothing_and_finds_nothing(app: Flask, surroundings: tuple[World, Connection]) -> None:
    siege = Siege(app, *surroundings)
    siege.look_round(FORMS_OF, most=100)
    siege.look_round(PEEPERS, most=120)
    assert len(siege.forms) > 20
    siege.storm(120)
    assert siege.toll.faults == {}
    assert siege.toll.inputs >= 300
