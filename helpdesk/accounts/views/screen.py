"""Leaving, locking and unlocking the screen, and the list of the desks that somebody may enter."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import rules
from helpdesk.accounts.forms import PasswordForm
from helpdesk.accounts.service import entrance
from helpdesk.accounts.service.trail import note
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import browser_token, me, note_sure, refuse
from helpdesk.audit.rules import Tag
from helpdesk.desks import queries as desks
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web import identity
from helpdesk.web.access import Open, open_to_all, signed_in
from helpdesk.web.transaction import session


@staff.get("/desk/")
@signed_in
def start() -> ResponseReturnValue:
    """The desks of whoever is signed in; with exactly one, that desk."""
    mine = me().desk_ids
    if len(mine) == 1:
        return redirect(url_for("start.desk", desk_id=mine[0]))
    return render_template("accounts/start.html", desks=[desks.desk(session(), desk_id) for desk_id in mine])


# Leaving, locking and unlocking are open because a locked screen must be able to do each of them.
@staff.post("/desk/logout")
@open_to_all(Open.SIGN_IN)
def sign_out() -> ResponseReturnValue:
    if identity.person() is not None:
        account = me()
        note(session(), account, Tag.ACCOUNT_SIGNED_OUT, actor=account.person, now=utcnow())
    identity.sign_out()
    return redirect(url_for("accounts.sign_in", next=rules.safe_next(request.form.get("next"))))


@staff.post("/desk/lock")
@open_to_all(Open.SIGN_IN)
def lock() -> ResponseReturnValue:
    """Lock the screen; what was open is found again after unlocking."""
    if identity.person() is not None and not identity.is_locked():
        account = me()
        note(session(), account, Tag.ACCOUNT_LOCKED, actor=account.person, now=utcnow())
        identity.lock()
    if request.headers.get("X-Requested-With"):
        return "", 204
    return redirect(url_for("accounts.unlock", next=rules.safe_next(request.form.get("next"))))


@staff.route("/desk/unlock", methods=["GET", "POST"])
@open_to_all(Open.SIGN_IN)
def unlock() -> ResponseReturnValue:
    """The password of the same person opens the screen again; somebody else signs out first."""
    next_url = rules.safe_next(request.args.get("next"))
    if identity.person() is None:
        return redirect(url_for("accounts.sign_in", next=next_url))
    if not identity.is_locked():
        return redirect(next_url or url_for("accounts.start"))
    form, status = PasswordForm(), 200
    if form.is_sent():
        try:
            entrance.unlock(session(), me(), form.password.data or "", browser=browser_token(), now=utcnow())
            identity.unlock()
            note_sure()
            return redirect(next_url or url_for("accounts.start"))
        except Refusal as refusal:
            status = refuse(form, refusal)
    return render_template("accounts/unlock.html", form=form, page_form=form, person=me(), next_url=next_url), status
