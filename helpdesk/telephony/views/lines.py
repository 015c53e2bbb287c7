"""The lines of a desk: how each behaves, what its languages lack, how it was set before, and whom this desk helps out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.db.wall import get_here
from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.roster.forms.differences import differences
from helpdesk.telephony.labels import ANSWERING, behaviour, clock_hours
from helpdesk.telephony.labels import languages as in_order
from helpdesk.telephony.models import LineVersion
from helpdesk.telephony.queries import lines as queries
from helpdesk.telephony.rules.settings import Answering, Known, LineSettings, NotSettable, answering
from helpdesk.telephony.service import settings as service
from helpdesk.telephony.views.calls import staff
from helpdesk.telephony.views.line_forms import HelpForm, LineForm, typed_settings
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate, locale, ngettext
from helpdesk.web.transaction import session

_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class ShownLanguage:
    """A language of a line: what its words and sounds lack, and who answers in it, in words."""

    name: str
    words: str
    sounds: str
    answered: str
    is_offered: bool
    is_answered: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    line: PhoneLine
    settings: LineSettings
    menu: str
    behaviour: Sequence[str]
    languages: Sequence[ShownLanguage]


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a line was set until somebody changed it."""

    version: int
    until: datetime
    by: str
    why: str
    name: str
    menu: str
    behaviour: Sequence[str]


@staff.get("/lines")
@requires(Permission.LINE_MANAGE)
def lines(desk_id: str) -> ResponseReturnValue:
    """Every line of the desk, the hours of the coming week, and the desks that this one helps out."""
    others = service.others(session())
    helped = [each.helped_id for each in queries.help_given(session(), desk_id)]
    return _list_page(desk_id, others, HelpForm(others, helped))


@staff.post("/lines/help")
@requires(Permission.LINE_MANAGE)
def help_out(desk_id: str) -> ResponseReturnValue:
    """Say for which other desks this one answers where nobody there can."""
    others = service.others(session())
    form = HelpForm(others, ())
    chosen = form.chosen()
    if chosen is None:
        return _list_page(desk_id, others, form), 422 if form.errors else 200
    service.help_out(session(), chosen, actor=identity.actor(), now=utcnow())
    flash(_("It is saved which desks you help out."), "success")
    return redirect(url_for("telephony.lines", desk_id=desk_id))


@staff.route("/lines/<uuid:line_id>", methods=["GET", "POST"])
@requires(Permission.LINE_MANAGE)
def line(desk_id: str, line_id: UUID) -> ResponseReturnValue:
    """How one line is set, and how it was set before."""
    found = get_here(session(), PhoneLine, line_id)
    before = service.settings_of(found)
    form = LineForm(_choosable(desk_id, before), typed_settings(before) | {"version": str(found.version)})
    settings = form.settings(before)
    if settings is None:
        return _line_page(desk_id, form, found), 422 if form.errors else 200
    try:
        saved = service.save_line(
            session(),
            line_id,
            settings,
            why=form.why.data or "",
            known_version=form.known_version,
            actor=identity.actor(),
            now=utcnow(),
        )
    except EditedMeanwhile:
        return _edited_page(desk_id, form, found), 409
    except NotSettable as error:
        for refusal in error.refusals:
            form.refuse(_named(refusal))
        return _line_page(desk_id, form, found), 409
    flash(_("The line is saved: %(name)s.", name=saved.name or saved.number), "success")
    return redirect(url_for("telephony.lines", desk_id=desk_id))


def _list_page(desk_id: str, others: Sequence[Desk], form: HelpForm) -> str:
    desk = _desk(desk_id)
    now = utcnow()
    known = service.known(session(), now)
    names = {each.id: each.name(locale().tag) for each in others}
    return render_template(
        "telephony/lines.html",
        desk_id=desk_id,
        form=form,
        lines=[_shown(found, known, names) for found in desk.lines],
        week=[
            (localdate(day.day, "EEEE d MMMM"), clock_hours(day.spans))
            for day in service.hours(session(), day_of(now), _WEEK_DAYS)
        ],
        others=others,
        helpers=[names[each] for each in sorted(known.agreed) if each in names],
    )


def _line_page(desk_id: str, form: LineForm, found: PhoneLine, *, both: Sequence[tuple[str, str, str]] = ()) -> str:
    names = {each.id: each.name(locale().tag) for each in service.others(session())}
    return render_template(
        "telephony/line.html",
        desk_id=desk_id,
        form=form,
        page_form=form,
        line=found,
        both=both,
        earlier=[_earlier(each, names) for each in queries.versions_of(session(), found.number)],
    )


def _edited_page(desk_id: str, form: LineForm, found: PhoneLine) -> str:
    """The form as it was typed, with what is stored now beside it; saving again counts as having seen that."""
    form.has_seen(found.version)
    return _line_page(desk_id, form, found, both=differences(form, typed_settings(service.settings_of(found))))


def _choosable(desk_id: str, before: LineSettings) -> list[Desk]:
    """The desks that agreed to help out, and the one that is chosen, so that a promise taken back is seen and not silently lost."""
    agreed = queries.helpers_of(session(), desk_id) | {before.plan.other_desk}
    return [each for each in service.others(session()) if each.id in agreed]


def _named(refusal: Refusal) -> Refusal:
    """The same refusal with its language by name, for whoever reads it."""
    if "language" not in refusal.data:
        return refusal
    named = language_name(str(refusal.data["language"]), locale().tag)
    return Refusal(refusal.code, field=refusal.field, **{**refusal.data, "language": named})


def _shown(found: PhoneLine, known: Known, names: Mapping[str, str]) -> ShownLine:
    settings = service.settings_of(found)
    return ShownLine(
        line=found,
        settings=settings,
        menu=in_order(settings.languages),
        behaviour=behaviour(settings.plan, names.get(settings.plan.other_desk, "")),
        languages=list(_languages(settings, known)),
    )


def _languages(settings: LineSettings, known: Known) -> Iterator[ShownLanguage]:
    unworded, unheard = known.unworded(settings.languages), known.unheard(settings.languages)
    for tag in settings.languages:
        answers = answering(tag, settings.plan.circles, known.speakers)
        yield ShownLanguage(
            name=language_name(tag, locale().tag),
            words=_lacking_words(unworded.get(tag, 0)),
            sounds=_lacking_sounds(unheard.get(tag, 0)),
            answered=str(ANSWERING[answers]),
            is_offered=tag not in unworded and tag not in unheard,
            is_answered=answers is not Answering.NOBODY,
        )


def _lacking_words(number: int) -> str:
    return ngettext("%(num)s is missing", "%(num)s are missing", number) if number else _("all are there")


def _lacking_sounds(number: int) -> str:
    if not number:
        return _("can be heard")
    return ngettext("%(num)s recording is missing", "%(num)s recordings are missing", number)


def _earlier(version: LineVersion, names: Mapping[str, str]) -> Earlier:
    settings = LineSettings.from_json(version.settings)
    return Earlier(
        version=version.version,
        until=version.changed_at,
        by=version.changed_by.name if version.changed_by else "",
        why=version.why,
        name=settings.name,
        menu=in_order(settings.languages),
        behaviour=behaviour(settings.plan, names.get(settings.plan.other_desk, "")),
    )


def _desk(desk_id: str) -> Desk:
    return desks.this_desk(session(), desk_id)
