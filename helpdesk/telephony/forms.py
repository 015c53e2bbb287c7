"""The fields of the provider's requests. They were signed, so they are the provider's; still nothing here can fail."""

from collections.abc import Mapping
from datetime import datetime

from helpdesk.telephony.service import Heard, Kind

_LONGEST = 200


def read(
    kind: Kind, fields: Mapping[str, str], *, at: datetime, call: str = "", leg: str = "", turn: str | None = None
) -> Heard | None:
    """Read a request; None where it does not even say which call it is about.

    `call`, `leg` and `turn` are what our own address says, where the request came to one of ours.
    """
    sid = _text(fields, "CallSid")
    if not sid:
        return None
    return Heard(
        kind=kind,
        call=call or sid,
        at=at,
        sid=sid,
        leg=leg,
        caller=_text(fields, "From"),
        called=_text(fields, "To").strip(),
        status=_text(fields, "CallStatus"),
        digits=_text(fields, "Digits"),
        turn=_number(turn),
        seconds=_number(fields.get("DialCallDuration") or fields.get("CallDuration")) or 0,
        dial_status=_text(fields, "DialCallStatus"),
        dial_bridged=fields.get("DialBridged"),
        dial_sid=_text(fields, "DialCallSid"),
        recording=_text(fields, "RecordingSid"),
        recording_seconds=_number(fields.get("RecordingDuration")) or 0,
        recording_status=_text(fields, "RecordingStatus"),
    )


def _text(fields: Mapping[str, str], name: str) -> str:
    # PostgreSQL keeps no NUL in a text.
    return fields.get(name, "")[:_LONGEST].replace("\x00", "")


def _number(text: str | None) -> int | None:
    """A number of few digits, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else None  # noqa: PLR2004
