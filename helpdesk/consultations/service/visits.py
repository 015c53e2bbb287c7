"""An appointment to which the person came becomes a closed contact with one advice (CR-1, CR-2).

Only that. Somebody who did not come was in contact with nobody, and whoever cancelled before neither; the appointment alone says so.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.appointments import queries as appointments
from helpdesk.appointments import service as appointment_service
from helpdesk.appointments.models import Appointment
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.models import Advice, Contact
from helpdesk.consultations.rules import sheet
from helpdesk.consultations.rules.codes import VISIT, Outcome
from helpdesk.consultations.service import closing, contacts
from helpdesk.desks.models import Desk
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor


def attend(
    session: Session, appointment: Appointment, *, role: str, kinds: list[str], actor: Actor, now: datetime
) -> Contact:
    """Write down that the person came: a visit as long as the slot, and one advice by whoever is on duty. Said twice, it is one.

    Raises Refusal before the slot begins and for a code that is none, NotComplete when no help is named.
    """
    held = appointments.appointment_held(session, appointment.id)
    known = queries.contact_of_appointment(session, held.id)
    if known is not None:
        return known
    appointment_service.mark_attended(session, held, actor=actor, now=now)
    contact = _begin(session, held, actor, now)
    session.flush()  # what a contact holds from the start, such as no children, is there only once it is written
    contact.advices.append(_advice(contact, held, role, kinds))
    audit.record(session, actor=actor, tag=Tag.ADVICE_ADDED, subject=contact.id, desk_id=contact.desk_id, now=now)
    closing.close(session, contact, Outcome.ADVICE, actor=actor, now=now)
    return contact


def _begin(session: Session, held: Appointment, actor: Actor, now: datetime) -> Contact:
    desk = session.get_one(Desk, held.desk_id)
    contact = contacts.begin(
        session, desk, channel=VISIT, actor=actor, now=now, language=held.language, started_at=held.starts_at
    )
    contact.appointment_id, contact.ended_at, contact.interpreter = held.id, held.ends_at, held.interpreter
    return contact


def _advice(contact: Contact, held: Appointment, role: str, kinds: list[str]) -> Advice:
    if held.duty.account_id is None:
        raise NotFound("Account")
    advice = Advice(
        contact_id=contact.id,
        consultant_id=held.duty.account_id,
        profession=held.profession,
        served_on=contact.served_on,
    )
    typed: Mapping[str, object] = {"role": role, "kinds": kinds}
    for name, raw in typed.items():
        setattr(advice, name, sheet.parse(name, sheet.ADVICE_FIELDS[name], raw))
    return advice
