"""Passkeys: signing in with one, making one, and the list of mine. The browser asks and answers in JSON by a script."""

import base64
from datetime import datetime
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from helpdesk.accounts import rules
from helpdesk.accounts.forms import EmptyForm, PasskeyNameForm
from helpdesk.accounts.models import Account
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service import passkeys
from helpdesk.accounts.service.passkeys import Question, Site
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import entering, go_on, me, settings
from helpdesk.accounts.views.sure import sure
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web import labels
from helpdesk.web.access import Open, open_to_all, signed_in
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session

_CHALLENGE = "challenge"


def _site() -> Site:
    return Site.of(settings().public_url)


def _ask(question: Question, purpose: str) -> ResponseReturnValue:
    challenge = base64.b64encode(question.challenge).decode()
    browser_session[_CHALLENGE] = {"is": challenge, "for": purpose, "at": utcnow().isoformat()}
    return Response(question.options, mimetype="application/json")


def _challenge(purpose: str) -> bytes:
    """The challenge of the question that was asked last, once and not for long."""
    kept = browser_session.pop(_CHALLENGE, None) or {"for": "", "at": "1970-01-01T00:00:00+00:00"}
    if kept["for"] != purpose or not rules.is_recent(
        datetime.fromisoformat(kept["at"]), rules.CHALLENGE_LIFE, utcnow()
    ):
        raise Refusal(AccountRefusal.PASSKEY_REFUSED)
    return base64.b64decode(kept["is"])


def _in_words(refusal: Refusal) -> ResponseReturnValue:
    return {"error": labels.sentence(refusal)}, 422


def _then(answer: ResponseReturnValue) -> ResponseReturnValue:
    """The address that a page would be sent to, for the script to go there."""
    return {"next": make_response(answer).headers["Location"]}


@staff.post("/desk/login/passkey/ask")
@open_to_all(Open.SIGN_IN)
def ask_passkey() -> ResponseReturnValue:
    return _ask(passkeys.ask_to_show(_site()), "sign-in")


@staff.post("/desk/login/passkey")
@open_to_all(Open.SIGN_IN)
def sign_in_with_passkey() -> ResponseReturnValue:
    """A passkey stands for both factors: the device that holds it has checked who uses it."""
    try:
        answer = request.form.get("credential", "")
        account = passkeys.show(session(), answer, challenge=_challenge("sign-in"), site=_site())
    except Refusal as refusal:
        return _in_words(refusal)
    next_url = rules.safe_next(request.form.get("next"))
    return _then(go_on(account, factor_shown=True, next_url=next_url, how="passkey"))


@staff.post("/desk/login/set-up/passkey/ask")
@open_to_all(Open.SIGN_IN)
def ask_first_passkey() -> ResponseReturnValue:
    account = _setting_up()
    return _ask(passkeys.ask_to_make(account, _site()), str(account.id)) if account else _gone()


@staff.post("/desk/login/set-up/passkey")
@open_to_all(Open.SIGN_IN)
def add_first_passkey() -> ResponseReturnValue:
    account = _setting_up()
    if account is None:
        return _gone()
    try:
        _add(account)
    except Refusal as refusal:
        return _in_words(refusal)
    return _then(go_on(account, factor_shown=True, next_url=url_for("accounts.codes"), how="passkey"))


def _setting_up() -> Account | None:
    """Whoever showed the password and must set up a first second factor."""
    half = entering()
    if half is None or half.account.has_second_factor or half.account.start_password_until is not None:
        return None
    return half.account


def _gone() -> ResponseReturnValue:
    return {"next": url_for("accounts.sign_in")}, 403


@staff.post("/desk/account/passkeys/ask")
@signed_in
@sure
def ask_new_passkey() -> ResponseReturnValue:
    return _ask(passkeys.ask_to_make(me(), _site()), str(me().id))


@staff.post("/desk/account/passkeys")
@signed_in
@sure
def add_passkey() -> ResponseReturnValue:
    try:
        _add(me())
    except Refusal as refusal:
        return _in_words(refusal)
    flash(_("The passkey is added. You can sign in with it from now on."), "success")
    return {"next": url_for("accounts.passkey_list")}


def _add(account: Account) -> None:
    passkeys.add(
        session(),
        account,
        request.form.get("credential", ""),
        challenge=_challenge(str(account.id)),
        site=_site(),
        name=request.form.get("name", ""),
        actor=account.person,
        now=utcnow(),
    )


@staff.get("/desk/account/passkeys")
@signed_in
@sure
def passkey_list() -> ResponseReturnValue:
    return render_template("accounts/passkeys.html", account=me(), form=PasskeyNameForm())


@staff.route("/desk/account/passkeys/<uuid:passkey_id>", methods=["GET", "POST"])
@signed_in
@sure
def passkey(passkey_id: UUID) -> ResponseReturnValue:
    one = passkeys.own(me(), passkey_id)
    form = PasskeyNameForm(obj=one)
    if form.is_sent():
        passkeys.rename(me(), passkey_id, form.name.data or "")
        flash(_("The passkey has its new name."), "success")
        return redirect(url_for("accounts.passkey_list"))
    return render_template("accounts/passkey.html", passkey=one, form=form, page_form=form, button=EmptyForm())


@staff.post("/desk/account/passkeys/<uuid:passkey_id>/remove")
@signed_in
@sure
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    mine = me()
    passkeys.remove(session(), mine, passkey_id, demo=settings().demo, actor=mine.person, now=utcnow())
    flash(_("The passkey is removed. You can delete it on your device, too."), "success")
    return redirect(url_for("accounts.passkey_list"))
