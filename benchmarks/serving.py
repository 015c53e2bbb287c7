"""Serves the application, or one to compare it with, in the same way."""

import gc
import gzip
import os
import sys
from typing import Any

from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication
from psycopg_pool import ConnectionPool
from sqlalchemy import make_url

from helpdesk.app import create_app
from helpdesk.cli.processes import THREADS
from helpdesk.config import read_settings
from helpdesk.telephony import gateway, twiml

WORKERS = 2
TWIML = "BENCHMARK_TWIML"
PAGE = "BENCHMARK_PAGE"
CALL = "0call0"


def bare() -> Flask:
    """As little as an answer can be: the signature, one row in, one row out, the same words."""
    settings = read_settings()
    address = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    pool = ConnectionPool(address, min_size=4, max_size=16, open=True)
    answer = os.environ[TWIML]
    app = Flask("bare")

    @app.post(twiml.VOICE)
    def voice() -> Response:
        form = {name: request.form.getlist(name) for name in request.form}
        signature = request.headers.get(gateway.SIGNATURE_HEADER)
        if not gateway.verify(settings.twilio_auth_tokens, settings.public_url, twiml.VOICE, form, signature):
            return Response("Forbidden.\n", 403)
        call, called = request.form["CallSid"], request.form["To"]
        with pool.connection() as connection:
            connection.execute(
                "INSERT INTO bare_call (sid, caller, called) VALUES (%s, %s, %s)", (call, request.form["From"], called)
            )
            connection.execute("SELECT desk_id, languages FROM phone_line WHERE number = %s", (called,)).fetchone()
        return Response(answer.replace(CALL, call), content_type="text/xml; charset=utf-8")

    page = app.jinja_env.from_string(os.environ.get(PAGE, ""))

    @app.get("/page")
    def form() -> str:
        return page.render()

    return app


def packed() -> Flask:
    """The application as it arrives through the server in front, which compresses."""
    app = create_app(read_settings())

    @app.after_request
    def pack(response: Response) -> Response:
        response.direct_passthrough = False
        response.set_data(gzip.compress(response.get_data(), 6))
        response.headers["Content-Encoding"] = "gzip"
        return response

    return app


class Server(BaseApplication):
    """The server of the application with its usual kind of worker."""

    def __init__(self, which: str, port: str) -> None:
        self.which, self.port = which, port
        super().__init__()  # type: ignore[no-untyped-call]

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": WORKERS,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 15,
            "loglevel": "error",
        }
        for name, value in options.items():
            self.cfg.set(name, value)  # type: ignore[union-attr]  # made by the base class

    def load(self) -> Flask:
        made = {"bare": bare, "packed": packed}.get(self.which)
        app = made() if made else create_app(read_settings())
        gc.collect()
        gc.freeze()  # as `helpdesk serve` does
        return app


if __name__ == "__main__":
    which, port = sys.argv[1:]
    sys.argv[1:] = []
    Server(which, port).run()  # type: ignore[no-untyped-call]
