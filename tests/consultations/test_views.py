"""The desk and the sheet as a browser without scripts sees them, and as the sheet's script talks to them."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Advice, Contact
from helpdesk.db.wall import acting_at
from helpdesk.desks.models import Desk
from helpdesk.directory.models import Institution
from helpdesk.kernel.permissions import Profession
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_contact, make_desk, own_advice, sign_in

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
WAS = re.compile(r'name="was" value="([^"]+)"')


class Sheet:
    """A sheet in a browser without scripts: what its fields hold is sent whole with every button."""

    def __init__(self, client: FlaskClient, contact: Contact, page: str = "") -> None:
        self.client = client
        self.url = f"/desk/{contact.desk_id}/contacts/{contact.id}{page}"
        self.load()

    def load(self) -> None:
        page = self.client.get(self.url)
        assert page.status_code == 200
        self._read(page.text)

    def _read(self, text: str) -> None:
        self.page = text
        self.hidden = {
            "csrf_token": _first(CSRF, text),
            "was": _first(WAS, text).replace("&#34;", '"'),
            "version": _first(re.compile(r'name="version" value="(\d+)"'), text),
        }
        self.fields = {
            "channel": "PHO",
            "first_contact": "UNK",
            "started_at": _first(re.compile(r'name="started_at"[^>]*value="([^"]+)"', re.DOTALL), text),
        }

    def press(self, act: str, **typed: object) -> TestResponse:
        data = {**self.hidden, **self.fields, "act": act, **typed}
        answer = self.client.post(self.url, data=data)
        if answer.status_code != 302:
            self._read(answer.text)
        return answer

    def save_as_script(self, version: int, **values: object) -> TestResponse:
        headers = {"X-CSRFToken": self.hidden["csrf_token"], "Accept": "application/json"}
        return self.client.post(f"{self.url}/save", json={"version": version, "values": values}, headers=headers)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found, pattern.pattern
    return found[1]


@pytest.fixture
def desk(session: Session) -> Desk:
    return make_desk(session)


@pytest.fixture
def ewa(session: Session, desk: Desk) -> Account:
    return make_account(session, desk.id)


@pytest.fixture
def contact(session: Session, desk: Desk, ewa: Account, now: datetime) -> Contact:
    made = make_contact(session, desk, now, by=ewa)
    session.commit()
    return made


@pytest.fixture
def browser(client: FlaskClient, ewa: Account, contact: Contact) -> FlaskClient:
    assert contact.id
    sign_in(client, ewa)
    return client


def stored(session: Session, contact: Contact) -> Contact:
    with acting_at(session, contact.desk_id):
        session.expire_all()
        return session.scalars(select(Contact).where(Contact.id == contact.id)).one()


def test_a_sheet_is_filled_and_closed_without_a_script(
    browser: FlaskClient, session: Session, contact: Contact, ewa: Account
) -> None:
    own = own_advice(contact, ewa).id
    sheet = Sheet(browser, contact)
    answer = sheet.press(
        "close",
        outcome="ADV",
        danger="no",
        gmina_text="Lubicz",
        safety_flags=["CHI", "MON"],
        **{f"{own}.role": "VIC", f"{own}.kinds": ["PSY", "INF"], f"{own}.note": "spokojnie"},
    )
    assert answer.status_code == 302
    closed = stored(session, contact)
    with acting_at(session, BLUE_LINE):
        assert (closed.outcome, closed.gmina, closed.safety_flags) == ("ADV", "0415042", ["CHI", "MON"])
        assert [(advice.role, advice.kinds, advice.note) for advice in closed.advices] == [
            ("VIC", ["PSY", "INF"], "spokojnie")
        ]


def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(
    browser: FlaskClient, session: Session, contact: Contact, ewa: Account
) -> None:
    own = own_advice(contact, ewa).id
    sheet = Sheet(browser, contact)
    answer = sheet.press(
        "close", outcome="ADV", remarks="zapisane mimo to", **{f"{own}.role": "PRO", f"{own}.kinds": ["SUP"]}
    )
    assert answer.status_code == 422
    assert f'id="{own}.professional_group-error"' in answer.text
    assert f'aria-describedby="{own}.professional_group-error"' in answer.text
    assert "zapisane mimo to" in answer.text
    kept = stored(session, contact)
    assert kept.is_open
    assert kept.remarks == "zapisane mimo to"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ended_at": "2023-10-05T10:00"}, "ended_at"),
        ({"children_home": "dwoje"}, "children_home"),
        ({"gmina_text": "Nigdzie"}, "gmina_text"),
        ({"promise_due": "jutro"}, "promise_due"),
    ],
)
def test_what_cannot_be_is_said_and_kept_as_typed(
    browser: FlaskClient, contact: Contact, typed: dict[str, str], field: str
) -> None:
    answer = Sheet(browser, contact).press("save", **typed)
    assert answer.status_code == 409
    assert f'id="{field}-error"' in answer.text
    assert f'value="{next(iter(typed.values()))}"' in answer.text


def test_an_ambiguous_place_is_not_guessed(browser: FlaskClient, session: Session, contact: Contact) -> None:
    assert Sheet(browser, contact).press("save", gmina_text="Lipno").status_code == 409
    assert stored(session, contact).gmina is None


@pytest.mark.parametrize("outcome", ["SIL", "WRN", "JOK", "DRP"])
def test_a_silent_call_is_closed_with_one_button(
    browser: FlaskClient, session: Session, contact: Contact, outcome: str
) -> None:
    assert Sheet(browser, contact).press(outcome).status_code == 302
    assert stored(session, contact).outcome == outcome


def test_two_windows_without_scripts(browser: FlaskClient, session: Session, contact: Contact) -> None:
    first, second = Sheet(browser, contact), Sheet(browser, contact)
    assert first.press("save", remarks="pierwsze okno").status_code == 302
    answer = second.press("save", remarks="drugie okno", sex="K")
    assert answer.status_code == 409
    assert "pierwsze okno" in answer.text
    assert "drugie okno" in answer.text
    assert stored(session, contact).remarks == "pierwsze okno"
    assert stored(session, contact).sex == "K"
    assert second.press("save", remarks="drugie okno", sex="K").status_code == 302
    assert stored(session, contact).remarks == "drugie okno"


def test_a_page_that_was_not_touched_overwrites_nothing(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    """The second window sends the whole page, with the old empty remarks; only what it touched counts."""
    first, second = Sheet(browser, contact), Sheet(browser, contact)
    first.press("save", remarks="pierwsze okno")
    assert second.press("save", sex="K").status_code == 302
    assert stored(session, contact).remarks == "pierwsze okno"


def test_the_script_is_told_what_it_missed(browser: FlaskClient, contact: Contact) -> None:
    sheet = Sheet(browser, contact)
    first = sheet.save_as_script(1, remarks="jedno").json
    assert first is not None
    assert (first["version"], first["disputed"], first["news"], first["refused"]) == (2, {}, {}, {})
    late = sheet.save_as_script(1, remarks="drugie", sex="K").json
    assert late is not None
    assert late["disputed"] == {"remarks": "jedno"}
    assert late["version"] == 3
    news = sheet.save_as_script(1).json
    assert news is not None
    assert news["news"] == {"remarks": "jedno", "sex": "K"}


@pytest.mark.parametrize(
    "body", [None, [], {"values": {}}, {"version": "1", "values": {}}, {"version": 1, "values": []}]
)
def test_nonsense_from_a_script_is_refused(browser: FlaskClient, contact: Contact, body: object) -> None:
    sheet = Sheet(browser, contact)
    answer = browser.post(
        f"{sheet.url}/save",
        json=body,
        headers={"X-CSRFToken": sheet.hidden["csrf_token"], "Accept": "application/json"},
    )
    assert answer.status_code == 400


def test_an_unknown_field_changes_nothing(browser: FlaskClient, session: Session, contact: Contact) -> None:
    sheet = Sheet(browser, contact)
    answer = sheet.save_as_script(1, closed_by_id="x", number="KPNL/1/1", remarks="tak").json
    assert answer is not None
    assert set(answer["refused"]) == {"closed_by_id", "number"}
    kept = stored(session, contact)
    assert (kept.remarks, kept.number) == ("tak", contact.number)


def test_a_closed_contact_tells_the_script_so(browser: FlaskClient, contact: Contact) -> None:
    sheet = Sheet(browser, contact)
    sheet.press("SIL")
    answer = sheet.save_as_script(1, remarks="za późno")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["closed"]


def test_a_referral_is_found_put_down_changed_and_taken_back(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    institution = Institution(
        key="ops-lubicz", kind="OPS", name="GOPS w Lubiczu", teryt=["0415042"], search="gops w lubiczu ops lubicz"
    )
    session.add(institution)
    session.commit()
    sheet = Sheet(browser, contact)
    found = browser.get(f"{sheet.url}/referral-choices?q=gops").json
    assert found is not None
    assert found[0]["value"] == f"OPS:{institution.id}"
    assert sheet.press("refer", referral=found[0]["value"]).status_code == 302
    assert sheet.press("refer", referral=found[0]["value"]).status_code == 302  # twice is once
    assert sheet.press("refer", referral="POL:").status_code == 302
    with acting_at(session, BLUE_LINE):
        first, second = stored(session, contact).referrals
        assert (first.institution_id, second.kind) == (institution.id, "POL")
    sheet.load()
    assert "GOPS w Lubiczu" in sheet.page
    assert sheet.press(f"referral-state:{first.id}", **{f"state-{first.id}": "CONS"}).status_code == 302
    assert sheet.press(f"take-back:{second.id}").status_code == 302
    with acting_at(session, BLUE_LINE):
        assert [(each.kind, each.state) for each in stored(session, contact).referrals] == [("OPS", "CONS")]


def test_what_became_of_a_referral_is_put_down_after_the_contact_was_closed(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    """The institution answers a week later (D.5). Nothing else of the closed sheet changes, and nobody takes the referral back."""
    sheet = Sheet(browser, contact)
    assert sheet.press("refer", referral="POL:").status_code == 302
    assert sheet.press("SIL").status_code == 302
    page = browser.get(sheet.url).text
    with acting_at(session, BLUE_LINE):
        (referral,) = stored(session, contact).referrals
    assert f'name="state-{referral.id}"' in page
    assert "Take back" not in page
    sent = {"csrf_token": _first(CSRF, page), "act": f"referral-state:{referral.id}", f"state-{referral.id}": "ACK"}
    assert browser.post(sheet.url, data=sent).status_code == 302
    with acting_at(session, BLUE_LINE):
        assert [each.state for each in stored(session, contact).referrals] == ["ACK"]
    back = {**sent, "act": f"take-back:{referral.id}"}
    assert browser.post(sheet.url, data=back).status_code == 409


@pytest.mark.parametrize("referral", ["", "QQQ:", "OPS:not-an-id", "OPS:00000000-0000-0000-0000-000000000000"])
def test_a_referral_to_nothing_is_refused_or_only_its_kind(
    browser: FlaskClient, session: Session, contact: Contact, referral: str
) -> None:
    answer = Sheet(browser, contact).press("refer", referral=referral)
    with acting_at(session, BLUE_LINE):
        made = stored(session, contact).referrals
        assert (answer.status_code, len(made)) in {(409, 0), (302, 1)}
        assert all(each.kind == "OPS" and each.institution_id is None for each in made)


def test_a_lawyer_joins_and_does_not_see_the_psychologists_note(
    browser: FlaskClient, session: Session, contact: Contact, ewa: Account
) -> None:
    own = own_advice(contact, ewa).id
    Sheet(browser, contact).press("save", **{f"{own}.role": "VIC", f"{own}.note": "tajemnica psychologa"})
    mariusz = make_account(session, profession=Profession.ADVOCATE, name="Mariusz Dudek")
    session.commit()
    sign_in(browser, mariusz)
    sheet = Sheet(browser, contact)
    assert "tajemnica psychologa" not in sheet.page
    assert sheet.press("take").status_code == 302
    with acting_at(session, BLUE_LINE):
        assert session.query(Advice).count() == 2
    answer = sheet.save_as_script(1, **{f"{own}.note": "podmiana"})
    assert answer.status_code == 404
    news = sheet.save_as_script(1).json
    assert "tajemnica psychologa" not in str(news)


def test_the_history_hides_notes_that_are_not_for_the_reader(
    browser: FlaskClient, session: Session, contact: Contact, ewa: Account
) -> None:
    own = own_advice(contact, ewa).id
    sheet = Sheet(browser, contact)
    sheet.press(
        "close",
        outcome="ADV",
        remarks="było",
        **{f"{own}.role": "VIC", f"{own}.kinds": ["PSY"], f"{own}.note": "nota przed"},
    )
    correction = Sheet(browser, contact, "/correct")
    answer = correction.press(
        "", why="literówka", remarks="jest", **{f"{own}.role": "VIC", f"{own}.kinds": ["PSY"], f"{own}.note": "nota po"}
    )
    assert answer.status_code == 302
    history = f"/desk/{BLUE_LINE}/contacts/{contact.id}/history"
    seen = browser.get(history).text
    assert "literówka" in seen
    assert "było" in seen
    assert "nota przed" in seen
    sign_in(browser, make_account(session, profession=Profession.ADVOCATE, name="Mariusz Dudek"))
    session.commit()
    seen = browser.get(history).text
    assert "było" in seen
    assert "nota przed" not in seen


def test_a_correction_needs_a_reason_and_keeps_what_was_typed(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    Sheet(browser, contact).press("SIL")
    correction = Sheet(browser, contact, "/correct")
    answer = correction.press("", why=" ", remarks="poprawione")
    assert 'id="why-error"' in answer.text
    assert "poprawione" in answer.text
    assert stored(session, contact).remarks == ""


def test_a_closed_contact_is_read_without_what_only_typing_needs(browser: FlaskClient, contact: Contact) -> None:
    sheet = Sheet(browser, contact)
    sheet.press("save", language="pl")
    sheet.load()
    typing = ('name="was"', 'name="version"', "data-sheet=", "data-saved=", "data-question=", "data-sheet-agreement=")
    assert all(each in sheet.page for each in typing)
    sheet.press("SIL")
    closed = browser.get(sheet.url).text
    assert contact.number in closed
    assert not [each for each in typing if each in closed]
    corrected = browser.get(f"{sheet.url}/correct").text
    assert [each for each in typing if each in corrected] == ['name="was"', 'name="version"']


def test_a_colleague_who_did_not_close_it_may_not_correct_it(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    Sheet(browser, contact).press("SIL")
    sign_in(browser, make_account(session, name="Marta Wilk"))
    session.commit()
    assert browser.get(f"/desk/{BLUE_LINE}/contacts/{contact.id}/correct").status_code == 403


def test_a_contact_of_another_desk_is_not_there(browser: FlaskClient, session: Session, now: datetime) -> None:
    other = make_contact(session, make_desk(session, HELP_POINT), now, by=make_account(session, HELP_POINT))
    session.commit()
    for path in ("", "/history", "/referrals", "/correct", "/referral-choices?q=ops"):
        assert browser.get(f"/desk/{BLUE_LINE}/contacts/{other.id}{path}").status_code == 404, path
        assert browser.get(f"/desk/{HELP_POINT}/contacts/{other.id}{path}").status_code == 404, path


def test_a_new_contact_by_hand_has_an_advice_of_its_consultant(
    browser: FlaskClient, session: Session, ewa: Account
) -> None:
    page = browser.get(f"/desk/{BLUE_LINE}/contacts/new").text
    answer = browser.post(
        f"/desk/{BLUE_LINE}/contacts/new",
        data={"csrf_token": _first(CSRF, page.replace('type="hidden" ', "")), "channel": "VIS"},
    )
    assert answer.status_code == 302
    made = UUID(answer.location.rsplit("/", 1)[1])
    with acting_at(session, BLUE_LINE):
        contact = session.scalars(select(Contact).where(Contact.id == made)).one()
        assert (contact.channel, [advice.consultant_id for advice in contact.advices]) == ("VIS", [ewa.id])


def test_the_list_says_what_is_searched_and_survives_nonsense(browser: FlaskClient) -> None:
    page = browser.get(f"/desk/{BLUE_LINE}/contacts")
    assert page.status_code == 200
    for query in (
        "words=%25_%27",
        "first=nonsense",
        "after=x,y",
        "consultant=x&kind=QQQ&gmina=9&gmina_text=q",
        "words=" + "a" * 3000,
    ):
        assert browser.get(f"/desk/{BLUE_LINE}/contacts?{query}").status_code == 200, query


def test_the_desk_shows_what_was_left_and_the_hand_over_is_signed(
    browser: FlaskClient, session: Session, contact: Contact
) -> None:
    page = browser.get(f"/desk/{BLUE_LINE}/contacts/desk").text
    assert contact.number in page
    form = browser.get(f"/desk/{BLUE_LINE}/handover").text
    token = _first(re.compile(r'name="csrf_token"[^>]*value="([^"]+)"'), form)
    assert (
        browser.post(f"/desk/{BLUE_LINE}/handover", data={"csrf_token": token, "remarks": "cicho"}).status_code == 302
    )
    assert "Ewa Zięba" in browser.get(f"/desk/{BLUE_LINE}/contacts/desk").text
    assert session.is_active
