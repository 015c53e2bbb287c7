"""Templates are written by the coordinator; sentences are reviewed by whoever speaks the language."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

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
    kept.name, kept.language, kept.text = entry.name.strip(), entry.language, entry.text.strip()
    kept.changed_at, kept.changed_by, kept.version = now, actor.name, kept.version + 1
    session.add(kept)
    session.flush()  # the database has the last word on a name that two choose at once
    audit.record(session, actor=actor, tag=Tag.TEMPLATE_CHANGED, subject=kept.id, now=now)
    return kept


def review(
    session: Session,
    *,
    language: str,
    key: str,
    text: str,
    verdict: Verdict,
    remark: str,
    actor: Actor,
    now: datetime,
) -> TextReview:
    """Put down what a native speaker says of a sentence, for exactly the words that they read."""
    made = TextReview(
        language=language,
        key=key,
        digest=rules.digest_of(text),
        verdict=verdict,
        remark=remark.strip(),
        by_id=actor.id,
        by_name=actor.name,
        at=now,
    )
    session.add(made)
    detail = {"language": language, "key": key, "verdict": verdict.value}
    audit.record(session, actor=actor, tag=Tag.SENTENCE_REVIEWED, now=now, detail=detail)
    return made
