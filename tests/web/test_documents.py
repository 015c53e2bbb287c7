"""Documents are printed to the letter, by a process that cannot run away, as files that an archive takes."""

import io
import logging
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import BoundedSemaphore
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import StreamObject

import helpdesk.web.documents
from helpdesk.web.documents import DocumentError, Frame, frame, make_pdf, making, polish_frame
from helpdesk.web.documents.letters import BORROWED, BOX, FONTS, Cleaner, characters
from tests.printed import blocks_of

HOME = Path(helpdesk.web.documents.__file__).parent
PACKAGE = HOME.parents[1]
NOON = datetime(2026, 11, 25, 11, 0, 7, 123456, tzinfo=UTC)
BEGIN = '#import "/web/documents/base.typ": *\n#show: framed\n'
WORDS = BEGIN + "#for each in data.words [#par(each)]"
ALPHABETS = (
    "Zażółć gęślą jaźń, ZAŻÓŁĆ GĘŚLĄ JAŹŃ",
    "Щастям б’єш жук їх глицю в фон й ґедзь пріч",
    "Съешь же ещё этих мягких французских булок, у рыбаў ў",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "Pijamalı hasta yağız şoföre çabucak güvendi, ăâîșț, äöüß, Nguyễn Thị Ánh Tuyết",
    "საქართველოს, გამარჯობა",
    "您可以在这里得到帮助。",
    "„cudzysłów” – 1.200 zł, § 3, № 5, 2417 ⁴, 50 €, ½",
)
Print = Callable[..., bytes]


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with our base and a domain whose templates the tests write."""
    made = tmp_path_factory.mktemp("house")
    (made / "web/documents").mkdir(parents=True)
    shutil.copy(HOME / "base.typ", made / "web/documents/base.typ")
    (made / "demo/templates/demo").mkdir(parents=True)
    return made


@pytest.fixture(scope="session")
def printed(root: Path) -> Print:
    """The PDF of a template with these values."""

    def make(source: str = WORDS, *, around: Frame | None = None, seconds: float = 20.0, **data: object) -> bytes:
        name = f"demo/{abs(hash(source))}.typ"
        if not (template := root / "demo/templates" / name).exists():
            half = template.with_suffix(f".{uuid4()}")  # somebody else may be reading the whole one
            half.write_text(source, encoding="utf-8")
            half.rename(template)
        return make_pdf(name, data, frame=around or polish_frame("Próba", made=NOON), root=root, seconds=seconds)

    return make


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def rows(count: int) -> list[list[str]]:
    return [[f"Wiersz {number}", str(number * 37)] for number in range(count)]


# What is printed


@pytest.mark.parametrize("words", ALPHABETS)
def test_letters_of_the_people_we_serve_can_be_copied_out_again(printed: Print, words: str) -> None:
    assert words in text_of(printed(words=[words]))


def test_devanagari_stands_in_the_file_as_it_is_spoken(printed: Print) -> None:
    words = "नमस्ते, आपको मदद मिल सकती है।"
    assert words in blocks_of(printed(words=[words]))[0]


@pytest.mark.parametrize(
    "words",
    ['#read("/etc/passwd")', "#panic()", "*ważne* _i_ `kod` $x^2$", "<b>1</b> & \\u{41} @kto", "= Nagłówek", "// nic", "1. -- 2. ---"],
)  # fmt: skip
def test_what_looks_like_source_is_printed_to_the_letter(printed: Print, words: str) -> None:
    assert words in text_of(printed(words=[words]))


def test_ends_of_lines_stay_and_invisible_controls_go(printed: Print) -> None:
    assert "jeden\ndwa\ntrzy cztery" in text_of(printed(words=["jeden\r\ndwa\rtrzy\tcz\x00te\ufeffry"]))


def test_a_letter_without_a_glyph_becomes_a_box_and_the_log_says_only_how_many(
    printed: Print, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        text = text_of(printed(words=["Ola 😀 Kowalska", "เชียงใหม่"]))
    assert f"Ola {BOX} Kowalska" in text
    assert BOX * 9 in text
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "10 characters" in said[0]
    assert not any(word in said[0] for word in ("Ola", "Kowalska", "😀", "เ"))


def test_nothing_is_logged_where_nothing_is_lost(printed: Print, caplog: pytest.LogCaptureFixture) -> None:
    printed(words=list(ALPHABETS))
    assert caplog.records == []


def test_signs_that_our_fonts_lack_are_borrowed(printed: Print) -> None:
    assert BORROWED in text_of(printed(words=[BORROWED]))


def test_every_letter_of_the_fonts_can_be_printed(printed: Print) -> None:
    every = sorted({letter for path in FONTS.glob("*.?tf") for letter in characters(path.read_bytes())})
    assert len(every) > 7500
    assert {"ą", "ї", "ґ", "ω", "€", "მ", "क", "م", "中"} < set(every)
    assert not {"→", "😀", "เ"} & set(every)
    printed(WORDS + "#for each in data.words [#strong(each)]", words=every)


# Tabs, carriage returns and the like are in a category of their own that anybody may paste.
@settings(max_examples=15)
@given(
    st.lists(
        st.text(st.one_of(st.characters(), st.sampled_from("\t\r\u2028\u200d\ufe0f\ufffe\U0001f469"))), max_size=30
    )
)
def test_no_text_whatever_makes_a_document_fail(printed: Print, words: list[str]) -> None:
    assert printed(words=words).startswith(b"%PDF")


@given(
    st.recursive(
        st.text() | st.integers() | st.booleans() | st.none(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        max_leaves=20,
    )
)
def test_cleaning_twice_changes_nothing_and_keeps_the_shape(value: object) -> None:
    cleaner, again = Cleaner(), Cleaner()
    once = cleaner.of(value)
    assert again.of(once) == once
    assert again.lost == 0
    assert shape(once) == shape(value)


def shape(value: object) -> object:
    """The value without its words."""
    match value:
        case str():
            return ""
        case list():
            return [shape(each) for each in value]
        case dict():
            return {key: shape(each) for key, each in value.items()}
        case _:
            return value


# The paper


def test_the_file_is_one_for_an_archive_and_for_screen_readers(printed: Print) -> None:
    reader = PdfReader(io.BytesIO(printed(around=polish_frame("Grafik na grudzień 2026", made=NOON), words=[])))
    assert reader.metadata is not None
    assert reader.metadata.title == "Grafik na grudzień 2026"
    assert reader.metadata.creation_date == NOON.replace(microsecond=0)
    catalog = reader.root_object
    assert str(catalog["/Lang"]) == "pl"
    assert "/StructTreeRoot" in catalog
    assert "/Marked" in str(catalog["/MarkInfo"])
    said = marks_of(reader)
    assert {"<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"} <= said


def marks_of(reader: PdfReader) -> set[str]:
    """What the file says of itself in its metadata, element by element."""
    stream = reader.root_object["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    return set(re.findall(r"<[\w:]+>[^<]*<", stream.get_data().decode()))


def test_each_page_has_its_number_and_who_made_it_when(printed: Print) -> None:
    around = polish_frame("Godziny", made=NOON, by="Karolina Wójcik", as_of=date(2026, 10, 31))
    source = BEGIN + "#for each in range(3) { [Treść]; pagebreak(weak: true) }"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(printed(source, around=around))).pages]
    assert [re.findall(r"Strona \d+ z \d+", page) for page in pages] == [[f"Strona {place} z 3"] for place in (1, 2, 3)]
    for page in pages:
        assert page.count("Godziny") == 1
        assert "Stan na 31 października 2026 r." in page
        assert "Sporządzono 25 listopada 2026 r. o godz. 12:00, Karolina Wójcik" in page


def test_without_a_name_the_foot_ends_with_the_hour() -> None:
    assert polish_frame("Godziny", made=NOON).foot == ("Sporządzono 25 listopada 2026 r. o godz. 12:00",)


def test_a_frame_speaks_the_language_of_the_reader(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        found = frame("Hours", made=NOON, by="Karolina Wójcik", as_of=date(2026, 10, 31))
    assert found.language == "en"
    assert found.page == "Page {page} of {pages}"
    assert found.foot == ("As of October 31, 2026", "Made on November 25, 2026 at 12:00 by Karolina Wójcik")


def test_the_heading_of_a_table_and_its_band_are_repeated_on_each_page(printed: Print) -> None:
    source = BEGIN + (
        '#ruled(columns: (1fr, auto), figures: (1,), caption: "Wykaz", header: (("Nazwa", "Liczba"),), ..data.rows,'
        ' band(2, "Drugi dział"), ..data.rows)'
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(printed(source, rows=rows(70)))).pages]
    assert len(pages) > 2
    assert all("Nazwa Liczba" in page for page in pages)
    assert ["Drugi dział" in page for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert "".join(pages).count("Wykaz") == 1
    figures = [int(each) for page in pages for each in re.findall(r"Wiersz \d+ (\d+)", page)]
    assert figures == [number * 37 for number in range(70)] * 2


def test_a_word_longer_than_its_column_stays_inside(printed: Print) -> None:
    source = BEGIN + "#ruled(columns: (20mm, 20mm), header: (([A], [B]),), (data.word, [KONIEC]))"
    lines = [line for line in text_of(printed(source, word="x" * 300)).split("\n") if "x" in line]
    assert len(lines) > 10
    assert max(line.count("x") for line in lines) < 15


def test_the_same_values_give_the_same_bytes(printed: Print) -> None:
    assert printed(words=["tak"]) == printed(words=["tak"])
    assert printed(words=["tak"]) != printed(words=["nie"])


# What may go wrong


def test_a_template_that_never_ends_is_stopped(printed: Print) -> None:
    begun = time.monotonic()
    with pytest.raises(DocumentError, match="was not ready after 1 seconds"):
        printed("#for a in range(200000) { for b in range(200000) { } }", seconds=1)
    assert time.monotonic() - begun < 10


def test_a_template_that_eats_the_memory_is_stopped(printed: Print) -> None:
    with pytest.raises(DocumentError, match="was broken off"):
        printed("#let all = range(1000000000)")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("#panic(data.secret)", "panicked with"),
        ("#assert.eq(data.secret, 1)", "equality assertion failed"),
        ("#data.missing", r"does not contain key .missing.*|\.typ:3:6"),
        ('#read("/../outside.txt")', "escape the project root"),
        ("#image(bytes(data.secret))", "unknown image format"),
        ("#let", "expected"),
    ],
)
def test_a_template_that_fails_is_named_and_what_was_to_be_printed_is_not(
    printed: Print, source: str, said: str
) -> None:
    with pytest.raises(DocumentError, match=said) as error:
        printed(BEGIN + source, secret="Wanda Kowalska, Toruń")
    assert re.search(r"demo/\d+\.typ does not work: \d+\.typ:3:\d+:", str(error.value))
    assert not any(word in str(error.value) for word in ("Wanda", "Kowalska", "Toruń"))


def test_a_document_without_a_title_is_refused(printed: Print) -> None:
    with pytest.raises(DocumentError, match="title"):
        printed("Treść")
    with pytest.raises(DocumentError, match="title"):
        printed(words=[], around=polish_frame(" \x00", made=NOON))


def test_a_template_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(DocumentError, match=r"no template demo/nothing\.typ"):
        make_pdf("demo/nothing.typ", {}, frame=polish_frame("Próba", made=NOON), root=root)


def test_only_plain_values_are_printed(printed: Print) -> None:
    with pytest.raises(TypeError):
        printed(words=[NOON])
    with pytest.raises(ValueError, match="JSON"):
        printed(words=[float("nan")])


def test_what_sets_a_document_knows_none_of_our_settings(
    printed: Print, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os, sys; sys.stdin.read(); sys.stdout.write('%PDF' + ' '.join(os.environ))", encoding="utf-8"
    )
    monkeypatch.setattr(making, "PRESS", spy)
    monkeypatch.setenv("HELPDESK_SEALING_KEYS", "secret")
    assert b"HELPDESK" not in printed(words=[])


def test_many_documents_at_once_are_each_their_own(printed: Print) -> None:
    def one(number: int) -> str:
        return text_of(printed(words=[f"Dokument numer {number}."]))

    with ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(one, range(12)))
    assert all(f"Dokument numer {number}." in text for number, text in enumerate(texts))
    assert all(text.count("Dokument numer") == 1 for text in texts)


def test_one_too_many_is_told_so_and_the_next_one_is_served(printed: Print, monkeypatch: pytest.MonkeyPatch) -> None:
    presses = BoundedSemaphore(1)
    monkeypatch.setattr(making, "_PRESSES", presses)
    presses.acquire()
    with pytest.raises(DocumentError, match="too many"):
        printed(words=[], seconds=0.1)
    presses.release()
    assert printed(words=[])
    with pytest.raises(DocumentError):
        printed("#panic()")
    assert printed(words=[])


# The house


def test_our_own_fonts_are_small_and_come_with_their_licence() -> None:
    families = ("NotoSans", "NotoSansArabic", "NotoSansDevanagari", "NotoSansGeorgian", "NotoSansCJKsc")
    faces = {f"{family}-{weight}" for family in families for weight in ("Regular", "Bold")}
    assert {path.stem for path in FONTS.iterdir()} == faces | {"OFL"}
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 3_800_000
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.typ")), ids=lambda path: path.name)
def test_no_template_fetches_anything_nor_runs_what_it_is_given(path: Path) -> None:
    text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"\beval\b|\"@|\bread\(|\bplugin\(", text)
