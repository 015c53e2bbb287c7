"""Stories of those who keep the directory true."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from helpdesk.audit.models import AuditEvent
from helpdesk.directory import queries, service
from helpdesk.directory.rules import RowProblem
from helpdesk.kernel.errors import EditedMeanwhile, NotFound
from helpdesk.kernel.permissions import Actor
from tests.directory.entries import BYDGOSZCZ, CLERK, DEMO, NOW, add, entry, tags

HEADER = "key,kind,name,teryt,note"
OTHER = Actor(id=uuid4(), name="Marek", desk_id="help-point")


def _import(session: Session, table: str, *, check: bool = False) -> service.Report:
    report = service.import_csv(session, table, check=check, actor=CLERK, now=NOW)
    session.flush()
    return report


def test_a_new_institution_gets_a_key_of_its_own_and_can_be_found(session: Session) -> None:
    first, second, third = (add(session, name) for name in ("OPS w Łysomicach", "OPS w Łysomicach", "Допомога"))
    assert [each.key for each in (first, second, third)] == ["ops-w-lysomicach", "ops-w-lysomicach-2", "institution"]
    assert (first.version, first.changed_by) == (1, "Olga")
    assert "osrodek pomocy spolecznej" in first.search
    assert "powiat torunski" in first.search
    assert tags(session) == ["institution:changed"] * 3


def test_saving_notes_which_fields_changed_and_nothing_of_what_they_hold(session: Session) -> None:
    added = add(session)
    row = replace(added.row, note="Pytać o panią Annę.", teryt=(BYDGOSZCZ,))
    service.save_institution(session, added.id, row, known_version=1, actor=OTHER, now=NOW)
    assert (added.version, added.changed_by, added.note) == (2, "Marek", "Pytać o panią Annę.")
    assert "bydgoszcz" in added.search
    event = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event
    assert event.detail == {"fields": ["teryt", "note"], "version": 2}
    assert (event.subject, event.desk_id) == (str(added.id), "help-point")


def test_whoever_writes_over_a_newer_version_is_shown_both_texts(session: Session) -> None:
    added = add(session, note="od rana")
    mine, theirs = replace(added.row, note="od ósmej"), replace(added.row, note="od dziewiątej")
    service.save_institution(session, added.id, theirs, known_version=1, actor=OTHER, now=NOW)
    with pytest.raises(EditedMeanwhile) as caught:
        service.save_institution(session, added.id, mine, known_version=1, actor=CLERK, now=NOW)
    assert caught.value.fields == {"note": "od dziewiątej"}
    assert caught.value.by == "Marek"
    assert added.note == "od dziewiątej"
    service.save_institution(session, added.id, mine, known_version=2, actor=CLERK, now=NOW)
    assert added.note == "od ósmej"


def test_two_who_write_the_same_do_not_disturb_one_another(session: Session) -> None:
    added = add(session)
    row = replace(added.row, hours="24/7")
    for _each in range(2):
        service.save_institution(session, added.id, row, known_version=1, actor=CLERK, now=NOW)
    assert added.version == 2


def test_a_key_never_changes_by_saving(session: Session) -> None:
    added = add(session)
    service.save_institution(session, added.id, entry("OPS", key="other"), known_version=1, actor=CLERK, now=NOW)
    assert (added.key, added.name) == ("ops-w-lubiczu", "OPS")


def test_what_is_not_there_cannot_be_saved(session: Session) -> None:
    with pytest.raises(NotFound):
        service.save_institution(session, uuid4(), entry(), known_version=1, actor=CLERK, now=NOW)


def test_confirming_changes_only_the_day(session: Session) -> None:
    added = add(session, note="od rana")
    service.confirm(session, added.id, today=date(2023, 10, 5), actor=CLERK, now=NOW)
    assert (added.checked_on, added.note, added.version) == (date(2023, 10, 5), "od rana", 2)


def test_importing_twice_changes_nothing(session: Session) -> None:
    first = _import(session, DEMO)
    before = {each.key: (each.row, each.version) for each in queries.all_institutions(session)}
    second = _import(session, DEMO)
    assert (first.added, first.changed, first.unchanged) == (80, 0, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 80)
    assert {each.key: (each.row, each.version) for each in queries.all_institutions(session)} == before


def test_an_import_updates_by_key_and_leaves_the_others_alone(session: Session) -> None:
    _import(session, f"{HEADER}\na,OPS,Pierwszy,04,\nb,OPS,Drugi,04,\n")
    report = _import(session, f"{HEADER}\nb,OPS,Drugi,04,nowe\nc,OPS,Trzeci,04,\n")
    assert (report.added, report.changed, report.unchanged) == (1, 1, 0)
    assert [(each.key, each.note, each.version) for each in queries.all_institutions(session)] == [
        ("a", "", 1),
        ("b", "nowe", 2),
        ("c", "", 1),
    ]
    assert tags(session)[-1] == "directory:imported"


def test_one_wrong_cell_and_nothing_at_all_is_imported(session: Session) -> None:
    report = _import(session, f"{HEADER}\na,OPS,Pierwszy,04,\nb,QQQ,Drugi,9999,\n")
    assert [(each.line, each.column, each.code) for each in report.problems] == [
        (3, "kind", RowProblem.KIND),
        (3, "teryt", RowProblem.AREA),
    ]
    assert queries.all_institutions(session) == []
    assert tags(session) == []


def test_a_check_says_what_would_be_done_and_does_not_do_it(session: Session) -> None:
    report = _import(session, DEMO, check=True)
    assert report.added == 80
    assert queries.all_institutions(session) == []
    assert tags(session) == []


def test_an_export_is_read_back_as_it_was_and_is_recorded(session: Session) -> None:
    _import(session, DEMO)
    table = service.export_csv(session, actor=CLERK, now=NOW)
    session.flush()
    assert _import(session, table).unchanged == 80
    assert "directory:exported" in tags(session)


def test_no_cell_of_an_export_is_a_formula(session: Session) -> None:
    add(session, "=HYPERLINK(1)", note="+48 & more", address="@SUM(A1)")
    table = service.export_csv(session, actor=CLERK, now=NOW)
    assert "'=HYPERLINK(1)" in table
    assert "'+48 & more" in table
    assert "'@SUM(A1)" in table
    assert _import(session, table).unchanged == 1
