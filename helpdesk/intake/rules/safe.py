"""How somebody may be reached, and what may be said (CO1)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from helpdesk.intake.rules.choices import Reach, Said
from helpdesk.intake.rules.typed import AnswerRefusal, line, some, text_of
from helpdesk.kernel import phones
from helpdesk.kernel.errors import Refusal
from helpdesk.outreach.rules import HOURS_OF_A_DAY, SafeContact, Way, check_address, check_hours

_LONGEST_HOUR = 2


@dataclass(frozen=True, slots=True)
class Safe:
    """How, when and by whom somebody may be reached, and what may be said (CO1). Empty, nothing is ever sent."""

    ways: tuple[Reach, ...] = (Reach.BACK,)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    from_hour: int | None = None
    until_hour: int | None = None
    voicemail: bool = False
    may_name_us: bool = False
    listeners: str = field(default="", repr=False)

    def by_email(self) -> SafeContact | None:
        """As the only door out understands it; None where no mail may be written."""
        if Reach.EMAIL not in self.ways or not self.email:
            return None
        return self._contact(Way.EMAIL)

    def by_sms(self) -> SafeContact | None:
        """Likewise for a text message."""
        if Reach.SMS not in self.ways or not self.phone:
            return None
        return self._contact(Way.SMS)

    def _contact(self, way: Way) -> SafeContact:
        """Hours that were not named are all of the day."""
        return SafeContact(
            way, has_address=True, from_hour=self.from_hour or 0, until_hour=self.until_hour or HOURS_OF_A_DAY
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ways": [way.value for way in self.ways]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Safe":
        return cls(**{**kept, "ways": tuple(Reach(way) for way in kept["ways"])})


def read_safe(typed: Mapping[str, Any]) -> Safe:
    """How somebody may be reached, or Refusal beside the field that lacks. Whoever chose nothing comes back by themselves."""
    ways = some(Reach, typed, "ways") or (Reach.BACK,)
    email = _email(text_of(typed, "mail")) if Reach.EMAIL in ways else ""
    phone = _phone(text_of(typed, "number")) if {Reach.PHONE, Reach.SMS} & set(ways) else ""
    if ways == (Reach.BACK,):
        return Safe()
    from_hour, until_hour = _hours(typed)
    return Safe(
        ways=ways,
        email=email,
        phone=phone,
        from_hour=from_hour,
        until_hour=until_hour,
        voicemail=Reach.PHONE in ways and text_of(typed, "voicemail") == Said.YES,
        may_name_us=text_of(typed, "may_name_us") == Said.YES,
        listeners=line(text_of(typed, "listeners"), field="listeners"),
    )


def followed(written: str, former: str, new: str) -> str:
    """The words of a sheet on safe contact, once the person says something else: the former words are replaced, the desk's own stay."""
    own = written.removeprefix(former).strip()
    return f"{new}\n{own}" if own else new


def _phone(typed: str) -> str:
    number = phones.caller(typed).e164
    if number is None:
        raise Refusal(AnswerRefusal.NO_PHONE, field="number")
    return number


def _email(text: str) -> str:
    try:
        return check_address(text)
    except Refusal:
        raise Refusal(AnswerRefusal.NO_EMAIL, field="mail") from None


def _hours(typed: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The safe hours, or none where none were named."""
    hours = _hour(typed, "from_hour"), _hour(typed, "until_hour")
    if hours == (None, None):
        return hours
    try:
        return check_hours(*hours)
    except Refusal:
        raise Refusal(AnswerRefusal.HOURS, field="from_hour") from None


def _hour(typed: Mapping[str, Any], name: str) -> int | None:
    value = text_of(typed, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_HOUR else None
