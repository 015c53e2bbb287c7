"""The fields of the provider's requests, as its documentation lists them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil
from uuid import uuid4

API_VERSION = "2010-04-01"


def new_sid() -> str:
    """Make an identifier in the provider's shape for a call."""
    return "CA" + uuid4().hex


def new_recording_sid() -> str:
    """Make an identifier in the provider's shape for a recording."""
    return "RE" + uuid4().hex


def new_message_sid() -> str:
    """Make an identifier in the provider's shape for a text message."""
    return "SM" + uuid4().hex


def incoming(account_sid: str, call_sid: str, from_: str, to: str) -> dict[str, str]:
    """Give what every request about the caller's own call carries, besides its status."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call_sid,
        "CallToken": f'{{"parentCallInfoToken":"{uuid4().hex}"}}',
        "Called": to,
        "CalledCity": "Toruń",
        "CalledCountry": "PL",
        "Caller": from_,
        "CallerCity": "",
        "CallerCountry": "PL" if from_.startswith("+48") else "",
        "Direction": "inbound",
        "From": from_,
        "FromCity": "",
        "To": to,
        "ToCity": "Toruń",
        "ToCountry": "PL",
    }


def outgoing(account_sid: str, call_sid: str, parent_sid: str, from_: str, to: str) -> dict[str, str]:
    """Give what every request about a rung telephone carries, besides its status."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": call_sid,
        "Called": to,
        "Caller": from_,
        "Direction": "outbound-dial",
        "From": from_,
        "ParentCallSid": parent_sid,
        "To": to,
    }


def progress(status: str, sequence: int) -> dict[str, str]:
    """Give the fields of a report while a call goes on."""
    return {
        "CallStatus": status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }


def ended(status: str, sequence: int, seconds: float) -> dict[str, str]:
    """Give the fields of the report that a call is over; the provider counts started minutes besides."""
    lasted = {"CallDuration": str(round(seconds)), "Duration": str(ceil(seconds / 60))}
    return progress(status, sequence) | lasted


def pressed(digits: str) -> dict[str, str]:
    """Give the fields that tell which key was pressed, none for silence."""
    return {"Digits": digits, "FinishedOnKey": "", "msg": "Gather End"}


def recorded(sid: str, seconds: float) -> tuple[dict[str, str], dict[str, str]]:
    """Give what is reported of a message, and what its caller's call tells: nothing of a recording where nobody spoke."""
    of_sound = {"RecordingSid": sid, "RecordingDuration": str(round(seconds))}
    reported = {"RecordingStatus": "completed" if seconds else "absent", **of_sound}
    return reported, ({**of_sound, "Digits": "#"} if seconds else {"Digits": ""})


def text(account_sid: str, from_: str, to: str, body: str) -> dict[str, str]:
    """Give what the request about a text message to us carries."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": body,
        "From": from_,
        "MessageSid": new_message_sid(),
        "NumMedia": "0",
        "NumSegments": str(ceil(len(body) / 70) or 1),
        "To": to,
    }
