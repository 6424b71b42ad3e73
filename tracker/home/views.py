from flask import Blueprint, render_template

from tracker.core.access import Actor, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires()
def index(actor: Actor) -> str:
    return render_template("base.html")
