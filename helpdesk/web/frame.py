"""What stands round every staff page: the desk's name, who is on duty, a call that rings, and the ways to lock and leave."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from sqlalchemy.orm import Session

from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.transaction import session

IDLE_MINUTES = int(identity.IDLE.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Frame:
    """What the domains put into the frame; the web layer knows none of them. Each answers for a session that acts at the desk."""

    desk_name: Callable[[Session, str], str]
    on_duty_line: Callable[[Session], str]
    banner: Callable[[Session, str], str]
    shown_to: Permission


def init_app(app: Flask, frame: Frame) -> None:
    def around() -> dict[str, object]:
        if not identity.has_actor():
            return {}
        desk_id = (request.view_args or {}).get("desk_id")
        return _ways_out() | (_of_desk(frame, str(desk_id)) if desk_id else {})

    app.context_processor(around)


def _ways_out() -> dict[str, object]:
    return {
        "live_url": url_for("live.stream"),
        "idle_minutes": IDLE_MINUTES,
        "lock_url": url_for("accounts.lock"),
        "account_url": url_for("accounts.account"),
        "sign_out_url": url_for("accounts.sign_out"),
        # There only where a browser can be a telephone.
        "telephone_url": url_for("browser.page") if "browser" in current_app.blueprints else "",
    }


def _of_desk(frame: Frame, desk_id: str) -> dict[str, object]:
    """The desk's own part, unless a script asked for a fragment, which has no frame."""
    if request.headers.get("X-Requested-With"):
        return {}
    found: dict[str, object] = {
        "desk_name": frame.desk_name(session(), desk_id),
        "desk_url": url_for("start.desk", desk_id=desk_id),
    }
    if identity.actor().may(frame.shown_to):
        found |= {
            "on_duty_line": frame.on_duty_line(session()),
            "banner": frame.banner(session(), desk_id),
            "banner_url": url_for("telephony.calls_now", desk_id=desk_id),
        }
    return found
