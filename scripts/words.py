"""Keeps the catalogs in step with the sentences in code and templates. With --check nothing is written and the exit code tells.

A new language begins as an empty file, `translations/<locale>/LC_MESSAGES/messages.po`.
"""

import re
import sys
import tempfile
from pathlib import Path

from babel.messages import frontend
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations"
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
# No more than a catalog needs to be compiled: one without a heading counts as a draft, and is left out.
HEADING = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""
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


def write(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as file:
        file.write(HEADING.format(locale=catalog.locale, plural_forms=catalog.plural_forms).encode())
        write_po(file, catalog, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)


def problems_of(path: Path, wanted: set[object]) -> list[str]:
    """What a catalog lacks: sentences, plural forms, placeholders, or has too much or in doubt."""
    catalog, found = read(path), []
    found += ["has no heading, so it would not be compiled"] if catalog.fuzzy else []
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


def fresh() -> Catalog:
    """The sentences as they stand in code and templates now."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        return read(template)


def check() -> int:
    wanted: set[object] = {message.id for message in fresh() if message.id}
    found = [problem for path in catalogs() for problem in problems_of(path, wanted)]
    print("\n".join(found) or f"{len(wanted)} sentences in {len(catalogs())} catalogs")
    return 1 if found else 0


def update() -> int:
    template = fresh()
    for path in catalogs():
        catalog = read(path)
        catalog.update(template, no_fuzzy_matching=True)
        write(path, catalog)
    return check()


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else update())
