"""Templates of answers, and the page on which a native speaker reads what we say in their language beside the Polish."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import EditedMeanwhile, NotFound, Refusal
from helpdesk.kernel.languages import POLISH, Language, language, language_name
from helpdesk.kernel.permissions import Permission
from helpdesk.texts import queries, service
from helpdesk.texts.forms import ReviewForm, TemplateForm
from helpdesk.texts.labels import VERDICTS, sentences
from helpdesk.texts.models import AnswerTemplate, TextReview
from helpdesk.texts.rules import Verdict, digest_of, may_see, verdict_on
from helpdesk.texts.service import Entry, Opinion
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.fields import member
from helpdesk.web.i18n import _, lazy, locale, public_languages, speaking
from helpdesk.web.navigation import NavItem
from helpdesk.web.transaction import session

staff = Blueprint("texts", "helpdesk.texts", template_folder="templates", url_prefix="/desk/<desk_id>")
NAVIGATION = (NavItem("texts.templates", lazy("Texts"), Permission.TEXT_REVIEW, "x"),)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence beside the Polish, and what was said of it as it stands."""

    key: str
    polish: str
    text: str
    digest: str
    verdict: str
    is_good: bool
    remark: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language with how many of its sentences a native speaker found good."""

    language: Language
    name: str
    good: int
    all: int


@staff.get("/texts")
@requires(Permission.TEXT_REVIEW)
def templates(desk_id: str) -> ResponseReturnValue:
    """The desk's templates, and how far the languages are reviewed; of both only what the reader may see."""
    kept = [each for each in queries.templates(session()) if may_see(identity.actor(), each.language)]
    return render_template(
        "texts/texts.html", desk_id=desk_id, templates=kept, spoken=_spoken(queries.reviews(session()))
    )


@staff.route("/texts/new", methods=["GET", "POST"])
@requires(Permission.TEXT_MANAGE)
def new_template(desk_id: str) -> ResponseReturnValue:
    return _save(desk_id, TemplateForm(language=POLISH.tag, version="0"), None)


@staff.route("/texts/<uuid:template_id>", methods=["GET", "POST"])
@requires(Permission.TEXT_MANAGE)
def template(desk_id: str, template_id: UUID) -> ResponseReturnValue:
    kept = queries.template_held(session(), template_id)
    data = {"name": kept.name, "language": kept.language, "text": kept.text, "version": str(kept.version)}
    return _save(desk_id, TemplateForm(**data), kept)


@staff.route("/texts/review/<tag>", methods=["GET", "POST"])
@requires(Permission.TEXT_REVIEW)
def review(desk_id: str, tag: str) -> ResponseReturnValue:
    """The sentences of one language, each with the Polish beside it."""
    if tag not in {each.tag for each in _languages()}:
        raise NotFound("Language")
    form = ReviewForm()
    rows = _sentences(tag, queries.reviews(session()))
    row = next((each for each in rows if each.key == form.key.data), None)
    if row is None and request.method == "POST":
        raise NotFound("Sentence")
    if row is None or not form.is_sent():
        return _review(desk_id, tag, rows, form)
    try:
        _put_down(tag, row, form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _review(desk_id, tag, rows, form), 409
    flash(_("Thank you. It is put down."), "success")
    return redirect(url_for("texts.review", desk_id=desk_id, tag=tag, _anchor=row.key))


def _languages() -> Sequence[Language]:
    """The languages that the reader may see here."""
    return [each for each in public_languages() if may_see(identity.actor(), each.tag)]


def _review(desk_id: str, tag: str, rows: Sequence[Sentence], form: ReviewForm) -> str:
    return render_template(
        "texts/review.html",
        desk_id=desk_id,
        rows=rows,
        spoken=language(tag),
        name=language_name(tag, locale().tag),
        form=form,
        page_form=form,
        said=form.key.data if request.method == "POST" else "",
    )


def _put_down(tag: str, row: Sentence, form: ReviewForm) -> None:
    verdict = member(Verdict, form.verdict.data, Verdict.WRONG)
    opinion = Opinion(tag, row.key, form.digest.data or "", verdict, form.remark.data or "")
    service.review(session(), opinion, row.text, actor=identity.actor(), now=utcnow())


def _save(desk_id: str, form: TemplateForm, kept: AnswerTemplate | None) -> ResponseReturnValue:
    if not form.is_sent():
        return _page(desk_id, form, kept)
    entry = Entry(form.name.data or "", form.language.data, form.text.data or "")
    try:
        service.save_template(
            session(),
            entry,
            template_id=kept.id if kept else None,
            known_version=form.known_version,
            actor=identity.actor(),
            now=utcnow(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, form, kept), 409
    except EditedMeanwhile as error:
        form.has_seen(kept.version if kept else 0)
        return _page(desk_id, form, kept, stored=str(error.fields["text"]), by=error.by), 409
    flash(_("Saved."), "success")
    return redirect(url_for("texts.templates", desk_id=desk_id))


def _page(desk_id: str, form: TemplateForm, kept: AnswerTemplate | None, *, stored: str = "", by: str = "") -> str:
    return render_template(
        "texts/template.html", desk_id=desk_id, form=form, page_form=form, kept=kept, stored=stored, by=by
    )


def _spoken(said: Sequence[TextReview]) -> list[Spoken]:
    found = []
    for each in _languages():
        rows = _sentences(each.tag, said)
        good = sum(row.is_good for row in rows)
        found.append(Spoken(each, language_name(each.tag, locale().tag), good, len(rows)))
    return found


def _sentences(tag: str, said: Sequence[TextReview]) -> list[Sentence]:
    mine = [each for each in said if each.language == tag]
    with speaking(POLISH.tag):
        polish = {key: str(text) for key, text in sentences().items()}
    with speaking(tag):
        theirs = {key: str(text) for key, text in sentences().items()}
    return [_sentence(key, polish[key], text, mine) for key, text in theirs.items()]


def _sentence(key: str, polish: str, text: str, mine: Sequence[TextReview]) -> Sentence:
    verdict = verdict_on(key, text, [each.reviewed for each in mine])
    digest = digest_of(text)
    remark = next((each.remark for each in reversed(mine) if (each.key, each.digest) == (key, digest)), "")
    words = str(VERDICTS[verdict]) if verdict else _("not reviewed yet")
    return Sentence(key, polish, text, digest, words, verdict is Verdict.GOOD, remark)
