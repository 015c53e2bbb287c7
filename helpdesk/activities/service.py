"""Keeping the register of agreements: one on a page, or many from a table. What is counted from it is never changed without a reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.activities import queries, rules
from helpdesk.activities.models import Agreement, AgreementAnnex, AgreementRevision
from helpdesk.activities.rules import AgreementEntry, AgreementRefusal, AnnexEntry, Problem, TableRefusal
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor

FIELDS = tuple(field.name for field in fields(AgreementEntry))

# What the database refuses, as the refusal and the field beside which its sentence stands.
CONSTRAINTS: Mapping[str, tuple[AgreementRefusal, str]] = {
    "ex_agreement_one_at_a_time": (AgreementRefusal.OVERLAPS, "first_day"),
    "uq_agreement_desk_id_number": (AgreementRefusal.NUMBER_TAKEN, "number"),
    "uq_agreement_annex_desk_id_agreement_id_number": (AgreementRefusal.NUMBER_TAKEN, "annex_number"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or, as a check, would do. With a problem it does nothing at all."""

    problems: tuple[Problem, ...] = ()
    added: int = 0
    unchanged: int = 0


def add_agreement(session: Session, entry: AgreementEntry, *, actor: Actor, now: datetime) -> Agreement:
    """Write down a new agreement at the acting desk, or raise Refusal; AgreementRefusal.OVERLAPS names the number of the other one."""
    rules.check(entry, day_of(now))
    queries.take_turn(session)
    _refuse_conflicts(session, entry)
    agreement = Agreement(changed_by=actor.name)
    with _refusing(session):
        _write(agreement, entry)
        session.add(agreement)
    _note(session, agreement, "added", actor, now)
    return agreement


def change_agreement(
    session: Session,
    agreement_id: UUID,
    entry: AgreementEntry,
    *,
    why: str,
    known_version: int,
    actor: Actor,
    now: datetime,
) -> Agreement:
    """Correct an agreement, with a reason; what stood there is kept as a revision. Nothing changed asks for no reason.

    Raises NotFound, Refusal, or EditedMeanwhile if it was typed over an older version.
    """
    rules.check(entry, day_of(now))
    queries.take_turn(session)
    agreement = queries.held(session, agreement_id)
    was = agreement.entry
    changed = [name for name in FIELDS if getattr(was, name) != getattr(entry, name)]
    if not changed:
        return agreement
    if agreement.version != known_version:
        raise EditedMeanwhile({name: getattr(was, name) for name in changed}, by=agreement.changed_by)
    said = rules.check_reason(why)
    _refuse_conflicts(session, entry, but=agreement)
    with _refusing(session):
        session.add(_revision(agreement, said, actor, now))
        _write(agreement, entry)
        agreement.changed_by = actor.name
    _note(session, agreement, "changed", actor, now, fields=changed)
    return agreement


def end_agreement(
    session: Session, agreement_id: UUID, last_day: date, *, why: str, known_version: int, actor: Actor, now: datetime
) -> Agreement:
    """Say that an agreement holds up to and including a day, and why. Raises what `change_agreement` does."""
    said = rules.check_reason(why)
    entry = replace(queries.agreement(session, agreement_id).entry, last_day=last_day)
    return change_agreement(session, agreement_id, entry, why=said, known_version=known_version, actor=actor, now=now)


def add_annex(
    session: Session, agreement_id: UUID, entry: AnnexEntry, *, actor: Actor, now: datetime
) -> AgreementAnnex:
    """Add an annex. It changes nothing that is counted (S9). Raises NotFound or Refusal."""
    rules.check_annex(entry, day_of(now))
    agreement = queries.held(session, agreement_id)
    if queries.annex_numbered(session, agreement_id, entry.number):
        raise Refusal(AgreementRefusal.NUMBER_TAKEN, field="annex_number")
    annex = AgreementAnnex(
        agreement_id=agreement.id, number=entry.number, signed_on=entry.signed_on, what=entry.what.strip()
    )
    with _refusing(session):
        session.add(annex)
    _note(session, agreement, "annex-added", actor, now)
    return annex


