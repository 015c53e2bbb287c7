"""Whose professional notes one may read: psychological notes are for psychologists, legal notes for lawyers (domain report, B.10)."""

from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.permissions import LAWYERS, Actor, Permission, Profession


class Family(StrEnum):
    """Professions that share a secret."""

    LEGAL = "legal"
    OTHER = "other"
    PSYCHOLOGICAL = "psychological"
    SUPERVISION = "supervision"


def family_of(profession: Profession | None) -> Family:
    if profession in LAWYERS:
        return Family.LEGAL
    if profession is Profession.PSYCHOLOGIST:
        return Family.PSYCHOLOGICAL
    return Family.SUPERVISION if profession is Profession.SUPERVISOR else Family.OTHER


def may_read_note(reader: Actor, *, author_id: UUID, author_profession: Profession) -> bool:
    """One's own note always; another's only within the same secret, and never as a manager."""
    if not reader.may(Permission.CONTACT_READ):
        return False
    return reader.id == author_id or family_of(reader.profession) is family_of(author_profession)


def may_write_advice(writer: Actor, *, author_id: UUID) -> bool:
    """An advice is written by the consultant who gave it, and nobody else."""
    return writer.id == author_id and writer.may(Permission.CONTACT_WRITE)


def may_correct(actor: Actor, *, closed_by_id: UUID | None) -> bool:
    """A closed contact is corrected by whoever closed it or by the coordinator, always with a reason."""
    return actor.may(Permission.CONTACT_CORRECT) or (actor.may(Permission.CONTACT_WRITE) and actor.id == closed_by_id)
