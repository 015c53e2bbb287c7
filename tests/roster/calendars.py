"""Reading a calendar's text as strictly as RFC 5545 asks, without any library."""

import re
from collections.abc import Iterator

OCTETS = 75
_NAME = re.compile(r"[A-Z0-9-]+")
_WORD = re.compile(r'[^\x00-\x08\x0a-\x1f\x7f";:,]*|"[^\x00-\x08\x0a-\x1f\x7f"]*"')
_TEXTS = {"SUMMARY", "LOCATION", "NAME", "X-WR-CALNAME"}

Line = tuple[str, dict[str, str], str]


def lines(text: bytes) -> list[Line]:
    """The content lines: name, parameters, value. Fails on any line that is too long, badly ended, badly escaped or badly nested."""
    assert text.endswith(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert b"\r" not in text.replace(b"\r\n", b"")
    physical = text.removesuffix(b"\r\n").split(b"\r\n")
    assert all(0 < len(line) <= OCTETS for line in physical)
    for line in physical:
        line.decode("utf-8")  # no letter is torn apart by folding
    found = [_line(line) for line in text.decode("utf-8").removesuffix("\r\n").replace("\r\n ", "").split("\r\n")]
    _check_nesting(found)
    return found


def events(text: bytes) -> Iterator[dict[str, tuple[dict[str, str], str]]]:
    """The properties of each event, none of them twice."""
    event: dict[str, tuple[dict[str, str], str]] | None = None
    for name, parameters, value in lines(text):
        if (name, value) == ("BEGIN", "VEVENT"):
            event = {}
        elif (name, value) == ("END", "VEVENT"):
            assert event is not None
            assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS"} <= event.keys()
            yield event
            event = None
        elif event is not None:
            assert name not in event
            event[name] = (parameters, value)


def _line(line: str) -> Line:
    head, colon, value = _divided(line)
    assert colon
    name, *parameters = head.split(";")
    assert _NAME.fullmatch(name), line
    found = {}
    for parameter in parameters:
        key, equals, word = parameter.partition("=")
        assert equals
        assert _NAME.fullmatch(key), line
        assert _WORD.fullmatch(word), line
        found[key] = word
    if name in _TEXTS:
        assert re.fullmatch(r"(?:[^\\;,\n]|\\[\\;,nN])*", value), line
    return name, found, value


def _divided(line: str) -> tuple[str, str, str]:
    """At the first colon that no quotation holds."""
    quoted = False
    for place, letter in enumerate(line):
        quoted ^= letter == '"'
        if letter == ":" and not quoted:
            return line[:place], ":", line[place + 1 :]
    return line, "", ""


def _check_nesting(found: list[Line]) -> None:
    open_: list[str] = []
    for name, _parameters, value in found:
        if name == "BEGIN":
            open_.append(value)
        elif name == "END":
            assert open_.pop() == value
    assert not open_
    assert [value for name, _, value in found if name == "BEGIN"].count("VCALENDAR") == 1
