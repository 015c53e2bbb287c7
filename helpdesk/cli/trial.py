"""Trying it out with one command: keys, a private database, invented data, a worker, all faces."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path

import click

from helpdesk.cli.context import running_settings
from helpdesk.cli.processes import run_server
from helpdesk.config import Settings
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.demo import loader
from helpdesk.demo.office import DESKS, PEOPLE
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import utcnow

HEADING = "# Made for trying out. An office makes its own from .env.example.\n"


def run(env_file: Path, *, port: int) -> None:
    """Serve the demonstration until stopped."""
    os.environ.setdefault("HELPDESK_PUBLIC_URL", f"http://localhost:{port}")
    _write_env(env_file, port)
    with running_settings() as settings:
        engine = make_engine(settings.database_url)
        schema.upgrade(engine)
        _load_once(make_sessions(engine), settings)
        engine.dispose()
        worker = subprocess.Popen([sys.executable, "-m", "helpdesk.cli", "worker"])
        _say_where(settings, port)
        try:
            run_server(settings, faces=("public", "staff", "telephony"), host="127.0.0.1", port=port, workers=2)
        finally:
            worker.terminate()
            worker.wait()


def _write_env(env_file: Path, port: int) -> None:
    """Settings for trying out, with fresh keys; kept from one start to the next, but for the port."""
    if env_file.exists():
        lines = env_file.read_text(encoding="utf-8")
        if lines.startswith(HEADING):
            kept = [line for line in lines.splitlines() if not line.startswith("HELPDESK_PUBLIC_URL=")]
            env_file.write_text(
                "\n".join([*kept, f"HELPDESK_PUBLIC_URL=http://localhost:{port}", ""]), encoding="utf-8"
            )
        return
    values = {
        "DATABASE_URL": "embedded:instance/postgres",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SEALING_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        "PEPPER": secrets.token_urlsafe(48),
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKENS": secrets.token_hex(16),
        "DEMO": "1",
        "DEMO_PASSWORD": "niebieska-linia",
        "PUBLIC_URL": f"http://localhost:{port}",
    }
    env_file.touch(mode=0o600)
    env_file.write_text(
        HEADING + "".join(f"HELPDESK_{name}={value}\n" for name, value in values.items()), encoding="utf-8"
    )


def _load_once(sessions: Sessions, settings: Settings) -> None:
    with sessions() as session:
        if desks.all_desks(session):
            return
    click.echo("Loading invented data …")
    loader.load(sessions, settings, contacts=600, seed=1, now=utcnow())


def _say_where(settings: Settings, port: int) -> None:
    click.echo(f"\nStaff:      http://127.0.0.1:{port}/desk/   (passkeys work at http://localhost:{port}/desk/)")
    click.echo(f"Telephone:  http://127.0.0.1:{port}/desk/phone   (signed in: play the caller and all telephones)")
    click.echo(f"Components: http://127.0.0.1:{port}/desk/style")
    for desk in DESKS:
        for number in desk.numbers:
            click.echo(
                f"Telephone:  .venv/bin/helpdesk phone ring --from +48601100200 --to {number} --press 1   ({desk.name_en})"
            )
    click.echo(f"\nEverybody's password: {settings.demo_password}")
    for person in PEOPLE:
        if person.shown:
            click.echo(f"  {person.login:<26} {person.shown}")
    click.echo("\nStop with Ctrl C.", nl=True)
    sys.stdout.flush()
