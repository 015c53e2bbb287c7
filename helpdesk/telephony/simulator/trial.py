"""The telephone network of a demonstration: kept in a folder from one step to the next, and doing what our server asks of its provider.

There is one network, as there is one in the world: whoever plays the caller at a page and whoever plays at a terminal meet in it.
"""

import fcntl
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony.provider import ProviderFailed, TrialProvider, trial_folder
from helpdesk.telephony.simulator import telephones
from helpdesk.telephony.simulator.exchange import Exchange
from helpdesk.telephony.simulator.telephones import Line
from helpdesk.telephony.simulator.wire import Poster

# Whoever was called so long ago no longer rings.
RINGS_FOR = timedelta(minutes=2)

_MOST_HAPPENED, _MOST_OVER = 150, 20
_KEPT, _LOCK = "network.kept", "network.lock"


def speaker(trial: TrialProvider) -> Callable[[str], None]:
    """A caller of the demonstration speaks a tone, so that there is something to listen to."""
    tone = (files("helpdesk.telephony") / "data" / "tone.wav").read_bytes()
    return lambda sid: trial.leave_recording(sid, tone)


@contextmanager
def network(settings: Settings, session: Poster) -> Iterator[Exchange]:
    """The network as it was left, with what our server has asked for carried out; kept again afterwards, whatever happened.

    Raises SimulatorError or InvalidMarkup where the server misbehaves.
    """
    trial = TrialProvider(trial_folder(settings))
    with _locked(trial.folder):
        exchange = _laid(settings, session, trial)
        try:
            _carry_out(exchange, trial)
            yield exchange
        finally:
            _keep(exchange, trial.folder)


def seen(settings: Settings, session: Poster) -> tuple[Exchange, int]:
    """The network as it is, only to look at, and how many things our server has asked for that nobody has carried out yet."""
    trial = TrialProvider(trial_folder(settings))
    return _laid(settings, session, trial), len(trial.asked())


def clear(exchange: Exchange) -> None:
    """Forget whatever is over."""
    exchange.happened.clear()
    exchange.lines[:] = _going_on(exchange)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _laid(settings: Settings, session: Poster, trial: TrialProvider) -> Exchange:
    token = settings.twilio_auth_tokens[0] if settings.twilio_auth_tokens else ""
    made = Exchange(settings.public_url, settings.twilio_account_sid, token, session, None, on_message=speaker(trial))
    try:
        kept = json.loads((trial.folder / _KEPT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return made
    made.lines = telephones.from_json(kept["lines"])
    made.happened = telephones.happened_from_json(kept["happened"])
    return made


def _keep(exchange: Exchange, folder: Path) -> None:
    going_on = _going_on(exchange)
    over = [each for each in exchange.lines if each not in going_on][-_MOST_OVER:]
    kept = {
        "lines": telephones.to_json([each for each in exchange.lines if each in going_on or each in over]),
        "happened": telephones.happened_to_json(exchange.happened[-_MOST_HAPPENED:]),
    }
    unfinished = folder / f"{_KEPT}.unfinished"
    unfinished.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    unfinished.rename(folder / _KEPT)


def _going_on(exchange: Exchange) -> list[Line]:
    """The telephones in a call, and those whose call they are in."""
    here = [each for each in exchange.lines if not each.is_over]
    called = {each.rung_by.sid for each in here if each.rung_by}
    return [each for each in exchange.lines if each in here or each.sid in called]


def _carry_out(exchange: Exchange, trial: TrialProvider) -> None:
    """Do what was asked, in order. A call that is over, or that was played elsewhere, is left alone."""
    for order in trial.taken():
        with suppress(ProviderFailed):
            _order(exchange, order)
        exchange.play()


def _order(exchange: Exchange, order: Mapping[str, str]) -> None:
    sid = order["sid"]
    match order["what"]:
        case "call" | "ring" if _is_recent(order):
            exchange.rung(sid, order["to"], order["shown"], order["answer_url"], order["status_url"])
        case "redirect":
            exchange.redirect(sid, order["url"])
        case "hang-up":
            exchange.hang_up(sid)
        case "hold" | "resume" as what:
            exchange.hold(order["room"], sid, order["music_url"], on=what == "hold")
        case "text":
            exchange.is_written_to(order["to"], order["body"])
        case _:
            """A recording is deleted where it lies, and whoever was called long ago no longer rings."""


def _is_recent(order: Mapping[str, str]) -> bool:
    return order["at"] >= (utcnow() - RINGS_FOR).isoformat()
