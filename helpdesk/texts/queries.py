from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import get_here
from helpdesk.texts.models import AnswerTemplate, TextReview


def templates(session: Session) -> Sequence[AnswerTemplate]:
    """The templates of the acting desk, by name and language."""
    return session.scalars(select(AnswerTemplate).order_by(AnswerTemplate.name, AnswerTemplate.language)).all()


def templates_in(session: Session, languages: Sequence[str]) -> Sequence[AnswerTemplate]:
    """Those in some languages, by name."""
    statement = select(AnswerTemplate).where(AnswerTemplate.language.in_(languages))
    return session.scalars(statement.order_by(AnswerTemplate.name, AnswerTemplate.language)).all()


def template_held(session: Session, template_id: UUID) -> AnswerTemplate:
    """The template of the acting desk, held until the transaction ends, or NotFound."""
    found = get_here(session, AnswerTemplate, template_id)
    session.refresh(found, with_for_update=True)
    return found


def named(session: Session, name: str, language: str) -> AnswerTemplate | None:
    """The template of this name in a language."""
    return session.scalar(
        select(AnswerTemplate).where(AnswerTemplate.name == name, AnswerTemplate.language == language)
    )


def reviews(session: Session) -> Sequence[TextReview]:
    """All that native speakers have said, oldest first."""
    return session.scalars(select(TextReview).order_by(TextReview.at, TextReview.id)).all()
