"""What a public office has to say: how accessible these pages are, and what becomes of the data. In plain words."""

from flask import render_template
from flask.typing import ResponseReturnValue

from helpdesk.intake.views.blueprint import IN, public
from helpdesk.intake.views.public.start import desk_at, phones_of
from helpdesk.web.access import Open, open_to_all


@public.get(f"{IN}/accessibility")
@open_to_all(Open.PUBLIC)
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html")


@public.get(f"{IN}/<place>/data")
@open_to_all(Open.PUBLIC)
def data(place: str) -> ResponseReturnValue:
    """Who is answerable for what is sent here, and what one may ask for (GDPR, art. 13)."""
    found = desk_at(place)
    return render_template("public/data.html", desk=found, phones=phones_of(found))
