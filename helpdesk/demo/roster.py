"""An invented roster for three months around today: planned by the same rules and through the same doors as a real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts import queries as accounts
from helpdesk.accounts.models import Account
from helpdesk.demo.office import BLUE_LINE, HELP_POINT
from helpdesk.kernel.clock import day_bounds, day_of
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.kernel.permissions import Profession as P
from helpdesk.premises import queries as premises
from helpdesk.roster import queries, service
from helpdesk.roster.models import Closure, ConfirmedYear, Engaged, Pattern, Post, Qualification, RosterSettings
from helpdesk.roster.rules.days import Rhythm
from helpdesk.roster.rules.patterns import TurnUnit
from helpdesk.roster.rules.rest import Engagement
from helpdesk.roster.service import hands

BEFORE, AHEAD, DRAFTED = timedelta(days=35), timedelta(days=42), timedelta(days=14)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
LAWYERS = (P.ADVOCATE, P.LEGAL_COUNSEL)
COUNSELLORS = (P.PSYCHOLOGIST, P.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Need:
    """A post and the pattern that drafts for it; `turn` shifts who begins, so that nobody is on two posts of one day."""

    name: str
    hours: tuple[int, int]
    people: tuple[str, ...]
    professions: tuple[P, ...]
    weekdays: tuple[int, ...] = EVERY_DAY
    turn: int = 0
    languages: tuple[str, ...] = ("pl",)
    nth: int | None = None
    room: str | None = None
    slot: int | None = None
    rung: bool = True
    public: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)


_BLUE = ("ewa", "marta", "oksana", "piotr", "lena", "jolanta")
_POINT = ("iryna", "adam", "zofia", "natalia")

# Six people in three turns of a day: between any two duties of one person lie more than eleven hours, and 35 in every week.
NEEDS: Mapping[str, Sequence[Need]] = {
    BLUE_LINE: (
        Need("Telefon dzienny", (8, 17), _BLUE, COUNSELLORS, turn=0),
        Need("Telefon wieczorny: psycholog", (17, 21), _BLUE, COUNSELLORS, turn=2),
        Need("Telefon wieczorny: prawnik", (17, 21), ("mariusz", "hanna", "jan", "pawel"), LAWYERS),
        Need("Telefon nocny", (21, 8), _BLUE, COUNSELLORS, turn=4, public=False),
        Need("Prawnik po ukraińsku", (12, 15), ("jan",), LAWYERS, weekdays=(2,), languages=("pl", "uk")),
        *(
            Need(
                f"Dyżur wyjazdowy: {town}", (10, 14), ("karolina",), COUNSELLORS,
                weekdays=(weekday,), nth=nth, room=f"Ratusz, {town}", slot=45, rung=False,
            )
            for town, weekday, nth in (
                ("Bydgoszcz", 3, -1), ("Włocławek", 0, 1), ("Grudziądz", 1, 2),
                ("Inowrocław", 3, 2), ("Brodnica", 2, 3), ("Chełmno", 4, 3),
            )
        ),
    ),
    HELP_POINT: (
        Need("Infolinia", (8, 16), _POINT, (*LAWYERS, P.PSYCHOLOGIST)),
        Need("Infolinia nocna", (16, 8), _POINT, (*LAWYERS, P.PSYCHOLOGIST), turn=2, public=False),
        Need("Prawnik: wizyty", (12, 15), ("pawel",), LAWYERS, weekdays=(1, 3), room="Punkt Pomocy", slot=30, rung=False),
        Need(
            "Straż Graniczna", (10, 12), ("krzysztof", "tomasz"), (P.BORDER_GUARD_OFFICER,),
            weekdays=(1, 3), room="Punkt Pomocy", slot=30, rung=False, public=False,
        ),
    ),
}  # fmt: skip

CONTRACTORS = frozenset({"mariusz", "jan", "pawel", *_POINT})
OFFICERS = frozenset({"krzysztof", "tomasz"})
VOLUNTEERS = frozenset({"lena"})


def add_roster(session: Session, desk_id: str, now: datetime) -> None:
    """Posts, patterns, people and duties of the acting desk: published until six weeks from now, drafted for two weeks more."""
    people = {each.login.split("@")[0]: each for each in accounts.members(session, desk_id)}
    first = day_of(now) - BEFORE
    _add_people(session, people, first)
    _add_habits(session, first, now)
    patterns = [_add_need(session, need, people, first) for need in NEEDS[desk_id]]
    session.flush()
    published, drafted = day_of(now) + AHEAD, day_of(now) + AHEAD + DRAFTED
    # A plan is made before it begins, and what has begun is never touched.
    planned_at = day_bounds(first)[0] - timedelta(days=7)
    for pattern in patterns:
        service.draft_pattern(session, pattern, first, published, actor=SYSTEM, now=planned_at)
    session.flush()
    service.publish(session, first, published, actor=SYSTEM, now=planned_at)
    for pattern in patterns:
        service.draft_pattern(session, pattern, published + timedelta(days=1), drafted, actor=SYSTEM, now=now)
    session.flush()
    if desk_id == BLUE_LINE:
        _leave_a_gap(session, patterns[2].post_id, now)
        _offer_a_duty(session, people["mariusz"], now)


def _add_people(session: Session, people: Mapping[str, Account], first: date) -> None:
    for name, account in people.items():
        if name in {"anna", "iwona"}:  # they are never on duty
            continue
        session.add(Engaged(account_id=account.id, kind=_engagement(name), first_day=first))
    supervisor = people.get("jolanta")
    if supervisor is not None:
        session.add(Qualification(account_id=supervisor.id, name="certyfikat superwizora", last_day=None))


def _engagement(name: str) -> Engagement:
    if name in OFFICERS:
        return Engagement.OFFICER
    if name in VOLUNTEERS:
        return Engagement.VOLUNTEER
    return Engagement.CONTRACTOR if name in CONTRACTORS else Engagement.EMPLOYEE


def _add_habits(session: Session, first: date, now: datetime) -> None:
    session.add(RosterSettings(approval=True, settlement_months=1))
    session.add(ConfirmedYear(year=first.year, confirmed_at=now))
    session.add(Closure(name="Przegląd instalacji w budynku", first_day=first, last_day=first))


def _add_need(session: Session, need: Need, people: Mapping[str, Account], first: date) -> Pattern:
    days = {
        "rhythm": Rhythm.WEEKLY if need.nth is None else Rhythm.MONTHLY_WEEKDAY,
        "weekdays": list(need.weekdays),
        "nth": need.nth,
        "anchor": first,
        "first": first,
    }
    hours = {"starts": time(need.hours[0]), "ends": time(need.hours[1])}
    room = _room(session, need.room)
    post = Post(
        name=need.name,
        professions=[each.value for each in need.professions],
        languages=list(need.languages),
        slot_minutes=need.slot,
        rung=need.rung,
        public=need.public,
        place_id=room[0],
        room_id=room[1],
        **hours,
        **days,
    )
    session.add(post)
    session.flush()  # the pattern refers to it
    turns = [*need.people[need.turn :], *need.people[: need.turn]]
    pattern = Pattern(
        post_id=post.id,
        name=need.name,
        groups=[[str(people[name].id)] for name in turns],
        turn_unit=TurnUnit.DAY if need.weekdays == EVERY_DAY else TurnUnit.OCCURRENCE,
        turns_from=first,
        **hours,
        **days,
    )
    session.add(pattern)
    return pattern


def _room(session: Session, name: str | None) -> tuple[UUID | None, UUID | None]:
    """The first room of the place whose name holds these words."""
    if name is None:
        return None, None
    place = next(each for each in premises.places(session) if name in each.name)
    return place.id, place.rooms[0].id


def _leave_a_gap(session: Session, post_id: UUID, now: datetime) -> None:
    """One evening in nine days nobody could be found."""
    day = day_of(now) + timedelta(days=9)
    for duty in queries.duties_between(session, day, day):
        if duty.post_id == post_id:
            service.cancel_duty(session, duty, why="", actor=SYSTEM, now=now)


def _offer_a_duty(session: Session, person: Account, now: datetime) -> None:
    """Somebody would give away his next duty but one, and the others are asked."""
    actor = person.actor_at(BLUE_LINE)
    coming = [each for each in queries.next_duties(session, person.id, now) if each.starts_at > now]
    if actor is not None and len(coming) > 1:
        hands.offer(session, coming[1], actor=actor, now=now)
