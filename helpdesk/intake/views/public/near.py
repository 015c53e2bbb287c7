"""Help near a place: public institutions from the directory, without a word on who looked for what."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.directory import queries as directory
from helpdesk.directory.queries import Wanted
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.kernel import teryt
from helpdesk.kernel.codes import codes
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.i18n import locale
from helpdesk.web.transaction import session

LONGEST = 60
MOST = 20


@public.get(f"{IN}/near")
@open_to_all(Open.PUBLIC)
def near() -> ResponseReturnValue:
    """What was typed is a place; its diacritics do not matter."""
    typed = request.args.get("q", "")[:LONGEST]
    places = teryt.search(typed, 1) if typed.strip() else []
    found = directory.search(session(), Wanted(near=places[0].code), limit=MOST).rows if places else []
    kinds = codes("referrals")
    language = "pl" if locale().tag == "pl" else "en"
    return render_template(
        "public/near.html",
        typed=typed,
        place=places[0] if places else None,
        found=[(each, kinds.label(each.kind, language)) for each in found],
    )
