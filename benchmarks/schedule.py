"""The programme's table with all its figures, against counting the same advices once."""

from sqlalchemy import text

from benchmarks.ground import Ground
from benchmarks.measure import Result, alternate
from benchmarks.visitor import page, visitor
from helpdesk.demo.office import PROGRAMME_OFFICE

READER = "beata@example.org"
ADDRESS = f"/desk/{PROGRAMME_OFFICE}/schedule/2023"
ROUNDS = 15


def measure(ground: Ground) -> list[Result]:
    client = visitor(ground, READER)

    def count() -> None:
        with ground.engine.connect() as connection:
            connection.scalar(text("SELECT count(*) FROM advice"))

    pair = alternate(lambda: page(client, ADDRESS), count, rounds=ROUNDS)
    what = f"Schedule page over {ground.advices:,} advices, against one count(*) of them"
    return [Result(what, f"{pair.ratio:.2f}", "< 1", pair.ratio < 1, pair.in_milliseconds)]
