"""Poster and cards: every language on one page, nothing on them that could harm, and a code that leads where the letters say."""

import io
import unicodedata
from dataclasses import replace
from datetime import date, time

import pytest
import segno
from flask import Flask
from pypdf import PdfReader
from pypdf.generic import ContentStream
from sqlalchemy.orm import Session

from helpdesk.desks.models import Desk
from helpdesk.intake.labels import printed as words
from helpdesk.intake.rules.printed import Printed
from helpdesk.kernel.languages import LANGUAGES, language
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster.labels.coming import when_regular
from helpdesk.roster.rules.days import Days, Holidays, Rhythm
from helpdesk.roster.rules.regular import Regular, regular
from helpdesk.web.i18n import speaking
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk, make_post, sign_in
from tests.intake.offices import Colleague
from tests.printed import blocks_of

TAGS = [each.tag for each in LANGUAGES]
CARDS_ON_A_SHEET = 10
# Violence, crime, police and victim, by the beginnings of the words.
HARMFUL = ["przemoc", "przestęp", "policj", "ofiar", "krzywd", "bij", "насильств", "злочин", "поліці", "жертв", "потерпіл", "насили", "преступ", "полици", "violen", "crim", "delit", "policía", "víctim", "гвалт", "злачын", "паліцы", "ახვრ", "ძალადობ", "დანაშაულ", "პოლიცი", "მსხვერპლ", "हिंसा", "अपराध", "पुलिस", "पीड़ित", "हिंसा", "प्रहरी", "karahas", "krimen", "pulis", "biktima", "infrac", "poliți", "victim", "kekeras", "kejahat", "polisi", "korban", "暴力", "犯罪", "警察", "受害", "عنف", "جريمة", "شرطة", "ضحي", "zoʻravon", "jinoyat", "politsiya", "jabr", "bạo", "lực", "tội", "phạm", "cảnh", "sát", "nạn", "nhân", "police", "abuse", "niebiesk", "linia", "helpline"]  # fmt: skip


@pytest.fixture
def coordinator(app: Flask, session: Session, help_point: Desk) -> Colleague:
    assert help_point.place == "p"
    app.extensions["helpdesk.settings"] = replace(
        app.extensions["helpdesk.settings"], public_url="https://help.example.org"
    )
    make_post(session, HELP_POINT, name="Evening")
    make_post(session, HELP_POINT, name="Day", starts=time(9), ends=time(17), weekdays=[0, 1, 2, 3, 4])
    make_post(session, HELP_POINT, name="Night", starts=time(21), ends=time(8), public=False)
    return Colleague(app, session, [Role.COORDINATOR])


def pdf_of(coordinator: Colleague, kind: Printed, *tags: str) -> bytes:
    answer = coordinator.reads(f"/printed.pdf?kind={kind.value}&" + "&".join(f"languages={tag}" for tag in tags))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    return bytes(answer.data)


