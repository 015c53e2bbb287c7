"""Writing the directory: one institution on a page, or many from a table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.columns import new_id
from helpdesk.directory import queries
from helpdesk.directory.models import Institution
from helpdesk.directory.rules import COLUMNS, InstitutionRow, Problem, parse, render
from helpdesk.kernel import teryt
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import EditedMeanwhile
from helpdesk.kernel.permissions import Actor
from helpdesk.kernel.text import fold


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or, as a check, would do. With a problem it does nothing at all."""

    problems: tuple[Problem, ...] = ()
    added: int = 0
    changed: int = 0
    unchanged: int = 0


def describe(institution: Institution) -> str:
    """All by which an institution is found: name, kind as code and in words, the places it serves, its address."""
    kinds = [label for row in codes("referrals").rows if row.code == institution.kind for label in row.labels.values()]
    places = [teryt.display(teryt.area(code)) for code in institution.teryt]
    return fold(" ".join([institution.name, institution.kind, *kinds, *places, institution.address]))


def add_institution(session: Session, row: InstitutionRow, *, actor: Actor, now: datetime) -> Institution:
    """Store a new institution. Its key for the table is made from its name."""
    queries.take_turn(session)
    institution = Institution(id=new_id(), version=0)
    _write(institution, replace(row, key=_free_key(session, row.name)), actor)
    session.add(institution)
    _record(session, institution, COLUMNS, actor, now)
    return institution


def save_institution(
    session: Session,
    institution_id: UUID,
    row: InstitutionRow,
    *,
    known_version: int,
    actor: Actor,
    now: datetime,
) -> Institution:
    """Store what was typed, but for the key. Raises NotFound, or EditedMeanwhile if it was typed over an older version."""
    institution = queries.institution(session, institution_id, for_update=True)
    held, wanted = institution.row, replace(row, key=institution.key)
    changed = _differences(held, wanted)
    if changed and institution.version != known_version:
        raise EditedMeanwhile({name: getattr(held, name) for name in changed}, by=institution.changed_by)
    if changed:
        _write(institution, wanted, actor)
        _record(session, institution, changed, actor, now)
    return institution


def confirm(session: Session, institution_id: UUID, *, today: date, actor: Actor, now: datetime) -> None:
    """Note that all that is known of an institution was checked today and holds."""
    institution = queries.institution(session, institution_id, for_update=True)
    row = replace(institution.row, checked_on=today)
    save_institution(session, institution_id, row, known_version=institution.version, actor=actor, now=now)


def import_csv(session: Session, text: str, *, check: bool, actor: Actor, now: datetime) -> Report:
    """Add and update the institutions of a table by their keys; those it does not name stay as they are.

    One problem and nothing is imported; with `check` nothing is imported either, but the report says what would be.
    """
    reading = parse(text)
    if reading.problems:
        return Report(reading.problems)
    queries.take_turn(session)
    held = queries.by_keys_held(session, (row.key for row in reading.rows))
    changed = [row for row in reading.rows if row.key in held and _differences(held[row.key].row, row)]
    added = [row for row in reading.rows if row.key not in held]
    report = Report((), len(added), len(changed), len(reading.rows) - len(added) - len(changed))
    if not check:
        _store(session, added, actor, now)
        _update(session, [(held[row.key], row) for row in changed], actor, now)
        audit.record(session, actor=actor, tag=Tag.DIRECTORY_IMPORTED, now=now, detail=_counts(report))
    return report


def export_csv(session: Session, *, actor: Actor, now: datetime) -> str:
    """The whole directory as a table that `import_csv` reads back."""
    rows = [institution.row for institution in queries.all_institutions(session)]
    audit.record(session, actor=actor, tag=Tag.DIRECTORY_EXPORTED, now=now, detail={"institutions": len(rows)})
    return render(rows)


def _store(session: Session, rows: Iterable[InstitutionRow], actor: Actor, now: datetime) -> None:
    for row in rows:
        institution = Institution(id=new_id(), version=0)
        _write(institution, row, actor)
        session.add(institution)
        _record(session, institution, COLUMNS, actor, now)


def _update(session: Session, pairs: Iterable[tuple[Institution, InstitutionRow]], actor: Actor, now: datetime) -> None:
    for institution, row in pairs:
        changed = _differences(institution.row, row)
        _write(institution, row, actor)
        _record(session, institution, changed, actor, now)


def _write(institution: Institution, row: InstitutionRow, actor: Actor) -> None:
    for name in COLUMNS:
        value = getattr(row, name)
        setattr(institution, name, list(value) if isinstance(value, tuple) else value)
    institution.search = describe(institution)
    institution.changed_by = actor.name
    institution.version += 1


def _differences(held: InstitutionRow, wanted: InstitutionRow) -> list[str]:
    return [name for name in COLUMNS if getattr(held, name) != getattr(wanted, name)]


def _record(session: Session, institution: Institution, changed: Iterable[str], actor: Actor, now: datetime) -> None:
    detail = {"fields": list(changed), "version": institution.version}
    audit.record(session, actor=actor, tag=Tag.INSTITUTION_CHANGED, subject=institution.id, now=now, detail=detail)


def _counts(report: Report) -> dict[str, int]:
    return {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}


def _free_key(session: Session, name: str) -> str:
    """A key that nobody has, like "ops-lubicz-2". A name in another script gives no letters for one."""
    stem = "-".join(re.findall("[a-z0-9]+", fold(name))) or "institution"
    taken = queries.keys_beginning(session, stem)
    return stem if stem not in taken else next(key for n in count(2) if (key := f"{stem}-{n}") not in taken)
