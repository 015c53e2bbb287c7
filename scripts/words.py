"""Keeps the catalogs in step with the sentences in code and templates.

With --check nothing is written and the exit code tells; with --compile the complete ones are made ready to be read. A new language begins as an empty file, `translations/<locale>/LC_MESSAGES/public.po`: it holds what somebody reads who asks for help.
`messages.po` holds all sentences, also those of the staff.
"""

import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from babel.messages import frontend
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "translations"
MAPPINGS: Mapping[str, str] = {"messages": "babel.cfg", "public": "babel-public.cfg"}
OPTIONS = (
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
DIGITS = re.compile(r"\d+")


def _run(*arguments: str) -> None:
    frontend.CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]


def catalogs() -> list[Path]:
    return sorted(path for kind in MAPPINGS for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{kind}.po"))


def read(path: Path) -> Catalog:
    locale = path.parent.parent.name if path.suffix == ".po" else None
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def write(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as file:
        file.write(HEADING.format(locale=catalog.locale, plural_forms=catalog.plural_forms).encode())
        write_po(file, catalog, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)


def problems_of(path: Path, wanted: set[object]) -> list[str]:
    """What a catalog lacks: sentences, plural forms, placeholders, numbers, or has too much or in doubt."""
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
    numbers = sorted(DIGITS.findall(source))
    found += [f"other numbers in {form!r}" for form in forms if sorted(DIGITS.findall(form)) != numbers]
    return [f"{each}: {message.id!r}" for each in found]


def fresh(kind: str = "messages") -> Catalog:
    """The sentences as they stand in code and templates now."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        _run("extract", f"--mapping={MAPPINGS[kind]}", *OPTIONS, f"--output={template}", ".")
        return read(template)


def check() -> int:
    wanted: dict[str, set[object]] = {kind: {message.id for message in fresh(kind) if message.id} for kind in MAPPINGS}
    found = [problem for path in catalogs() for problem in problems_of(path, wanted[path.stem])]
    counted = ", ".join(f"{len(ids)} sentences in {kind}" for kind, ids in wanted.items())
    print("\n".join(found) or f"{counted}, {len(catalogs())} catalogs")
    return 1 if found else 0


def update() -> int:
    templates = {kind: fresh(kind) for kind in MAPPINGS}
    for path in catalogs():
        catalog = read(path)
        catalog.update(templates[path.stem], no_fuzzy_matching=True)
        write(path, catalog)
    return check()


def compile_all() -> int:
    """A language is complete or it is not offered: what lacks a sentence is not made ready."""
    for path in catalogs():
        catalog, made = read(path), path.with_suffix(".mo")
        made.unlink(missing_ok=True)
        if any(_problems(message, catalog.num_plurals) for message in catalog if message.id):
            print(f"{path.relative_to(ROOT)} is not complete, so the language is not offered.")
            continue
        with made.open("wb") as file:
            write_mo(file, catalog)
    return 0


if __name__ == "__main__":
    sys.exit(compile_all() if "--compile" in sys.argv else check() if "--check" in sys.argv else update())
