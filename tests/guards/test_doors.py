"""Every door × every member of the cast.

One line of the table is one address with the objects of tests/guards/world.py in angle brackets: who comes in, and who
sees the object without being allowed. Whoever is in neither set gets 404 where the address names an object of the
committee's or a unit's own, 403 where it does not; a stranger is led to sign in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from tests.cast import Cast
from tests.guards import world as worlds
from tests.guards.world import World
from tests.undone import undone
from tracker.core.db import db

UNIT = frozenset({"liaison", "leader"})  # of 市教育局, whose objects these are
OTHERS = frozenset({"other_liaison", "other_leader"})
UNITS = UNIT | OTHERS
LIAISON, LEADER = frozenset({"liaison"}), frozenset({"leader"})
OFFICER, HEAD, CHAIR = frozenset({"officer"}), frozenset({"head"}), frozenset({"chair"})
OFFICE = frozenset({"officer", "second_officer"}) | HEAD
TOPMOST = frozenset({"upper_officer"})
ABROAD = frozenset({"lower_officer"}) | TOPMOST
SYSADMIN, SECADMIN, AUDITOR = frozenset({"sysadmin"}), frozenset({"secadmin"}), frozenset({"auditor"})
ADMINS = SYSADMIN | SECADMIN | AUDITOR
OFFICES = OFFICE | ABROAD
BUSINESS = UNITS | OFFICE | CHAIR
COMMITTEE = OFFICE | CHAIR
EVERYBODY = frozenset(Cast.ROLES) - {"stranger"}
ANYBODY = frozenset(Cast.ROLES)
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """Who comes in, and who is told 403 because they see the object."""

    opens: frozenset[str]
    sees: frozenset[str] = NOBODY


DOORS: dict[str, Door] = {
    # --- coming in, and one's own account -----------------------------------------------------------------------------
    "GET POST /sign-in": Door(ANYBODY),
    "GET POST /sign-in/code": Door(ANYBODY),
    "GET /sign-in/oidc": Door(ANYBODY),
    "GET /sign-in/oidc/back": Door(ANYBODY),
    "GET /sign-in/cas": Door(ANYBODY),
    "GET /sign-in/cas/back": Door(ANYBODY),
    "GET POST /forgotten": Door(ANYBODY),
    "GET POST /enter/<key>": Door(ANYBODY),
    "POST /sign-out": Door(ANYBODY),
    "GET POST /invitation/<key>": Door(ANYBODY),
    "GET POST /slip": Door(ANYBODY),
    "POST /password/troubles": Door(ANYBODY),
    "GET POST /setup/<key>": Door(ANYBODY),
    "GET /healthz": Door(ANYBODY),
    "GET /": Door(EVERYBODY),
    "GET /works/<work>": Door(frozenset({"officer"})),
    "GET /works/<work>/progress": Door(frozenset({"officer"})),
    "GET /works/<work>/file": Door(frozenset({"officer"})),
    "GET /account": Door(EVERYBODY),
    "GET /account/data.xlsx": Door(EVERYBODY),
    "GET /account/factor": Door(EVERYBODY),
    "POST /account/factor/begin": Door(EVERYBODY),
    "POST /account/factor/confirm": Door(EVERYBODY),
    "POST /account/factor/codes": Door(EVERYBODY),
    "POST /account/factor/off": Door(EVERYBODY),
    "GET POST /account/successor": Door(UNITS),
    "GET POST /account/contact": Door(EVERYBODY),
    "GET POST /account/password": Door(EVERYBODY),
    "GET POST /account/post": Door(EVERYBODY),
    "POST /account/sessions/<session>/end": Door(EVERYBODY),
    "POST /account/sessions/end-others": Door(EVERYBODY),
    "GET /inbox": Door(EVERYBODY),
    "POST /inbox/read": Door(EVERYBODY),
    "POST /inbox/<message>/open": Door(LIAISON),
    # --- accounts and posts -------------------------------------------------------------------------------------------
    "GET /users": Door(SYSADMIN | SECADMIN),
    "GET /users.xlsx": Door(SYSADMIN | SECADMIN),
    "GET POST /users/new": Door(SYSADMIN),
    "GET /users/<user>": Door(SYSADMIN | SECADMIN),
    "GET /users/<lower user>": Door(SYSADMIN | SECADMIN),
    "GET /users/stale": Door(SYSADMIN),
    "POST /users/stale/close": Door(SYSADMIN),
    "GET POST /users/<user>/factor": Door(SYSADMIN | SECADMIN),
    "GET POST /users/<user>/anonymise": Door(NOBODY, sees=SYSADMIN | SECADMIN),
    "GET POST /leavers/<user>": Door(OFFICE, sees=SYSADMIN | SECADMIN),
    "GET POST /leavers/<officer>": Door(SECADMIN, sees=SYSADMIN),
    "GET POST /users/<user>/edit": Door(SYSADMIN, sees=SECADMIN),
    "POST /users/<user>/link": Door(SYSADMIN, sees=SECADMIN),
    "GET POST /users/<user>/link-order": Door(SYSADMIN, sees=SECADMIN),
    "GET /link-orders/<link order>": Door(SYSADMIN | SECADMIN | AUDITOR),
    "POST /link-orders/<link order>/agree": Door(AUDITOR, sees=SYSADMIN | SECADMIN),
    "POST /link-orders/<link order>/refuse": Door(AUDITOR, sees=SYSADMIN | SECADMIN),
    "GET POST /users/<user>/disable": Door(SYSADMIN, sees=SECADMIN),
    "POST /users/<user>/enable": Door(SYSADMIN, sees=SECADMIN),
    "GET POST /users/<officer>/posts/new": Door(SECADMIN, sees=SYSADMIN),
    "GET POST /holdings/<office holding>/end": Door(SECADMIN),
    "GET POST /holdings/<office holding>/charge": Door(SECADMIN),
    "GET POST /holdings/<unit holding>/end": Door(NOBODY, sees=OFFICE),
    "GET /roster": Door(BUSINESS | ABROAD),
    "GET /roster.docx": Door(BUSINESS | ABROAD),
    "GET /roster.pdf": Door(BUSINESS | ABROAD),
    "GET /roster.xlsx": Door(BUSINESS | ABROAD),
    "GET POST /roster/import": Door(OFFICES),
    "GET /roster/import/sheet.xlsx": Door(OFFICES),
    "GET POST /roster/slips": Door(OFFICES),
    "GET /units/<unit>/posts": Door(OFFICE, sees=UNITS | CHAIR | ADMINS),
    "GET POST /units/<unit>/posts/<role>/successor": Door(OFFICE, sees=UNITS | CHAIR | ADMINS),
    "POST /unit-holdings/<unit holding>/link": Door(OFFICE),
    "POST /unit-holdings/<unit holding>/sign-in-link": Door(OFFICE),
    "GET /proposals/<proposal>": Door(OFFICE, sees=UNIT),
    "POST /proposals/<proposal>/confirm": Door(OFFICE, sees=UNIT),
    "POST /proposals/<proposal>/refuse": Door(OFFICE, sees=UNIT),
    "POST /proposals/<proposal>/withdraw": Door(UNIT, sees=OFFICE),
    "GET POST /unit-holdings/<unit holding>/contact": Door(OFFICE),
    "GET POST /unit-holdings/<unit holding>/end": Door(OFFICE),
    "GET POST /unit-holdings/<unit holding>/deputy": Door(OFFICE),
    "GET POST /account/deputy": Door(UNITS | OFFICES),
    "POST /account/deputies/<own deputy>/end": Door(LIAISON),
    "GET POST /unit-holdings/<office holding>/end": Door(NOBODY, sees=SECADMIN),
    # --- committees, units, calendar ----------------------------------------------------------------------------------
    "GET /units": Door(EVERYBODY),
    "GET /units.xlsx": Door(EVERYBODY),
    "GET POST /units/new": Door(OFFICES | SYSADMIN),
    "GET POST /units/import": Door(OFFICES | SYSADMIN),
    "GET /units/import/sheet.xlsx": Door(OFFICES | SYSADMIN),
    "GET /units/<unit>": Door(BUSINESS | ADMINS),
    "GET /units/<lower unit>": Door(SYSADMIN | {"lower_officer"}),
    "GET POST /units/<unit>/edit": Door(OFFICE | SYSADMIN, sees=UNITS | CHAIR | SECADMIN | AUDITOR),
    "POST /units/<unit>/move": Door(OFFICE | SYSADMIN, sees=UNITS | CHAIR | SECADMIN | AUDITOR),
    "GET POST /units/<unit>/close": Door(OFFICE | SYSADMIN, sees=UNITS | CHAIR | SECADMIN | AUDITOR),
    "GET POST /units/<unit>/reform": Door(OFFICE, sees=UNITS | CHAIR | ADMINS),
    "POST /units/<unit>/reopen": Door(OFFICE | SYSADMIN, sees=UNITS | CHAIR | SECADMIN | AUDITOR),
    "GET POST /settings": Door(OFFICES | SYSADMIN),
    "GET POST /settings/names": Door(OFFICES | SYSADMIN),
    "GET /committees": Door(SYSADMIN),
    "GET POST /committees/new": Door(SYSADMIN),
    "GET POST /committees/<committee>": Door(SYSADMIN, sees=BUSINESS | SECADMIN | AUDITOR),
    "GET POST /committees/<lower committee>": Door(SYSADMIN, sees=SECADMIN | {"lower_officer"}),
    "GET POST /committees/<upper committee>": Door(NOBODY, sees=frozenset({"upper_officer"})),
    "GET /calendar": Door(EVERYBODY),
    "GET POST /calendar/<day>": Door(TOPMOST),
    "POST /calendar/<day>/clear": Door(TOPMOST),
    "GET POST /calendar/notice": Door(TOPMOST),
    # --- trail, reminders, health -------------------------------------------------------------------------------------
    "GET /trail": Door(OFFICES | AUDITOR),
    "GET /trail.xlsx": Door(OFFICES | AUDITOR),
    "GET /trail/<entry>": Door(OFFICE | AUDITOR),
    "GET /reminders": Door(OFFICES),
    "GET /reminders/<deadline>": Door(OFFICE, sees=UNIT),
    "GET /reminders/phone": Door(OFFICES),
    "POST /reminders/<deadline>/phone": Door(OFFICE, sees=UNIT),
    "POST /reminders/<deadline>/followed": Door(OFFICE, sees=UNIT),
    "POST /reminders/<deadline>/pause": Door(OFFICE, sees=UNIT),
    "POST /reminders/<deadline>/resume": Door(OFFICE, sees=UNIT),
    "GET /reminders/rules": Door(OFFICES),
    "POST /reminders/rules/ladder": Door(OFFICES),
    "GET POST /reminders/rules/<rule>": Door(OFFICES),
    "POST /reminders/rules/<rule>/reset": Door(OFFICES),
    "POST /reminders/rules/<rule>/pause": Door(OFFICES),
    "POST /reminders/rules/<rule>/resume": Door(OFFICES),
    "GET POST /reminders/hours": Door(OFFICES),
    "GET /reminders/unreached": Door(OFFICES),
    "POST /reminders/deliveries/<delivery>/again": Door(OFFICE),
    "POST /reminders/deliveries/<delivery>/leave": Door(OFFICE),
    "POST /reminders/deliveries/held": Door(OFFICES),
    "POST /reminders/messages/<message>/again": Door(OFFICE),
    "GET POST /contacts/confirm": Door(frozenset({"liaison", "other_liaison"})),
    "GET /contacts": Door(OFFICES),
    "POST /contacts/ask": Door(OFFICES),
    "GET /settings/channels": Door(SYSADMIN),
    "GET POST /settings/channels/new": Door(SYSADMIN),
    "GET POST /settings/channels/<channel>": Door(SYSADMIN),
    "POST /settings/channels/<channel>/test": Door(SYSADMIN),
    "POST /settings/channels/<channel>/drop": Door(SYSADMIN),
    "POST /settings/channels/mail-test": Door(SYSADMIN),
    "GET /reminders/calendar": Door(OFFICES),
    "GET /reminders/list.docx": Door(OFFICES),
    "GET /reminders/<deadline>/letter.docx": Door(OFFICE, sees=UNIT),
    "GET /reminders/sent": Door(OFFICES),
    "GET /reminders/sent/export": Door(OFFICES),
    "GET POST /reminders/<deadline>/nudge": Door(OFFICE, sees=UNIT),
    "GET /health": Door(OFFICES | SYSADMIN),
    "GET /copies": Door(SYSADMIN),
    "GET /metrics": Door(ANYBODY),
    "GET /search": Door(BUSINESS | ABROAD),
    # --- plans and their import ---------------------------------------------------------------------------------------
    "GET /plans": Door(BUSINESS | ABROAD),
    "GET /plans/<plan>": Door(BUSINESS),
    "GET /plans/<plan>/source": Door(BUSINESS),
    "GET /comparisons": Door(COMMITTEE | ABROAD),
    "GET POST /comparisons/new": Door(OFFICES),
    "GET /comparisons/<comparison>": Door(COMMITTEE),
    "GET /comparisons/<comparison>.xlsx": Door(COMMITTEE),
    "GET /comparisons/<comparison>/paper.docx": Door(COMMITTEE),
    "GET /comparisons/<comparison>/paper.pdf": Door(COMMITTEE),
    "POST /comparisons/<comparison>/confirm": Door(OFFICE, sees=CHAIR),
    "POST /comparisons/<comparison>/again": Door(OFFICE, sees=CHAIR),
    "POST /comparisons/<comparison>/drop": Door(OFFICE, sees=CHAIR),
    "GET POST /comparison-pairs/<comparison pair>": Door(OFFICE, sees=CHAIR),
    "POST /comparison-pairs/<comparison pair>/part": Door(OFFICE, sees=CHAIR),
    "GET POST /plans/<open plan>/edit": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<plan>/edit": Door(NOBODY, sees=BUSINESS),
    "GET POST /plans/goals/<goal>/edit": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/measures/<measure>/edit": Door(OFFICE, sees=UNITS | CHAIR),
    "POST /plans/areas/<area>/links": Door(OFFICE, sees=UNITS | CHAIR),
    "GET /plans/<revised plan>/amendments": Door(BUSINESS),
    "GET /plans/amendments/<amendment>/source": Door(BUSINESS),
    "GET POST /plans/<revised plan>/tasks/amended": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<plan>/names": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/import": Door(OFFICES),
    "GET /plans/import/<draft>": Door(OFFICE),
    "POST /plans/import/<draft>/correct": Door(OFFICE),
    "POST /plans/import/<draft>/target": Door(OFFICE),
    "POST /plans/import/<draft>/names": Door(OFFICE),
    "POST /plans/import/<draft>/doubts": Door(OFFICE),
    "GET POST /plans/import/<draft>/write": Door(OFFICE),
    "POST /plans/import/<draft>/drop": Door(OFFICE),
    "POST /plans/import/<draft>/take-up": Door(OFFICE),
    # --- tasks --------------------------------------------------------------------------------------------------------
    "GET /tasks": Door(BUSINESS | ABROAD),
    "GET /tasks.xlsx": Door(BUSINESS | ABROAD),
    "GET /tasks/day": Door(OFFICES),
    "GET /tasks/list.docx": Door(BUSINESS | ABROAD),
    "GET /plans/<open plan>/tasks": Door(COMMITTEE, sees=UNITS),
    "GET /plans/<open plan>/tasks.xlsx": Door(COMMITTEE, sees=UNITS),
    "GET /plans/<open plan>/tasks/book.docx": Door(COMMITTEE, sees=UNITS),
    "GET POST /plans/<open plan>/tasks/table": Door(OFFICE, sees=UNITS | CHAIR),
    "GET /plans/<open plan>/tasks/gaps": Door(COMMITTEE, sees=UNITS),
    "POST /plans/<fresh plan>/tasks/goals": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<fresh plan>/tasks/merge": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /tasks/<open task>/split": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /tasks/<open task>/place": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /tasks/<task>/amend": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /table-uploads/<table>": Door(OFFICE),
    "GET /table-uploads/<table>/errors.xlsx": Door(OFFICE),
    "POST /plans/<open plan>/tasks/make": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<open plan>/tasks/new": Door(OFFICE, sees=UNITS | CHAIR),
    "POST /plans/<open plan>/tasks/units": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<fresh plan>/tasks/assign?ids=<fresh task>": Door(OFFICE, sees=UNITS | CHAIR),
    "GET POST /plans/<fresh plan>/tasks/proposals": Door(OFFICE, sees=UNITS | CHAIR),
    "GET /tasks/<task>": Door(UNIT | COMMITTEE),
    "GET /tasks/<fresh task>": Door(COMMITTEE),
    "GET POST /tasks/<open task>/edit": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /tasks/<open task>/assign": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /tasks/<fresh task>/remove": Door(OFFICE, sees=CHAIR),
    "POST /assignments/<open part>/remove": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /tasks/<task>/edit": Door(NOBODY, sees=UNIT | COMMITTEE),
    "GET POST /tasks/<task>/add-unit": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /tasks/<task>/suspend": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /assignments/<part>/move": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /assignments/<part>/withdraw": Door(HEAD, sees=UNIT | COMMITTEE),
    # --- consultation and issue ---------------------------------------------------------------------------------------
    "GET POST /plans/<fresh plan>/consult": Door(OFFICE, sees=UNITS | CHAIR),
    "GET /consultations/<consultation>": Door(COMMITTEE),
    "POST /consultations/<consultation>/decide": Door(OFFICE, sees=CHAIR),
    "GET POST /consultations/<consultation>/due": Door(OFFICE, sees=CHAIR),
    "POST /consultations/<consultation>/settle": Door(OFFICE, sees=CHAIR),
    "GET POST /consultations/<consultation>/withdraw": Door(OFFICE, sees=CHAIR),
    "GET POST /consultations/<consultation>/again": Door(OFFICE, sees=CHAIR),
    "GET /consultations/<consultation>/remarks.xlsx": Door(COMMITTEE),
    "GET /consultations/<consultation>/letter.docx": Door(OFFICE, sees=CHAIR),
    "GET POST /consultations/<consultation>/issue": Door(HEAD, sees=COMMITTEE),
    "GET POST /plans/<fresh plan>/issue": Door(HEAD, sees=BUSINESS),
    "GET /consultation-answers/<answer>": Door(UNIT | COMMITTEE),
    "POST /consultation-answers/<answer>": Door(LIAISON | OFFICE, sees=LEADER | CHAIR),
    "GET /consultation-answers/<answer>/list.xlsx": Door(UNIT | COMMITTEE),
    "POST /consultation-answers/<answer>/table": Door(LIAISON | OFFICE, sees=LEADER | CHAIR),
    "GET /consultation-answers/<answer>/tables/<list>/errors.xlsx": Door(LIAISON | OFFICE, sees=LEADER | CHAIR),
    # --- rounds -------------------------------------------------------------------------------------------------------
    "GET /rounds": Door(COMMITTEE | ABROAD),
    "GET POST /rounds/new": Door(OFFICES),
    "GET /rounds/day": Door(EVERYBODY),
    "GET /rounds/<round>": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<planned round>": Door(COMMITTEE),
    "GET POST /rounds/<planned round>/edit": Door(OFFICE, sees=CHAIR),
    "POST /rounds/<planned round>/open": Door(OFFICE, sees=CHAIR),
    "GET POST /rounds/<round>/close": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /rounds/<closed round>/lock": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /rounds/<round>/extend": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET /rounds/<round>/missing": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/queue": Door(COMMITTEE, sees=UNIT),
    "GET /requests": Door(BUSINESS | ABROAD),
    "GET /requests.xlsx": Door(BUSINESS | ABROAD),
    "GET /rounds/<round>/requests": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/goals": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/grid.xlsx": Door(COMMITTEE, sees=UNIT),
    "GET POST /rounds/<accepted round>/report.docx": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/notice.docx": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /rounds/<planned round>/drop": Door(OFFICE, sees=CHAIR),
    "GET /rounds.xlsx": Door(COMMITTEE | ABROAD),
    "GET /rounds/<round>/missing.xlsx": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/queue.xlsx": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/requests.xlsx": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<round>/goals.xlsx": Door(COMMITTEE, sees=UNIT),
    "POST /rounds/<round>/goals/confirm": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /rounds/<round>/archive": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /rounds/<round>/chase": Door(OFFICE, sees=UNIT | CHAIR),
    "GET /rounds/<round>/chasing.docx": Door(OFFICE, sees=UNIT | CHAIR),
    "GET /rounds/<special round>": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<special round>/collected.xlsx": Door(COMMITTEE, sees=UNIT),
    "GET POST /rounds/<special round>/units": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /rounds/<special round>/amend": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /rounds/<round>/amend": Door(OFFICE, sees=UNIT | CHAIR),
    "GET /rounds/<accepted round>/compilations": Door(COMMITTEE, sees=UNIT),
    "GET /rounds/<accepted round>/compilations.xlsx": Door(COMMITTEE, sees=UNIT),
    "POST /rounds/<accepted round>/compilations": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /compilations/<compilation>": Door(COMMITTEE),
    "POST /compilations/<compilation>/top-up": Door(OFFICE, sees=CHAIR),
    "POST /compilations/<compilation>/autosave": Door(OFFICE, sees=CHAIR),
    "POST /compilations/<compilation>/drop": Door(OFFICE, sees=CHAIR),
    "GET POST /compilations/<compilation>/paper.docx": Door(COMMITTEE),
    # --- a unit's report ----------------------------------------------------------------------------------------------
    "GET /reports": Door(UNITS),
    "GET /reports/<draft report>": Door(UNIT | COMMITTEE),
    "POST /reports/<draft report>": Door(UNIT | COMMITTEE),
    "POST /reports/<draft report>/autosave": Door(UNIT, sees=COMMITTEE),
    "GET /reports/<draft report>/missing": Door(UNIT, sees=COMMITTEE),
    "GET /reports/<draft report>/form.xlsx": Door(UNIT, sees=COMMITTEE),
    "POST /reports/<draft report>/form": Door(UNIT, sees=COMMITTEE),
    "GET /reports/<draft report>/report.docx": Door(UNIT, sees=COMMITTEE),
    "GET /reports/<report>/<form>.docx": Door(UNIT | COMMITTEE),
    "GET /reports/<report>/versions/<number>": Door(UNIT | COMMITTEE),
    "GET /reports/<report>/versions/<number>/files/<sha256>": Door(UNIT | COMMITTEE),
    "GET /evidence/<evidence>": Door(UNIT | COMMITTEE),
    "GET /evidence/<evidence>/thumbnail": Door(UNIT | COMMITTEE),
    "GET POST /reports/<draft report>/evidence/again": Door(UNIT, sees=COMMITTEE),
    "POST /reports/<draft report>/files": Door(UNIT, sees=COMMITTEE),
    "POST /reports/<draft report>/here": Door(UNIT, sees=COMMITTEE),
    "POST /evidence/<evidence>/withdraw": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /reports/<draft report>/paper": Door(UNIT, sees=COMMITTEE),
    "GET POST /reports/<draft report>/extension": Door(UNIT, sees=COMMITTEE),
    "POST /reports/<waiting report>/sign": Door(LEADER, sees=LIAISON | COMMITTEE),
    "POST /reports/<waiting report>/refuse": Door(LEADER, sees=LIAISON | COMMITTEE),
    "POST /reports/<waiting report>/recall": Door(UNIT, sees=COMMITTEE),
    "GET POST /reports/<report>/scan": Door(UNIT, sees=COMMITTEE),
    "POST /reports/<accepted report>/take-back": Door(NOBODY, sees=UNIT | COMMITTEE),
    "GET POST /reports/<draft report>/exemption": Door(UNIT, sees=COMMITTEE),
    "GET POST /exemptions/<exemption>": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /exemptions/<exemption>/withdraw": Door(UNIT, sees=COMMITTEE),
    "GET POST /reports/<draft report>/shares": Door(UNIT, sees=COMMITTEE),
    "GET POST /shares/<share>": Door(UNIT),
    "POST /shares/<share>/link": Door(UNIT),
    "POST /shares/<share>/revoke": Door(UNIT),
    "GET /shares/<share>/form.xlsx": Door(UNIT),
    "POST /shares/<share>/form": Door(UNIT),
    "GET POST /parts/<part key>": Door(ANYBODY),
    "POST /parts/<part key>/autosave": Door(ANYBODY),
    "GET POST /reports/<draft report>/word": Door(UNIT, sees=COMMITTEE),
    "GET POST /readings/<reading>": Door(UNIT),
    "GET /forms/<form reading>": Door(UNIT),
    "GET /forms/<form reading>/errors.xlsx": Door(UNIT),
    "GET POST /reports/<special report>": Door(UNIT | COMMITTEE),
    "GET /reports/<special report>/answers/<given answer>": Door(UNIT, sees=COMMITTEE),
    # --- its review ---------------------------------------------------------------------------------------------------
    "GET /reports/<report>/review": Door(COMMITTEE, sees=UNIT),
    "GET /reports/<draft report>/review": Door(COMMITTEE, sees=UNIT),
    "GET POST /reports/<report>/substitute": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /reports/<late report>/recognise": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /reports/<locked report>/exception": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /reports/<excepted report>/exception/end": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /reports/<report>/claim": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<report>/release": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<report>/remarks": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<report>/remarks/<remark>/drop": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /reports/<report>/return": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<report>/accept": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /reports/<accepted report>/correction": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<accepted report>/unaccept": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /reports/<draft report>/exempt": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /reports/<exempted report>/unexempt": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /reports/<draft report>/extend": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET POST /extensions/<extension>": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /requests/<request>/answer": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /goal-statements/<statement>/confirm": Door(OFFICE, sees=UNIT | CHAIR),
    # --- lights and circulars -----------------------------------------------------------------------------------------
    "GET /lights": Door(BUSINESS | ABROAD),
    "GET /lights/export": Door(BUSINESS | ABROAD),
    "GET /lights/<part>": Door(UNIT | COMMITTEE),
    "POST /lights/<part>": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /lights/<part>/note": Door(UNIT, sees=COMMITTEE),
    "POST /lights/<part>/withdraw": Door(OFFICE, sees=UNIT | CHAIR),
    "GET /circulars": Door(BUSINESS | ABROAD),
    "GET /circulars/export": Door(BUSINESS | ABROAD),
    "GET /verify": Door(frozenset(Cast.ROLES)),
    "GET /verify/<digest>": Door(frozenset(Cast.ROLES)),
    "GET POST /circulars/new": Door(OFFICES),
    "GET /circulars/<circular>": Door(BUSINESS),
    "POST /circulars/<draft circular>": Door(OFFICE, sees=CHAIR),
    "GET /circulars/<draft circular>": Door(COMMITTEE),
    "GET /circulars/<circular>/figures": Door(COMMITTEE, sees=UNITS),
    "GET /circulars/<circular>/chart-0.svg": Door(COMMITTEE, sees=UNITS),
    "GET /circulars/<circular>/spread": Door(COMMITTEE, sees=UNITS),
    "POST /circulars/<circular>/correct": Door(OFFICE, sees=UNITS | CHAIR),
    "GET /circulars/<draft circular>/preview.docx": Door(COMMITTEE),
    "POST /circulars/<draft circular>/recount": Door(OFFICE, sees=CHAIR),
    "POST /circulars/<draft circular>/drop": Door(OFFICE, sees=CHAIR),
    "GET POST /circulars/<draft circular>/sign": Door(HEAD, sees=OFFICE | CHAIR),
    "POST /circulars/<circular put forward>/take-back": Door(OFFICE, sees=CHAIR),
    "POST /circulars/<signed circular>/recall": Door(HEAD | CHAIR, sees=OFFICE),
    "GET POST /circulars/<signed circular>/issue": Door(OFFICE, sees=CHAIR),
    "GET /circulars/<circular>/file.pdf": Door(BUSINESS),
    "GET POST /circulars/<draft circular>/register": Door(OFFICE, sees=CHAIR),
    # --- notices, and the chair's page --------------------------------------------------------------------------------
    "GET /notices": Door(BUSINESS | ABROAD),
    "GET /notices/export": Door(BUSINESS | ABROAD),
    "GET /notices/propose": Door(OFFICES),
    "POST /notices/draft": Door(OFFICES),
    "GET POST /notices/new": Door(OFFICES),
    "GET POST /notices/steps": Door(OFFICES),
    "GET POST /notices/<draft notice>/register": Door(OFFICE, sees=CHAIR),
    "GET /notices/<notice>": Door(UNIT | COMMITTEE),
    "GET /notices/<draft notice>": Door(COMMITTEE),
    "POST /notices/<draft notice>": Door(OFFICE, sees=CHAIR),
    "GET POST /notices/<draft notice>/sign": Door(HEAD, sees=COMMITTEE),
    "POST /notices/<signed notice>/issue": Door(OFFICE, sees=CHAIR),
    "POST /notices/<signed notice>/recall": Door(HEAD, sees=COMMITTEE),
    "POST /notices/<notice put forward>/take-back": Door(OFFICE, sees=CHAIR),
    "POST /notices/<draft notice>/drop": Door(OFFICE, sees=CHAIR),
    "GET /notices/<draft notice>/preview.pdf": Door(COMMITTEE),
    "GET /notices/<notice>/file.pdf": Door(UNIT | COMMITTEE),
    "POST /notices/<notice>/draft-reply": Door(UNIT, sees=COMMITTEE),
    "GET POST /notices/<notice>/verifier": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /notices/<notice>/extension": Door(UNIT, sees=COMMITTEE),
    "POST /notices/<notice>/extend": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /answer-extensions/<answer extension>": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /notices/<notice>/acknowledge": Door(UNIT, sees=COMMITTEE),
    "POST /notices/<notice>/reply": Door(UNIT, sees=COMMITTEE),
    "POST /notices/<replied notice>/verify": Door(HEAD | {"second_officer"}, sees=UNIT | CHAIR | {"officer"}),
    "POST /notices/<replied notice>/escalate": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /notices/<notice>/withdraw": Door(HEAD, sees=UNIT | COMMITTEE),
    "GET /notices/evidence/<notice evidence>": Door(UNIT | COMMITTEE),
    # --- field checks, instructions, and their matters ----------------------------------------------------------------
    "GET /checks": Door(BUSINESS | ABROAD),
    "GET POST /checks/new": Door(OFFICES),
    "GET /checks/<check>": Door(UNIT | COMMITTEE),
    "GET POST /checks/<check>/edit": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<check>/summary": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<check>/visit": Door(OFFICE, sees=UNIT | CHAIR),
    "GET POST /checks/<check>/visits/<unit>": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<planned check>/visits/<unit>/remove": Door(OFFICE, sees=CHAIR),
    "GET POST /checks/<check>/matters/new": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<planned check>/announce": Door(OFFICE, sees=CHAIR),
    "POST /checks/<check>/feed-back": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<check>/close": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /checks/<planned check>/cancel": Door(OFFICE, sees=CHAIR),
    "GET /checks/<check>/paper.pdf": Door(COMMITTEE, sees=UNIT),
    "GET /instructions": Door(COMMITTEE | ABROAD),
    "GET POST /instructions/new": Door(OFFICES | CHAIR),
    "GET /instructions/<instruction>": Door(COMMITTEE),
    "GET POST /instructions/<instruction>/matters/new": Door(OFFICE, sees=CHAIR),
    "POST /instructions/<instruction>/assign": Door(OFFICE, sees=CHAIR),
    "POST /instructions/<instruction>/result": Door(OFFICE, sees=CHAIR),
    "POST /instructions/<instruction>/close": Door(OFFICE, sees=CHAIR),
    "POST /instructions/<instruction>/withdraw": Door(COMMITTEE),
    "GET /instructions/<instruction>/scan": Door(COMMITTEE),
    "GET /instructions/<instruction>/sheet.pdf": Door(COMMITTEE),
    "GET /instructions/<instruction>/sheet.docx": Door(COMMITTEE),
    "GET /matters": Door(BUSINESS | ABROAD),
    "GET /matters/export": Door(BUSINESS | ABROAD),
    "GET /matters/<matter>": Door(UNIT | COMMITTEE),
    "GET POST /matters/<noted matter>/edit": Door(OFFICE, sees=CHAIR),
    "POST /matters/<noted matter>/remove": Door(OFFICE, sees=CHAIR),
    "POST /matters/<matter>/draft-answer": Door(UNIT, sees=COMMITTEE),
    "GET POST /matters/<matter>/verifier": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /matters/<matter>/extension": Door(UNIT, sees=COMMITTEE),
    "POST /matters/<matter>/extend": Door(HEAD, sees=UNIT | COMMITTEE),
    "POST /matters/<matter>/answer": Door(UNIT, sees=COMMITTEE),
    "POST /matters/<answered matter>/verify": Door(HEAD | {"second_officer"}, sees=UNIT | CHAIR | {"officer"}),
    "POST /matters/<matter>/drop": Door(OFFICE, sees=UNIT | CHAIR),
    "POST /matters/<closed matter>/look-back": Door(OFFICE, sees=UNIT | CHAIR),
    "GET /matters/evidence/<matter evidence>": Door(UNIT | COMMITTEE),
    "GET /year": Door(OFFICES | CHAIR),
    "GET /year/chart-0.svg": Door(OFFICES | CHAIR),
    "GET POST /briefing": Door(OFFICES | CHAIR),
    "GET /briefing/chart.svg": Door(OFFICES | CHAIR),
    "GET /briefing/preview.pdf": Door(OFFICES | CHAIR),
    "GET /briefings/<briefing>/file.pdf": Door(COMMITTEE),
}
OWNED = {"key", "part key", "day", "role", "form", "digest", "number", "session", "rule"}
"""What stands in an address without being a row that one may or may not see."""


def split(line: str) -> list[str]:
    """The verbs and the address; names of objects may hold blanks."""
    place = line.index("/")
    return [*line[:place].split(), line[place:]]


@pytest.fixture(scope="module")
def surroundings(app: Flask, _built: Cast) -> Iterator[tuple[World, Connection]]:
    """One world for the whole table; what a request changes is undone after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_CLOCK", worlds.NOW)
        with undone(app) as connection:
            world = worlds.build(_built)
            worlds.sign_in(world)
            yield world, connection


