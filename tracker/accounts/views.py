from flask import Blueprint, render_template

from tracker.core.access import public

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str:
    return render_template("base.html")
