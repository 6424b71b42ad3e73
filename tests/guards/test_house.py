"""The rules of the house that no single test would notice being broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import tracker
from tracker.core import access
from tracker.core.workflow import Workflow
from tracker.rooms import ROOMS

ROOT = Path(tracker.__file__).resolve().parent.parent
PACKAGE = ROOT / "tracker"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
REQUEST = {"flask.request", "flask.session", "flask.g", "flask.flash", "flask.redirect", "flask.render_template"}
UNSAYABLE = {"utils", "helpers", "manager", "managers", "service", "services", "handler", "handlers", "info", "data"}


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> Iterator[str]:
    """The dotted names of what a tree calls: db.session.commit, date.today …"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_a_transaction_is_committed_in_one_place_only() -> None:
    places = [
        name_of(module) for module in MODULES for call in calls(tree_of(module)) if call.split(".")[-1] == "commit"
    ]
    assert places == ["tracker/core/commands.py"]


def test_the_wall_clock_is_read_in_one_place_only() -> None:
    readers = {
        "datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time", "datetime.datetime.now",
        "datetime.date.today", "time.localtime", "time.gmtime",
    }  # fmt: skip
    places = {name_of(module) for module in MODULES for call in calls(tree_of(module)) if call in readers}
    assert places == {"tracker/core/clock.py"}


def test_states_move_through_the_workflow_only() -> None:
    places = {
        name_of(module)
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state" and ast.unparse(target.value) != "self"
    }
    assert places <= {
        "tracker/core/workflow.py",
        "tracker/messages/dispatch.py",  # a delivery is machinery and no record of the field
        "tracker/reports/actions/filling.py",  # what a unit says of its task in its report is an answer, not a move
    }


