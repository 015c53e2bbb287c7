"""Sets one document and ends. Runs alone, in a process of its own: an order comes in as JSON, a PDF goes out.

Nothing of the house is imported here, and the environment is empty: what sets a document knows no key and no database.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from datetime import datetime

import typst


def main() -> int:
    """0 and the PDF, or 1 and what is wrong with the template."""
    order = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_DATA, (order["memory"], order["memory"]))
    # Whoever asked stops us by the clock; if they are gone, this does, a little later.
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"] + 1, order["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pdf = typst.compile(
            order["template"],
            root=order["root"],
            font_paths=[order["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"data": order["data"]},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.fromisoformat(order["made"]),
        )
    except typst.TypstError as error:
        sys.stderr.write(complaint(error, order["data"]))
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


def complaint(error: typst.TypstError, data: str) -> str:
    """File, line and column, and what is wrong there. Words that stand in the data are left out: they may be somebody's name."""
    place = re.search(r"┌─ \S*?([^\s/]+)\n", error.diagnostic)
    printed = {word for text in texts(json.loads(data)) for word in re.findall(r"\w+", text)}
    said = re.sub(r"\w+", lambda word: "…" if word[0] in printed else word[0], error.message)
    return f"{place[1]}: {said}" if place else said


def texts(value: object) -> Iterator[str]:
    """Every text in plain values, without the names of fields."""
    match value:
        case str():
            yield value
        case dict():
            yield from (text for each in value.values() for text in texts(each))
        case list():
            yield from (text for each in value for text in texts(each))


if __name__ == "__main__":
    sys.exit(main())
