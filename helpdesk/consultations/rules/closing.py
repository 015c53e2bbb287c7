"""What must be there before a contact is closed, and what counts as an advice (domain report, E.0: CR-1 to CR-5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.consultations.rules.codes import ONE_KEY, OTHER_GROUP, PROFESSIONAL, Outcome
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal


class ClosingRefusal(StrEnum):
    """Why a contact cannot be closed yet."""

    ALREADY_CLOSED = "closing:already-closed"
    END_BEFORE_START = "closing:end-before-start"
    GROUP_EMPTY = "closing:group-empty"
    GROUP_MISSING = "closing:group-missing"
    GROUP_NEEDS_NOTE = "closing:group-needs-note"
    GROUP_WITHOUT_PROFESSIONAL = "closing:group-without-professional"
    HELP_MISSING = "closing:help-missing"
    NOT_AN_OUTCOME = "closing:not-an-outcome"
    NOTHING_TO_CLOSE = "closing:nothing-to-close"
    PROMISE_WITHOUT_TIME = "closing:promise-without-time"
    ROLE_MISSING = "closing:role-missing"
    ROLE_TWICE = "closing:role-twice"
    WITNESSES_EXCEED_CHILDREN = "closing:witnesses-exceed-children"


@dataclass(frozen=True, slots=True)
class AdviceFacts:
    """What the rules need to know of one advice. `key` names it in the sheet; `by` is the consultant."""

    key: str
    by: str
    role: str | None = None
    kinds: tuple[str, ...] = ()
    professional_group: str | None = None
    group_note: str = ""
    group_size: int | None = None
    has_note: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing was put down, so there was no advice."""
        return not (self.role or self.kinds or self.has_note or self.professional_group or self.group_note)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the rules need to know of a contact."""

    started_at: datetime
    ended_at: datetime | None
    children_home: int = 0
    child_witnesses: int = 0
    has_promise: bool = False
    promise_due: datetime | None = None


def closing_problems(contact: ContactFacts, advices: Sequence[AdviceFacts], outcome: str) -> list[Refusal]:
    """Everything that stands in the way of closing with this outcome, each naming its field; empty when nothing does.

    Silent, wrong-number, prank and broken calls close without a further question (CR-1).
    """
    known = {row.code for row in codes("outcomes").rows}
    if outcome not in known:
        return [Refusal(ClosingRefusal.NOT_AN_OUTCOME, field="outcome")]
    if outcome in ONE_KEY:
        return list(span_problems(contact))
    return [*contact_problems(contact), *_advice_problems(advices, outcome)]


def span_problems(contact: ContactFacts) -> Iterator[Refusal]:
    if contact.ended_at is not None and contact.ended_at < contact.started_at:
        yield Refusal(ClosingRefusal.END_BEFORE_START, field="ended_at")


def contact_problems(contact: ContactFacts) -> Iterator[Refusal]:
    """What cannot be true of a contact, whatever its outcome."""
    yield from span_problems(contact)
    if contact.child_witnesses > contact.children_home:
        yield Refusal(ClosingRefusal.WITNESSES_EXCEED_CHILDREN, field="child_witnesses")
    if contact.has_promise and contact.promise_due is None:
        yield Refusal(ClosingRefusal.PROMISE_WITHOUT_TIME, field="promise_due")


def _advice_problems(advices: Sequence[AdviceFacts], outcome: str) -> Iterator[Refusal]:
    begun = [each for each in advices if not each.is_empty]
    for advice in begun:
        yield from advice_problems(advice)
    seen: set[tuple[str, str | None]] = set()
    for advice in begun:
        if (advice.by, advice.role) in seen:
            yield Refusal(ClosingRefusal.ROLE_TWICE, field=f"{advice.key}.role")
        seen.add((advice.by, advice.role))
    if outcome == Outcome.ADVICE and not begun:
        yield Refusal(ClosingRefusal.NOTHING_TO_CLOSE, field="outcome")


def advice_problems(advice: AdviceFacts) -> Iterator[Refusal]:
    """What one advice lacks or contradicts.

    A professional asking about her own situation is a victim, not a professional (CR-5), so a professional group goes with the
    professional role alone.
    """
    if not advice.role:
        yield Refusal(ClosingRefusal.ROLE_MISSING, field=f"{advice.key}.role")
    if not advice.kinds:
        yield Refusal(ClosingRefusal.HELP_MISSING, field=f"{advice.key}.kinds")
    if advice.role == PROFESSIONAL and not advice.professional_group:
        yield Refusal(ClosingRefusal.GROUP_MISSING, field=f"{advice.key}.professional_group")
    if advice.role not in {PROFESSIONAL, None} and advice.professional_group:
        yield Refusal(ClosingRefusal.GROUP_WITHOUT_PROFESSIONAL, field=f"{advice.key}.professional_group")
    if needs_note(advice.professional_group) and not advice.group_note.strip():
        yield Refusal(ClosingRefusal.GROUP_NEEDS_NOTE, field=f"{advice.key}.group_note")
    if advice.group_size is not None and advice.group_size < 1:
        yield Refusal(ClosingRefusal.GROUP_EMPTY, field=f"{advice.key}.group_size")


def needs_note(group: str | None) -> bool:
    """Group "other" is refused without a note who they were (R-000-14, footnote 1 of the table)."""
    return group is not None and group.split("-")[0] == OTHER_GROUP
