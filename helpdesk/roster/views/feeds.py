"""Calendars that other programs read: the text behind an address, and the page on which addresses are made and revoked."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import POLISH, language
from helpdesk.kernel.permissions import Permission
from helpdesk.roster import feeds as text
from helpdesk.roster import queries
from helpdesk.roster.forms.feeds import FeedForm
from helpdesk.roster.labels.feeds import calendar_name, desk_summary, own_summary
from helpdesk.roster.models import Feed
from helpdesk.roster.rules.feeds import window
from helpdesk.roster.service import feeds as service
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import Open, open_to_all, requires
from helpdesk.web.i18n import _, locale, speak
from helpdesk.web.transaction import session

# A program brings nothing but the token along, so its address has no desk in it.
calendars = Blueprint("roster_feeds", "helpdesk.roster")


@calendars.get("/calendar/<token>.ics")
@open_to_all(Open.FEED)
def calendar(token: str) -> ResponseReturnValue:
    """The duties of a person or a desk, in the language of the person; of a desk, in Polish."""
    feed, now = service.feed_behind(session(), token), utcnow()
    speak(language(feed.account.locale) if feed.account else POLISH)
    body = text.calendar(service.entries(session(), feed, now), _about(feed))
    answer = Response(body, content_type=text.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = "inline; filename=duties.ics"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256(body).hexdigest())
    return answer.make_conditional(request)


@staff.route("/my-duties/calendar", methods=["GET", "POST"])
@requires(Permission.DESK_ENTER)
def feeds(desk_id: str) -> ResponseReturnValue:
    """The addresses in use. A new one is answered at once and kept nowhere, so the answer is a page."""
    actor = identity.actor()
    form = FeedForm(may_plan=actor.may(Permission.DUTY_MANAGE))
    address = None
    if form.is_sent():
        whose = None if form.is_of_desk else actor.id
        try:
            token = service.make_feed(session(), (form.name.data or "").strip(), whose, actor=actor, now=utcnow())
            address = _public_url() + url_for("roster_feeds.calendar", token=token)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("roster/feeds.html", desk_id=desk_id, form=form, page_form=form, **_shown(form, address))
    return page, 422 if form.errors else 200


@staff.post("/my-duties/calendar/<uuid:feed_id>/revoke")
@requires(Permission.DESK_ENTER)
def revoke_feed(desk_id: str, feed_id: UUID) -> ResponseReturnValue:
    """From now on the address leads nowhere."""
    feed = queries.feed(session(), feed_id)
    service.revoke_feed(session(), feed, actor=identity.actor(), now=utcnow())
    flash(_("The address “%(name)s” does not work any more.", name=feed.name), "success")
    return redirect(url_for("roster.feeds", desk_id=desk_id))


def _about(feed: Feed) -> text.About:
    desk = desks.desk(session(), feed.desk_id)
    own = feed.account_id is not None
    return text.About(
        name=calendar_name(desk.name(locale().tag) if desk else feed.desk_id, own=own),
        host=urlsplit(_public_url()).hostname or "localhost",
        within=window(utcnow()),
        words=own_summary if own else desk_summary,
        busy=own,
    )


def _shown(form: FeedForm, address: str | None) -> dict[str, Any]:
    actor = identity.actor()
    session().flush()  # a feed that was just made stands in the table too
    return {
        "address": address,
        "subscribe": f"webcal://{address.partition('://')[2]}" if address else None,
        "own": queries.open_feeds(session(), actor.id) if actor.id else (),
        "of_desk": queries.open_feeds(session(), None) if form.may_plan else (),
    }


def _public_url() -> str:
    found: str = current_app.extensions["helpdesk.settings"].public_url
    return found.rstrip("/")
