"""Stories of contacts and advices on a real database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.activities.queries import agreement_of
from helpdesk.activities.rules import Standing
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.consultations import counts, queries
from helpdesk.consultations.models import AdviceTally, Contact
from helpdesk.consultations.queries import ContactFilter, Place
from helpdesk.consultations.rules.closing import ClosingRefusal
from helpdesk.consultations.service import advices, closing, contacts, handover, referrals, sheet
from helpdesk.consultations.service.closing import NotComplete
from helpdesk.db.wall import across, acting_at
from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession, Role
from tests.activities.register import add as add_agreement
from tests.factories import BLUE_LINE, HELP_POINT, actor_of, make_account, make_contact, make_desk, own_advice
from tests.indicators.office import make_office

VICTIMS = ("VIC", "CHV", "REL")
YEAR = Period.of_year(2023)


def count(session: Session, *roles: str, desk_id: str = BLUE_LINE, period: Period = YEAR) -> int:
    session.flush()
    return counts.advices(session, desk_id=desk_id, roles=roles, period=period)


def fill(session: Session, contact: Contact, by: object, now: datetime, **values: object) -> None:
    """Type into the sheet as this consultant: names without a dot are the contact's, `advice__x` the own advice's."""
    own = own_advice(contact, by)  # type: ignore[arg-type]
    typed = {
        f"{own.id}.{name.removeprefix('advice__')}" if name.startswith("advice__") else name: value
        for name, value in values.items()
    }
    actor = actor_of(by, contact.desk_id)  # type: ignore[arg-type]
    saved = sheet.save(session, contact.id, typed, known_version=contact.version, actor=actor, now=now)
    assert saved.is_whole, saved


def test_first_call_two_specialists_child_witness(session: Session, now: datetime) -> None:
    """S1: one call, a psychologist and a lawyer, two advices; neither reads the other's note; no phone number is kept.

    That the sheet shows the agreement of Lubicz, and that nothing depends on it, is told in test_agreement.py.
    """
    make_office(session)
    add_agreement(session, "0415042")
    desk = make_desk(session)
    ewa = make_account(session)
    mariusz = make_account(session, profession=Profession.ADVOCATE, name="Mariusz Dudek")
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(
            session, contact, ewa, now,
            advice__role="VIC", advice__forms=["PHY", "PSY", "ECO"], advice__relation="SPO", advice__kinds=["PSY", "INF"],
            advice__note="lęk", danger="no", safety_flags=["MON", "CHI"], safe_ways=["SEM"], sex="K", age="A44",
            children_home="1", child_witnesses="1", gmina="0415042", nk_state="INF",
        )  # fmt: skip
        advices.take(session, contact, actor=actor_of(mariusz), now=now)
        session.flush()
        fill(session, contact, mariusz, now, advice__role="VIC", advice__kinds=["LEG"], advice__note="nakaz, alimenty")
        for kind in ("OPS", "POL"):
            referrals.refer(session, contact, kind=kind, institution=None, actor=actor_of(ewa), now=now)
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
        session.flush()

        seen_by_ewa = sheet.readable(contact, sheet.values_of(contact), actor_of(ewa))
        seen_by_mariusz = sheet.readable(contact, sheet.values_of(contact), actor_of(mariusz))
        assert queries.count_contacts(session) == 1
        assert agreement_of(session, contact.gmina or "", contact.served_on) == Standing(date(2021, 1, 1))

    assert count(session, *VICTIMS) == 2
    assert count(session, "PRO") == 0
    persons = counts.persons_affected(session, desk_id=BLUE_LINE, roles=VICTIMS, period=YEAR)
    assert (persons.women, persons.men, persons.children) == (1, 0, 1)
    assert f"{own_advice(contact, ewa).id}.note" in seen_by_ewa
    assert f"{own_advice(contact, mariusz).id}.note" not in seen_by_ewa
    assert f"{own_advice(contact, ewa).id}.note" not in seen_by_mariusz
    assert {(each.kind, each.state) for each in contact.referrals} == {("OPS", "INFO"), ("POL", "INFO")}
    assert contact.caller_key is None


def test_professionals_consult(session: Session) -> None:
    """S2: a social worker by phone, a question by mail, a team of six by video: three advices, not eight."""
    desk = make_desk(session)
    ewa = make_account(session)
    jolanta = make_account(session, profession=Profession.SUPERVISOR, name="Jolanta Bąk")
    stories = (
        (datetime(2023, 10, 9, 15, tzinfo=UTC), "PHO", ewa, {"advice__professional_group": "SOC"}),
        (datetime(2023, 10, 11, 8, tzinfo=UTC), "EML", jolanta, {"advice__professional_group": "SOC"}),
        (
            datetime(2023, 10, 16, 8, tzinfo=UTC),
            "VID",
            jolanta,
            {"advice__professional_group": "ZI", "advice__group_size": "6"},
        ),
    )
    for at, channel, by, group in stories:
        contact = make_contact(session, desk, at, channel=channel, by=by)
        with acting_at(session, BLUE_LINE):
            fill(session, contact, by, at, advice__role="PRO", advice__kinds=["SUP"], **group)
            closing.close(session, contact, "ADV", actor=actor_of(by), now=at)
    assert count(session, "PRO") == 3
    assert count(session, *VICTIMS) == 0
    records = counts.advice_records(session, desk_id=BLUE_LINE, roles=("PRO",), period=YEAR)
    assert [(each.professional_group, each.group_size) for each in records] == [("ZI", 6), ("SOC", None), ("SOC", None)]


def test_a_nurse_asks_about_a_patient_and_then_about_herself(session: Session, now: datetime) -> None:
    """CR-5: two capacities in one call are two advices by one consultant."""
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(
            session,
            contact,
            ewa,
            now,
            advice__role="PRO",
            advice__professional_group="PIE",
            advice__kinds=["SUP", "INF"],
        )
        second = advices.add_role(session, contact, actor=actor_of(ewa), now=now)
        session.flush()
        typed = {f"{second.id}.role": "VIC", f"{second.id}.kinds": ["PSY"]}
        assert sheet.save(
            session, contact.id, typed, known_version=contact.version, actor=actor_of(ewa), now=now
        ).is_whole
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
    assert (count(session, "PRO"), count(session, "VIC")) == (1, 1)


def test_asking_twice_for_the_same_role_is_told_and_not_stored(session: Session, now: datetime) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, now, advice__role="VIC", advice__kinds=["PSY"])
        second = advices.add_role(session, contact, actor=actor_of(ewa), now=now)
        session.flush()
        typed = {f"{second.id}.role": "VIC", f"{second.id}.note": "kept"}
        saved = sheet.save(session, contact.id, typed, known_version=contact.version, actor=actor_of(ewa), now=now)
    assert [refusal.code for refusal in saved.refused] == [ClosingRefusal.ROLE_TWICE]
    assert (second.role, second.note) == (None, "kept")


@pytest.mark.parametrize("outcome", ["SIL", "WRN", "JOK", "DRP"])
def test_a_call_closed_with_one_key_is_a_contact_without_advice(session: Session, now: datetime, outcome: str) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        closing.close(session, contact, outcome, actor=actor_of(ewa), now=now)
        session.flush()
        assert contact.advices == []
        assert queries.count_contacts(session) == 1
    assert count(session, *VICTIMS, "PRO", "WIT") == 0


def test_the_date_of_service_decides_the_year(session: Session) -> None:
    """CR-6: a visit of New Year's Eve, typed in and closed in January, belongs to the old year."""
    desk, ewa = make_desk(session), make_account(session)
    typed_in = datetime(2024, 1, 2, 9, tzinfo=UTC)
    contact = make_contact(session, desk, typed_in, channel="VIS", by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, typed_in, started_at="2023-12-31T23:30", advice__role="VIC", advice__kinds=["PSY"])
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=typed_in)
    assert count(session, "VIC") == 1
    assert count(session, "VIC", period=Period.of_year(2024)) == 0


