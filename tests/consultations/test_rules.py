"""The decisions of the sheet, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.consultations.rules import handover, notes, sheet
from helpdesk.consultations.rules.closing import AdviceFacts, ClosingRefusal, ContactFacts, closing_problems
from helpdesk.consultations.rules.numbers import as_number, contact_number
from helpdesk.consultations.rules.sheet import ADVICE_FIELDS, CONTACT_FIELDS, SheetRefusal, merge, parse
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor, Profession, Role

START = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
CALL = ContactFacts(START, START + timedelta(minutes=20))
VICTIM = AdviceFacts("a", "ewa", role="VIC", kinds=("PSY", "INF"))

names = st.sampled_from(["gmina", "remarks", "a.note", "a.role", "danger"])
values = st.one_of(st.none(), st.text(max_size=3), st.booleans(), st.lists(st.text(max_size=2), max_size=2))
sheets = st.dictionaries(names, values)
versions = st.integers(0, 6)


@given(held=sheets, changed_at=st.dictionaries(names, versions), sent=sheets, known=versions)
def test_whatever_somebody_sends_is_stored_or_was_there_or_comes_back(
    held: dict[str, sheet.Value], changed_at: dict[str, int], sent: dict[str, sheet.Value], known: int
) -> None:
    result = merge(held, changed_at, sent, known)
    for name, value in sent.items():
        assert name in result.stored or name in result.disputed or held.get(name) == value


@given(held=sheets, changed_at=st.dictionaries(names, versions), sent=sheets, known=versions)
def test_a_field_that_somebody_else_changed_meanwhile_is_never_overwritten(
    held: dict[str, sheet.Value], changed_at: dict[str, int], sent: dict[str, sheet.Value], known: int
) -> None:
    result = merge(held, changed_at, sent, known)
    assert all(changed_at.get(name, 0) <= known for name in result.stored)
    assert all(result.disputed[name] == held.get(name) for name in result.disputed)


@given(held=sheets, changed_at=st.dictionaries(names, versions), sent=sheets, known=versions)
def test_the_news_are_just_the_newer_fields_that_were_not_sent(
    held: dict[str, sheet.Value], changed_at: dict[str, int], sent: dict[str, sheet.Value], known: int
) -> None:
    result = merge(held, changed_at, sent, known)
    assert set(result.news) == {name for name, at in changed_at.items() if at > known} - set(sent)


@given(held=sheets, changed_at=st.dictionaries(names, versions), sent=sheets, known=versions)
def test_saving_the_same_twice_changes_nothing_more(
    held: dict[str, sheet.Value], changed_at: dict[str, int], sent: dict[str, sheet.Value], known: int
) -> None:
    first = merge(held, changed_at, sent, known)
    again = merge({**held, **first.stored}, {**changed_at, **dict.fromkeys(first.stored, 99)}, first.stored, known)
    assert not again.stored
    assert not again.disputed


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("gmina", "0415042", "0415042"),
        ("gmina", "", None),
        ("children_home", "2", 2),
        ("children_home", "", 0),
        ("danger", "no", "no"),
        ("interpreter", "y", True),
        ("interpreter", None, False),
        ("safety_flags", ["CHI", "ESC", "CHI"], ["CHI", "ESC"]),
        ("safety_flags", "", []),
        ("language", "uk", "uk"),
        ("remarks", "line\r\nline", "line\nline"),
        ("started_at", "2023-10-05T18:10", START),
        ("started_at", "2023-10-05T18:10:00+02:00", START),
        ("promise_due", "", None),
    ],
)
def test_a_field_holds_what_was_meant(field: str, raw: object, value: sheet.Value) -> None:
    assert parse(field, CONTACT_FIELDS[field], raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("gmina", "Lipno", SheetRefusal.NOT_A_GMINA),
        ("gmina", "9999999", SheetRefusal.NOT_A_GMINA),
        ("children_home", "two", SheetRefusal.NOT_A_NUMBER),
        ("children_home", "-1", SheetRefusal.NOT_A_NUMBER),
        ("children_home", "100", SheetRefusal.NOT_A_NUMBER),
        ("children_home", "²", SheetRefusal.NOT_A_NUMBER),
        ("danger", "perhaps", SheetRefusal.NOT_A_CODE),
        ("safety_flags", ["CHI", "QQQ"], SheetRefusal.NOT_A_CODE),
        ("channel", "", SheetRefusal.NOT_A_CODE),
        ("started_at", "", SheetRefusal.NOT_A_MOMENT),
        ("started_at", "yesterday", SheetRefusal.NOT_A_MOMENT),
        ("remarks", "x" * 20_001, SheetRefusal.TOO_LONG),
    ],
)
def test_what_cannot_be_is_refused_by_name(field: str, raw: object, code: SheetRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        parse(field, CONTACT_FIELDS[field], raw)
    assert (refused.value.code, refused.value.field) == (code, field)


@given(st.sampled_from(sorted(CONTACT_FIELDS)), st.one_of(st.text(), st.none(), st.integers(), st.lists(st.text())))
def test_no_input_breaks_a_field(name: str, raw: object) -> None:
    refused = ""
    try:
        parse(name, CONTACT_FIELDS[name], raw)
    except Refusal as refusal:
        refused = refusal.field or "?"
    assert refused in {"", name}


@pytest.mark.parametrize("outcome", ["SIL", "WRN", "JOK", "DRP"])
def test_a_call_without_a_talk_closes_without_a_question(outcome: str) -> None:
    unfinished = AdviceFacts("a", "ewa", role="PRO")
    assert closing_problems(CALL, [unfinished], outcome) == []


@pytest.mark.parametrize(
    ("advice", "field", "code"),
    [
        (AdviceFacts("a", "ewa", kinds=("PSY",)), "a.role", ClosingRefusal.ROLE_MISSING),
        (AdviceFacts("a", "ewa", role="VIC"), "a.kinds", ClosingRefusal.HELP_MISSING),
        (AdviceFacts("a", "ewa", role="PRO", kinds=("SUP",)), "a.professional_group", ClosingRefusal.GROUP_MISSING),
        (
            AdviceFacts("a", "ewa", role="VIC", kinds=("PSY",), professional_group="SOC"),
            "a.professional_group",
            ClosingRefusal.GROUP_WITHOUT_PROFESSIONAL,
        ),
        (
            AdviceFacts("a", "ewa", role="PRO", kinds=("SUP",), professional_group="INN", group_note="  "),
            "a.group_note",
            ClosingRefusal.GROUP_NEEDS_NOTE,
        ),
        (
            AdviceFacts("a", "ewa", role="PRO", kinds=("SUP",), professional_group="INN-SW"),
            "a.group_note",
            ClosingRefusal.GROUP_NEEDS_NOTE,
        ),
        (
            AdviceFacts("a", "ewa", role="PRO", kinds=("SUP",), professional_group="ZI", group_size=0),
            "a.group_size",
            ClosingRefusal.GROUP_EMPTY,
        ),
    ],
)
def test_what_an_advice_lacks_is_said_beside_its_field(advice: AdviceFacts, field: str, code: ClosingRefusal) -> None:
    problems = closing_problems(CALL, [advice], "ADV")
    assert [(problem.field, problem.code) for problem in problems] == [(field, code)]


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (ContactFacts(START, START - timedelta(minutes=1)), ClosingRefusal.END_BEFORE_START),
        (ContactFacts(START, None, children_home=1, child_witnesses=2), ClosingRefusal.WITNESSES_EXCEED_CHILDREN),
        (ContactFacts(START, None, has_promise=True), ClosingRefusal.PROMISE_WITHOUT_TIME),
    ],
)
def test_what_contradicts_itself_is_not_closed(contact: ContactFacts, code: ClosingRefusal) -> None:
    assert [problem.code for problem in closing_problems(contact, [VICTIM], "ADV")] == [code]


def test_advice_given_needs_an_advice() -> None:
    assert [problem.code for problem in closing_problems(CALL, [AdviceFacts("a", "ewa")], "ADV")] == [
        ClosingRefusal.NOTHING_TO_CLOSE
    ]
    assert closing_problems(CALL, [AdviceFacts("a", "ewa")], "CBK") == []


def test_several_kinds_of_help_by_one_consultant_are_one_advice() -> None:
    second = AdviceFacts("b", "ewa", role="VIC", kinds=("SOC",))
    assert [problem.code for problem in closing_problems(CALL, [VICTIM, second], "ADV")] == [ClosingRefusal.ROLE_TWICE]


def test_two_consultants_or_two_roles_are_two_advices() -> None:
    nurse = AdviceFacts("b", "ewa", role="PRO", kinds=("SUP",), professional_group="PIE")
    lawyer = AdviceFacts("c", "mariusz", role="VIC", kinds=("LEG",))
    assert closing_problems(CALL, [VICTIM, nurse, lawyer], "ADV") == []


def test_an_unknown_outcome_is_refused() -> None:
    assert [problem.code for problem in closing_problems(CALL, [VICTIM], "QQQ")] == [ClosingRefusal.NOT_AN_OUTCOME]


def _at_the_desk(profession: Profession, *roles: Role) -> Actor:
    return Actor(uuid4(), "somebody", "blue-line", frozenset(roles or {Role.CONSULTANT}), profession)


@pytest.mark.parametrize(
    ("reader", "author", "may"),
    [
        (Profession.PSYCHOLOGIST, Profession.PSYCHOLOGIST, True),
        (Profession.ADVOCATE, Profession.LEGAL_COUNSEL, True),
        (Profession.LEGAL_COUNSEL, Profession.ADVOCATE, True),
        (Profession.ADVOCATE, Profession.PSYCHOLOGIST, False),
        (Profession.PSYCHOLOGIST, Profession.ADVOCATE, False),
        (Profession.SUPERVISOR, Profession.PSYCHOLOGIST, False),
        (Profession.BORDER_GUARD_OFFICER, Profession.ADVOCATE, False),
    ],
)
def test_a_note_is_read_within_its_profession(reader: Profession, author: Profession, may: bool) -> None:
    assert notes.may_read_note(_at_the_desk(reader), author_id=uuid4(), author_profession=author) is may


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.DUTY_OFFICER, Role.PROGRAMME_OFFICER]
)
@pytest.mark.parametrize("profession", Profession)
def test_who_does_not_work_with_contacts_reads_no_note(role: Role, profession: Profession) -> None:
    reader = _at_the_desk(profession, role)
    assert not notes.may_read_note(reader, author_id=uuid4(), author_profession=profession)


@given(st.integers(1, 999_999_999))
def test_a_number_can_be_typed_without_its_zeros(running: int) -> None:
    number = contact_number("KPNL", START, running)
    assert as_number(number) == number
    assert as_number(f" kpnl/2023/{running} ") == number


def test_the_year_of_a_number_is_the_offices_year() -> None:
    assert contact_number("KPNL", datetime(2023, 12, 31, 23, 30, tzinfo=UTC), 1) == "KPNL/2024/000001"


@pytest.mark.parametrize("text", ["", "Lipno", "KPNL/23/1", "KPNL/2023/", "2023/1"])
def test_words_are_not_numbers(text: str) -> None:
    assert as_number(text) is None


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        (handover.ContactState(True, True, "yes", (), None), ["urgent", "open"]),
        (handover.ContactState(True, True, "no", ("SUI",), None), ["urgent", "open"]),
        (handover.ContactState(False, True, "yes", ("SUI",), None), []),
        (handover.ContactState(True, False, None, (), None), ["unread", "open"]),
        (handover.ContactState(False, True, "no", ("CHI",), START), ["promised"]),
    ],
)
def test_the_next_shift_is_told_why(contact: handover.ContactState, why: list[str]) -> None:
    assert handover.reasons(contact) == why
    assert handover.tally([contact, contact]) == {left.value: 2 * (left in why) for left in handover.Left}


def test_every_field_of_an_advice_has_a_rule() -> None:
    assert {"role", "forms", "relation", "kinds", "note"} <= set(ADVICE_FIELDS)
