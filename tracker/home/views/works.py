"""Long work that I ordered: how far it is, and its result. Whoever did not order it does not find it."""

from __future__ import annotations

from flask import Response, abort, jsonify, render_template, url_for

from tracker.core import files, jobs
from tracker.core.access import Actor, requires
from tracker.core.works import Work, WorkState, visible_works
from tracker.home.views import bp

NOBODY_WORKS = "后台处理程序没有运行，请联系系统管理员；运行后会自动处理。"


@bp.get("/works/<int:work_id>")
@requires(visible_works, param="work_id")
def work(actor: Actor, work: Work) -> str:
    """The page that follows the work and then offers its result."""
    return render_template("home/work.html", work=work, stands_still=_stands_still(actor, work))


@bp.get("/works/<int:work_id>/progress")
@requires(visible_works, param="work_id")
def work_progress(actor: Actor, work: Work) -> Response:
    """For the page's script: what the bar shows, and where to go when it is over."""
    return jsonify(
        state=work.state.value if work.is_over else "running",
        done=work.done, total=work.total, message=NOBODY_WORKS if _stands_still(actor, work) else work.message,
        url=_next_page(work) if work.state is WorkState.DONE else None,
    )  # fmt: skip


@bp.get("/works/<int:work_id>/file")
@requires(visible_works, param="work_id")
def work_file(actor: Actor, work: Work) -> Response:
    """The result."""
    if work.file is None:
        abort(404)
    return files.download(work.file, work.file_name)


def _next_page(work: Work) -> str:
    """Where whoever follows it goes when it is made: on with what it was ordered for, else to the file."""
    then: str | None = work.arguments.get("then")
    return then or url_for("home.work", work_id=work.id)


def _stands_still(actor: Actor, work: Work) -> bool:
    """Waiting, and no scheduler was seen in the last minutes."""
    return work.state is WorkState.WAITING and not jobs.living_schedulers(actor.at)