def test_the_tally_follows_every_change(session: Session, now: datetime) -> None:
    """A corrected role moves from one figure to the other, and nothing is counted at another desk (CR-7)."""
    desk, ewa = make_desk(session), make_account(session)
    karolina = make_account(session, roles=[Role.COORDINATOR])
    make_desk(session, HELP_POINT)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, now, advice__role="VIC", advice__kinds=["PSY"])
        assert count(session, "VIC") == 0  # not closed yet
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
        assert count(session, "VIC") == 1
        advice = own_advice(contact, ewa)
        closing.correct(
            session,
            contact,
            {f"{advice.id}.role": "REL"},
            known_version=contact.version,
            why="pomyłka",
            actor=actor_of(ewa),
            now=now,
        )
    assert (count(session, "VIC"), count(session, "REL")) == (0, 1)
    assert count(session, "VIC", "REL", desk_id=HELP_POINT) == 0
    tallied = {(row.role, row.number) for row in session.scalars(select(AdviceTally))}
    assert tallied == {("VIC", 0), ("REL", 1)}
    assert karolina.id


def test_two_windows_on_one_sheet(session: Session, now: datetime) -> None:
    """Two people type into the remarks: the second is told and keeps both texts; what they typed elsewhere is stored."""
    desk, ewa, marta = make_desk(session), make_account(session), make_account(session, name="Marta Wilk")
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        version = contact.version
        sheet.save(session, contact.id, {"remarks": "from Ewa"}, known_version=version, actor=actor_of(ewa), now=now)
        session.flush()
        late = {"remarks": "from Marta", "gmina": "0415042"}
        saved = sheet.save(session, contact.id, late, known_version=version, actor=actor_of(marta), now=now)
        assert saved.disputed == {"remarks": "from Ewa"}
        assert saved.by == "Ewa Zięba"
        assert (contact.remarks, contact.gmina) == ("from Ewa", "0415042")

        kept = sheet.save(
            session, contact.id, {"remarks": "from Marta"}, known_version=saved.version, actor=actor_of(marta), now=now
        )
        session.flush()
        assert kept.is_whole
        assert contact.remarks == "from Marta"
        [revision] = queries.revisions(session, contact.id)
        assert "from Ewa" in revision.snapshot


