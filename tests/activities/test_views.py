"""The pages of the register, as the programme officer sees them; and that nobody else does."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.activities import queries
from helpdesk.activities.models import Agreement
from helpdesk.activities.queries import Wanted
from helpdesk.audit.models import AuditEvent
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Role
from tests.accounts.visitor import Visitor, words
from tests.activities.register import LUBICZ, REGISTER, RURAL_LIPNO, TOWN_LIPNO, add, many, table
from tests.factories import make_account, make_desk
from tests.indicators.office import OFFICE

TYPED = {
    "gmina_text": "Lubicz",
    "number": "KPNL/1/2021",
    "signed_on": "2021-01-04",
    "first_day": "2021-01-01",
    "last_day": "",
    "contribution": "595,50",
    "remarks": "",
}


def stored(session: Session) -> list[Agreement]:
    session.expire_all()
    with acting_at(session, OFFICE):
        found = list(queries.agreements(session, Wanted()))
        for each in found:
            assert each.annexes is not None  # read while at the desk
    return found


def test_an_officer_writes_an_agreement_down_and_finds_it(officer: Visitor, session: Session) -> None:
    assert "There are no agreements yet." in officer.reads(REGISTER)
    answer = officer.sends(f"{REGISTER}/new", TYPED)
    assert answer.status_code == 302
    (kept,) = stored(session)
    assert (kept.gmina, kept.contribution, kept.last_day, kept.changed_by) == (LUBICZ, 59550, None, "Olga Nowak")
    page = officer.reads(answer.location)
    for sentence in (
        "Agreement KPNL/1/2021",
        "Lubicz (rural gmina, toruński county)",
        "until further notice",
        "595.50",
    ):
        assert sentence in page
    found = officer.reads(f"{REGISTER}?words=lubicz")
    assert "KPNL/1/2021" in found
    assert "Gminas with an agreement in force on" in found
    assert ": 1 of 144 in the region." in found
    assert "No agreement matches." in officer.reads(f"{REGISTER}?words=obrowo")


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"gmina_text": "Lipno"}, "gmina_text", "Several places have this name."),
        ({"gmina_text": "Xyzzy"}, "gmina_text", "This is no gmina of the region."),
        ({"gmina_text": ""}, "gmina_text", "Fill this in."),
        ({"number": " "}, "number", "Fill this in."),
        ({"first_day": "2021-02-30"}, "first_day", "Write a day that is in the calendar."),
        ({"last_day": "2020-01-01"}, "last_day", "The last day is before the first one."),
        ({"contribution": "dużo"}, "contribution", "Write the contribution in PLN"),
        ({"signed_on": (day_of(utcnow()) + timedelta(days=2)).isoformat()}, "signed_on", "This day is still to come."),
        ({"number": "KPNL/0"}, "number", "This number is in the register already."),
        ({"gmina_text": "Obrowo"}, "first_day", "The gmina has another agreement on some of these days: KPNL/0."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    officer: Visitor, session: Session, change: dict[str, str], field: str, sentence: str
) -> None:
    add(session, "0415072", "KPNL/0")
    session.commit()
    typed = {**TYPED, "remarks": "zostaje", **change}
    answer = officer.sends(f"{REGISTER}/new", typed)
    assert answer.status_code in {200, 409}
    page = words(answer)
    assert f'id="{field}-error"' in page
    assert sentence in page.split(f'id="{field}-error"', 1)[1][:600]
    assert "zostaje" in page
    assert len(stored(session)) == 1


def test_a_gmina_that_was_chosen_by_its_code_is_taken_and_a_changed_text_is_not_that_choice(
    officer: Visitor, session: Session
) -> None:
    shown = "Lipno (rural gmina, lipnowski county)"
    assert officer.sends(f"{REGISTER}/new", {**TYPED, "gmina": RURAL_LIPNO, "gmina_text": shown}).status_code == 302
    officer.sends(f"{REGISTER}/new", {**TYPED, "number": "2", "gmina": RURAL_LIPNO, "gmina_text": "Lubicz"})
    assert {each.gmina for each in stored(session)} == {RURAL_LIPNO, LUBICZ}


def test_a_correction_needs_a_reason_and_shows_what_stood_there(officer: Visitor, session: Session) -> None:
    held = add(session, LUBICZ, "KPNL/1/2021", contribution=59500)
    session.commit()
    edit = f"{REGISTER}/{held.id}/edit"
    typed = {**TYPED, "gmina": LUBICZ, "signed_on": "2021-01-01", "version": "1"}
    refused = officer.sends(edit, typed)
    assert (refused.status_code, "Write why." in words(refused)) == (409, True)
    assert officer.sends(edit, {**typed, "why": "zła kwota"}).status_code == 302
    page = officer.reads(f"{REGISTER}/{held.id}")
    for sentence in ("Changed by Olga Nowak", "zła kwota", "PLN595.00", "PLN595.50"):
        assert sentence in page
    overtaken = officer.sends(edit, {**typed, "why": "jeszcze raz", "remarks": "moje"})
    assert overtaken.status_code == 409
    assert "Somebody changed this while you were writing." in words(overtaken)
    assert [each.remarks for each in stored(session)] == [""]


def test_an_agreement_is_ended_with_a_reason(officer: Visitor, session: Session) -> None:
    held = add(session, LUBICZ)
    session.commit()
    page = f"{REGISTER}/{held.id}"
    silent = officer.sends(f"{page}/end", {"last_day": "2023-09-30", "why": "", "version": "1"}, page=page)
    assert (silent.status_code, 'id="why-error"' in words(silent)) == (422, True)
    early = officer.sends(f"{page}/end", {"last_day": "2020-09-30", "why": "x", "version": "1"}, page=page)
    assert (early.status_code, "The last day is before the first one." in words(early)) == (409, True)
    stale = officer.sends(f"{page}/end", {"last_day": "2023-09-30", "why": "x", "version": "7"}, page=page)
    assert (stale.status_code, "Somebody changed this agreement meanwhile." in words(stale)) == (409, True)
    sent = {"last_day": "2023-09-30", "why": "wypowiedziane", "version": "1"}
    assert officer.sends(f"{page}/end", sent, page=page).status_code == 302
    assert "wypowiedziane" in officer.reads(page)
    assert ">ended<" in officer.reads(REGISTER)
    assert "KPNL" in officer.reads(f"{REGISTER}?on=2023-09-30")
    assert "No agreement matches." in officer.reads(f"{REGISTER}?on=2023-10-01")


def test_an_annex_is_added_and_listed(officer: Visitor, session: Session) -> None:
    held = add(session, LUBICZ)
    session.commit()
    page = f"{REGISTER}/{held.id}"
    annex = {"annex_number": "1", "annex_signed_on": "2023-03-01", "what": "wyższa wpłata"}
    empty = officer.sends(f"{page}/annexes", {**annex, "what": ""}, page=page)
    assert (empty.status_code, 'id="what-error"' in words(empty)) == (422, True)
    assert officer.sends(f"{page}/annexes", annex, page=page).status_code == 302
    assert "wyższa wpłata" in officer.reads(page)
    again = officer.sends(f"{page}/annexes", annex, page=page)
    assert (again.status_code, 'id="annex_number-error"' in words(again)) == (409, True)


def test_a_table_is_checked_then_imported_and_what_is_wrong_is_named(officer: Visitor, session: Session) -> None:
    page = f"{REGISTER}/import"
    good = table(f"{LUBICZ},,,1,2021-01-01,2021-01-01,,,", f"{TOWN_LIPNO},,,2,2021-01-01,2021-01-01,,,")
    bad = good + ",Lipno,,3,2021-01-01,2021-01-01,,,\n"
    refused = officer.sends(page, _file(bad))
    assert refused.status_code == 422
    assert "line 4, column gmina:" in words(refused)
    assert "Several gminas have this name: 0408011, 0408062." in words(refused)
    checked = officer.sends(page, _file(good))
    assert (checked.status_code, "2 new, 0 as they are. Nothing is imported yet." in words(checked)) == (200, True)
    assert stored(session) == []
    done = officer.sends(page, {"text": good, "act": "import"})
    assert done.status_code == 302
    assert [each.gmina for each in stored(session)] == [TOWN_LIPNO, LUBICZ]
    again = officer.sends(page, _file(good))
    assert "Everything in this table is in the register already." in words(again)
    assert officer.sends(page, {"act": "check"}).status_code == 422
    taken = officer.opens(f"{REGISTER}/export")
    assert taken.headers["Content-Disposition"].endswith(".csv")
    assert officer.sends(page, _file(taken.text)).status_code == 200


def _file(text: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(text.encode()), "agreements.csv"), "act": "import"}


def test_a_long_register_comes_in_pages(officer: Visitor, session: Session) -> None:
    for gmina in many(60):
        add(session, gmina)
    session.commit()
    first, second = officer.reads(REGISTER), officer.reads(f"{REGISTER}?page=2")
    assert (first.count("<tr"), second.count("<tr")) == (51, 11)
    assert ("page=2" in first, "page=1" in second, "60 agreements" in second) == (True, True, True)


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999", "on=x", "on=9999-99-99", "words=%00"])
def test_any_address_of_the_list_answers(officer: Visitor, query: str) -> None:
    assert officer.opens(f"{REGISTER}?{query}").status_code == 200


def test_a_colleague_of_another_desk_and_an_administrator_do_not_open_the_register(
    app: Flask, session: Session
) -> None:
    make_desk(session, OFFICE)
    make_desk(session)
    held = add(session)
    consultant = make_account(session, name="Ewa Zięba")
    clerk = make_account(session, OFFICE, (Role.ADMINISTRATOR,), name="Adam Nowy")
    session.commit()
    for account, status in ((consultant, 404), (clerk, 403)):
        visitor = Visitor(app)
        visitor.signs_in(account)
        for page in (REGISTER, f"{REGISTER}/{held.id}", f"{REGISTER}/export", f"{REGISTER}/import"):
            assert visitor.opens(page).status_code == status


def test_what_is_done_with_the_register_is_in_the_audit(officer: Visitor, session: Session) -> None:
    officer.sends(f"{REGISTER}/new", TYPED)
    officer.opens(f"{REGISTER}/export")
    found = session.scalars(select(AuditEvent).where(AuditEvent.tag.startswith("agreement")).order_by(AuditEvent.id))
    assert [(each.tag, each.actor_name, each.desk_id) for each in found] == [
        ("agreement:changed", "Olga Nowak", OFFICE),
        ("agreement:exported", "Olga Nowak", OFFICE),
    ]
