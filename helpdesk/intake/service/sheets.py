"""The call sheet of an intake says what its person says: filled in when it is taken, and following when what is safe changes (CO5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.consultations import queries as consultations
from helpdesk.consultations.models import Contact
from helpdesk.consultations.rules.codes import Danger
from helpdesk.consultations.service import sheet
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.choices import Reach, Said
from helpdesk.intake.rules.safe import Safe, followed
from helpdesk.intake.service.reading import answers_of, safe_of
from helpdesk.intake.service.trail import PERSON

# The codes of safe contact and of safety flags (domain report, D.11).
_SAFE_WAYS = {Reach.PHONE: "SPH", Reach.SMS: "SPH", Reach.EMAIL: "SEM"}
_NO_CONTACT = "SNO"
_CHILDREN, _DISABLED = "CHI", "DIS"
_DANGER = {Said.YES: Danger.YES, Said.NO: Danger.NO, Said.UNKNOWN: Danger.UNKNOWN}

# How the person of an intake may be reached, in the words of the desk.
SafeWords = Callable[[Intake], str]


def fill_in(contact: Contact, intake: Intake, safe_words: SafeWords) -> None:
    """What was answered on the form need not be asked again."""
    answers = answers_of(intake)
    danger = _DANGER.get(answers.danger)
    contact.danger = danger.value if danger else None
    contact.interpreter = answers.interpreter is Said.YES
    flags = {_CHILDREN: answers.children, _DISABLED: answers.disability}
    contact.safety_flags = [flag for flag, said in flags.items() if said is Said.YES]
    contact.safe_ways = _ways(safe_of(intake))
    contact.safe_contact = safe_words(intake)


@contextmanager
def following(session: Session, intake: Intake, safe_words: SafeWords, now: datetime) -> Iterator[None]:
    """Whatever changes within in what is safe stands on the open sheet afterwards, whoever has it before their eyes.

    Words that the desk itself has put there stay below. A closed sheet is the record of a conversation, and stays as it is.
    """
    contact = open_contact(session, intake)
    former = safe_words(intake)
    yield
    if contact is None:
        return
    typed = {
        "safe_ways": _ways(safe_of(intake)),
        "safe_contact": followed(contact.safe_contact, former, safe_words(intake)),
    }
    sheet.write(session, contact, typed, known_version=contact.version, actor=PERSON, now=now)


def open_contact(session: Session, intake: Intake) -> Contact | None:
    """The contact of this intake on whose sheet somebody still works, held until the transaction ends."""
    if intake.contact_id is None:
        return None
    contact = consultations.contact(session, intake.contact_id, for_update=True)
    return contact if contact.is_open else None


def _ways(safe: Safe) -> list[str]:
    return list(dict.fromkeys(_SAFE_WAYS[way] for way in safe.ways if way in _SAFE_WAYS)) or [_NO_CONTACT]
