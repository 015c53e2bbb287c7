"""Before somebody changes what protects an account, they show again that they are its owner."""

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.accounts import rules
from helpdesk.accounts.forms import PasswordForm
from helpdesk.accounts.service import entrance
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.entering import browser_token, is_sure, me, note_sure, refuse
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web.access import signed_in
from helpdesk.web.transaction import session

Arguments = ParamSpec("Arguments")


def sure(view: Callable[Arguments, ResponseReturnValue]) -> Callable[Arguments, ResponseReturnValue]:
    """Only for somebody who showed the password or a passkey within the last minutes; others are asked for it first."""

    @functools.wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
        if is_sure():
            return view(*args, **kwargs)
        back = request.path if request.method == "GET" else url_for("accounts.account")
        ask = url_for("accounts.confirm", next=back)
        return ({"next": ask}, 403) if request.headers.get("X-Requested-With") else redirect(ask)

    return guarded


@staff.route("/desk/account/confirm", methods=["GET", "POST"])
@signed_in
def confirm() -> ResponseReturnValue:
    next_url = rules.safe_next(request.args.get("next")) or url_for("accounts.account")
    form, status = PasswordForm(), 200
    if form.is_sent():
        try:
            entrance.show_password_again(
                session(), me(), form.password.data or "", browser=browser_token(), now=utcnow()
            )
            note_sure()
            return redirect(next_url)
        except Refusal as refusal:
            status = refuse(form, refusal)
    return render_template("accounts/confirm.html", form=form, page_form=form, next_url=next_url), status