def test_a_colleagues_advice_cannot_be_written(session: Session, now: datetime) -> None:
    desk, ewa, marta = make_desk(session), make_account(session), make_account(session, name="Marta Wilk")
    contact = make_contact(session, desk, now, by=ewa)
    typed = {f"{own_advice(contact, ewa).id}.note": "not mine"}
    with acting_at(session, BLUE_LINE), pytest.raises(NotFound):
        sheet.save(session, contact.id, typed, known_version=1, actor=actor_of(marta), now=now)


def test_a_closed_contact_is_not_typed_into(session: Session, now: datetime) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        closing.close(session, contact, "SIL", actor=actor_of(ewa), now=now)
        session.flush()
        with pytest.raises(Refusal) as refused:
            sheet.save(session, contact.id, {"remarks": "x"}, known_version=1, actor=actor_of(ewa), now=now)
    assert refused.value.code is ClosingRefusal.ALREADY_CLOSED


def test_a_correction_keeps_what_stood_there_with_who_and_why(session: Session, now: datetime) -> None:
    desk, ewa, marta = make_desk(session), make_account(session), make_account(session, name="Marta Wilk")
    karolina = make_account(session, roles=[Role.COORDINATOR], name="Karolina Nowicka")
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, now, remarks="first text", advice__role="VIC", advice__kinds=["PSY"])
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
        session.flush()
        with pytest.raises(Forbidden):
            closing.correct(session, contact, {"sex": "K"}, known_version=9, why="x", actor=actor_of(marta), now=now)
        closing.correct(
            session,
            contact,
            {"remarks": "second"},
            known_version=9,
            why="nieścisłość",
            actor=actor_of(karolina),
            now=now,
        )
        session.flush()
        [revision] = queries.revisions(session, contact.id)
    assert (revision.by_id, revision.why) == (karolina.id, "nieścisłość")
    assert "first text" in revision.snapshot
    assert contact.remarks == "second"
    assert not contact.is_open


def test_a_correction_that_contradicts_itself_is_refused(session: Session, now: datetime) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, now, advice__role="VIC", advice__kinds=["PSY"])
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
        session.flush()
        with pytest.raises(NotComplete), session.begin_nested():
            closing.correct(
                session, contact, {"child_witnesses": "3"}, known_version=9, why="x", actor=actor_of(ewa), now=now
            )


def test_numbers_run_without_gaps_per_desk_and_year(session: Session, now: datetime) -> None:
    desk, other = make_desk(session), make_desk(session, HELP_POINT)
    numbers = [make_contact(session, desk, now).number for _ in range(3)]
    numbers.append(make_contact(session, other, now).number)
    numbers.append(make_contact(session, desk, now + timedelta(days=365)).number)
    assert numbers == [
        "BLUE-LINE/2023/000001", "BLUE-LINE/2023/000002", "BLUE-LINE/2023/000003", "HELP-POINT/2023/000001", "BLUE-LINE/2024/000001",
    ]  # fmt: skip


def test_the_list_is_narrowed_and_paged(session: Session, now: datetime) -> None:
    desk, ewa, marta = make_desk(session), make_account(session), make_account(session, name="Marta Wilk")
    lubicz = make_contact(session, desk, now, by=ewa)
    make_contact(session, desk, now + timedelta(hours=1), channel="EML", by=marta)
    make_contact(session, make_desk(session, HELP_POINT), now, by=make_account(session, HELP_POINT))
    with acting_at(session, BLUE_LINE):
        fill(session, lubicz, ewa, now, gmina="0415042", advice__kinds=["LEG"])
        session.flush()
        both = queries.contacts(session, ContactFilter())
        assert len(both) == 2
        assert both[0].channel == "EML"
        rest = queries.contacts(session, ContactFilter(), Place(both[0].started_at, both[0].id))
        assert [each.id for each in rest] == [lubicz.id]
        for wanted in (
            ContactFilter(gmina="0415042"),
            ContactFilter(consultant_id=ewa.id),
            ContactFilter(kind="LEG"),
            ContactFilter(kind="LEG", consultant_id=ewa.id),
            ContactFilter(channel="PHO"),
            ContactFilter(words="lubicz torunski"),
            ContactFilter(words=lubicz.number.lower()),
            ContactFilter(first=now.date(), last=now.date(), channel="PHO"),
        ):
            assert [each.id for each in queries.contacts(session, wanted)] == [lubicz.id], wanted
        for nothing in (
            ContactFilter(kind="LEG", consultant_id=marta.id),
            ContactFilter(words="100%"),
            ContactFilter(first=now.date() + timedelta(days=1)),
            ContactFilter(outcome="ADV"),
        ):
            assert queries.contacts(session, nothing) == [], nothing


