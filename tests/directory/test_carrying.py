"""Stories of carrying the directory in and out as a table."""

import io
from collections.abc import Mapping

import pytest
from sqlalchemy.orm import Session

from tests.accounts.visitor import Visitor, words
from tests.directory.entries import DEMO, DIRECTORY, add, count, tags


def test_a_table_is_checked_first_and_then_imported(coordinator: Visitor, session: Session) -> None:
    checked = coordinator.sends(f"{DIRECTORY}/import", {"file": (io.BytesIO(DEMO.encode()), "a.csv"), "act": "import"})
    assert "80 new, 0 changed" in words(checked)
    assert count(session) == 0  # a file is never imported unseen
    answer = coordinator.sends(f"{DIRECTORY}/import", {"text": DEMO, "act": "import"})
    assert answer.status_code == 302
    assert count(session) == 80
    assert tags(session)[-1] == "directory:imported"


def test_a_wrong_table_is_told_line_by_line_and_can_be_corrected_on_the_page(
    coordinator: Visitor, session: Session
) -> None:
    wrong = "key,kind,name,teryt,phones\na,OPS,Pierwszy,04,0700123456\n,QQQ,<b>Drugi</b>,04,\n"
    answer = coordinator.sends(f"{DIRECTORY}/import", {"text": wrong, "act": "import"})
    page = words(answer)
    assert answer.status_code == 422
    assert "line 2, column phones:" in page
    assert "line 3, column key:" in page
    assert "line 3, column kind:" in page
    assert "&lt;b&gt;Drugi&lt;/b&gt;" in answer.text
    assert count(session) == 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a file."),
        ({"text": "  "}, "Choose a file."),
        ({"file": (b"key;kind\n\xb3\xf3d\xbc", "a.csv")}, "The file is not in UTF-8."),
        ({"file": (b"\x89PNG\r\n\x1a\n\x00", "a.png")}, "The file is not in UTF-8."),
        ({"file": (b"a,b\n", "a.csv")}, "There is no such column"),
        ({"text": 'key,kind,name,teryt\n"a'}, "line 2"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    coordinator: Visitor, session: Session, sent: Mapping[str, object], sentence: str
) -> None:
    fields = {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in sent.items()
    }
    assert sentence in words(coordinator.sends(f"{DIRECTORY}/import", {**fields, "act": "check"}))
    assert count(session) == 0


def test_an_export_opens_in_a_spreadsheet_computes_nothing_and_is_recorded(
    consultant: Visitor, session: Session
) -> None:
    add(session, "=HYPERLINK(1)")
    session.commit()
    answer = consultant.opens(f"{DIRECTORY}/export")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=directory-")
    assert answer.data.startswith(b"\xef\xbb\xbfkey,kind,name")
    assert "'=HYPERLINK(1)" in answer.text
    assert tags(session)[-1] == "directory:exported"
