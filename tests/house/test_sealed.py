"""What is sealed opens only in its own row, under a key of the ring, and says little by its length."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Contact
from helpdesk.db import reseal, sealed
from helpdesk.db.sealed import KeyRing, SealError
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from tests.factories import BLUE_LINE, make_account, make_contact, make_desk

OLD, NEW = b"k" * 32, b"n" * 32
PEPPER = b"p" * 40


@pytest.fixture
def _rings() -> Iterator[None]:
    yield
    sealed.use(KeyRing((OLD,), PEPPER))


@given(st.text(), st.text(max_size=40))
def test_what_is_sealed_opens_again(plain: str, place: str) -> None:
    try:
        plain.encode()
        place.encode()
    except UnicodeEncodeError:
        return
    ring = KeyRing((OLD,), PEPPER)
    assert ring.open(ring.seal(plain, place), place) == plain


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=63))
def test_short_texts_have_envelopes_of_one_length(plain: str) -> None:
    ring = KeyRing((OLD,), PEPPER)
    length = -(-(len(plain.encode()) + 1) // 64) * 64
    assert len(ring.seal(plain, "here", pad=64)) == 1 + 4 + 12 + length + 16


def test_an_envelope_moved_to_another_row_does_not_open() -> None:
    ring = KeyRing((OLD,), PEPPER)
    with pytest.raises(SealError):
        ring.open(ring.seal("secret", "contact:remarks:1"), "contact:remarks:2")


@pytest.mark.parametrize("position", [0, 3, 9, 20, -1])
def test_a_damaged_envelope_does_not_open(position: int) -> None:
    ring = KeyRing((OLD,), PEPPER)
    envelope = bytearray(ring.seal("secret", "here"))
    envelope[position] ^= 1
    with pytest.raises(SealError):
        ring.open(bytes(envelope), "here")


def test_the_first_key_writes_and_all_of_them_read() -> None:
    old, both, new = KeyRing((OLD,), PEPPER), KeyRing((NEW, OLD), PEPPER), KeyRing((NEW,), PEPPER)
    assert both.open(old.seal("secret", "here"), "here") == "secret"
    assert new.open(both.seal("secret", "here"), "here") == "secret"
    with pytest.raises(SealError):
        old.open(both.seal("secret", "here"), "here")


def test_the_same_phone_has_nothing_in_common_at_two_desks() -> None:
    ring = KeyRing((OLD,), PEPPER)
    assert ring.blind("phone", "a", "+48601100200") == ring.blind("phone", "a", "+48601100200")
    assert ring.blind("phone", "a", "+48601100200") != ring.blind("phone", "b", "+48601100200")


def test_the_database_never_holds_the_text(session: Session, now: datetime) -> None:
    contact = make_contact(session, make_desk(session), now)
    with acting_at(session, BLUE_LINE):
        contact.remarks = "Zażółć gęślą jaźń"
        session.flush()
    stored = session.execute(text("SELECT remarks_sealed, to_jsonb(contact)::text AS row FROM contact")).one()
    assert "Zażółć".encode() not in stored.remarks_sealed
    assert "gęślą" not in stored.row


@pytest.mark.usefixtures("_rings")
def test_resealing_goes_on_where_it_was_interrupted(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given five contacts sealed with the old key, resealing stops after the first batch; the second run does the rest."""
    monkeypatch.setattr(reseal, "BATCH", 2)
    with sessions.begin() as session:
        desk, account = make_desk(session), make_account(session, phone="+48520000101")
        for number in range(5):
            contact = make_contact(session, desk, now)
            with acting_at(session, desk.id):
                contact.remarks = f"remark {number}"
        phone_id = account.id
    sealed.use(KeyRing((NEW, OLD), PEPPER))

    first_run = reseal.reseal_all(sessions)
    next(first_run)
    first_run.close()
    with sessions() as session:
        assert 0 < reseal.count_old(session) < 6
    for _table, _rows in reseal.reseal_all(sessions):
        """The rest, batch by batch."""

    sealed.use(KeyRing((NEW,), PEPPER))
    with sessions() as session:
        assert reseal.count_old(session) == 0
        assert session.get_one(type(account), phone_id).phone == "+48520000101"
        with acting_at(session, BLUE_LINE):
            remarks = sorted(contact.remarks for contact in session.query(Contact))
    assert remarks == [f"remark {number}" for number in range(5)]
