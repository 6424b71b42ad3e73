"""`create_app` is the table of contents of the house."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate

from tracker import rooms
from tracker.accounts import sessions
from tracker.config import Settings, from_environment
from tracker.core import access, exports, figures, filters, logs, structure, web
from tracker.core.db import db
from tracker.documents import face
from tracker.home import frame

bootstrap = Bootstrap5()
migrate = Migrate()


def create_app(settings: Settings | None = None) -> Flask:
    """The application, from the environment or from given settings."""
    settings = settings or from_environment()
    app = Flask("tracker", template_folder=str(web.resource_dir("templates")))
    app.config.update(settings.flask())

    db.init_app(app)
    migrate.init_app(app, db, directory=str(web.resource_dir("migrations")), render_as_batch=True, compare_type=True)
    bootstrap.init_app(app)
    filters.init_app(app)
    face.configure(settings.fonts_dir)
    web.init_app(app)
    exports.init_app(app)
    figures.init_app(app)
    sessions.init_app(app)
    for room in rooms.ROOMS:
        if room.blueprint is not None:
            app.register_blueprint(room.blueprint)
    app.extensions["tracker.jobs"] = rooms.JOBS
    frame.init_app(app)
    access.check_doors(app)
    return app


def served() -> Flask:
    """The application as the web server runs it: it writes its log, and says when the database awaits an upgrade."""
    settings = from_environment()
    logs.begin(settings, "web")
    app = create_app(settings)
    structure.watch(app)
    return app
