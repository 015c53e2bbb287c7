from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts import rules
from helpdesk.accounts.rules import AccountRefusal, Place, Step
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession, Role

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
ANNA, EWA = UUID(int=1), UUID(int=2)
moments = st.datetimes(min_value=datetime(2023, 1, 1), max_value=datetime(2024, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the zone is the strategy's other argument


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, None),
        (4, None),
        (5, timedelta(seconds=30)),
        (6, timedelta(minutes=1)),
        (7, timedelta(minutes=2)),
        (9, timedelta(minutes=8)),
        (10, timedelta(minutes=15)),
        (500, timedelta(minutes=15)),
    ],
)
def test_the_wait_after_the_fifth_failure_doubles_up_to_a_quarter_of_an_hour(
    failures: int, wait: timedelta | None
) -> None:
    assert rules.wait_until([NOW] * failures, NOW) == (NOW + wait if wait else None)


def test_failures_of_yesterday_are_forgotten() -> None:
    assert rules.wait_until([NOW - rules.FAILURE_MEMORY] * 50, NOW) is None


@given(st.lists(moments, max_size=40), moments)
def test_nobody_ever_waits_longer_than_a_quarter_of_an_hour_after_the_last_failure(
    failures: list[datetime], now: datetime
) -> None:
    until = rules.wait_until([at for at in failures if at <= now], now)
    assert until is None or now < until <= max(failures) + rules.LONGEST_WAIT


@given(st.lists(moments, max_size=20), moments, moments)
def test_another_failure_never_makes_the_wait_shorter(failures: list[datetime], more: datetime, now: datetime) -> None:
    past = [at for at in [*failures, more] if at <= now]
    shorter = rules.wait_until([at for at in failures if at <= now], now)
    longer = rules.wait_until(past, now)
    assert shorter is None or (longer is not None and longer >= shorter)


@pytest.mark.parametrize(
    ("has_factor", "factor_shown", "start_password", "demo", "step"),
    [
        (True, False, False, False, Step.SECOND_FACTOR),
        (True, False, True, False, Step.SECOND_FACTOR),
        (True, True, True, False, Step.NEW_PASSWORD),
        (True, True, False, False, Step.COME_IN),
        (False, False, True, False, Step.NEW_PASSWORD),
        (False, False, False, False, Step.SET_UP_FACTOR),
        (False, False, False, True, Step.COME_IN),
        (True, False, False, True, Step.COME_IN),
        (False, False, True, True, Step.NEW_PASSWORD),
    ],
)
def test_what_comes_after_the_password(
    *, has_factor: bool, factor_shown: bool, start_password: bool, demo: bool, step: Step
) -> None:
    assert (
        rules.next_step(has_factor=has_factor, factor_shown=factor_shown, start_password=start_password, demo=demo)
        is step
    )


@given(st.booleans(), st.booleans(), st.booleans())
def test_outside_a_demonstration_nobody_comes_in_without_having_shown_a_second_factor(
    has_factor: bool,
    shown: bool,
    start: bool,
) -> None:
    step = rules.next_step(has_factor=has_factor, factor_shown=shown, start_password=start, demo=False)
    assert step is not Step.COME_IN or (has_factor and shown)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("krótkie", AccountRefusal.PASSWORD_TOO_SHORT),
        ("a" * 201, AccountRefusal.PASSWORD_TOO_LONG),
        ("abababababab", AccountRefusal.PASSWORD_REPEATS),
        ("Anna-Kowalska-1", AccountRefusal.PASSWORD_OF_NAME),
        ("kowalska anna 2", AccountRefusal.PASSWORD_OF_NAME),
        ("ANNA.KOWALSKA!!", AccountRefusal.PASSWORD_OF_NAME),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, code: AccountRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_password(password, login="anna.kowalska", name="Anna Kowalska")
    assert refused.value.code is code
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "zażółć gęślą jaźń", "!!??..,,;;::", "Anna je zielone jabłka", "Анна любить каву"],
)
def test_any_long_password_will_do_whatever_kinds_of_characters_it_has(password: str) -> None:
    rules.check_password(password, login="anna.kowalska", name="Anna Kowalska")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    assert rules.normal_password("za\u0301z\u0307o\u0301łc\u0301") == rules.normal_password("záżółć")