def client_of(app: Flask, world: World, who: str) -> FlaskClient:
    client = app.test_client()
    if who != "stranger":
        with client.session_transaction() as cookie:
            cookie["_user_id"] = world.tokens[who]
            cookie["_fresh"] = True
    return client


def expected(line: str, door: Door, who: str) -> str:
    if who in door.opens:
        return "in"
    if who == "stranger":
        return "sign in"
    if who in door.sees:
        return "403"
    names = {part.split(">")[0] for part in line.split("<")[1:]}
    return "404" if names - OWNED else "403"


def came(response: TestResponse, path: str) -> str:
    """What an answer means to the one who asked."""
    if response.status_code >= 500:
        return f"broken: {response.status_code}"
    if response.status_code in {401, 403, 404, 405}:
        return str(response.status_code)
    if response.status_code == 302 and response.location.startswith("/sign-in") and not path.startswith("/sign-"):
        return "sign in"
    return "in"


@pytest.mark.parametrize(
    ("verb", "line"),
    [pytest.param(verb, line, id=f"{verb} {split(line)[-1]}") for line in DOORS for verb in split(line)[:-1]],
)
def test_the_door_opens_to_whom_it_should(
    app: Flask, surroundings: tuple[World, Connection], verb: str, line: str
) -> None:
    world, connection = surroundings
    path = world.address(split(line)[-1])
    wrong = {}
    for who in Cast.ROLES:
        db.session.rollback()  # a savepoint still open in the session would take this one with it
        undo = connection.begin_nested()
        try:
            response = client_of(app, world, who).open(path, method=verb)
            found, wanted = came(response, path), expected(line, DOORS[line], who)
        finally:
            undo.rollback()
        if found != wanted:
            wrong[who] = f"{found} instead of {wanted}"
    assert wrong == {}


def test_every_route_stands_in_the_table_and_every_line_has_a_route(
    app: Flask, surroundings: tuple[World, Connection]
) -> None:
    world, _ = surroundings
    adapter = app.url_map.bind("localhost")
    met, lost = set(), []
    for line in DOORS:
        *verbs, address = split(line)
        for verb in verbs:
            try:
                rule, _ = adapter.match(world.address(address).partition("?")[0], method=verb, return_rule=True)
                met.add((rule.rule, verb))
            except (NotFound, MethodNotAllowed):
                lost.append(f"{verb} {address}")
    assert lost == []
    routes = {
        (rule.rule, verb)
        for rule in app.url_map.iter_rules()
        for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.endswith("static")
    }
    assert routes - met == set()


def test_a_script_that_is_a_stranger_is_told_so(app: Flask, surroundings: tuple[World, Connection]) -> None:
    world, _ = surroundings
    path = world.address("/reports/<draft report>/autosave")
    response = client_of(app, world, "stranger").post(path, json={}, headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert "登录已过期" in response.json["message"]
