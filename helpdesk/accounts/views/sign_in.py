"""Signing in: login and password, then the second factor, then what is still to be set up."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import rules
from helpdesk.accounts.forms import CodeForm, NewPasswordForm, SignInForm
from helpdesk.accounts.models import Account
from helpdesk.accounts.service import entrance, factors, passwords
from helpdesk.accounts.views import qr
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import browser_token, entering, factor_was_shown, go_on, refuse, settings
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web import identity
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.transaction import session


def _to_the_door() -> ResponseReturnValue:
    return redirect(url_for("accounts.sign_in"))


@staff.route("/desk/login", methods=["GET", "POST"])
@open_to_all(Open.SIGN_IN)
def sign_in() -> ResponseReturnValue:
    next_url = rules.safe_next(request.args.get("next"))
    if identity.person() is not None:
        return redirect(next_url or url_for("accounts.start"))
    form, status = SignInForm(), 200
    if form.is_sent():
        try:
            login, password = form.login.data or "", form.password.data or ""
            account = entrance.show_password(session(), login, password, browser=browser_token(), now=utcnow())
            return go_on(account, factor_shown=False, next_url=next_url)
        except Refusal as refusal:
            status = refuse(form, refusal)
    return render_template("accounts/sign_in.html", form=form, page_form=form, next_url=next_url), status


@staff.route("/desk/login/second", methods=["GET", "POST"])
@open_to_all(Open.SIGN_IN)
def second_factor() -> ResponseReturnValue:
    """A code of the app, or a recovery code. A passkey is asked for by the same page, and needs no password."""
    half = entering()
    if half is None:
        return _to_the_door()
    form, status = CodeForm(), 200
    if form.is_sent():
        try:
            code = form.code.data or ""
            entrance.show_code(session(), half.account, code, browser=browser_token(), now=utcnow())
            return go_on(half.account, factor_shown=True, next_url=half.next, how="code")
        except Refusal as refusal:
            status = refuse(form, refusal)
    return render_template(
        "accounts/second.html", form=form, page_form=form, account=half.account, next_url=half.next
    ), status


@staff.route("/desk/login/password", methods=["GET", "POST"])
@open_to_all(Open.SIGN_IN)
def new_password() -> ResponseReturnValue:
    """The own password in place of the start password."""
    half = entering()
    if half is None or half.account.start_password_until is None or _owes_factor(half.account):
        return _to_the_door()
    form = NewPasswordForm()
    if form.is_sent() and form.is_same_twice():
        try:
            passwords.change(session(), half.account, form.password.data or "", actor=half.account.person, now=utcnow())
            return go_on(half.account, factor_shown=factor_was_shown(), next_url=half.next)
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/new_password.html", form=form, page_form=form, account=half.account)


@staff.route("/desk/login/set-up", methods=["GET", "POST"])
@open_to_all(Open.SIGN_IN)
def set_up() -> ResponseReturnValue:
    """The first second factor, without which nobody gets further."""
    half = entering()
    if half is None or half.account.has_second_factor or half.account.start_password_until is not None:
        return _to_the_door()
    form = CodeForm()
    if form.is_sent():
        try:
            factors.confirm(session(), half.account, form.code.data or "", actor=half.account.person, now=utcnow())
            return go_on(half.account, factor_shown=True, next_url=url_for("accounts.codes"), how="code")
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/set_up.html", form=form, page_form=form, **qr.of_offer(half.account))


def _owes_factor(account: Account) -> bool:
    """Whether a second factor that this account has was not shown yet."""
    step = entrance.next_step(account, factor_shown=factor_was_shown(), demo=settings().demo)
    return step is rules.Step.SECOND_FACTOR
