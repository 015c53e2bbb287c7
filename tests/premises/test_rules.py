"""What a place, a room and a use must be, and how far apart those who must not meet are kept."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.desks.rules import DeskKind
from helpdesk.kernel.errors import Refusal
from helpdesk.premises import rules
from helpdesk.premises.rules import (
    Guarded,
    Need,
    PlaceEntry,
    PlaceRefusal,
    Purpose,
    RoomEntry,
    Side,
    UseRefusal,
)

NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)
PLACE = PlaceEntry("Dom kultury", "ul. Pokazowa 1", "0463011")
ROOM = RoomEntry("Sala 1", 15)

margins = st.integers(rules.LEAST_MARGIN, rules.MOST_MARGIN).map(lambda number: timedelta(minutes=number))
sides = st.sampled_from([Side.HURT, Side.HURTING, None])


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Use:
    """From when until when, and which group comes."""

    starts_at: datetime
    ends_at: datetime
    side: Side | None

    def guarded(self, margin: timedelta) -> Guarded:
        return Guarded.around(self.starts_at, self.ends_at, margin, self.side)


@st.composite
def uses(draw: st.DrawFn, side: st.SearchStrategy[Side | None] = sides) -> Use:
    start = draw(st.integers(0, 600))
    return Use(at(start), at(start + draw(st.integers(1, 240))), draw(side))


def gap(first: Use, second: Use) -> timedelta:
    """The time between two uses; negative where they overlap."""
    return max(first.starts_at, second.starts_at) - min(first.ends_at, second.ends_at)


def too_near(first: Use, second: Use, margin: timedelta) -> bool:
    """The law, as the guidelines say it."""
    return {first.side, second.side} == {Side.HURT, Side.HURTING} and gap(first, second) < margin


@given(uses(), uses(), margins)
def test_two_uses_meet_exactly_if_they_bring_both_sides_and_less_than_the_margin_lies_in_between(
    first: Use, second: Use, margin: timedelta
) -> None:
    meets = first.guarded(margin).meets(second.guarded(margin))
    assert meets is second.guarded(margin).meets(first.guarded(margin))
    assert meets is too_near(first, second, margin)


@pytest.mark.parametrize(
    ("minutes_between", "margin", "meets"),
    [(29, 30, True), (30, 30, False), (44, 45, True), (45, 45, False), (0, 15, True), (-10, 15, True)],
)
def test_to_the_minute_the_margin_is_long_enough_or_not(minutes_between: int, margin: int, meets: bool) -> None:
    first = Use(at(0), at(60), Side.HURT)
    second = Use(at(60 + minutes_between), at(180 + minutes_between), Side.HURTING)
    width = timedelta(minutes=margin)
    assert first.guarded(width).meets(second.guarded(width)) is meets


@given(st.lists(uses(), max_size=12), margins)
def test_collisions_are_the_pairs_of_both_sides_nearer_than_the_margin_and_no_others(
    found: list[Use], margin: timedelta
) -> None:
    near = [pair for pair in combinations(found, 2) if too_near(*pair, margin)]
    assert rules.collisions(use.guarded(margin) for use in found) == len(near)


@given(uses(), uses(), margins, margins, st.integers(-60, 900))
def test_another_margin_holds_for_all_that_begins_later_and_never_rewrites_who_met_whom_before(
    first: Use, second: Use, old: timedelta, new: timedelta, minutes: int
) -> None:
    now = at(minutes)
    held = first.guarded(old), second.guarded(old)
    meets = held[0].anew(new, now).meets(held[1].anew(new, now))
    if min(first.ends_at, second.ends_at) > now:
        earlier, later = sorted([first, second], key=lambda use: use.starts_at)
        if later.starts_at > now:
            assert meets is too_near(earlier, later, new)
    if max(first.starts_at, second.starts_at) <= now and not held[0].meets(held[1]):
        assert not meets


@given(uses(), margins)
def test_the_same_margin_changes_nothing(use: Use, margin: timedelta) -> None:
    held = use.guarded(margin)
    assert held.anew(margin, at(300)) == held
    assert held.ending(use.ends_at, margin) == held


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, PlaceRefusal.NAME, "name"),
        ({"gmina": "0463"}, PlaceRefusal.GMINA, "gmina"),  # a county
        ({"gmina": "04"}, PlaceRefusal.GMINA, "gmina"),
        ({"gmina": "9999999"}, PlaceRefusal.GMINA, "gmina"),
        ({"gmina": ""}, PlaceRefusal.GMINA, "gmina"),
        ({"margin_minutes": 0}, PlaceRefusal.MARGIN, "margin_minutes"),
        ({"margin_minutes": 14}, PlaceRefusal.MARGIN, "margin_minutes"),
        ({"margin_minutes": 481}, PlaceRefusal.MARGIN, "margin_minutes"),
        ({"margin_minutes": -30}, PlaceRefusal.MARGIN, "margin_minutes"),
    ],
)
def test_what_is_no_place_is_refused(change: dict[str, object], code: PlaceRefusal, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        rules.check_place(replace(PLACE, **change))  # type: ignore[arg-type]  # the table mixes kinds
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("change", [{}, {"gmina": None}, {"margin_minutes": 15}, {"margin_minutes": 480}])
def test_what_is_a_place_is_not_refused(change: dict[str, object]) -> None:
    rules.check_place(replace(PLACE, **change))  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (RoomEntry("", 5), PlaceRefusal.NAME),
        (RoomEntry("Sala", 0), PlaceRefusal.CAPACITY),
        (RoomEntry("Sala", -1), PlaceRefusal.CAPACITY),
        (RoomEntry("Sala", 1001), PlaceRefusal.CAPACITY),
    ],
)
def test_what_is_no_room_is_refused(entry: RoomEntry, code: PlaceRefusal) -> None:
    rules.check_room(ROOM)
    with pytest.raises(Refusal) as caught:
        rules.check_room(entry)
    assert caught.value.code is code


@pytest.mark.parametrize(("people", "code"), [(1, None), (15, None), (16, UseRefusal.CAPACITY), (0, UseRefusal.PEOPLE)])
def test_a_room_holds_as_many_as_it_has_chairs(people: int, code: UseRefusal | None) -> None:
    if code is None:
        rules.check_room_for(people, 15)
        return
    with pytest.raises(Refusal) as caught:
        rules.check_room_for(people, 15)
    assert (caught.value.code, caught.value.field) == (code, "people")


@pytest.mark.parametrize("kind", DeskKind)
def test_no_desk_brings_both_sides(kind: DeskKind) -> None:
    brought = {rules.side_of(purpose) for purpose in rules.PURPOSES[kind]}
    assert not {Side.HURT, Side.HURTING} <= brought


@pytest.mark.parametrize(
    ("kind", "purpose", "may"),
    [
        (DeskKind.HELPLINE, Purpose.SUPPORT, True),
        (DeskKind.HELPLINE, Purpose.CORRECTIVE, False),
        (DeskKind.HELP_POINT, Purpose.CORRECTIVE, False),
        (DeskKind.CORRECTIVE, Purpose.CORRECTIVE, True),
        (DeskKind.CORRECTIVE, Purpose.SUPPORT, False),
        (DeskKind.PROGRAMME_OFFICE, Purpose.SUPPORT, False),
        (DeskKind.PROGRAMME_OFFICE, Purpose.OFFICE, True),
    ],
)
def test_a_use_is_never_entered_for_the_wrong_side(kind: DeskKind, purpose: Purpose, may: bool) -> None:
    if may:
        rules.check_purpose(kind, purpose)
        return
    with pytest.raises(Refusal) as caught:
        rules.check_purpose(kind, purpose)
    assert caught.value.code is UseRefusal.PURPOSE


RUNNING, LATER, PAST = (at(-60), at(60)), (at(60), at(120)), (at(-120), at(0))


@pytest.mark.parametrize(
    ("held", "wanted", "same_room", "code"),
    [
        (LATER, (at(600), at(660)), False, None),
        (LATER, (at(-10), at(60)), True, None),  # somebody came earlier than planned
        (LATER, (at(60), at(60)), True, UseRefusal.NO_LENGTH),
        (LATER, (at(60), at(30)), True, UseRefusal.NO_LENGTH),
        (LATER, (at(-60), at(0)), True, UseRefusal.OVER),
        (RUNNING, (at(-60), at(90)), True, None),
        (RUNNING, (at(-60), at(1)), True, None),
        (RUNNING, (at(-60), at(-1)), True, UseRefusal.OVER),
        (RUNNING, (at(-60), at(60)), False, UseRefusal.BEGUN),
        (RUNNING, (at(30), at(60)), True, UseRefusal.BEGUN),
        (PAST, (at(600), at(660)), True, UseRefusal.OVER),
    ],
)
def test_what_has_begun_keeps_its_room_and_start_and_what_is_over_stays(
    held: tuple[datetime, datetime], wanted: tuple[datetime, datetime], same_room: bool, code: UseRefusal | None
) -> None:
    guard = Guarded.around(*held, timedelta(minutes=30), Side.HURT)
    if code is None:
        rules.check_change(guard, *wanted, NOW, same_room=same_room)
        return
    with pytest.raises(Refusal) as caught:
        rules.check_change(guard, *wanted, NOW, same_room=same_room)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("capacities", "storage", "lacking"),
    [
        ([15, 3], True, []),
        ([15], True, [Need.SINGLE_ROOM]),
        ([14, 14], True, [Need.GROUP_ROOM]),
        ([40, 40], False, [Need.STORAGE]),
        ([], False, [Need.GROUP_ROOM, Need.SINGLE_ROOM, Need.STORAGE]),
    ],
)
def test_a_place_says_what_a_corrective_programme_would_lack_there(
    capacities: list[int], storage: bool, lacking: list[Need]
) -> None:
    assert rules.lacking(capacities, storage=storage) == lacking
