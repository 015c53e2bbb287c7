"""The fields of the call sheet: what each may hold, and how two people's changes are brought together without losing a word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from helpdesk.consultations.rules.codes import Danger
from helpdesk.kernel.clock import first_instant
from helpdesk.kernel.codes import codes
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.languages import LANGUAGES
from helpdesk.kernel.teryt import area

Value = str | int | bool | list[str] | datetime | None

LONGEST_TEXT = 20_000
LARGEST_NUMBER = 99


class SheetRefusal(StrEnum):
    """Why a single field cannot be saved as it was typed."""

    NOT_A_CODE = "sheet:not-a-code"
    NOT_A_GMINA = "sheet:not-a-gmina"
    NOT_A_MOMENT = "sheet:not-a-moment"
    NOT_A_NUMBER = "sheet:not-a-number"
    TOO_LONG = "sheet:too-long"
    UNKNOWN_FIELD = "sheet:unknown-field"


class Kind(StrEnum):
    """What a field holds."""

    CODE = "code"
    CODES = "codes"
    FLAG = "flag"
    GMINA = "gmina"
    MOMENT = "moment"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A field of the sheet. `choices` names a code list, or is empty where `allowed` names the values."""

    kind: Kind
    choices: str = ""
    allowed: tuple[str, ...] = ()


CONTACT_FIELDS: Mapping[str, FieldRule] = {
    "channel": FieldRule(Kind.CODE, "channels"),
    "started_at": FieldRule(Kind.MOMENT),
    "ended_at": FieldRule(Kind.MOMENT),
    "language": FieldRule(Kind.CODE, allowed=(*(each.tag for each in LANGUAGES), "other")),
    "interpreter": FieldRule(Kind.FLAG),
    "first_contact": FieldRule(Kind.CODE, "first-contact"),
    "danger": FieldRule(Kind.CODE, allowed=tuple(Danger)),
    "safety_flags": FieldRule(Kind.CODES, "safety-flags"),
    "safe_ways": FieldRule(Kind.CODES, "safe-contact"),
    "safe_contact": FieldRule(Kind.TEXT),
    "sex": FieldRule(Kind.CODE, "sexes"),
    "age": FieldRule(Kind.CODE, "ages"),
    "disability": FieldRule(Kind.CODE, "disabilities"),
    "children_home": FieldRule(Kind.NUMBER),
    "child_witnesses": FieldRule(Kind.NUMBER),
    "gmina": FieldRule(Kind.GMINA),
    "nk_state": FieldRule(Kind.CODE, "nk-states"),
    "remarks": FieldRule(Kind.TEXT),
    "promise": FieldRule(Kind.TEXT),
    "promise_due": FieldRule(Kind.MOMENT),
}

ADVICE_FIELDS: Mapping[str, FieldRule] = {
    "role": FieldRule(Kind.CODE, "roles"),
    "professional_group": FieldRule(Kind.CODE, "professional-groups"),
    "group_note": FieldRule(Kind.TEXT),
    "group_size": FieldRule(Kind.NUMBER),
    "forms": FieldRule(Kind.CODES, "forms"),
    "relation": FieldRule(Kind.CODE, "relations"),
    "kinds": FieldRule(Kind.CODES, "help-kinds"),
    "note": FieldRule(Kind.TEXT),
}

COUNTED_FROM_ZERO = frozenset({"children_home", "child_witnesses"})
ALWAYS_SET = frozenset({"channel", "started_at", "first_contact"})


def parse(name: str, rule: FieldRule, raw: object) -> Value:
    """The value of a field as it was typed or ticked, or Refusal naming the field. Blank means nothing, not an error."""
    if rule.kind is Kind.CODES:
        return _codes(name, rule, raw if isinstance(raw, list) else [raw] if raw else [])
    if rule.kind is Kind.FLAG:
        return raw in (True, "1", "on", "y", "true")
    text = str(raw if raw is not None else "").strip() if rule.kind is not Kind.TEXT else str(raw or "")
    if not text:
        return _blank(name, rule)
    return _parse_text(name, rule, text)


def _blank(name: str, rule: FieldRule) -> Value:
    if name in ALWAYS_SET:
        raise Refusal(SheetRefusal.NOT_A_MOMENT if rule.kind is Kind.MOMENT else SheetRefusal.NOT_A_CODE, field=name)
    if rule.kind is Kind.TEXT:
        return ""
    return 0 if name in COUNTED_FROM_ZERO else None


def _parse_text(name: str, rule: FieldRule, text: str) -> Value:
    if rule.kind is Kind.TEXT:
        if len(text) > LONGEST_TEXT:
            raise Refusal(SheetRefusal.TOO_LONG, field=name, most=LONGEST_TEXT)
        return text.replace("\r\n", "\n").replace("\x00", "")
    if rule.kind is Kind.CODE:
        return _codes(name, rule, [text])[0]
    if rule.kind is Kind.NUMBER:
        return _number(name, text)
    return _gmina(name, text) if rule.kind is Kind.GMINA else _moment(name, text)


def _codes(name: str, rule: FieldRule, given: list[object]) -> list[str]:
    chosen = list(dict.fromkeys(str(each) for each in given if each))
    known = rule.allowed or {row.code for row in codes(rule.choices).rows}
    if not set(chosen) <= set(known):
        raise Refusal(SheetRefusal.NOT_A_CODE, field=name)
    return chosen


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_NUMBER):
        raise Refusal(SheetRefusal.NOT_A_NUMBER, field=name, most=LARGEST_NUMBER)
    return int(text)


def _gmina(name: str, text: str) -> str:
    try:
        return area(text).code
    except KeyError:
        raise Refusal(SheetRefusal.NOT_A_GMINA, field=name) from None


def _moment(name: str, text: str) -> datetime:
    """An instant: as the sheet shows it (local wall time), or with its offset."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(SheetRefusal.NOT_A_MOMENT, field=name) from None
    return typed.astimezone(UTC) if typed.tzinfo else first_instant(typed.date(), typed.time())


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of the fields somebody sent: some are stored, others are in dispute and stay as they were.

    `disputed` maps a field to what somebody else stored meanwhile; `news` maps the fields that changed since the sender last looked,
    and that the sender did not touch, to what they hold now.
    """

    stored: dict[str, Value] = field(default_factory=dict)
    disputed: dict[str, Value] = field(default_factory=dict)
    news: dict[str, Value] = field(default_factory=dict)


def merge(
    held: Mapping[str, Value],
    changed_at: Mapping[str, int],
    sent: Mapping[str, Value],
    known_version: int,
) -> Merge:
    """Bring together what is stored and what is sent.

    `changed_at` maps a field to the version that last changed it; `known_version` is the last one the sender saw. A field that
    somebody else changed since then, to something else, is never overwritten: it comes back as disputed.
    """
    result = Merge()
    for name, value in sent.items():
        if held.get(name) == value:
            continue
        newer = changed_at.get(name, 0) > known_version
        (result.disputed if newer else result.stored)[name] = held.get(name) if newer else value
    news = {name for name, version in changed_at.items() if version > known_version} - sent.keys()
    result.news.update({name: held.get(name) for name in news})
    return result
