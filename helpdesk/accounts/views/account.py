"""My account: name, languages, phone, password, and signing out everywhere."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries
from helpdesk.accounts.forms import DetailsForm, EmptyForm, NewPasswordForm
from helpdesk.accounts.models import Account
from helpdesk.accounts.service import entrance, passwords, people
from helpdesk.accounts.service.trail import note
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import browser_token, me, note_sure, refuse
from helpdesk.accounts.views.sure import sure
from helpdesk.audit.rules import Tag
from helpdesk.kernel import phones
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web import identity
from helpdesk.web.access import signed_in
from helpdesk.web.i18n import _, choose
from helpdesk.web.transaction import session


@staff.route("/desk/account", methods=["GET", "POST"])
@signed_in
def account() -> ResponseReturnValue:
    mine = me()
    form = DetailsForm(data=_details(mine))
    if form.is_sent():
        try:
            return _save(mine, form)
        except Refusal as refusal:
            refuse(form, refusal)
    left = queries.count_recovery_codes(session(), mine.id)
    return render_template(
        "accounts/account.html",
        form=form,
        page_form=form,
        account=mine,
        codes_left=left,
        button=EmptyForm(),
        in_browser=people.rings_in_browser(mine),
    )


def _details(mine: Account) -> dict[str, object]:
    shown = "" if people.rings_in_browser(mine) else phones.display(mine.phone)
    return {"name": mine.name, "locale": mine.locale, "languages": mine.languages, "phone": shown}


def _save(mine: Account, form: DetailsForm) -> ResponseReturnValue:
    languages = form.languages.data or []
    people.set_details(
        mine, name=form.name.data or "", locale=form.locale.data, languages=languages, phone=form.phone.data or ""
    )
    note(session(), mine, Tag.ACCOUNT_CHANGED, actor=mine.person, now=utcnow(), detail={"what": "details"})
    choose(mine.locale)
    flash(_("Your account is saved."), "success")
    return redirect(url_for("accounts.account"))


@staff.route("/desk/account/password", methods=["GET", "POST"])
@signed_in
@sure
def password() -> ResponseReturnValue:
    """Another password. Every other session of this account ends."""
    mine, form = me(), NewPasswordForm()
    if form.is_sent() and form.is_same_twice():
        try:
            passwords.change(session(), mine, form.password.data or "", actor=mine.person, now=utcnow())
            _end_other_sessions(mine)
            flash(_("Your password is changed. Wherever else you were signed in, you are signed out."), "success")
            return redirect(url_for("accounts.account"))
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/password.html", form=form, page_form=form, account=mine)


@staff.post("/desk/account/leave-everywhere")
@signed_in
def leave_everywhere() -> ResponseReturnValue:
    mine = me()
    entrance.leave_everywhere(session(), mine, browser=browser_token(), now=utcnow())
    _end_other_sessions(mine)
    flash(_("Wherever else you were signed in, you are signed out."), "success")
    return redirect(url_for("accounts.account"))


def _end_other_sessions(mine: Account) -> None:
    identity.end_all_sessions(mine.id)
    identity.sign_in(mine)  # under a new id, since the one of before has just ended, too
    note_sure()
