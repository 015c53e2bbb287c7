"""How institutions are found: what is spelt as typed, or else what is spelt alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.directory.models import Institution
from helpdesk.directory.rules import ranked, slips_of_all
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.text import words as folded_words

# From this likeness on the database offers a word as mistyped: "tourn" is as much like "torun" as 0.33.
_LIKENESS = 0.3
# Shorter words have too few letters to be alike by more than chance.
_SHORTEST_ALIKE = 4
_WRITERS_TURN = 0x64697265  # any constant of our own


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words, the place they are near (a complete TERYT code), a kind, a language."""

    words: str = ""
    near: str = ""
    kind: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found and how many there are in all; `alike` when nothing is spelt as it was typed."""

    rows: list[Institution]
    total: int
    alike: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """As much of an institution as the order needs."""

    id: UUID
    name: str
    teryt: Sequence[str]
    search: str


def find(
    session: Session, words: str, *, near: str = "", kind: str | None = None, limit: int = 20
) -> list[Institution]:
    """The institutions that best answer some words, nearest first; diacritics and slips of the finger are forgiven."""
    return search(session, Wanted(words, near, kind or ""), limit=limit).rows


def search(session: Session, wanted: Wanted, *, offset: int = 0, limit: int = 20) -> Found:
    """A page of what is wanted. Only where no institution has all the words are those with similar ones given."""
    typed = folded_words(wanted.words)
    found = _by_name(_spelt(session, wanted, typed), wanted)
    alike = bool(typed) and not found
    if alike:
        found = _by_slips(_alike(session, wanted, typed), wanted, typed)
    return Found(_in_order(session, [each.id for each in found[offset : offset + limit]]), len(found), alike=alike)


def _spelt(session: Session, wanted: Wanted, typed: Sequence[str]) -> list[_Candidate]:
    return _fetched(session, _candidates(wanted).where(*(_has(word) for word in typed)))


def _alike(session: Session, wanted: Wanted, typed: Sequence[str]) -> list[_Candidate]:
    # The operator takes its threshold from a setting, which here ends with the transaction.
    session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", str(_LIKENESS), True)))  # noqa: FBT003
    return _fetched(session, _candidates(wanted).where(*(_has_alike(word) for word in typed)))


def _candidates(wanted: Wanted) -> Select[UUID, str, list[str], str]:
    statement = select(Institution.id, Institution.name, Institution.teryt, Institution.search)
    if wanted.kind:
        statement = statement.where(Institution.kind == wanted.kind)
    if wanted.language:
        statement = statement.where(Institution.languages.contains([wanted.language]))
    return statement


def _fetched(session: Session, statement: Select[UUID, str, list[str], str]) -> list[_Candidate]:
    return [_Candidate(key, name, served, text) for key, name, served, text in session.execute(statement)]


def _has(word: str) -> ColumnElement[bool]:
    """Whether one of the words by which an institution is found begins so. Both forms can use the index."""
    return or_(Institution.search.startswith(word, autoescape=True), Institution.search.contains(f" {word}"))


def _has_alike(word: str) -> ColumnElement[bool]:
    if len(word) < _SHORTEST_ALIKE:
        return _has(word)
    return or_(_has(word), Institution.search.bool_op("%>")(word))


def _by_name(candidates: Sequence[_Candidate], wanted: Wanted) -> list[_Candidate]:
    """Those whose name answers come first; the others answer by their kind, place or address."""
    named = ranked(candidates, wanted.words, wanted.near)
    ids = {each.id for each in named}
    return named + ranked((each for each in candidates if each.id not in ids), "", wanted.near)


def _by_slips(candidates: Sequence[_Candidate], wanted: Wanted, typed: Sequence[str]) -> list[_Candidate]:
    """Those in which all typed words can have been meant, the fewest slips first."""
    counted = {each.id: slips_of_all(typed, each.search.split()) for each in candidates}
    believed = [each for each in candidates if counted[each.id] is not None]
    return sorted(ranked(believed, "", wanted.near), key=lambda each: counted[each.id] or 0)


def _in_order(session: Session, ids: Sequence[UUID]) -> list[Institution]:
    found = {each.id: each for each in session.scalars(select(Institution).where(Institution.id.in_(ids)))}
    return [found[each] for each in ids]


def institution(session: Session, institution_id: UUID, *, for_update: bool = False) -> Institution:
    """The institution, or NotFound. `for_update` makes a second writer wait and gives what is stored now."""
    found = session.get(Institution, institution_id, with_for_update=for_update, populate_existing=for_update)
    if found is None:
        raise NotFound("Institution")
    return found


def by_key(session: Session, key: str) -> Institution | None:
    """The institution of this key in the table."""
    return session.scalar(select(Institution).where(Institution.key == key))


def by_keys_held(session: Session, keys: Iterable[str]) -> Mapping[str, Institution]:
    """The institutions of these keys as they are now, held until the transaction ends."""
    statement = select(Institution).where(Institution.key.in_(list(keys))).with_for_update()
    return {each.key: each for each in session.scalars(statement.execution_options(populate_existing=True))}


def all_institutions(session: Session) -> Sequence[Institution]:
    """The whole directory, in the order of the keys."""
    return session.scalars(select(Institution).order_by(Institution.key)).all()


def keys_beginning(session: Session, stem: str) -> frozenset[str]:
    """The keys in use that begin so."""
    return frozenset(session.scalars(select(Institution.key).where(Institution.key.startswith(stem, autoescape=True))))


def take_turn(session: Session) -> None:
    """Let only one writer at a time choose keys, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_WRITERS_TURN)))
