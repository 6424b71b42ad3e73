"""Every macro on a page, under the real security policy: what the frame's tests look at, and developers too.

`python -m tests.frame.specimen` serves it on 127.0.0.1 and prints the address.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, flash, jsonify, redirect, render_template, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import make_server
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from tests.frame import samples
from tracker.core import filters

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ERRORS = (400, 403, 404, 409, 413, 429, 500)


class NoticeForm(FlaskForm):  # type: ignore[misc]
    """One of each kind of field."""

    class Meta:
        csrf = False
        locales = ("zh_CN",)

    title = StringField("标题", [InputRequired("请填写标题。"), Length(max=60)], description="印发时用作文件标题。")
    kind = SelectField(
        "文种", choices=[SelectChoice("1", "提示函"), SelectChoice("2", "催报单"), SelectChoice("3", "督办函")]
    )
    number = IntegerField("编号", [Optional()])
    due = DateField("回复期限", [InputRequired("请填写回复期限。")], description="遇节假日提前到前一个工作日。")
    channel = RadioField("送达方式", choices=[SelectChoice("in", "站内"), SelectChoice("paper", "纸质")], default="in")
    text = TextAreaField("正文", [InputRequired("请填写正文。")], description="写明职责、差距、时限和要求。")
    scan = FileField("附件")
    copy_leader = BooleanField("同时抄送单位分管领导")


def listing(total: int, page: int) -> Any:
    pages = -(-total // 50)
    return SimpleNamespace(
        page=page, pages=pages, total=total, first=(page - 1) * 50 + 1, last=min(page * 50, total), rows=samples.tasks()
    )


def create_specimen() -> Flask:
    """The specimen application; `app.saves` holds what autosave sent, `app.answers` what it answers next."""
    app = Flask("specimen", static_folder=str(ROOT / "tracker" / "static"), static_url_path="/static")
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests" / "frame" / "pages")]
    )
    app.config.update(
        SECRET_KEY="specimen",
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_I18N_ENABLED=False,
        TEMPLATES_AUTO_RELOAD=True,
        SEND_FILE_MAX_AGE_DEFAULT=60,
    )
    Bootstrap5(app)
    CSRFProtect(app)
    filters.init_app(app)
    app.extensions["saves"] = []
    app.extensions["answers"] = []
    app.extensions["looks"] = 0

    @app.after_request
    def secured(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    @app.context_processor
    def frame() -> dict[str, Any]:
        context = samples.frame_context()
        for entry in context["navigation"]:
            entry.active = entry.url == request.path
        return context | {"s": samples, "today": samples.TODAY}

    _pages(app)
    _answers(app)
    return app


PLAIN = {"/": "home.html", "/empty": "nothing.html", "/confirm": "confirm.html", "/working": "working.html"}


def _pages(app: Flask) -> None:
    def plain() -> str:
        return render_template(PLAIN[request.path])

    for address in PLAIN:
        app.add_url_rule(address, f"plain{address}", plain)

    @app.get("/parts")
    def parts() -> str:
        flash("已印发，38个单位已收到通知。", "success")
        flash("2027年放假安排尚未公布，按法定节假日推算。", "warning")
        return render_template("parts.html")

    @app.get("/list")
    def tasks() -> str:
        return render_template("list.html", page=listing(312, request.args.get("page", 1, type=int)))

    @app.get("/grid")
    def grid() -> str:
        return render_template("grid.html", cells=samples.cells())

    @app.route("/form", methods=["GET", "POST"])
    def form() -> Any:
        notice = NoticeForm(kind="1", due=date(2027, 2, 12)) if request.method == "GET" else NoticeForm()
        if notice.validate_on_submit():
            app.extensions["saves"].append(request.form.to_dict(flat=False))
            return redirect("/form?sent=1")
        return render_template("form.html", form=notice)

    @app.route("/report", methods=["GET", "POST"])
    def report() -> str:
        if request.method == "POST":
            app.extensions["saves"].append(request.form.to_dict(flat=False))
        return render_template("report.html")

    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template("sign_in.html", actor=None, form=NoticeForm(due=None))

    @app.get("/error/<int:code>")
    def error(code: int) -> tuple[str, int]:
        # As after a failure: no context processor runs, nothing but these two names is known.
        page = app.jinja_env.get_template(f"errors/{code}.html")
        return page.render(request_id="7F3A-20BC", site_name="纲目"), code


def _answers(app: Flask) -> None:
    @app.post("/bulk")
    def bulk() -> Any:
        app.extensions["saves"].append(request.form.to_dict(flat=False))
        return redirect("/list")

    @app.post("/save")
    def save() -> Any:
        app.extensions["saves"].append(dict(request.get_json(), background=request.headers.get("X-Background")))
        if app.extensions["answers"]:
            status, body = app.extensions["answers"].pop(0)
            return jsonify(body), status
        return jsonify(version=request.get_json()["version"] + 1, saved_at="14:32")

    @app.get("/day")
    def day() -> Any:
        return jsonify(text="周五 · 春节后首个工作日")

    @app.get("/work")
    def work() -> Any:
        app.extensions["looks"] += 1
        done = app.extensions["looks"] * 19
        state = "done" if done >= 38 else "running"
        return jsonify(state=state, done=min(done, 38), total=38, url="/empty" if state == "done" else None)


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, create_specimen(), threaded=True)
    print(f"http://127.0.0.1:{server.server_port}/parts")
    server.serve_forever()