def test_a_shift_is_handed_over_with_what_was_left(session: Session, now: datetime) -> None:
    desk, ewa, marta = make_desk(session), make_account(session), make_account(session, name="Marta Wilk")
    urgent = make_contact(session, desk, now, by=ewa)
    unread = make_contact(session, desk, now)
    done = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, urgent, ewa, now, danger="yes")
        closing.close(session, done, "SIL", actor=actor_of(ewa), now=now)
        session.flush()
        signed = handover.sign(session, remarks="dobranoc", actor=actor_of(marta), now=now)
        session.flush()
        last = queries.last_handover(session)
    assert signed.items == {
        "counts": {"urgent": 1, "promised": 0, "unread": 1, "open": 2},
        "numbers": [unread.number, urgent.number],
    }
    assert last is not None
    assert last.signed_by_id == marta.id


def test_a_promise_stands_in_the_hand_over_until_it_is_kept(session: Session, now: datetime) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        fill(session, contact, ewa, now, promise="oddzwonić", promise_due="2023-10-05T19:30")
        closing.close(session, contact, "CBK", actor=actor_of(ewa), now=now)
        session.flush()
        assert [each.id for each in queries.left_over(session, now)] == [contact.id]
        contacts.keep_promise(session, contact, actor=actor_of(ewa), now=now)
        session.flush()
        assert queries.left_over(session, now) == []


def test_a_repeated_caller_is_known_by_the_key_and_a_withheld_one_never(session: Session, now: datetime) -> None:
    desk = make_desk(session)
    with acting_at(session, BLUE_LINE):
        common = {"channel": "PHO", "actor": actor_of(make_account(session)), "now": now}
        found = [contacts.begin(session, desk, caller_key=key, **common) for key in (b"one", None, None)]  # type: ignore[arg-type]
        session.flush()
        later = {**common, "now": now + timedelta(hours=1)}
        found += [contacts.begin(session, desk, caller_key=key, **later) for key in (b"one", b"two", None)]  # type: ignore[arg-type]
    assert [each.first_contact for each in found] == ["FST", "UNK", "UNK", "RPT", "FST", "UNK"]


def test_everything_done_to_a_contact_leaves_a_trace_without_content(session: Session, now: datetime) -> None:
    desk, ewa = make_desk(session), make_account(session)
    contact = make_contact(session, desk, now, by=ewa)
    with acting_at(session, BLUE_LINE):
        contacts.open_contact(session, contact.id, actor=actor_of(ewa), now=now)
        fill(session, contact, ewa, now, remarks="tajemnica", advice__role="VIC", advice__kinds=["PSY"])
        closing.close(session, contact, "ADV", actor=actor_of(ewa), now=now)
    session.flush()
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    expected = [Tag.CONTACT_CREATED, Tag.ADVICE_ADDED, Tag.CONTACT_OPENED, Tag.CONTACT_SAVED, Tag.CONTACT_CLOSED]
    assert [event.tag for event in events] == expected
    assert {event.actor_name for event in events} == {"Ewa Zięba"}
    assert not any("tajemnica" in str(event.detail) for event in events)


def test_the_tally_equals_the_advices_it_counts(session: Session, now: datetime) -> None:
    """However the advices came about, the quick figure is the slow one."""
    desk, ewa = make_desk(session), make_account(session)
    for number, role in enumerate(["VIC", "VIC", "REL", "WIT", "PRO"]):
        at = now + timedelta(days=40 * number)
        contact = make_contact(session, desk, at, by=ewa)
        with acting_at(session, BLUE_LINE):
            group = {"advice__professional_group": "SOC"} if role == "PRO" else {}
            fill(session, contact, ewa, at, advice__role=role, advice__kinds=["PSY"], **group)
            closing.close(session, contact, "ADV", actor=actor_of(ewa), now=at)
    for roles in (VICTIMS, ("WIT",), ("PRO",), ("VIC",)):
        for period in (YEAR, Period.of_year(2024), Period.of_years(2023, 2024)):
            slow = len(counts.advice_records(session, desk_id=BLUE_LINE, roles=roles, period=period))
            assert count(session, *roles, period=period) == slow
    assert session.scalar(select(AdviceTally.number).limit(1), execution_options=across("counts")) is not None
