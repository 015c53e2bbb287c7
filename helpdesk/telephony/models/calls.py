from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.consultations.models import Contact
from helpdesk.db.base import Base
from helpdesk.db.columns import enum_text
from helpdesk.db.sealed import sealed
from helpdesk.db.wall import OfDesk
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.state import Ending, FlowState, Stage

_TOLD = frozenset({Ending.CANNOT_TALK, Ending.NOBODY, Ending.CALL_BACK, Ending.MESSAGE})


def _turn(leg: tuple[str, Any]) -> int:
    """In which turn of the call a telephone was rung."""
    return int(leg[0].partition("-")[0])


class Call(OfDesk, Base):
    """One phone call as the provider reports it, and its contact, which exists from the first packet on.

    There is no table of the provider's requests. What they say is joined into this row, under its lock, so that requests which
    come twice, late or in another order end in the same row; the audit keeps when what was done.

    `considered` has one entry for each decision whom to ring: the turn, the moment, and for each person on duty whether the
    telephone rang and why. `legs` maps each rung telephone to the person and how far it came. Neither holds a number.
    """

    __tablename__ = "call"
    __table_args__ = (
        ForeignKeyConstraint(["desk_id", "contact_id"], ["contact.desk_id", "contact.id"], name="fk_call_contact"),
        UniqueConstraint("desk_id", "contact_id"),
        CheckConstraint("(caller_kind = 'known') = (caller_key IS NOT NULL)", name="known_has_key"),
        CheckConstraint("ended_at >= started_at", name="ends_after_start"),
        Index("ix_call_open", "desk_id", "started_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_call_numbers", "desk_id", "contact_id", postgresql_where=text("caller_number_sealed IS NOT NULL")),
    )

    # The provider's identifiers are unique over all its accounts.
    sid: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[UUID]
    line_number: Mapped[str]
    caller_kind: Mapped[CallerKind] = mapped_column(enum_text(CallerKind))
    caller_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    caller_number = sealed("caller_number_sealed")
    caller_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str | None]
    state: Mapped[CallState] = mapped_column(enum_text(CallState))
    flow: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    considered: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    legs: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    started_at: Mapped[datetime]
    # When we last heard of the caller's own call: the best end we know of, where the report of the end is lost.
    heard_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    # When this caller heard that we have a technical problem.
    trouble_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship()

    @property
    def now_at(self) -> FlowState:
        """Where the call is in the flow. Asked often, of each call that is not over, so it is read once for what is stored."""
        known: tuple[object, FlowState] | None = self.__dict__.get("_now_at")
        if known is None or known[0] is not self.flow:
            known = self.__dict__["_now_at"] = (self.flow, FlowState.from_json(self.flow))
        return known[1]

    @property
    def talked(self) -> bool:
        """Whether somebody of ours accepted the call."""
        return self.answered_at is not None or self.now_at.ending is Ending.ANSWERED

    @property
    def told_nobody(self) -> bool:
        """Whether the caller heard from us that nobody can answer, and did not just hang up."""
        return self.now_at.offered or self.now_at.ending in _TOLD

    @property
    def people(self) -> frozenset[str]:
        """Whose telephones this call keeps busy: of whoever talks or is asked in, or of those it rings."""
        state = self.now_at
        if not self.has_company:
            return frozenset(state.asking)
        first = {str(self.answered_by_id)} if self.answered_by_id and not self._hung_up else set()
        return frozenset(first) | frozenset(state.company)

    @property
    def has_company(self) -> bool:
        """Whether somebody of ours talks with the caller, or did last: a caller who came back from a talk waits for the next one."""
        state = self.now_at
        if not state.returns or state.stage is Stage.ROOM:
            return self.answered_at is not None
        turn = f"{state.turn}-"
        return any(leg.get("accepted") and leg_id.startswith(turn) for leg_id, leg in self.legs.items())

    @property
    def _hung_up(self) -> bool:
        """Whether the telephone that accepted is known to have hung up, though the end of the call was not reported."""
        who = str(self.answered_by_id)
        accepted = [
            leg for _, leg in sorted(self.legs.items(), key=_turn) if leg.get("accepted") and leg["person"] == who
        ]
        # Whoever answers again after a caller came back has an older telephone that hung up.
        return any(CallState(leg["state"]).is_terminal for leg in accepted[-1:] if leg.get("state"))

    @property
    def waits(self) -> bool:
        """Whether the caller waits for somebody now."""
        return self.ended_at is None and not self.has_company and self.now_at.stage is not Stage.ENDED
