"""How much of a page travels: everything on the first visit, only the page itself afterwards."""

import gzip
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from benchmarks.ground import Ground
from benchmarks.measure import Result
from benchmarks.visitor import page, visitor
from helpdesk.consultations import queries
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE, PROGRAMME_OFFICE

FIRST, LATER = 60_000, 15_000
LEVEL = 6  # as the server in front compresses
KILO = 1000
ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')
IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\./[^"']+)["']""")


def measure(ground: Ground) -> list[Result]:
    sizes = [_sizes(client, address) for client, address in _pages(ground)]
    for address, first, later in sizes:
        print(f"  {address:<60} {first / KILO:5.1f} kB, then {later / KILO:4.1f} kB")
    (worst, first, _), (heaviest, _, later) = max(sizes, key=lambda each: each[1]), max(sizes, key=lambda each: each[2])
    return [
        Result(
            "Largest staff page on the first visit, compressed",
            f"{first / KILO:.1f} kB",
            "< 60 kB",
            first < FIRST,
            worst,
        ),
        Result(
            "Largest staff page afterwards, compressed", f"{later / KILO:.1f} kB", "< 15 kB", later < LATER, heaviest
        ),
    ]


def _pages(ground: Ground) -> Iterable[tuple[FlaskClient, str]]:
    """The pages on which people spend their day."""
    consultant, officer = visitor(ground, "karolina@example.org"), visitor(ground, "beata@example.org")
    with ground.sessions() as session, acting_at(session, BLUE_LINE):
        newest = queries.contacts(session, queries.ContactFilter(state="open"), limit=1)
        closed = queries.contacts(session, queries.ContactFilter(outcome="ADV"), limit=1)
    own = f"/desk/{BLUE_LINE}"
    addresses = [f"{own}/contacts/desk", f"{own}/contacts", f"{own}/directory", f"{own}/roster", f"{own}/people"]
    addresses += [f"{own}/contacts/{each.id}" for each in (*newest, *closed)]
    for address in addresses:
        if consultant.get(address).status_code == 200:  # noqa: PLR2004  a coordinator opens nearly all
            yield consultant, address
    yield officer, f"/desk/{PROGRAMME_OFFICE}/schedule/2023"


def _sizes(client: FlaskClient, address: str) -> tuple[str, int, int]:
    body = page(client, address)
    own = _compressed(body)
    return address, own + sum(_compressed(page(client, each)) for each in _assets(client, body)), own


def _assets(client: FlaskClient, body: bytes) -> set[str]:
    """The static files of a page, with those that its scripts import."""
    found: set[str] = set()
    waiting = ASSET.findall(body.decode())
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        if urlsplit(address).path.endswith(".js"):
            folder = urlsplit(address).path.rpartition("/")[0]
            waiting += [f"{folder}/{name[2:]}" for name in IMPORT.findall(page(client, address).decode())]
    return found


def _compressed(body: bytes) -> int:
    return len(gzip.compress(body, LEVEL))
