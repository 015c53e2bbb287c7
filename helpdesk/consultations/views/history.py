"""What stood in a contact before it was changed, as its reader may see it."""

import json

from helpdesk.consultations.forms import field_label
from helpdesk.consultations.models import Contact, ContactRevision
from helpdesk.consultations.rules.sheet import ADVICE_FIELDS, CONTACT_FIELDS
from helpdesk.consultations.service.sheet import readable, values_of
from helpdesk.kernel.codes import codes
from helpdesk.kernel.permissions import Actor
from helpdesk.web.i18n import locale


def what_stood(revision: ContactRevision, contact: Contact, reader: Actor) -> list[tuple[str, str]]:
    """The fields in which the earlier version differs from today's, in words, with the notes that the reader may not read left out."""
    before = json.loads(revision.snapshot)
    today = json.loads(json.dumps(values_of(contact), default=str))
    changed = {name: value for name, value in before.items() if name in today and _text(value) != _text(today[name])}
    return [
        (field_label(name.rpartition(".")[2]), _words(name, value))
        for name, value in readable(contact, changed, reader).items()
    ]


def _text(value: object) -> str:
    return str(value).replace("T", " ")


def _words(name: str, value: object) -> str:
    field = name.rpartition(".")[2]
    rule = ADVICE_FIELDS.get(field) or CONTACT_FIELDS[field]
    if not rule.choices or not value:
        return "—" if value in (None, "", []) else str(value)
    each = value if isinstance(value, list) else [value]
    return ", ".join(codes(rule.choices).label(str(code), locale().tag) for code in each)
