"""The second factor of my account: the app and the recovery codes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries
from helpdesk.accounts.forms import CodeForm, EmptyForm
from helpdesk.accounts.service import factors
from helpdesk.accounts.views import qr
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import me, refuse, settings
from helpdesk.accounts.views.sure import sure
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web.access import signed_in
from helpdesk.web.i18n import _
from helpdesk.web.transaction import session


@staff.get("/desk/account/app")
@signed_in
@sure
def app_page() -> ResponseReturnValue:
    form = CodeForm()
    return render_template("accounts/app.html", form=form, account=me(), **qr.of_offer(me()))


@staff.post("/desk/account/app/offer")
@signed_in
@sure
def offer_app() -> ResponseReturnValue:
    """A new secret; the app of before works until a code of the new one was typed."""
    factors.offer(me())
    return redirect(url_for("accounts.app_page"))


@staff.post("/desk/account/app")
@signed_in
@sure
def confirm_app() -> ResponseReturnValue:
    mine, form = me(), CodeForm()
    if form.is_sent():
        try:
            factors.confirm(session(), mine, form.code.data or "", actor=mine.person, now=utcnow())
            flash(_("The app is set up. From now on it gives you the code for signing in."), "success")
            return redirect(url_for("accounts.codes" if _needs_codes() else "accounts.account"))
        except Refusal as refusal:
            refuse(form, refusal)
    return render_template("accounts/app.html", form=form, page_form=form, account=mine, **qr.of_offer(mine))


def _needs_codes() -> bool:
    return queries.count_recovery_codes(session(), me().id) == 0


@staff.post("/desk/account/app/remove")
@signed_in
@sure
def remove_app() -> ResponseReturnValue:
    mine = me()
    factors.remove(session(), mine, demo=settings().demo, actor=mine.person, now=utcnow())
    flash(_("The app is removed."), "success")
    return redirect(url_for("accounts.account"))


@staff.get("/desk/account/codes")
@signed_in
@sure
def codes() -> ResponseReturnValue:
    left = queries.count_recovery_codes(session(), me().id)
    return render_template("accounts/codes.html", codes=[], codes_left=left, button=EmptyForm())


@staff.post("/desk/account/codes")
@signed_in
@sure
def show_codes() -> ResponseReturnValue:
    """Ten new codes. They are answered at once and kept nowhere, so this one page is not sent on to another address."""
    shown = factors.show_recovery_codes(session(), me())
    return render_template("accounts/codes.html", codes=shown, codes_left=0, button=EmptyForm())


@staff.post("/desk/account/codes/kept")
@signed_in
def keep_codes() -> ResponseReturnValue:
    mine = me()
    factors.keep_recovery_codes(session(), mine, actor=mine.person, now=utcnow())
    flash(_("The new recovery codes count from now on. Those of before do not count any more."), "success")
    return redirect(url_for("accounts.account"))
