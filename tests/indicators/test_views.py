"""The pages of the programme office, as its people see them."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from helpdesk.accounts.models import Account
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.desks.models import Desk
from helpdesk.kernel.permissions import Role
from helpdesk.web.documents import DocumentError, making
from tests.factories import HELP_POINT, make_account, make_desk, sign_in
from tests.indicators import official
from tests.indicators.office import OFFICE, advise, bring_in, enter, make_office, make_officer, statements

HOME = f"/desk/{OFFICE}/schedule"
TABLE = f"{HOME}/2023"
PAGES = (HOME, f"{HOME}/import", TABLE, f"{TABLE}/3.1.b/records", f"{TABLE}/1.1.b/records", f"{TABLE}/1.1.b/enter")
Page = Callable[[str], str]


@pytest.fixture
def helpline(session: Session) -> Desk:
    return make_desk(session)


@pytest.fixture
def consultant(session: Session, helpline: Desk) -> Account:
    return make_account(session, helpline.id, name="Ewa Zięba", login="ewa@example.org")


@pytest.fixture
def officer(session: Session, client: FlaskClient, now: datetime) -> Account:
    """Signed in, with the table of 2023."""
    make_office(session)
    bring_in(session, now=now)
    found = make_officer(session)
    session.commit()
    sign_in(client, found)
    return found


@pytest.fixture
def read(client: FlaskClient, officer: Account) -> Page:
    """Pages in English, for the officer."""

    def get(url: str) -> str:
        client.get(HOME, query_string={"lang": "en"})
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code, officer.login)
        return answer.text

    return get


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.usefixtures("officer")
def test_every_page_is_well_formed_in_both_languages(client: FlaskClient, url: str, language: str) -> None:
    answer = client.get(url, query_string={"lang": language})
    assert answer.status_code == 200
    well_formed(answer.data)
    assert f'lang="{language}"' in answer.text
    assert " style=" not in answer.text


def test_the_table_has_eleven_columns_and_every_line_of_the_paper(read: Page) -> None:
    text = read(TABLE)
    head = text.split("<thead", 1)[1].split("</thead>", 1)[0]
    assert head.count("<th ") == 11
    assert text.count('id="figure-') == len(list(official.schedule().indicators)) + 7


def test_directions_are_bands_with_computed_sums(read: Page) -> None:
    words = _words(read(TABLE))
    for band in ("130,000 30,000 100,000", "102,500 102,500 0", "357,500 279,500 78,000", "590,000 412,000 178,000"):
        assert band in words


def test_an_untouched_table_says_what_is_printed(read: Page) -> None:
    assert "2,417" in _cell(read(TABLE), "3.1.b")
    cell = _cell(read(TABLE), "1.1.b.7")
    assert "6 funkcjonariuszy" in cell
    assert "2023: nothing entered yet" in cell


def test_a_counted_figure_shows_year_programme_day_and_marks(
    session: Session, read: Page, helpline: Desk, consultant: Account
) -> None:
    for _ in range(2):
        advise(session, helpline, consultant, date(2023, 10, 5))
    session.commit()
    cell = _cell(read(f"{TABLE}?as_of=2023-10-31"), "3.1.b")
    for said in ("2,419", "counted, as of Oct 31, 2023", "2023: 2 of 2,000, 0.1 %", "20.2 %", "behind plan"):
        assert said in cell, said
    assert "12 grudnia" not in cell


def test_what_is_not_planned_and_what_is_over_plan_is_said_in_words(session: Session, read: Page) -> None:
    enter(session, "2.2.a", 2, date(2023, 10, 31))
    enter(session, "1.6.a", 1, date(2023, 10, 31))
    enter(session, "1.9.a", {}, date(2023, 10, 31), done_on=date(2023, 10, 26))
    session.commit()
    text = read(TABLE)
    assert "over the year's plan" in _cell(text, "2.2.a")
    assert "133.3 %" in _cell(text, "2.2.a")
    assert "not planned" in _cell(text, "1.6.a")
    assert "by hand, as of Oct 31, 2023" in _cell(text, "1.6.a")
    assert "all the time" in _cell(text, "1.9.a")
    assert "last done on Oct 26, 2023" in _cell(text, "1.9.a")


@pytest.mark.usefixtures("officer")
def test_the_table_takes_few_statements_however_many_advices_there_are(
    session: Session, client: FlaskClient, helpline: Desk, consultant: Account
) -> None:
    for day in range(1, 6):
        advise(session, helpline, consultant, date(2023, 10, day))
    session.commit()
    client.get(TABLE)
    with statements(session) as sent:
        assert client.get(TABLE).status_code == 200
    assert len(sent) <= 12, "\n".join(sent)
    assert not any(re.search(r"(FROM|JOIN) (advice|contact)\b", each) for each in sent)


def test_records_have_no_names_and_lead_to_no_other_desk(
    session: Session, read: Page, helpline: Desk, consultant: Account
) -> None:
    advise(session, helpline, consultant, date(2023, 10, 5))
    session.commit()
    text = read(f"{TABLE}/3.1.b/records")
    assert "BLUE-LINE/2023/000001" in text
    assert "Blue Line · " not in text.split("<aside", 1)[0]
    aside = text.split("<aside", 1)[1]
    for said in ("Oct 5, 2023", "Blue Line", "person experiencing violence", "psychological, information"):
        assert said in _words(aside), said
    assert "Ewa" not in text
    assert all(
        url.startswith((f"/desk/{OFFICE}/", "/desk/account", "/desk/", "#", "?", "/static")) for url in _links(text)
    )
    assert not any("blue-line" in url for url in _links(text))


def test_records_stand_beside_the_table_or_come_alone_for_a_script(read: Page, client: FlaskClient) -> None:
    whole = read(f"{TABLE}/3.1.b/records")
    alone = client.get(f"{TABLE}/3.1.b/records", headers={"X-Requested-With": "beside"}).text
    assert "<table" in whole
    assert "<html" not in alone
    assert "<h2>3.1.b</h2>" in alone


@pytest.mark.usefixtures("helpline")
def test_records_of_another_desk_are_not_shown(session: Session, read: Page) -> None:
    point = make_desk(session, HELP_POINT)
    jan = make_account(session, HELP_POINT, login="jan@example.org")
    advise(session, point, jan, date(2023, 10, 5))
    session.commit()
    assert "HELP-POINT" not in read(f"{TABLE}/3.1.b/records")


def test_many_records_come_a_page_at_a_time(session: Session, read: Page, helpline: Desk, consultant: Account) -> None:
    for number in range(30):
        advise(session, helpline, consultant, date(2023, 10, 1 + number % 3))
    session.commit()
    first = read(f"{TABLE}/3.1.b/records")
    older = next(url for url in _links(first) if "after=" in url)
    second = read(older.replace("&amp;", "&"))
    seen = [set(re.findall(r"BLUE-LINE/2023/\d+", text)) for text in (first, second)]
    assert [len(each) for each in seen] == [25, 5]
    assert not seen[0] & seen[1]


def test_opening_records_and_taking_the_table_away_is_written_down(
    session: Session, read: Page, client: FlaskClient
) -> None:
    read(f"{TABLE}/3.1.b/records")
    client.get(f"{TABLE}/table.csv")
    events = session.scalars(select(AuditEvent).where(AuditEvent.desk_id == OFFICE)).all()
    found = {each.tag: each.detail for each in events}
    assert found[Tag.SCHEDULE_RECORDS_OPENED]["key"] == "3.1.b"
    assert found[Tag.SCHEDULE_EXPORTED]["format"] == "csv"


@pytest.mark.usefixtures("officer")
def test_the_paper_names_who_took_it_away_and_as_of_which_day(client: FlaskClient) -> None:
    answer = client.get(f"{TABLE}/table.pdf?as_of=2023-06-30")
    assert answer.mimetype == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Olga Nowak" in said
    assert "Stan na 30 czerwca 2023 r." in said


@pytest.mark.usefixtures("officer")
def test_a_paper_that_could_not_be_made_was_not_taken_away(
    session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(making, "PRESS", tmp_path / "nothing.py")
    with pytest.raises(DocumentError):
        client.get(f"{TABLE}/table.pdf")
    assert not session.scalars(select(AuditEvent).where(AuditEvent.tag == Tag.SCHEDULE_EXPORTED)).all()
    monkeypatch.undo()
    assert client.get(f"{TABLE}/table.pdf").status_code == 200
    assert session.scalars(select(AuditEvent).where(AuditEvent.tag == Tag.SCHEDULE_EXPORTED)).one()


def test_every_format_is_offered_on_the_page(read: Page) -> None:
    page = read(TABLE)
    for extension in ("csv", "xlsx", "docx", "pdf", "json"):
        assert f"{TABLE}/table.{extension}" in page
        assert f">{extension.upper()}<" in page


@pytest.mark.parametrize("extension", ["csv", "xlsx", "docx", "pdf", "json"])
@pytest.mark.usefixtures("officer")
def test_the_table_is_taken_away_as_a_file(client: FlaskClient, extension: str) -> None:
    answer = client.get(f"{TABLE}/table.{extension}?as_of=2023-06-30")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="harmonogram-2023-2023-06-30.{extension}"'
    if extension == "csv":
        rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
        assert [tuple(row) for row in rows] == official.grid()


@pytest.mark.parametrize(
    "url",
    [f"{HOME}/2022", f"{TABLE}/9.9.z/records", f"{TABLE}/9.9.z/enter", f"{TABLE}/1.1.b.1/enter", f"{TABLE}/table.odt"],
)
@pytest.mark.usefixtures("officer")
def test_what_is_not_there_is_not_found(client: FlaskClient, url: str) -> None:
    assert client.get(url).status_code == 404


def test_a_day_that_is_none_or_lies_ahead_means_today(read: Page) -> None:
    for day in ("never", "2999-01-01", ""):
        assert "Schedule 2023" in read(f"{TABLE}?as_of={day}")


def test_the_office_decides_whether_witnesses_count(
    session: Session, client: FlaskClient, read: Page, helpline: Desk, consultant: Account
) -> None:
    advise(session, helpline, consultant, date(2023, 10, 5), role="WIT")
    session.commit()
    assert "2023: 0 of 2,000" in _cell(read(TABLE), "3.1.b")
    _send(client, f"{TABLE}/witnesses", {"count": "y"})
    assert "2023: 1 of 2,000" in _cell(read(TABLE), "3.1.b")
    assert "checked" in read(TABLE).split('id="count"', 1)[1].split(">", 1)[0]


# Who may


@pytest.mark.parametrize("url", [*PAGES, f"{TABLE}/table.csv"])
def test_a_consultant_has_no_schedule(session: Session, client: FlaskClient, consultant: Account, url: str) -> None:
    make_office(session)
    session.commit()
    sign_in(client, consultant)
    assert client.get(url).status_code == 404
    assert client.get(url.replace(OFFICE, "blue-line")).status_code == 403


@pytest.mark.parametrize("url", [*PAGES, f"{TABLE}/table.csv"])
def test_an_administrator_of_the_office_does_not_read_it(session: Session, client: FlaskClient, url: str) -> None:
    make_office(session)
    person = make_officer(session, role=Role.ADMINISTRATOR)
    session.commit()
    sign_in(client, person)
    assert client.get(url).status_code == 403


def test_nobody_reads_it_without_signing_in(client: FlaskClient) -> None:
    assert client.get(TABLE).status_code == 302


# Bringing a table in


@pytest.mark.usefixtures("officer")
def test_a_table_is_checked_first_and_imported_after(client: FlaskClient) -> None:
    text = official.text().replace("na rok 2023", "na rok 2024").replace("Plan 2023", "Plan 2024")
    checked = _send(
        client, f"{HOME}/import?lang=en", {"file": (io.BytesIO(text.encode()), "table.txt"), "act": "check"}
    )
    assert checked.status_code == 200
    assert "This table is new here." in checked.text
    assert "Line 6: The column of execution" in checked.text
    assert client.get(f"{HOME}/2024").status_code == 404
    carried = unescape(checked.text.split('name="text" value="', 1)[1].split('"', 1)[0])
    imported = _send(client, f"{HOME}/import", {"text": carried.replace("\n", "\r\n"), "act": "import"})
    assert imported.headers["Location"] == f"{HOME}/2024"
    assert client.get(f"{HOME}/2024").status_code == 200


@pytest.mark.usefixtures("officer")
def test_a_broken_table_is_named_by_line_and_cell(client: FlaskClient) -> None:
    text = official.text().replace("2417", "24I7")
    answer = _send(
        client, f"{HOME}/import?lang=en", {"file": (io.BytesIO(text.encode()), "table.txt"), "act": "import"}
    )
    assert answer.status_code == 422
    words = _words(answer.text)
    assert "55 10 Execution 24I7" in words
    assert "a whole number, “na bieżąco”, a dash or nothing" in words


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"Lp.\t1", b"Lp.\t1\n" * 70_000])
@pytest.mark.usefixtures("officer")
def test_a_file_that_is_no_table_is_refused_with_a_sentence(client: FlaskClient, content: bytes) -> None:
    answer = _send(client, f"{HOME}/import?lang=en", {"file": (io.BytesIO(content), "table.txt"), "act": "check"})
    assert answer.status_code == 422
    well_formed(answer.data)


@pytest.mark.usefixtures("officer")
def test_a_text_that_was_tampered_with_on_its_way_is_refused(client: FlaskClient) -> None:
    for text in ("Lp.\0", "x", ""):
        assert _send(client, f"{HOME}/import", {"text": text, "act": "import"}).status_code == 422


# Entering by hand


def test_a_figure_is_entered_with_evidence_and_stands_in_the_table(client: FlaskClient, read: Page) -> None:
    answer = _send(client, f"{TABLE}/1.1.a/enter", _entry(value="2", done_on="2023-10-26"))
    assert answer.headers["Location"] == f"{TABLE}/1.1.a/records"
    assert "9" in _cell(read(TABLE), "1.1.a").split()
    history = _words(read(f"{TABLE}/1.1.a/enter"))
    for said in ("DS-I.8121", "Olga Nowak", "last done on Oct 26, 2023"):
        assert said in history


def test_without_evidence_nothing_is_kept_and_nothing_typed_is_lost(client: FlaskClient, read: Page) -> None:
    answer = _send(client, f"{TABLE}/1.1.a/enter?lang=en", _entry(value="2", evidence=""))
    assert answer.status_code == 422
    assert "Write what proves it" in answer.text
    assert 'value="2"' in answer.text
    assert "nothing entered yet" in _cell(read(TABLE), "1.1.a")


@pytest.mark.parametrize("value", ["2,5", "-1", "dwa", "1.5", "9999999", ""])
@pytest.mark.usefixtures("read")
def test_what_is_no_whole_number_is_refused(client: FlaskClient, value: str) -> None:
    assert _send(client, f"{TABLE}/1.1.a/enter", _entry(value=value)).status_code == 422


@pytest.mark.usefixtures("read")
def test_groups_that_do_not_add_up_are_refused_beside_the_number(client: FlaskClient) -> None:
    answer = _send(client, f"{TABLE}/1.1.b/enter?lang=en", _entry(value="44", **{"part-1": "45"}))
    assert answer.status_code == 422
    assert "The groups add up to 45" in answer.text


def test_a_day_outside_the_months_is_saved_with_a_word_of_warning(client: FlaskClient, read: Page) -> None:
    read(HOME)
    _send(client, f"{TABLE}/1.1.a/enter", _entry(value="3", done_on="2023-12-05", as_of="2023-12-31"))
    assert "outside the months of this position (IV-XI)" in client.get(TABLE).text


def test_an_entry_is_corrected_and_the_earlier_one_stays_to_be_read(client: FlaskClient, read: Page) -> None:
    _send(client, f"{TABLE}/1.1.a/enter", _entry(value="2"))
    form = read(f"{TABLE}/1.1.a/enter?correct=2023-10-31")
    assert 'value="2"' in form
    _send(client, f"{TABLE}/1.1.a/enter?correct=2023-10-31", _entry(value="3"))
    history = _words(read(f"{TABLE}/1.1.a/enter"))
    assert "3 as of Oct 31, 2023" in history
    assert "2 as of Oct 31, 2023 replaced" in history


def test_an_entry_is_taken_back_with_a_reason(client: FlaskClient, read: Page) -> None:
    _send(client, f"{TABLE}/1.1.a/enter", _entry(value="2"))
    url = f"{TABLE}/1.1.a/take-back/2023-10-31"
    assert _send(client, url, {"reason": " "}).status_code == 422
    assert _send(client, url, {"reason": "Zła lista"}).status_code == 302
    assert _send(client, url, {"reason": "Zła lista"}).status_code == 422
    assert "nothing entered yet" in _cell(read(TABLE), "1.1.a")
    assert "Zła lista" in read(f"{TABLE}/1.1.a/enter")


def test_a_counted_figure_is_not_entered(client: FlaskClient, read: Page) -> None:
    assert "counted from records" in read(f"{TABLE}/3.1.b/enter")
    assert _send(client, f"{TABLE}/3.1.b/enter", _entry(value="2")).status_code == 422


def well_formed(data: bytes) -> None:
    html5lib.HTMLParser(strict=True).parse(data)  # type: ignore[no-untyped-call]


def _entry(**values: str) -> dict[str, object]:
    return {"as_of": "2023-10-31", "evidence": "DS-I.8121.1.2023", **values}


def _send(client: FlaskClient, url: str, data: dict[str, object]) -> TestResponse:
    token = client.get(HOME).text.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
    return client.post(url, data={"csrf_token": token, **data}, content_type="multipart/form-data")


def _words(text: str) -> str:
    """What the page says, without tags."""
    plain = re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", plain).split())
    return words.replace("&#39;", "'").replace("\u202f", " ").replace("\u00a0", " ")


def _cell(text: str, key: str) -> str:
    return _words(text.split(f'id="figure-{key}"', 1)[1].split(">", 1)[1].split("</td>", 1)[0])


def _links(text: str) -> list[str]:
    return re.findall(r'(?:href|action|src)="([^"]+)"', text)
