"""Poster and cards: a page for each language, with the desk's telephone and the neutral address as a code to be scanned."""

import io
from collections.abc import Sequence

import segno
from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.desks.models import Desk
from helpdesk.intake.forms.staff import PrintForm
from helpdesk.intake.labels import printed as words
from helpdesk.intake.rules.printed import Printed, address, to_type
from helpdesk.intake.views.blueprint import staff
from helpdesk.intake.views.public.start import phones_of
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import Language, language
from helpdesk.kernel.permissions import Permission
from helpdesk.kernel.phones import display
from helpdesk.roster import queries as roster
from helpdesk.roster.labels.coming import when_regular
from helpdesk.roster.rules.regular import Regular, regular
from helpdesk.web.access import requires
from helpdesk.web.documents import Frame, make_pdf
from helpdesk.web.i18n import locale, speaking
from helpdesk.web.transaction import session


@staff.get("/intakes/printed")
@requires(Permission.INTAKE_MANAGE)
def printed(desk_id: str) -> ResponseReturnValue:
    """What to print, and in which languages."""
    return _page(desk_id, PrintForm(kind=Printed.POSTER.value, languages=[locale().tag]))


@staff.get("/intakes/printed.pdf")
@requires(Permission.INTAKE_MANAGE)
def printed_pdf(desk_id: str) -> ResponseReturnValue:
    """The sheets, one after the other in the order of the languages."""
    form, desk = PrintForm(request.args), _desk(desk_id)
    if not form.validate():
        return _page(desk_id, form), 400
    kind, hours = Printed(form.kind.data), _hours()
    pages = [_sheet(desk, language(tag), hours) for tag in form.languages.data or ()]
    frame = Frame(str(words.TITLE), utcnow(), locale().tag, "")
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}-{desk.place}.pdf"'}
    return Response(
        make_pdf(f"intake/{kind.value}.typ", {"pages": pages}, frame=frame), mimetype="application/pdf", headers=headers
    )


def _page(desk_id: str, form: PrintForm) -> str:
    desk = desks.desk(session(), desk_id)
    return render_template(
        "intake/printed.html",
        desk_id=desk_id,
        desk=desk,
        form=form,
        page_form=form,
        phones=phones_of(desk) if desk else (),
        hours=when_regular(_hours()),
    )


def _desk(desk_id: str) -> Desk:
    """The desk, if it has a place in the public addresses to which a code could lead."""
    desk = desks.desk(session(), desk_id)
    if desk is None or not desk.place:
        raise NotFound("Desk")
    return desk


def _hours() -> Sequence[Regular]:
    posts = roster.public_posts(session())
    return regular([(each.days, each.starts, each.ends) for each in posts], day_of(utcnow()))


def _sheet(desk: Desk, spoken: Language, hours: Sequence[Regular]) -> dict[str, object]:
    """What one sheet says, in its language. No name of the desk: it may say what the desk is for."""
    url = address(current_app.extensions["helpdesk.settings"].public_url, spoken.tag, desk.place or "")
    with speaking(spoken.tag):
        return {
            "language": spoken.tag.partition("-")[0],
            "direction": spoken.direction.value,
            "headline": str(words.HEADLINE),
            "invitation": str(words.INVITATION),
            "phones": [display(each) for each in phones_of(desk)],
            "hours": when_regular(hours),
            "free": str(words.FREE),
            "interpreter": str(words.INTERPRETER),
            "yours": str(words.YOURS),
            "scan": str(words.SCAN),
            "danger": str(words.DANGER),
            "address": to_type(url),
            "url": url,
            "code": code(url),
        }


def code(url: str) -> str:
    """The square that a camera reads, as a picture; the sheet leaves white paper round it."""
    picture = io.BytesIO()
    segno.make_qr(url, error="m").save(picture, kind="svg", xmldecl=False, border=0, light="#fff")
    return picture.getvalue().decode()
