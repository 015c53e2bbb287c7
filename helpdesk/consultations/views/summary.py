"""A contact in one line: codes turned into words, never a name or a note."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.consultations.models import Advice, Contact
from helpdesk.kernel.codes import codes
from helpdesk.kernel.languages import language_name
from helpdesk.kernel.teryt import area, short_name
from helpdesk.web.i18n import locale


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of a list of contacts, in the reader's language."""

    contact: Contact
    channel: str
    outcome: str
    place: str
    language: str
    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    consultants: tuple[str, ...]


def label(name: str, code: str | None, contact: Contact) -> str:
    """The words of a code as they were on the day of the contact."""
    return codes(name).label(code, locale().tag, contact.served_on) if code else ""


def summarised(contact: Contact) -> Summary:
    advices = contact.advices
    return Summary(
        contact=contact,
        channel=label("channels", contact.channel, contact),
        outcome=label("outcomes", contact.outcome, contact),
        place=short_name(area(contact.gmina), locale().tag) if contact.gmina else "",
        language=spoken(contact),
        roles=_distinct(label("roles", advice.role, contact) for advice in advices),
        kinds=_distinct(label("help-kinds", kind, contact) for advice in advices for kind in advice.kinds),
        consultants=_distinct(advice.consultant.name for advice in advices),
    )


def spoken(contact: Contact) -> str:
    if not contact.language or contact.language == "other":
        return ""
    return language_name(contact.language, locale().tag)


def _distinct(words: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))  # type: ignore[attr-defined]


def advice_lines(advices: Sequence[Advice], contact: Contact) -> list[tuple[Advice, str, str]]:
    """Colleagues' advices as they may be seen by all at the desk: who, in which role, with which help."""
    return [
        (
            advice,
            label("roles", advice.role, contact),
            ", ".join(label("help-kinds", kind, contact) for kind in advice.kinds),
        )
        for advice in advices
    ]