def import_csv(session: Session, text: str, *, check: bool, actor: Actor, now: datetime) -> Report:
    """Add the agreements of a table whose numbers are new. One problem and nothing is imported; with `check` nothing is imported either.

    A number that is here already changes nothing: the same facts are passed over, other facts are refused, since a change has a reason.
    """
    reading = rules.parse(text, day_of(now))
    if reading.problems:
        return Report(reading.problems)
    queries.take_turn(session)
    known = queries.by_numbers(session, [entry.number for _line, entry in reading.rows])
    fresh = [(line, entry) for line, entry in reading.rows if entry.number not in known]
    problems = [*_contradictions(reading.rows, known), *_conflicts(session, fresh)]
    if problems:
        return Report(tuple(sorted(problems, key=lambda each: each.line)))
    report = Report((), len(fresh), len(reading.rows) - len(fresh))
    if not check:
        _store(session, [entry for _line, entry in fresh], actor, now)
        detail = {"added": report.added, "unchanged": report.unchanged}
        audit.record(
            session, actor=actor, tag=Tag.AGREEMENT_IMPORTED, desk_id=acting_desk(session), now=now, detail=detail
        )
    return report


def export_csv(session: Session, entries: Sequence[AgreementEntry], *, actor: Actor, now: datetime) -> str:
    """These agreements as a table that `import_csv` reads back, without their annexes."""
    detail = {"count": len(entries)}
    audit.record(session, actor=actor, tag=Tag.AGREEMENT_EXPORTED, desk_id=acting_desk(session), now=now, detail=detail)
    return rules.render(entries)


def _contradictions(rows: Iterable[tuple[int, AgreementEntry]], known: Mapping[str, Agreement]) -> Iterator[Problem]:
    for line, entry in rows:
        if entry.number in known and known[entry.number].entry != entry:
            yield Problem(line, "number", Refusal(TableRefusal.CHANGED), entry.number)


def _conflicts(session: Session, rows: Sequence[tuple[int, AgreementEntry]]) -> Iterator[Problem]:
    others = [each.entry for each in queries.of_gminas(session, {entry.gmina for _line, entry in rows})]
    for line, entry in rows:
        if other := rules.overlapping(entry, others):
            yield Problem(line, "first_day", Refusal(AgreementRefusal.OVERLAPS, number=other.number), entry.gmina)


def _store(session: Session, entries: Iterable[AgreementEntry], actor: Actor, now: datetime) -> None:
    for entry in entries:
        agreement = Agreement(changed_by=actor.name)
        _write(agreement, entry)
        session.add(agreement)
        _note(session, agreement, "added", actor, now)


def _write(agreement: Agreement, entry: AgreementEntry) -> None:
    for name in FIELDS:
        setattr(agreement, name, getattr(entry, name))


def _revision(agreement: Agreement, why: str, actor: Actor, now: datetime) -> AgreementRevision:
    return AgreementRevision(
        agreement_id=agreement.id,
        version=agreement.version,
        was={name: _plain(getattr(agreement, name)) for name in FIELDS},
        why=why,
        changed_at=now,
        changed_by=actor.name,
        changed_by_id=actor.id,
    )


def _plain(value: Any) -> str | int | None:  # noqa: ANN401  a field of an agreement
    return value.isoformat() if isinstance(value, date) else value


def _refuse_conflicts(session: Session, entry: AgreementEntry, but: Agreement | None = None) -> None:
    """Raise Refusal if the number or one of the days belongs to another agreement."""
    numbered = queries.by_numbers(session, [entry.number]).get(entry.number)
    if numbered is not None and numbered is not but:
        raise Refusal(AgreementRefusal.NUMBER_TAKEN, field="number")
    others = [each.entry for each in queries.of_gminas(session, [entry.gmina]) if each is not but]
    if other := rules.overlapping(entry, others):
        raise Refusal(AgreementRefusal.OVERLAPS, field="first_day", number=other.number)


@contextmanager
def _refusing(session: Session) -> Iterator[None]:
    """Write at once, inside a savepoint, so that what the database refuses can be said beside the field and nothing of it stays."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.orig, "diag", None), "constraint_name", ""))
        if name not in CONSTRAINTS:
            raise
        code, field = CONSTRAINTS[name]
        raise Refusal(code, field=field, number="") from error


def _note(
    session: Session, agreement: Agreement, what: str, actor: Actor, now: datetime, **more: Sequence[str]
) -> None:
    detail = {"what": what, "gmina": agreement.gmina, **more}
    desk_id = acting_desk(session)
    audit.record(
        session, actor=actor, tag=Tag.AGREEMENT_CHANGED, subject=agreement.id, desk_id=desk_id, now=now, detail=detail
    )
