"""Doing what a small form asks for, the same way on every page of the settings."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from helpdesk.kernel.errors import Refusal
from helpdesk.web.forms import Form
from helpdesk.web.i18n import _


def done(form: Form, deed: Callable[[], object], page: Callable[[], str], then: str) -> ResponseReturnValue:
    """Do it and go on, or show the page again with the reason beside the field."""
    try:
        deed()
    except Refusal as refusal:
        form.refuse(refusal)
        return page(), 409
    flash(_("Saved."), "success")
    return redirect(then)
