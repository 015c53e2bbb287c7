"""Keeps the catalogs in step with the sentences in code and templates. With --check nothing is written and the exit code tells."""

import re
import sys
import tempfile
from pathlib import Path

from babel.messages import frontend
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
OPTIONS = (
    "--mapping=babel.cfg",
    "--no-location",
    "--sort-output",
    "--omit-header",
    "--keywords=_",
    "--keywords=lazy",
    "--keywords=gettext",
    "--keywords=ngettext:1,2",
    "--project=helpdesk",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>")


def _run(*arguments: str) -> None:
    frontend.CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]


def extract(target: Path) -> None:
    _run("extract", *OPTIONS, f"--output={target}", ".")


def catalogs() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    locale = path.parent.parent.name if path.suffix == ".po" else None
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def problems_of(path: Path, wanted: set[object]) -> list[str]:
    """What a catalog lacks: sentences, plural forms, placeholders, or has too much or in doubt."""
    catalog, found = read(path), []
    have = {message.id for message in catalog if message.id}
    found += [f"missing: {each!r}" for each in sorted(map(str, wanted - have))]
    found += [f"no longer used: {each!r}" for each in sorted(map(str, have - wanted))]
    for message in catalog:
        found += _problems(message, catalog.num_plurals) if message.id else []
    return [f"{path.relative_to(ROOT)}: {each}" for each in found]


def _problems(message: Message, plurals: int) -> list[str]:
    forms = [form or "" for form in (message.string if isinstance(message.string, tuple | list) else (message.string,))]
    needed = plurals if message.pluralizable else 1
    found = ["in doubt"] if message.fuzzy else []
    if len(forms) != needed or not all(forms):
        return [f"not translated in all forms: {message.id!r}"]
    source = message.id[-1] if isinstance(message.id, tuple | list) else message.id
    wanted = sorted(PLACEHOLDER.findall(source))
    found += [f"other placeholders in {form!r}" for form in forms if sorted(PLACEHOLDER.findall(form)) != wanted]
    return [f"{each}: {message.id!r}" for each in found]


def check() -> int:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "messages.pot"
        extract(fresh)
        wanted: set[object] = {message.id for message in read(fresh) if message.id}
    found = [problem for path in catalogs() for problem in problems_of(path, wanted)]
    print("\n".join(found) or f"{len(wanted)} sentences in {len(catalogs())} catalogs")
    return 1 if found else 0


def update() -> int:
    extract(TEMPLATE)
    for path in catalogs():
        _run(
            "update",
            f"--input-file={TEMPLATE}",
            f"--output-file={path}",
            f"--locale={path.parent.parent.name}",
            "--no-fuzzy-matching",
            "--ignore-obsolete",
            "--omit-header",
        )
    TEMPLATE.unlink()
    return check()


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else update())
