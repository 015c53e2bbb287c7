"""What happens at the telephone now, to be read from three metres away. No number and no caller."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from helpdesk.accounts.labels import PROFESSIONS
from helpdesk.kernel.clock import day_bounds, day_of, utcnow
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import queries as roster
from helpdesk.roster.models import Duty
from helpdesk.telephony import queries
from helpdesk.telephony.labels import DOING, minutes
from helpdesk.telephony.queries import wallboard as wallboard_queries
from helpdesk.telephony.rules.wallboard import Doing, doing, longest_wait
from helpdesk.telephony.views.calls import staff
from helpdesk.web.access import requires
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Somebody on duty, until when, and what they do now."""

    name: str
    profession: str
    until: datetime
    doing: Doing
    word: str


@staff.get("/wallboard")
@requires(Permission.DUTY_MANAGE)
def wallboard(desk_id: str) -> ResponseReturnValue:
    """The whole board, which keeps itself true where scripts run."""
    return render_template("telephony/wallboard.html", desk_id=desk_id, **_now())


@staff.get("/wallboard/now")
@requires(Permission.DUTY_MANAGE, passive=True)
def wallboard_now(desk_id: str) -> ResponseReturnValue:
    """What the board asks for by itself."""
    return render_template("telephony/_wallboard.html", desk_id=desk_id, **_now())


def _now() -> dict[str, Any]:
    now = utcnow()
    calls = queries.calls_now(session(), now)
    told = wallboard_queries.told(session(), [call.id for call in calls if call.waits])
    waiting = [call for call in calls if call.waits and call.id not in told]
    ringing = frozenset[str]().union(*(call.people for call in waiting))
    talking = frozenset[str]().union(*(call.people for call in calls if not call.waits))
    return {
        "waiting": len(waiting),
        "longest": minutes(longest_wait((call.started_at for call in waiting), now)) if waiting else "",
        "people": [_shown(duty, talking, ringing) for duty in _answering(now)],
        "today": wallboard_queries.calls_since(session(), day_bounds(day_of(now))[0]),
        "call_backs": wallboard_queries.call_backs(session(), now),
        "at": now,
    }


def _answering(now: datetime) -> list[Duty]:
    """The duties of those whose telephones ring, each person once."""
    rung = [duty for duty in roster.on_duty(session(), now) if duty.post.rung]
    return list({duty.account_id: duty for duty in rung}.values())


def _shown(duty: Duty, talking: frozenset[str], ringing: frozenset[str]) -> ShownPerson:
    account = duty.account
    does = doing(
        str(duty.account_id),
        talking=talking,
        ringing=ringing,
        has_phone=account is not None and account.phone_sealed is not None,
    )
    return ShownPerson(
        name=account.name if account else "",
        profession=str(PROFESSIONS[duty.profession]),
        until=duty.ends_at,
        doing=does,
        word=str(DOING[does]),
    )
