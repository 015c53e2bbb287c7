"""Rows of a desk are reached only while acting at that desk; forgetting it raises."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Advice, Contact
from helpdesk.db.base import Base
from helpdesk.db.wall import OfDesk, WallError, across, acting_at, get_here
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Profession
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_contact, make_desk

ASKED_IN_EVERY_WAY = (
    select(Contact.id),
    select(Contact),
    select(func.count()).select_from(Contact),
    select(func.count(Contact.id)),
    select(func.count()).select_from(select(Contact.id).subquery()),
    select(Advice.id).join(Advice.contact),
    select(Advice.id).where(Advice.contact.has(Contact.channel == "PHO")),
    update(Contact).values(sex="K"),
    delete(Advice),
)


@pytest.fixture
def two_desks(session: Session, now: datetime) -> Session:
    """Each desk has one contact with one advice."""
    for desk_id in (BLUE_LINE, HELP_POINT):
        desk = make_desk(session, desk_id)
        make_contact(session, desk, now, by=make_account(session, desk_id))
    session.expunge_all()
    return session


@pytest.mark.parametrize("statement", ASKED_IN_EVERY_WAY, ids=str)
def test_a_forgotten_wall_raises(two_desks: Session, statement: object) -> None:
    with pytest.raises(WallError):
        two_desks.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize("desk_id", [BLUE_LINE, HELP_POINT])
def test_a_desk_sees_its_own_rows_and_no_others(two_desks: Session, desk_id: str) -> None:
    with acting_at(two_desks, desk_id):
        assert [contact.desk_id for contact in two_desks.scalars(select(Contact))] == [desk_id]
        assert two_desks.scalar(select(func.count()).select_from(Contact)) == 1
        assert two_desks.scalar(select(func.count()).select_from(select(Contact.id).subquery())) == 1
        joined = two_desks.execute(select(Advice.desk_id, Contact.desk_id).join(Advice.contact)).all()
        assert joined == [(desk_id, desk_id)]


def test_changing_many_rows_changes_only_the_desks_own(two_desks: Session) -> None:
    with acting_at(two_desks, BLUE_LINE):
        two_desks.execute(update(Contact).values(sex="K"))
        two_desks.execute(delete(Advice))
    with acting_at(two_desks, HELP_POINT):
        assert two_desks.scalars(select(Contact.sex)).all() == [None]
        assert two_desks.scalar(select(func.count()).select_from(Advice)) == 1


def test_asking_the_table_instead_of_the_class_is_refused(two_desks: Session) -> None:
    with acting_at(two_desks, BLUE_LINE), pytest.raises(WallError, match="mapped class"):
        two_desks.execute(select(Contact.__table__))


def test_a_row_of_another_desk_is_not_found_by_its_id(two_desks: Session) -> None:
    with acting_at(two_desks, HELP_POINT):
        elsewhere = two_desks.scalars(select(Contact.id)).one()
    with acting_at(two_desks, BLUE_LINE), pytest.raises(NotFound):
        get_here(two_desks, Contact, elsewhere)


def test_a_row_cannot_be_changed_while_acting_at_another_desk(two_desks: Session) -> None:
    with acting_at(two_desks, BLUE_LINE):
        contact = two_desks.scalars(select(Contact)).one()
    with pytest.raises(WallError), acting_at(two_desks, HELP_POINT):
        contact.sex = "K"


def test_an_advice_cannot_belong_to_a_contact_of_another_desk(two_desks: Session, now: datetime) -> None:
    with acting_at(two_desks, HELP_POINT):
        elsewhere = two_desks.scalars(select(Contact.id)).one()
    somebody = make_account(two_desks)
    with pytest.raises(IntegrityError, match="fk_advice_contact"), acting_at(two_desks, BLUE_LINE):
        two_desks.add(
            Advice(
                contact_id=elsewhere,
                consultant_id=somebody.id,
                profession=Profession.PSYCHOLOGIST,
                served_on=now.date(),
            ),
        )


def test_only_a_named_reason_reads_across(two_desks: Session) -> None:
    assert two_desks.scalar(select(func.count()).select_from(Contact), execution_options=across("counts")) == 2


@given(desks=st.lists(st.sampled_from([BLUE_LINE, HELP_POINT]), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_the_filter_and_the_rule_agree_in_any_order_of_acting(two_desks: Session, desks: list[str]) -> None:
    everything = two_desks.execute(select(Contact.desk_id, Contact.id), execution_options=across("counts")).all()
    for desk_id in desks:
        with acting_at(two_desks, desk_id):
            seen = set(two_desks.scalars(select(Contact.id)))
        assert seen == {row_id for home, row_id in everything if home == desk_id}


def test_every_table_of_a_desk_carries_the_desk_first_in_its_key() -> None:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, OfDesk):
            assert [column.name for column in mapper.primary_key] == ["desk_id", "id"], mapper