def test_nothing_is_imported_inside_a_function() -> None:
    places = [
        f"{name_of(module)}:{inner.lineno}"
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert places == []


def test_no_import_is_for_typing_only() -> None:
    places = [name_of(module) for module in MODULES if "TYPE_CHECKING" in module.read_text(encoding="utf-8")]
    assert set(places) <= {"tracker/__init__.py"}, "the front door is built when asked for; nobody else hides an import"


@pytest.mark.process
def test_imports_look_down_the_stairs() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout


def test_a_room_imports_no_views_forms_or_jobs_of_another() -> None:
    closed = re.compile(r"tracker\.(\w+)\.(views|forms|jobs)\b")
    places = [
        f"{name_of(module)}: {found[0]}"
        for module in MODULES
        if module.relative_to(PACKAGE).parts[0] not in {"rooms.py", "cli", "cli.py", "scheduler.py", "__init__.py"}
        for line in _imports(module)
        if (found := closed.search(line)) and found[1] not in {module.relative_to(PACKAGE).parts[0], "core"}
    ]
    assert places == []


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_actions_know_no_request_and_no_form() -> None:
    actions = [module for module in MODULES if "actions" in {*module.parts, module.stem}]
    assert len(actions) > 5
    places = [
        f"{name_of(module)}: {line}"
        for module in actions
        for line in _imports(module)
        if line in REQUEST or line.startswith(("wtforms", "flask_wtf")) or line.endswith(".forms")
    ]
    assert places == []


def test_policies_ask_no_database() -> None:
    policies = [module for module in MODULES if module.stem == "policy"]
    assert policies
    places = [
        f"{name_of(module)}: {line}"
        for module in policies
        for line in _imports(module)
        if line.startswith(("sqlalchemy", "flask.")) or line.endswith((".db.db", ".queries"))
    ]
    assert places == []


def test_every_route_has_a_door(app: Flask) -> None:
    access.check_doors(app)
    open_to_all = {
        endpoint for endpoint, view in app.view_functions.items() if getattr(view, "__door__", "") == "public"
    }
    assert open_to_all <= {
        "accounts.sign_in", "accounts.sign_out", "accounts.invitation", "accounts.setup", "reminders.healthz",
        "accounts.second_step", "accounts.forgotten", "accounts.enter", "accounts.oidc", "accounts.oidc_back",
        "accounts.slip_code", "accounts.weigh_password", "accounts.cas", "accounts.cas_back", "keeping.metrics",
        "supervision.verify_paper", "reports.part", "reports.part_autosave",
    }, "a page for strangers is a decision: name it here"  # fmt: skip


def test_a_route_without_a_door_stops_the_application() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/", "index", lambda: "open")
    with pytest.raises(RuntimeError, match="neither @public nor @requires"):
        access.check_doors(bare)


def test_what_changes_anything_is_no_get(app: Flask) -> None:
    verbs = ("_delete", "_end", "_move", "_close", "_reopen", "_clear", "sign_out", "switch_post", "_enable", "_link")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith(verbs) and rule.methods is not None:
            assert "POST" in rule.methods, rule.endpoint


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_has_no_inline_style_or_script(template: Path) -> None:
    text = re.sub(r"{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\sstyle\s*=", text), "the Content Security Policy refuses style attributes"
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "handlers belong in tracker/static/js"
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert "javascript:" not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_uses_nothing_from_elsewhere(template: Path) -> None:
    assert not re.search(r"(src|href)\s*=\s*[\"'](https?:)?//", template.read_text(encoding="utf-8"))


def test_every_form_that_posts_carries_its_token() -> None:
    bare = [
        f"{template.relative_to(ROOT)}"
        for template in TEMPLATES
        for form in re.findall(
            r"<form\b[^>]*method=\"post\".*?</form>", template.read_text(encoding="utf-8"), flags=re.S
        )
        if not any(mark in form for mark in ("csrf_token", "hidden_tag", "hidden("))
    ]
    assert bare == []


def test_no_paragraph_holds_a_form() -> None:
    """A browser ends the paragraph before the form: what follows falls out of it, its gaps and its place."""
    paragraph = re.compile(r"<p[\s>](?:(?!</p>|<p[\s>]).)*?(?:post_button\(|<form)", re.DOTALL)
    assert [str(one) for one in TEMPLATES if paragraph.search(one.read_text(encoding="utf-8"))] == []


def test_nothing_said_to_a_person_is_shouted() -> None:
    shouting = [name_of(path) for path in TEMPLATES if "！" in path.read_text(encoding="utf-8")]
    assert shouting == []


def test_the_name_of_the_body_stands_in_no_template() -> None:
    """Committees are being renamed: a page takes the name from the committee."""
    named = {
        name_of(path)
        for path in TEMPLATES
        if re.search("妇儿工委|妇女儿童工作", re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S))
    }
    assert named <= {"templates/reports/_ahead.html"}, "one help text still names it; nobody joins it"


def test_files_stay_readable_and_say_what_they_are() -> None:
    long = {name_of(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 500} == {}
    assert [name_of(module) for module in MODULES if module.stem in UNSAYABLE] == []


def test_every_moving_row_says_why_when_its_move_needs_a_reason() -> None:
    flows = _workflows()
    assert len(flows) >= 3
    for flow in flows:
        for move in flow.moves.values():
            assert move.sources <= set(flow.states), f"{flow.name}.{move.action}"
            assert move.target in set(flow.states), f"{flow.name}.{move.action}"
            assert move.target not in move.sources, f"{flow.name}.{move.action} leads to where it starts"


def test_every_state_can_be_reached() -> None:
    for flow in _workflows():
        reached = {move.target for move in flow.moves.values()}
        starts = set(flow.states) - reached
        assert len(starts) <= 1, f"{flow.name}: {starts}"


def _workflows() -> list[Workflow]:  # type: ignore[type-arg]
    found = []
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("tracker.") and module.__name__.endswith("workflow"):
            found += [value for value in vars(module).values() if isinstance(value, Workflow)]
    return found


def test_rooms_stand_in_the_order_of_the_stairs() -> None:
    order = [room.name for room in ROOMS]
    layers = re.findall(r'"tracker\.(\w+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    stairs = [layer for layer in reversed(layers) if layer in order]
    assert order == stairs