def plain(text: str) -> str:
    """Letters alone: marks above and below them are written in more than one way."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


@pytest.mark.parametrize("kind", Printed)
def test_every_language_has_one_page_with_its_sentences_in_order(
    app: Flask, coordinator: Colleague, kind: Printed
) -> None:
    pages = blocks_of(pdf_of(coordinator, kind, *TAGS))
    assert len(pages) == len(TAGS)
    for tag, page in zip(TAGS, pages, strict=True):
        wanted = sentences(app, kind, tag)
        expected = wanted if kind is Printed.POSTER else wanted * CARDS_ON_A_SHEET
        if language(tag).direction == "rtl":  # lines are kept in the order of the eye
            assert [set(plain(each)) - {" "} for each in page] == [set(plain(each)) - {" "} for each in expected]
        else:
            assert page == expected


def sentences(app: Flask, kind: Printed, tag: str) -> list[str]:
    with app.test_request_context("/desk/"), speaking(tag):
        hours = when_regular((Regular(0, 4, ((540, 1260),)), Regular(5, 6, ((1020, 1260),))))
        call = [str(words.INVITATION), "52 000 00 02", *hours]
        promises = [str(words.FREE), str(words.INTERPRETER)]
        address = f"help.example.org/{tag}/p/"
        if kind is Printed.CARDS:
            return [*call, *promises, address]
        return [str(words.HEADLINE), *call, *promises, str(words.YOURS), str(words.SCAN), address, str(words.DANGER)]


def test_arabic_words_can_be_copied_out_and_numbers_stay_left_to_right(app: Flask, coordinator: Colleague) -> None:
    text = PdfReader(io.BytesIO(pdf_of(coordinator, Printed.POSTER, "ar"))).pages[0].extract_text()
    assert "52 000 00 02" in text
    assert "help.example.org/ar/p/" in text
    assert "112" in text
    wanted = [each.strip(".,؟،") for sentence in sentences(app, Printed.POSTER, "ar") for each in sentence.split()]
    found = plain(text)
    assert [each for each in wanted if each.isalpha() and plain(each) not in found] == []


@pytest.mark.parametrize("kind", Printed)
@pytest.mark.parametrize("tag", ["pl", "ar", "zh-Hans"])
def test_the_code_leads_to_the_address_in_letters(coordinator: Colleague, kind: Printed, tag: str) -> None:
    url = f"https://help.example.org/{tag}/p/"
    drawn = codes_on(pdf_of(coordinator, kind, tag))
    matrix = segno.make_qr(url, error="m").matrix
    dark = {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert drawn == [(url, dark)] * (1 if kind is Printed.POSTER else CARDS_ON_A_SHEET)


def codes_on(pdf: bytes) -> list[tuple[str, set[tuple[int, int]]]]:
    """The codes of the first page: what is said of each to whoever cannot see it, and its dark squares."""
    reader = PdfReader(io.BytesIO(pdf))
    found: list[tuple[str, set[tuple[int, int]]]] = []
    for given, operator in ContentStream(reader.pages[0]["/Contents"].get_object(), reader).operations:
        if operator == b"BDC" and isinstance(given[1], dict) and "/Alt" in given[1]:
            found.append((str(given[1]["/Alt"]), set()))
        elif operator == b"m":
            begin = given
        elif operator == b"l" and found and given[1] == begin[1] and given[1] % 1 == 0.5:
            found[-1][1].update((x, int(given[1])) for x in range(int(begin[0]), int(given[0])))
    return found


def test_no_word_on_them_says_what_the_desk_is_for(coordinator: Colleague) -> None:
    for kind in Printed:
        text = " ".join(each for page in blocks_of(pdf_of(coordinator, kind, *TAGS)) for each in page).lower()
        assert [word for word in HARMFUL if word in text] == []
        metadata = PdfReader(io.BytesIO(pdf_of(coordinator, kind, "pl"))).metadata
        assert metadata is not None
        assert metadata.title == "Information"


@pytest.mark.parametrize("kind", Printed)
def test_even_the_longest_week_and_address_stay_on_one_page(
    app: Flask, coordinator: Colleague, session: Session, kind: Printed
) -> None:
    for day in range(7):
        make_post(session, HELP_POINT, starts=time(5), ends=time(6, day + 1), weekdays=[day])
    session.commit()
    app.extensions["helpdesk.settings"] = replace(
        app.extensions["helpdesk.settings"], public_url="https://points-of-help.of-the-whole-voivodeship.example.org"
    )
    pages = blocks_of(pdf_of(coordinator, kind, *TAGS))
    assert len(pages) == len(TAGS)
    # On a card so many lines could not be read.
    assert any("Sunday" in each for each in pages[TAGS.index("en")]) == (kind is Printed.POSTER)


def test_the_page_shows_what_will_be_printed_and_wants_a_language(coordinator: Colleague) -> None:
    page = coordinator.reads("/printed").text
    assert "52 000 00 02" in page
    assert "Monday–Friday, 09:00–21:00; Saturday–Sunday, 17:00–21:00" in page
    assert "/printed" in coordinator.reads("/settings").text
    for asked, sentence in (
        ("kind=poster", "Choose at least one language."),
        ("kind=poster&languages=xx", "Choose at least one language."),
        ("kind=flag&languages=pl", "Choose one."),
    ):
        refused = coordinator.reads(f"/printed.pdf?{asked}")
        assert refused.status_code == 400
        assert sentence in refused.text
        assert "alid choice" not in refused.text


def test_a_desk_without_a_place_has_nothing_to_print(
    coordinator: Colleague, help_point: Desk, session: Session
) -> None:
    help_point.place = None
    session.commit()
    assert "First give the desk a short name" in coordinator.reads("/printed").text
    assert coordinator.reads("/printed.pdf?kind=poster&languages=pl").status_code == 404


def test_only_who_manages_the_intakes_of_the_desk_prints(app: Flask, coordinator: Colleague, session: Session) -> None:
    assert coordinator.reads("/printed").status_code == 200
    lawyer = Colleague(app, session)
    make_desk(session)
    session.commit()
    stranger = app.test_client()
    sign_in(stranger, make_account(session, BLUE_LINE, [Role.COORDINATOR], Profession.PSYCHOLOGIST))
    for path in ("/printed", "/printed.pdf?kind=poster&languages=pl"):
        assert lawyer.reads(path).status_code == 403
        assert stranger.get(f"/desk/{HELP_POINT}/intakes{path}").status_code == 404


# The hours of every week

TODAY = date(2026, 11, 27)


def days(*weekdays: int, **facts: object) -> Days:
    given = {"rhythm": Rhythm.WEEKLY, "anchor": date(2026, 1, 1), "first": date(2026, 1, 1), **facts}
    return Days(weekdays=frozenset(weekdays), **given)  # type: ignore[arg-type]  # each is what a story is about


EVERY = days(*range(7))


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ([(EVERY, time(17), time(21))], [Regular(0, 6, ((1020, 1260),))]),
        ([(EVERY, time(8), time(17)), (EVERY, time(17), time(21))], [Regular(0, 6, ((480, 1260),))]),
        ([(EVERY, time(8), time(20)), (EVERY, time(20), time(8))], [Regular(0, 6, ((0, 1440),))]),
        ([(EVERY, time(0), time(0))], [Regular(0, 6, ((0, 1440),))]),
        ([(EVERY, time(21), time(8))], [Regular(0, 6, ((1260, 1920),))]),
        ([(days(0, 1, 3), time(9), time(10))], [Regular(0, 1, ((540, 600),)), Regular(3, 3, ((540, 600),))]),
        ([(days(2), time(9), time(10)), (days(2), time(12), time(13))], [Regular(2, 2, ((540, 600), (720, 780)))]),
        ([(days(1, every=2), time(9), time(10))], []),
        ([(days(1, last=date(2026, 11, 26)), time(9), time(10))], []),
        ([(days(1, first=date(2026, 11, 28)), time(9), time(10))], []),
        ([(days(1, holidays=Holidays.ONLY), time(9), time(10))], []),
        ([(days(1, rhythm=Rhythm.MONTHLY_WEEKDAY, nth=1), time(9), time(10))], []),
    ],
)  # fmt: skip
def test_what_comes_every_week_is_printed_and_the_rest_is_not(
    needs: list[tuple[Days, time, time]], found: list[Regular]
) -> None:
    assert list(regular(needs, TODAY)) == found
