"""Stories of the pages of the directory."""

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.directory.models import Institution
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.permissions import Role
from tests.accounts.visitor import Visitor, words
from tests.directory.entries import DEMO, DIRECTORY, LUBICZ, TORUN, add, count, person_with, stored, tags

TYPED = {"name": "OPS w Obrowie", "kind": "OPS", "teryt": ["0415072"], "phones": "52 322 00 12\n112", "version": "0"}


def test_a_consultant_finds_an_institution_and_reads_it(consultant: Visitor, lubicz: Institution) -> None:
    found = consultant.reads(f"{DIRECTORY}?words=ops+lubcz&near_text=obrowo")
    assert "OPS w Lubiczu" in found
    assert "Nothing is written exactly so" in found
    page = consultant.reads(f"{DIRECTORY}/{lubicz.id}")
    for sentence in ("social assistance", 'href="tel:+48523220012"', 'href="tel:112"', "Monday–Friday", "Ukrainian"):
        assert sentence in page
    assert '<bdi dir="ltr">52 322 00 12</bdi>' in page
    assert "never checked" in page
    assert "/edit" not in page


def test_an_old_check_is_marked_and_a_fresh_one_is_not(consultant: Visitor, session: Session) -> None:
    old = add(session, "Old", checked_on=date(2015, 1, 1))
    fresh = add(session, "Fresh", checked_on=day_of(utcnow()))
    session.commit()
    assert "more than 12 months ago" in consultant.reads(f"{DIRECTORY}/{old.id}")
    assert "more than 12 months ago" not in consultant.reads(f"{DIRECTORY}/{fresh.id}")


def test_an_empty_directory_and_an_empty_answer_say_what_to_do(consultant: Visitor, session: Session) -> None:
    assert "The directory is empty" in consultant.reads(DIRECTORY)
    add(session)
    session.commit()
    assert "No institution matches" in consultant.reads(f"{DIRECTORY}?words=xyzzy")


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=99999999999999", "page=x", "kind=X", "near=9", "near_text=x&near=%00"]
)
def test_any_address_of_the_list_answers(consultant: Visitor, lubicz: Institution, query: str) -> None:
    assert lubicz.id
    assert consultant.opens(f"{DIRECTORY}?{query}").status_code == 200


def test_a_long_list_comes_in_pages(consultant: Visitor, session: Session) -> None:
    for number in range(30):
        add(session, f"Punkt {number:02}")
    session.commit()
    first = consultant.reads(DIRECTORY)
    assert ("Punkt 24" in first, "Punkt 25" in first, "page=2" in first) == (True, False, True)
    second = consultant.reads(f"{DIRECTORY}?page=2")
    assert ("Punkt 24" in second, "Punkt 29" in second, "page=1" in second) == (False, True, True)


def test_places_are_offered_while_somebody_types(consultant: Visitor) -> None:
    gminas = consultant.opens(f"{DIRECTORY}/places?level=gmina&q=torun").json
    everything = consultant.opens(f"{DIRECTORY}/places?q=torun").json
    assert gminas
    assert everything
    assert {each["value"] for each in gminas} == {TORUN}
    assert {each["value"] for each in everything} >= {TORUN, "0463", "0415"}


