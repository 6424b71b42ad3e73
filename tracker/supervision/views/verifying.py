"""Where the code on a paper leads: whether its hash is ours, for whoever holds the paper, signed in or not."""

from __future__ import annotations

from flask import render_template

from tracker.core import brake, pages
from tracker.core.access import public
from tracker.supervision.queries.verifying import paper_of
from tracker.supervision.views import bp

MOST_A_MINUTE = 30
"""Of one person; a whole office may share one address."""
LONGEST = 64


@bp.get("/verify", defaults={"digest": ""})
@bp.get("/verify/<digest>")
@public
def verify_paper(digest: str) -> str:
    """Yes or no, and of ours number, title, day and body: what the paper itself says, and nothing else. Who cannot
    guess the beginning of a hash learns nothing here that is not in their hands."""
    brake.hold_asking("verify", MOST_A_MINUTE * brake.MOST_BEHIND_ONE)
    asked = (digest or pages.text_arg("code", LONGEST)).strip().lower()
    return render_template("supervision/verify.html", asked=asked, paper=paper_of(asked) if asked else None)
