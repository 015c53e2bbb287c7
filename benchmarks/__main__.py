"""Measures what the application promises about speed, each as a ratio within one run, and says whether it is kept."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import calls, contacts, failing, intake, pages, readable, roster, schedule, sheet, webhook
from benchmarks.ground import Ground, ground
from benchmarks.measure import Result

BENCHMARKS: Mapping[str, Callable[[Ground], list[Result]]] = {
    "schedule": schedule.measure,
    "contacts": contacts.measure,
    "sheet": sheet.measure,
    "pages": pages.measure,
    "webhook": webhook.measure,
    "calls": calls.measure,
    "failing": failing.measure,
    "intake": intake.measure,
    "readable": readable.measure,
    "roster": roster.measure,
}
# So many contacts have a million advices.
CONTACTS = 1_150_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--contacts", type=int, default=CONTACTS, help="fewer for a quick trial")
    parser.add_argument("--keep", type=Path, default=None, help="a folder to fill once and to use again")
    parser.add_argument("--only", choices=BENCHMARKS, action="append", default=None, help="one of them")
    options = parser.parse_args()
    results: list[Result] = []
    with ground(options.contacts, options.keep) as found:
        print(f"{found.contacts:,} contacts with {found.advices:,} advices, loaded in {found.loaded_in:.0f} s.")
        for name in options.only or BENCHMARKS:
            print(f"{name} …", flush=True)
            results += BENCHMARKS[name](found)
    _show(results)
    return 0 if all(result.reached for result in results) else 1


def _show(results: Sequence[Result]) -> None:
    rows = [("", "measured", "target", "", "")]
    rows += [
        (each.what, each.measured, each.target, "reached" if each.reached else "MISSED", each.note) for each in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print()
    for what, measured, target, reached, note in rows:
        print(
            f"{what:<{widths[0]}}  {measured:>{widths[1]}}  {target:>{widths[2]}}  {reached:<{widths[3]}}  {note}".rstrip()
        )


if __name__ == "__main__":
    sys.exit(main())