@pytest.mark.parametrize("login", ["anna.kowalska", "a", "anna_k-2", "anna@example.org"])
def test_a_login_may_be_a_name_or_an_address(login: str) -> None:
    assert rules.check_login(f" {login.upper()} ") == login


@pytest.mark.parametrize("login", ["", ".anna", "anna.", "anna kowalska", "żaneta", "a" * 61, "anna\n"[:-1] + "\u200b"])
def test_a_login_has_no_blanks_and_no_letters_that_look_alike(login: str) -> None:
    with pytest.raises(Refusal):
        rules.check_login(login)


@pytest.mark.parametrize("target", ["/desk/", "/desk/blue-line/contacts?status=open&page=2", "/desk/account/codes"])
def test_somebody_who_signs_in_goes_on_to_the_page_they_wanted(target: str) -> None:
    assert rules.safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "/",
        "/uk/",
        "desk/",
        "//evil.example/desk/",
        "https://evil.example/desk/",
        "javascript:alert(1)",
        "/desk//evil.example",
        "/desk/\\evil.example",
        "\\/desk/",
        "/desk/../../uk/",
        "/desk/%2e%2e/%2e%2e/uk/",
        "/desk/%5cevil",
        "/desk/a\nb",
        "/desk/a b",
        "/desk/%2F%2fevil.example",
        "/desk/login?next=/desk/",
        "/desk/logout",
        "/desk/unlock",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(target: str | None) -> None:
    assert rules.safe_next(target) is None


@given(st.text())
def test_whatever_is_kept_stays_below_the_desk(text: str) -> None:
    kept = rules.safe_next(text)
    assert kept is None or (kept == text and kept.startswith("/desk/") and "//" not in kept and "\\" not in kept)


@pytest.mark.parametrize(
    ("roles", "profession", "code"),
    [
        (set(), Profession.PSYCHOLOGIST, AccountRefusal.NO_ROLE),
        ({Role.CONSULTANT}, Profession.BORDER_GUARD_OFFICER, AccountRefusal.BORDER_GUARD_ROLES),
        ({Role.DUTY_OFFICER, Role.COORDINATOR}, Profession.BORDER_GUARD_OFFICER, AccountRefusal.BORDER_GUARD_ROLES),
    ],
)
def test_a_place_nobody_may_hold_is_refused(roles: set[Role], profession: Profession, code: AccountRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_place(Place(frozenset(roles), profession))
    assert refused.value.code is code


def test_a_border_guard_officer_may_be_on_duty() -> None:
    rules.check_place(Place(frozenset({Role.DUTY_OFFICER}), Profession.BORDER_GUARD_OFFICER))


def test_nobody_changes_the_own_place() -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_change(actor_id=ANNA, member_id=ANNA, administrators={ANNA, EWA}, stays=True)
    assert refused.value.code is AccountRefusal.OWN_MEMBERSHIP


def test_the_last_administrator_stays_one() -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_change(actor_id=None, member_id=ANNA, administrators={ANNA}, stays=False)
    assert refused.value.code is AccountRefusal.LAST_ADMINISTRATOR


@given(
    st.sets(st.sampled_from([UUID(int=number) for number in range(5)])),
    st.booleans(),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_no_change_leaves_a_desk_without_its_administrators(
    administrators: set[UUID],
    stays: bool,
    actor: int,
    member: int,
) -> None:
    try:
        rules.check_change(
            actor_id=UUID(int=actor), member_id=UUID(int=member), administrators=administrators, stays=stays
        )
    except Refusal:
        return
    after = administrators if stays else administrators - {UUID(int=member)}
    assert bool(after) or not administrators
