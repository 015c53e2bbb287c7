"""What is stored now beside what was typed, field by field, for whoever was slower."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from wtforms import Field

from helpdesk.web.forms import Form
from helpdesk.web.i18n import _, localdate


def differences(form: Form, stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name of the field, what is stored, what was typed, for each field in which the two differ."""
    return [
        (str(field.label.text), _words(field, stored[field.name]), _words(field, field.data))
        for field in form
        if field.name in stored and field.name != "version" and _plain(field.data) != _plain(stored[field.name])
    ]


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a field holds
    return value or None


def _words(field: Field, value: Any) -> str:  # noqa: ANN401  likewise
    """A value of a field as a person reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return localdate(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    labels = {str(each[0]): str(each[1]) for each in getattr(field, "choices", None) or ()}
    texts = [labels.get(str(each), str(each)) for each in (value if isinstance(value, list) else [value]) if each]
    return ", ".join(texts) or "—"