def test_a_coordinator_adds_an_institution(coordinator: Visitor, session: Session) -> None:
    answer = coordinator.sends(f"{DIRECTORY}/new", TYPED)
    assert answer.status_code == 302
    added = stored(session, "ops-w-obrowie")
    assert (added.phones, added.teryt) == (["+48523220012", "112"], ["0415072"])
    assert "institution:changed" in tags(session)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "Fill this in."),
        ({"kind": "QQQ"}, "Choose one of the kinds"),
        ({"teryt": []}, "Write at least one place"),
        ({"teryt": ["9999"]}, "Write at least one place"),
        ({"place": "Atlantis"}, "There is no such place"),
        ({"place": "Lipno"}, "Several places have this name"),
        ({"phones": "0700 123 456"}, "0700 123 456"),
        ({"hours": "rano"}, "Write the hours like"),
        ({"email": "ops"}, "Write an e-mail address like"),
        ({"website": "javascript:alert(1)"}, "Write the whole address"),
        ({"checked_on": "yesterday"}, "Write the day like"),
        ({"languages": ["xx"]}, "not the code of one of our languages"),
        ({"accessibility": ["wings"]}, "not one of the words for accessibility"),
        ({"note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    coordinator: Visitor, session: Session, typed: Mapping[str, object], sentence: str
) -> None:
    page = words(coordinator.sends(f"{DIRECTORY}/new", {**TYPED, "address": "ul. Pokazowa 1", **typed}))
    assert sentence in page
    assert "ul. Pokazowa 1" in page
    assert count(session) == 0


def test_without_scripts_a_place_is_typed_and_taken_off_again(coordinator: Visitor, session: Session) -> None:
    removed = words(
        coordinator.sends(f"{DIRECTORY}/new", {**TYPED, "teryt": [LUBICZ, TORUN], "_remove": f"teryt:{LUBICZ}"})
    )
    assert f'value="{TORUN}"' in removed
    assert f'name="teryt" value="{LUBICZ}"' not in removed
    assert count(session) == 0
    coordinator.sends(f"{DIRECTORY}/new", {**TYPED, "place": "lubicz"})
    assert stored(session, "ops-w-obrowie").teryt == ["0415072", LUBICZ]


def test_switching_the_language_saves_nothing_and_loses_nothing(coordinator: Visitor, session: Session) -> None:
    page = words(coordinator.sends(f"{DIRECTORY}/new", {**TYPED, "_language": "pl"}))
    assert "OPS w Obrowie" in page
    assert count(session) == 0


def test_what_somebody_else_saved_meanwhile_stands_beside_ones_own_text(
    coordinator: Visitor, session: Session, lubicz: Institution
) -> None:
    edit = f"{DIRECTORY}/{lubicz.id}/edit"
    typed = {**TYPED, "name": "OPS w Lubiczu", "teryt": [LUBICZ], "hours": "24/7", "version": "1"}
    first = coordinator.sends(edit, {**typed, "note": "Od rana."})
    assert first.status_code == 302
    late = coordinator.sends(edit, {**typed, "note": "Od ósmej."})
    page = words(late)
    assert late.status_code == 409
    assert "Od rana." in page
    assert "Od ósmej." in page
    assert 'name="version" type="hidden" value="2"' in page
    assert stored(session, lubicz.key).note == "Od rana."
    assert coordinator.sends(edit, {**typed, "note": "Od ósmej.", "version": "2"}).status_code == 302
    assert stored(session, lubicz.key).note == "Od ósmej."


def test_every_field_in_dispute_is_shown_in_words(coordinator: Visitor, lubicz: Institution) -> None:
    edit = f"{DIRECTORY}/{lubicz.id}/edit"
    first = {**TYPED, "languages": ["vi"], "accessibility": ["lift"], "checked_on": "2023-10-05", "version": "1"}
    coordinator.sends(edit, first)
    second = {**TYPED, "kind": "POL", "teryt": [TORUN], "phones": "", "checked_on": "", "version": "1"}
    page = words(coordinator.sends(edit, second))
    differing = page.partition("What differs")[2].partition("</table>")[0]
    for shown in (
        "social assistance",
        "police",
        "Obrowo",
        "Toruń",
        "52 322 00 12, 112",
        "Vietnamese",
        "lift",
        "Oct 5",
        "—",
    ):
        assert shown in differing


def test_a_form_shows_what_is_stored_and_saving_it_untouched_changes_nothing(
    coordinator: Visitor, session: Session, lubicz: Institution
) -> None:
    page = coordinator.reads(f"{DIRECTORY}/{lubicz.id}/edit")
    assert "52 322 00 12\n112" in page.replace("\r", "")
    same = {"name": lubicz.name, "kind": "OPS", "teryt": [LUBICZ], "phones": "52 322 00 12\r\n112", "version": "1"}
    same |= {"hours": "Mo-Fr 07:30-15:30", "languages": ["pl", "uk"]}
    coordinator.sends(f"{DIRECTORY}/{lubicz.id}/edit", same)
    assert stored(session, lubicz.key).version == 1


def test_checking_an_institution_notes_the_day(coordinator: Visitor, session: Session, lubicz: Institution) -> None:
    coordinator.sends(f"{DIRECTORY}/{lubicz.id}/checked", page=f"{DIRECTORY}/{lubicz.id}")
    assert stored(session, lubicz.key).checked_on is not None


def test_a_consultant_reads_the_directory_and_does_not_change_it(
    consultant: Visitor, session: Session, lubicz: Institution
) -> None:
    for path in ("new", "import", f"{lubicz.id}/edit"):
        assert consultant.opens(f"{DIRECTORY}/{path}").status_code == 403
        assert consultant.sends(f"{DIRECTORY}/{path}", {**TYPED, "text": DEMO}, page=DIRECTORY).status_code == 403
    assert consultant.sends(f"{DIRECTORY}/{lubicz.id}/checked", page=DIRECTORY).status_code == 403
    assert count(session) == 1
    assert stored(session, lubicz.key).version == 1


def test_a_border_guard_officer_sees_no_directory(app: Flask, session: Session, desk: None) -> None:  # noqa: ARG001
    officer = person_with(app, session, Role.DUTY_OFFICER)
    for path in ("", "/export", "/places?q=a"):
        assert officer.opens(DIRECTORY + path).status_code == 403


def test_nobody_reads_it_at_a_desk_that_is_not_theirs_or_without_signing_in(app: Flask, consultant: Visitor) -> None:
    assert consultant.opens("/desk/help-point/directory").status_code == 404
    assert Visitor(app).opens(f"{DIRECTORY}/export").status_code == 302


def test_an_institution_that_is_not_there_is_not_found(coordinator: Visitor) -> None:
    assert coordinator.opens(f"{DIRECTORY}/{uuid4()}").status_code == 404
    assert coordinator.opens(f"{DIRECTORY}/{uuid4()}/edit").status_code == 404


def test_looking_changes_nothing(coordinator: Visitor, session: Session, lubicz: Institution) -> None:
    before = tags(session)
    for path in ("", "/new", "/import", f"/{lubicz.id}", f"/{lubicz.id}/edit"):
        assert coordinator.opens(DIRECTORY + path).status_code == 200
    assert coordinator.opens(f"{DIRECTORY}/{lubicz.id}/checked").status_code == 405
    assert tags(session) == before
    assert stored(session, lubicz.key).version == 1


def test_texts_of_institutions_are_never_markup(consultant: Visitor, session: Session) -> None:
    nasty = add(session, "<script>alert(1)</script>", note="<img src=x>", address='"><b>')
    session.commit()
    for path in (DIRECTORY, f"{DIRECTORY}/{nasty.id}"):
        raw = consultant.opens(path).text
        assert "<script>alert" not in raw
        assert "<img src=x>" not in raw
        assert '"><b>' not in raw
