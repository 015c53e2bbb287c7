"""What callers hear when nothing of ours answers: a folder of markup and recordings, to lie with another host.

It asks nothing, counts nothing and rings nobody. Per line it says in each language that we have a technical problem and which number
helps at once. Nothing in it is secret: the numbers of the lines are public, and of people there is nothing.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from helpdesk.db.wall import acting_at
from helpdesk.desks.models import PhoneLine
from helpdesk.telephony import queries, twiml
from helpdesk.telephony.models import Recording
from helpdesk.telephony.rules import flow, prompts
from helpdesk.telephony.rules.instructions import HangUp, Speak
from helpdesk.telephony.twiml import Addresses, Clips, clip

NAME = "fallback.xml"
MANIFEST = "files.json"
README = "README.md"
_SPOKEN = frozenset(each.prompt.value for each in flow.apology("pl") if isinstance(each, Speak))


def files(session: Session, url: str) -> Mapping[str, bytes]:
    """The whole folder for all lines, by path; `url` is where it will lie, such as https://backup.example.org/telephone.

    The same lines and recordings give the same bytes.
    """
    folder: dict[str, bytes] = {}
    for line in queries.all_lines(session):
        with acting_at(session, line.desk_id):
            folder.update(_line(line, _recordings(session), url))
    folder[README] = _readme(url, folder).encode()
    folder[MANIFEST] = (json.dumps({"url": url, "files": sorted(folder)}, indent=1) + "\n").encode()
    return folder


def write(folder: Path, wanted: Mapping[str, bytes]) -> None:
    """Write the folder so that at every moment whoever reads it finds whole files, and what they name.

    What an earlier export left and no line needs is removed last; what somebody else put there stays.
    """
    earlier = _listed(folder)
    for path in sorted(wanted, key=lambda each: (each == MANIFEST, each.endswith(NAME), each)):
        _put(folder / path, wanted[path])
    for path in earlier - set(wanted):
        (folder / path).unlink(missing_ok=True)


def outdated(folder: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """The files of the folder that are missing, other than they should be, or needed no more."""
    other = [path for path in wanted if not (folder / path).is_file() or (folder / path).read_bytes() != wanted[path]]
    return sorted({*other, *(_listed(folder) - set(wanted))})


def hosted_at(folder: Path) -> str:
    """The address for which the folder was exported; empty where there is no export."""
    return str(_manifest(folder).get("url", ""))


def _line(line: PhoneLine, recordings: Mapping[str, Recording], url: str) -> Iterator[tuple[str, bytes]]:
    clips = Clips(names={name: f"{each.digest}.wav" for name, each in recordings.items()})
    heard = [each for language in line.languages for each in _apology(language, recordings)]
    if not heard:
        heard = list(_apology(prompts.DEFAULT_LANGUAGE, recordings))
    xml = twiml.render([*heard, HangUp()], Addresses(url, ""), clips).xml
    yield f"{line.number.removeprefix('+')}/{NAME}", xml.encode()
    for name, recording in recordings.items():
        if name in {clip(each.prompt, each.language, each.key) for each in heard}:
            yield twiml.SOUND.replace("<name>", f"{recording.digest}.wav").removeprefix("/"), recording.sound


def _apology(language: str, recordings: Mapping[str, Recording]) -> Iterator[Speak]:
    """A sentence that can be neither played nor said in its own language is left out: saying it in Polish helps nobody twice."""
    for each in flow.apology(language):
        if isinstance(each, Speak) and (language in twiml.VOICES or clip(each.prompt, language, "") in recordings):
            yield each


def _recordings(session: Session) -> Mapping[str, Recording]:
    """The recordings of the acting desk that are needed here. One that a machine made for a trial is none."""
    statement = select(Recording).where(Recording.prompt.in_(_SPOKEN), Recording.stand_in.is_(False))
    found = session.scalars(statement.options(undefer(Recording.sound)).order_by(Recording.digest))
    return {clip(each.prompt, each.language, each.key): each for each in found}


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        unfinished.write_bytes(content)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _listed(folder: Path) -> set[str]:
    """The files of an earlier export; never one outside the folder, whatever stands in the list."""
    listed = {str(each) for each in _manifest(folder).get("files", ())}
    return {path for path in listed if not Path(path).is_absolute() and ".." not in Path(path).parts}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _readme(url: str, folder: Mapping[str, bytes]) -> str:
    lines = [f"* +{path.split('/')[0]}: {url.rstrip('/')}/{path}" for path in sorted(folder) if path.endswith(NAME)]
    return _README.format(lines="\n".join(lines), url=url.rstrip("/"))


_README = """# What callers hear when nothing of ours answers

Put this folder, as it is, with another host than the application: another machine, another network, another company. It must be
reachable at {url} by TLS with a certificate that everybody trusts. No program runs there; any web server for files will do.

* Files ending in `.xml` are served as `text/xml`, those in `.wav` as `audio/wav`.
* Requests are allowed by GET, and nothing else is needed. No sign-in, no page before the files.
* Nothing in the folder is secret, and requests to it hold callers' numbers: switch the log of the web server off.

At the provider, in the settings of each number, "Primary handler fails" becomes one of these, with HTTP GET:

{lines}

Try it: stop the application, call each number, and listen to the end. Export again whenever a line, its languages or its recordings
change; `helpdesk telephony export-fallback --check` says whether that is due.
"""
