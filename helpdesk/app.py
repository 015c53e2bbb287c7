"""The application's table of contents: settings, foundations, domains, checks. The only module that knows every domain."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session, configure_mappers

from helpdesk.accounts import labels as accounts_labels
from helpdesk.accounts import views as accounts
from helpdesk.activities import labels as activities_labels
from helpdesk.activities import views as activities
from helpdesk.appointments import labels as appointments_labels
from helpdesk.appointments import service as appointments_service
from helpdesk.appointments import views as appointments
from helpdesk.audit import service as audit_service
from helpdesk.audit import views as audit
from helpdesk.config import Settings
from helpdesk.consultations import labels as consultations_labels
from helpdesk.consultations import views as consultations
from helpdesk.db import sealed
from helpdesk.db.jobs import Handler
from helpdesk.db.notify import Listener
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.worker import Recurring
from helpdesk.desks import labels as desks_labels
from helpdesk.desks import queries as desks
from helpdesk.directory import labels as directory_labels
from helpdesk.directory import views as directory
from helpdesk.files import labels as files_labels
from helpdesk.indicators import labels as indicators_labels
from helpdesk.indicators import views as indicators
from helpdesk.intake import labels as intake_labels
from helpdesk.intake import views as intake
from helpdesk.intake.labels.safety import SAFETY
from helpdesk.intake.service import drafts, notices, retention
from helpdesk.intake.views import lists as intake_lists
from helpdesk.intake.views.opening import way_back_of
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.permissions import Permission
from helpdesk.outreach import labels as outreach_labels
from helpdesk.outreach.service import SendText
from helpdesk.premises import labels as premises_labels
from helpdesk.premises import views as premises
from helpdesk.roster import labels as roster_labels
from helpdesk.roster import mails
from helpdesk.roster import views as roster
from helpdesk.roster.service import hands
from helpdesk.roster.service import present as roster_present
from helpdesk.telephony import labels as telephony_labels
from helpdesk.telephony import outgoing, provider, sounds, spool, texts, twiml, webhooks
from helpdesk.telephony import service as calls
from helpdesk.telephony import views as telephony
from helpdesk.telephony.service import dialling, messages, reconciling, room_jobs
from helpdesk.telephony.service import texts as text_messages
from helpdesk.telephony.views import browser, call_back_words, call_backs, phone, room_words, rooms
from helpdesk.telephony.views import texts as written
from helpdesk.texts import labels as texts_labels
from helpdesk.texts import views as sentences
from helpdesk.web import (
    access,
    assets,
    errors,
    frame,
    health,
    i18n,
    identity,
    indentation,
    labels,
    live,
    navigation,
    sections,
    security,
    start,
    todo,
    transaction,
)
from helpdesk.web.frame import Frame
from helpdesk.web.sessions import StoredSessions, clean_up

STATIC = Path(__file__).parent / "web" / "static"
FACES = ("public", "staff", "telephony")

STAFF = (
    consultations,
    intake,
    telephony,
    appointments,
    directory,
    roster,
    premises,
    activities,
    indicators,
    sentences,
    accounts,
    audit,
)
LABELS = (
    accounts_labels,
    activities_labels,
    appointments_labels,
    call_back_words,
    consultations_labels,
    desks_labels,
    directory_labels,
    files_labels,
    indicators_labels,
    intake_labels,
    outreach_labels,
    premises_labels,
    room_words,
    roster_labels,
    telephony_labels,
    texts_labels,
)

# Where a role begins: the first page of this list that it may open.
START = (
    (Permission.CONTACT_READ, "consultations.desk"),
    (Permission.SCHEDULE_READ, "indicators.years"),
    (Permission.ACCOUNT_MANAGE, "accounts.people"),
    (Permission.AUDIT_READ, "audit.events"),
    (Permission.DESK_ENTER, "roster.mine"),
)


def create_app(settings: Settings, *, faces: tuple[str, ...] = FACES, sessions: Sessions | None = None) -> Flask:
    """The application with the faces asked for; it does not start with a view that says not who may call it."""
    sealed.use(sealed.KeyRing(settings.sealing_keys, settings.pepper))
    configure_mappers()  # what is wrong with a table shows at start-up, and not in the first call
    app = transaction.HelpdeskFlask("helpdesk", static_folder="web/static", template_folder="web/templates")
    _foundation(app, settings, sessions or make_sessions(make_engine(settings.database_url)))
    if "public" in faces:
        app.extensions["helpdesk.csrf"].exempt(intake.public)  # each form looks at its token itself, and loses nothing
        app.register_blueprint(intake.public)
    if "staff" in faces:
        _staff_face(app, settings)
    if "telephony" in faces:
        webhooks.init_app(app)
        sounds.init_app(app)
        texts.init_app(app)
        outgoing.init_app(app)
    if settings.demo and {"staff", "telephony"} <= set(faces):
        app.register_blueprint(phone.demo)
    access.refuse_unmarked_views(app)
    return app


def _foundation(app: Flask, settings: Settings, sessions: Sessions) -> None:
    app.config.update(SECRET_KEY=settings.secret_key, WTF_CSRF_TIME_LIMIT=None)
    app.extensions["helpdesk.settings"] = settings
    app.context_processor(lambda: {"settings": settings, "actor": identity.actor() if identity.has_actor() else None})
    app.session_interface = StoredSessions(sessions, secure=settings.secure)
    app.extensions["helpdesk.csrf"] = CSRFProtect(app)  # type: ignore[no-untyped-call]
    transaction.init_app(app, sessions)
    indentation.init_app(app)
    i18n.init_app(app)
    security.init_app(app, settings)
    assets.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.health)
    for each in LABELS:
        labels.register(each.LABELS)


def _staff_face(app: Flask, settings: Settings) -> None:
    identity.init_app(app, accounts.load_person)
    live.init_app(app, Listener(settings.database_url))
    texts_labels.register(SAFETY.items())
    navigation.init_app(app, [item for each in STAFF for item in each.NAVIGATION])
    start.init_app(app, START)
    todo.init_app(app, [call_backs.to_do, intake_lists.to_do])
    sections.init_app(app, {"head of the sheet": [rooms.room_of, written.texts_of, way_back_of]})
    frame.init_app(app, Frame(_desk_name, roster_labels.on_duty_line, telephony.ring_banner, Permission.CONTACT_READ))
    for each in STAFF:
        app.register_blueprint(each.staff)
    app.register_blueprint(roster.calendars)
    if settings.rings_browsers:
        app.register_blueprint(browser.telephone)


def _desk_name(session: Session, desk_id: str) -> str:
    desk = desks.desk(session, desk_id)
    return desk.name(i18n.locale().tag) if desk else desk_id


HANDLERS: Mapping[str, Handler] = {**calls.HANDLERS}


def handlers(settings: Settings, sessions: Sessions) -> Mapping[str, Handler]:
    """What the worker can do that requests have asked for. Whatever writes to people needs the words of an application."""
    outside = provider.provider_of(settings)
    return {
        **HANDLERS,
        **dialling.handlers(outside, public_url=settings.public_url, shown=settings.neutral_number),
        **messages.handlers(outside),
        **room_jobs.handlers(outside, public_url=settings.public_url, overrides=twiml.overrides(settings.twilio_edge)),
        **text_messages.handlers(outside, sessions),
        **notices.handlers(settings, _text_sender(outside, settings.neutral_number)),
        **mails.handlers(create_app(settings, faces=("staff",), sessions=sessions)),
    }


def _text_sender(outside: provider.Provider, shown: str) -> SendText | None:
    """How a neutral notice leaves as a text message; not at all without a number that says nothing."""
    return (lambda to, body: outside.send_text(to, shown, body)) if shown else None


def recurring(settings: Settings) -> tuple[Recurring, ...]:
    """What the worker does every so often."""
    return (
        Recurring("audit chain", timedelta(seconds=10), lambda sessions, _now: _chain(sessions, settings.pepper)),
        Recurring(
            "spooled calls",
            timedelta(seconds=5),
            lambda sessions, now: spool.take_in(sessions, settings.spool_dir, now),
        ),
        Recurring("numbers no longer needed", timedelta(minutes=1), calls.forget_numbers),
        Recurring("recorded messages", timedelta(hours=1), messages.tidy),
        Recurring("senders no longer needed", timedelta(minutes=1), text_messages.forget_senders),
        Recurring(
            "the provider's list of calls",
            timedelta(hours=1),
            lambda sessions, now: reconciling.nightly(sessions, provider.provider_of(settings), now),
        ),
        Recurring("lapsed offers", timedelta(minutes=1), hands.lapse),
        Recurring(
            "appointments",
            timedelta(minutes=1),
            lambda sessions, now: appointments_service.follow(sessions, settings, now),
        ),
        Recurring("drafts that nobody came back to", timedelta(minutes=10), drafts.sweep),
        Recurring("intakes that are kept no longer", timedelta(hours=1), retention.sweep),
        Recurring("old sessions", timedelta(hours=1), clean_up),
    )


def _chain(sessions: Sessions, key: bytes) -> None:
    with sessions.begin() as session:
        audit_service.extend_chain(session, key)


def examine(session: Session, settings: Settings) -> Iterator[str]:
    """What a coordinator must know before it hurts: languages, coverage and calls not taken in, in English sentences."""
    for tag in dict(settings.neutral_urls).keys() - {each.tag for each in LANGUAGES}:
        yield f"HELPDESK_NEUTRAL_URLS names a language that we do not speak: {tag}."
    yield from calls.examine(session)
    yield from provider.examine(settings)
    yield from browser.examine(settings, STATIC)
    yield from reconciling.examine(session)
    yield from roster_present.examine(session, utcnow())
    yield from appointments_service.examine(session, settings, utcnow())
    waiting, aside = spool.waiting(settings.spool_dir)
    if waiting:
        yield f"{waiting} requests of calls wait in {settings.spool_dir}: is the worker running?"
    if aside:
        yield f"{aside} requests of calls were set aside in {settings.spool_dir}: they could not be read, or are about no line."
