"""S1, the line of the caller's gmina: whether it has an agreement is shown on the sheet, and nothing depends on it."""

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Contact
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.desks.rules import DeskKind
from tests.activities.register import LUBICZ, RURAL_LIPNO, TOWN_LIPNO, add
from tests.consultations.test_views import Sheet
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_contact, make_desk, own_advice, sign_in
from tests.indicators.office import make_office

IN_FORCE = "Agreement in force since January 1, 2021."
NONE = "No agreement with this gmina: first help is for everybody."


@pytest.fixture
def desk(session: Session) -> Desk:
    """The Blue Line, beside an office that has an agreement with Lubicz since 2021 and with urban Lipno since the week after the call."""
    make_office(session)
    add(session, LUBICZ)
    add(session, TOWN_LIPNO, first_day=date(2023, 10, 12))
    return make_desk(session)


@pytest.fixture
def ewa(session: Session, client: FlaskClient, desk: Desk) -> Account:
    made = make_account(session, desk.id)
    session.commit()
    sign_in(client, made)
    return made


@pytest.fixture
def contact(session: Session, desk: Desk, ewa: Account, now: datetime) -> Contact:
    made = make_contact(session, desk, now, by=ewa)
    session.commit()
    return made


def answered(client: FlaskClient, contact: Contact, gmina: str) -> str:
    address = f"/desk/{contact.desk_id}/contacts/{contact.id}/agreement?gmina={gmina}"
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.json["sentence"]) if answer.json else ""


@pytest.mark.parametrize(("place", "sentence"), [("Lubicz", IN_FORCE), ("Obrowo", NONE)])
def test_the_sheet_says_after_saving_whether_the_callers_gmina_has_an_agreement(
    client: FlaskClient, contact: Contact, place: str, sentence: str
) -> None:
    """Without a script the sentence stands there once the sheet is saved."""
    before = Sheet(client, contact)
    assert IN_FORCE not in before.page
    assert NONE not in before.page
    assert before.press("save", gmina_text=place).status_code == 302
    page = Sheet(client, contact).page
    assert sentence in page
    assert ({IN_FORCE, NONE} - {sentence}).pop() not in page


@pytest.mark.parametrize(
    ("gmina", "sentence"),
    [
        (LUBICZ, IN_FORCE),
        (RURAL_LIPNO, NONE),
        (TOWN_LIPNO, NONE),  # on the day of service it had none yet
        ("", ""),
        ("0415", ""),  # a county is no gmina
        ("xyzzy", ""),
    ],
)
def test_the_page_asks_while_a_gmina_is_chosen(
    client: FlaskClient, contact: Contact, gmina: str, sentence: str
) -> None:
    assert answered(client, contact, gmina) == sentence


def test_first_help_is_given_whatever_the_gmina_has_signed(
    client: FlaskClient, session: Session, desk: Desk, ewa: Account, now: datetime
) -> None:
    """S1: agreement status shown, no influence on help: the same advice is closed with it, without it, and with no gmina at all."""
    for place in ("Lubicz", "Obrowo", ""):
        contact = make_contact(session, desk, now, by=ewa)
        session.commit()
        own = own_advice(contact, ewa).id
        typed = {f"{own}.role": "VIC", f"{own}.kinds": ["PSY"], "gmina_text": place}
        assert Sheet(client, contact).press("close", outcome="ADV", danger="no", **typed).status_code == 302
    session.expire_all()
    with acting_at(session, BLUE_LINE):
        closed = session.scalars(select(Contact).where(Contact.outcome == "ADV")).all()
        assert {each.gmina for each in closed} == {LUBICZ, "0415072", None}


def test_the_help_point_has_no_part_in_the_agreements(
    client: FlaskClient, session: Session, desk: Desk, now: datetime
) -> None:
    """CR-7: they are the Blue Line's."""
    assert desk.id
    point = make_desk(session, HELP_POINT, DeskKind.HELP_POINT)
    jan = make_account(session, HELP_POINT, name="Jan Mazur")
    contact = make_contact(session, point, now, by=jan)
    session.commit()
    sign_in(client, jan)
    assert Sheet(client, contact).press("save", gmina_text="Lubicz").status_code == 302
    assert answered(client, contact, LUBICZ) == ""
    assert IN_FORCE not in Sheet(client, contact).page


def test_where_no_register_is_kept_nothing_is_claimed(client: FlaskClient, session: Session, now: datetime) -> None:
    line = make_desk(session)
    ewa = make_account(session, line.id)
    contact = make_contact(session, line, now, by=ewa)
    session.commit()
    sign_in(client, ewa)
    assert answered(client, contact, LUBICZ) == ""


def test_a_closed_contact_has_a_place_for_what_its_reader_could_not_save(
    client: FlaskClient, contact: Contact, ewa: Account
) -> None:
    """Filled by the script of the window in which it was typed, for the same reader only; an open sheet has none."""
    open_ = Sheet(client, contact)
    assert "data-sheet-kept" not in open_.page
    assert f'data-sheet-reader="{ewa.id}"' in open_.page
    assert open_.press("SIL").status_code == 302
    page = client.get(open_.url).text
    box = page.split("data-sheet-kept", 1)[1].split(">", 1)[0]
    assert f'data-sheet-reader="{ewa.id}"' in box
    assert box.rstrip().endswith("hidden")
