"""Templates are written by the coordinator; sentences are reviewed by whoever speaks the language."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.texts import queries, rules
from helpdesk.texts.models import AnswerTemplate, TextReview
from helpdesk.texts.rules import TextRefusal, Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A template as it was typed."""

    name: str
    language: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a native speaker says of a sentence. `read` is the digest of the words that stood on the page."""

    language: str
    key: str
    read: str
    verdict: Verdict
    remark: str = field(default="", repr=False)


def save_template(
    session: Session,
    entry: Entry,
    *,
    template_id: UUID | None = None,
    known_version: int = 0,
    actor: Actor,
    now: datetime,
) -> AnswerTemplate:
    """Add a template, or change the one of this id.

    Raises NotFound, Refusal for one without name or words or of a name that is there already, and EditedMeanwhile with what is stored if
    it was typed over an older version.
    """
    rules.check_template(entry.name, entry.text)
    kept = queries.template_held(session, template_id) if template_id else AnswerTemplate(version=0)
    if template_id and kept.version != known_version:
        raise EditedMeanwhile({"text": kept.text}, by=kept.changed_by)
    other = queries.named(session, entry.name.strip(), entry.language)
    if other is not None and other is not kept:
        raise Refusal(TextRefusal.TAKEN, field="name")
    try:
        with session.begin_nested():
            kept.name, kept.language, kept.text = entry.name.strip(), entry.language, entry.text.strip()
            kept.changed_at, kept.changed_by, kept.version = now, actor.name, kept.version + 1
            session.add(kept)
            session.flush()  # the database has the last word on a name that two choose at once
    except IntegrityError as error:
        raise Refusal(TextRefusal.TAKEN, field="name") from error
    audit.record(session, actor=actor, tag=Tag.TEMPLATE_CHANGED, subject=kept.id, now=now)
    return kept


def review(session: Session, opinion: Opinion, text: str, *, actor: Actor, now: datetime) -> TextReview:
    """Put down what a native speaker says of a sentence, or raise Refusal if it no longer says what they read."""
    rules.check_same(opinion.read, text)
    made = TextReview(
        language=opinion.language,
        key=opinion.key,
        digest=opinion.read,
        verdict=opinion.verdict,
        remark=opinion.remark.strip(),
        by_id=actor.id,
        by_name=actor.name,
        at=now,
    )
    session.add(made)
    detail = {"language": opinion.language, "key": opinion.key, "verdict": opinion.verdict.value}
    audit.record(session, actor=actor, tag=Tag.SENTENCE_REVIEWED, now=now, detail=detail)
    return made
