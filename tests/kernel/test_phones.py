import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.phones import (
    SHORT_NUMBERS,
    Caller,
    CallerKind,
    PhoneRefusal,
    caller,
    display,
    institution_number,
)

numbers = st.integers(min_value=520_000_000, max_value=520_000_099).map(lambda digits: f"+48{digits}")
scribbles = st.text(alphabet=st.sampled_from("+0123456789 ()-./;:@*#,xextsip anonymous٠١२"), max_size=40)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+48520000012", "+48520000012"),
        ("520000012", "+48520000012"),
        ("0048 52 000 00 12", "+48520000012"),
        ("48520000012", "+48520000012"),
        (" +48 520-000-012 ", "+48520000012"),
        ("+380441234567", "+380441234567"),
        ("+15005550006", "+15005550006"),
        ("sip:+48520000012@provider.example.org", "+48520000012"),
        ("sip:+48520000012;user=phone@provider.example.org", "+48520000012"),
        ("tel:+48-52-000-00-12", "+48520000012"),
    ],
)
def test_a_caller_with_a_number_is_known_by_it(raw: str, e164: str) -> None:
    assert caller(raw) == Caller(CallerKind.KNOWN, e164)


@pytest.mark.parametrize(
    "raw",
    [
        "", " ", "anonymous", "Anonymous", "ANONYMOUS", "unknown", "restricted", "private", "unavailable", "withheld",
        "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+7748283",
        "sip:anonymous@anonymous.invalid", "sips:unknown@198.51.100.7", "sip:@198.51.100.7",
    ],
)  # fmt: skip
def test_a_caller_who_hides_the_number_is_withheld(raw: str) -> None:
    assert caller(raw) == Caller(CallerKind.WITHHELD)


@pytest.mark.parametrize(
    "raw",
    [
        "112", "12345", "+", "+48", "+4852", "+999123456789", "000", "client:anna", "sip:anna@198.51.100.7",
        "anonymous520000012", "520000012 ext. 5x", "\x00", "☎", "+48" + "5" * 300, "1-800-FLOWERS",
    ],
)  # fmt: skip
def test_what_is_no_number_is_malformed_and_not_an_error(raw: str) -> None:
    assert caller(raw) == Caller(CallerKind.MALFORMED)


@given(st.text() | scribbles)
def test_no_text_from_the_provider_breaks_a_call(raw: str) -> None:
    found = caller(raw)
    assert (found.kind is CallerKind.KNOWN) == (found.e164 is not None)
    assert found.e164 is None or re.fullmatch(r"\+[1-9][0-9]{3,16}", found.e164)


@given(numbers)
def test_a_known_number_is_known_again_from_its_own_form(e164: str) -> None:
    assert caller(e164).e164 == e164


def test_a_known_caller_without_a_number_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="exactly when"):
        Caller(CallerKind.KNOWN)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("52 000 00 12", "+48520000012"),
        ("+48 56 000 01 12", "+48560000112"),
        ("800 120 002", "+48800120002"),
        ("222 309 900", "+48222309900"),
        ("22 628 01 20", "+48226280120"),
        ("112", "112"),
        ("116 111", "116111"),
        ("116-123", "116123"),
        ("+48 116 111", "116111"),
        ("+380 44 123 45 67", "+380441234567"),
    ],
)
def test_the_directory_takes_numbers_that_can_be_dialled(raw: str, stored: str) -> None:
    assert institution_number(raw) == stored


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", PhoneRefusal.EMPTY),
        ("  ", PhoneRefusal.EMPTY),
        ("sekretariat", PhoneRefusal.NOT_A_NUMBER),
        ("52 000 00 12 wew. 3", PhoneRefusal.NOT_A_NUMBER),
        ("52 000 00 12 #3", PhoneRefusal.NOT_A_NUMBER),
        ("+", PhoneRefusal.NOT_A_NUMBER),
        ("113", PhoneRefusal.SHORT_NOT_LISTED),
        ("116 112", PhoneRefusal.SHORT_NOT_LISTED),
        ("52 000 00 123", PhoneRefusal.NOT_IN_USE),
        ("+48 10 000 00 00", PhoneRefusal.NOT_IN_USE),
        ("700 123 456", PhoneRefusal.PREMIUM_RATE),
    ],
)
def test_the_directory_refuses_numbers_that_help_nobody(raw: str, code: PhoneRefusal) -> None:
    with pytest.raises(Refusal) as refusal:
        institution_number(raw)
    assert refusal.value.code is code


def _answer(raw: str) -> str:
    try:
        return institution_number(raw)
    except Refusal as refusal:
        return refusal.code


@given(st.text() | scribbles)
def test_the_directory_answers_every_text_with_a_number_or_a_refusal(raw: str) -> None:
    answer = _answer(raw)
    assert isinstance(answer, PhoneRefusal) or _answer(answer) == answer


@pytest.mark.parametrize(
    ("stored", "here", "abroad"),
    [
        ("+48520000012", "52 000 00 12", "+48 52 000 00 12"),
        ("+48800120002", "800 120 002", "+48 800 120 002"),
        ("+48501234567", "501 234 567", "+48 501 234 567"),
        ("+380441234567", "+380 44 123 4567", "+380 44 123 4567"),
        ("112", "112", "112"),
        ("116111", "116 111", "116 111"),
        ("not a number", "not a number", "not a number"),
        ("+", "+", "+"),
    ],
)
def test_a_number_is_shown_in_groups(stored: str, here: str, abroad: str) -> None:
    assert display(stored) == here
    assert display(stored, international=True) == abroad


@given(numbers | st.sampled_from(sorted(SHORT_NUMBERS)))
def test_a_shown_number_is_read_back_as_itself(stored: str) -> None:
    assert institution_number(display(stored)) == stored
    assert institution_number(display(stored, international=True)) == stored
