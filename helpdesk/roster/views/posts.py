"""The posts of a desk: what must be covered."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import day_of, utcnow
from helpdesk.kernel.errors import EditedMeanwhile, Refusal
from helpdesk.kernel.permissions import Permission
from helpdesk.premises import queries as premises
from helpdesk.roster import queries
from helpdesk.roster.forms.days import fresh_days
from helpdesk.roster.forms.differences import differences
from helpdesk.roster.forms.posts import EndForm, PostForm, typed_post
from helpdesk.roster.labels.posts import days_in_words, validity, wanted_in_words
from helpdesk.roster.models import Post
from helpdesk.roster.service import looking, posts
from helpdesk.roster.views.blueprint import staff
from helpdesk.web import identity
from helpdesk.web.access import requires
from helpdesk.web.i18n import _, localdate
from helpdesk.web.transaction import session


@staff.get("/roster/posts")
@requires(Permission.DUTY_MANAGE)
def post_list(desk_id: str) -> ResponseReturnValue:
    """Every post: those that are needed now or later, and below them those that have ended."""
    today = day_of(utcnow())
    found = looking.in_order(queries.posts(session()))
    return render_template(
        "roster/posts.html",
        desk_id=desk_id,
        current=[_row(post) for post in found if not _has_ended(post, today)],
        ended=[_row(post) for post in found if _has_ended(post, today)],
    )


@staff.route("/roster/posts/new", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def new_post(desk_id: str) -> ResponseReturnValue:
    fresh = fresh_days(day_of(utcnow())) | {"people": 1, "pause_minutes": 0, "rung": True, "public": True}
    return _edit(desk_id, _form(desk_id, fresh), None)


@staff.route("/roster/posts/<uuid:post_id>/edit", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def edit_post(desk_id: str, post_id: UUID) -> ResponseReturnValue:
    post = queries.post(session(), post_id)
    held = typed_post(posts.entry_of(post)) | {"version": str(post.version)}
    return _edit(desk_id, _form(desk_id, held), post)


@staff.route("/roster/posts/<uuid:post_id>/end", methods=["GET", "POST"])
@requires(Permission.DUTY_MANAGE)
def end_post(desk_id: str, post_id: UUID) -> ResponseReturnValue:
    """Say from when on a post is not needed any more. What is published stays, and is named."""
    post = queries.post(session(), post_id)
    form = EndForm(data={"last": post.last or day_of(utcnow()), "version": str(post.version)})
    last = form.last.data
    if form.is_sent() and last is not None:
        try:
            posts.end_post(
                session(), post_id, last, known_version=form.known_version, actor=identity.actor(), now=utcnow()
            )
        except EditedMeanwhile:
            return _end_page(desk_id, post, form, edited=True), 409
        except Refusal as refusal:
            form.refuse(refusal)
            return _end_page(desk_id, post, form), 409
        flash(_("%(name)s ends on %(day)s.", name=post.name, day=localdate(last)), "success")
        return redirect(url_for("roster.post_list", desk_id=desk_id))
    return _end_page(desk_id, post, form)


def _edit(desk_id: str, form: PostForm, post: Post | None) -> ResponseReturnValue:
    entry = form.entry()
    if entry is None:
        return _page(desk_id, form, post), 422 if form.errors else 200
    try:
        saved = posts.save_post(
            session(),
            entry,
            post_id=post.id if post else None,
            known_version=form.known_version,
            actor=identity.actor(),
            now=utcnow(),
        )
    except EditedMeanwhile:
        assert post is not None  # noqa: S101  a new one has nobody who was quicker
        return _edited_page(desk_id, form, post), 409
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(desk_id, form, post), 409
    flash(_("%(name)s is saved.", name=saved.name), "success")
    return redirect(url_for("roster.post_list", desk_id=desk_id))


def _form(desk_id: str, data: dict[str, Any]) -> PostForm:
    desk = desks.this_desk(session(), desk_id)
    return PostForm(desk.kind, premises.places(session()), data)


def _page(desk_id: str, form: PostForm, post: Post | None, *, both: Sequence[tuple[str, str, str]] = ()) -> str:
    return render_template("roster/post.html", desk_id=desk_id, form=form, page_form=form, post=post, both=both)


def _edited_page(desk_id: str, form: PostForm, post: Post) -> str:
    """The form as it was typed, with what is stored now beside it; saving again counts as having seen that."""
    form.has_seen(post.version)
    return _page(desk_id, form, post, both=differences(form, typed_post(posts.entry_of(post))))


def _end_page(desk_id: str, post: Post, form: EndForm, *, edited: bool = False) -> str:
    if edited:
        form.has_seen(post.version)
    return render_template("roster/post_end.html", desk_id=desk_id, form=form, page_form=form, post=post, edited=edited)


def _row(post: Post) -> dict[str, Any]:
    """A post in words."""
    where = [post.place.name] if post.place else []
    where += [post.room.name] if post.room else []
    return {
        "post": post,
        "wanted": wanted_in_words(post),
        "hours": f"{post.starts:%H:%M}–{post.ends:%H:%M}",
        "days": days_in_words(post.days),
        "validity": validity(post.days),
        "where": ", ".join(where),
    }


def _has_ended(post: Post, today: date) -> bool:
    return post.last is not None and post.last < today
