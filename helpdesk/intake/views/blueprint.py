"""The two faces of this domain. The language of a public page stands in its address and is spoken before the view runs."""

from typing import Any

from flask import Blueprint

from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.languages import LANGUAGES, language
from helpdesk.web.i18n import locale, offered, speak

# The language of an address; an address that begins otherwise is none of ours.
IN = f"/<any({', '.join(repr(each.tag) for each in LANGUAGES)}):tag>"

public = Blueprint("public", "helpdesk.intake", template_folder="templates")
staff = Blueprint("intake", "helpdesk.intake", template_folder="templates", url_prefix="/desk/<desk_id>")


@public.url_value_preprocessor
def _speak(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    tag = (values or {}).pop("tag", None)
    if tag is None:
        return
    if tag not in {each.tag for each in offered()}:
        raise NotFound("Language")
    speak(language(tag))


@public.url_defaults
def _stay_in_language(_endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("tag", locale().tag)
