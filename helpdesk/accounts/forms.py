"""The forms of the accounts: what must be given and how long it may be. What it means is judged by the rules."""

from typing import Any

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField

from helpdesk.accounts.labels import PROFESSIONS, ROLES
from helpdesk.accounts.rules import LONGEST_PASSWORD, Place
from helpdesk.kernel.languages import LANGUAGES, STAFF_LANGUAGES, language_name
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.web.forms import Form, at_most, given, options
from helpdesk.web.i18n import lazy, locale

LONGEST_LOGIN = 60
LONGEST_NAME = 120


def _role_choices() -> Any:  # noqa: ANN401  as of `options`
    return options((role.value, str(text)) for role, text in ROLES.items())


def _profession_choices() -> Any:  # noqa: ANN401  likewise
    return options([("", ""), *((profession.value, str(text)) for profession, text in PROFESSIONS.items())])


def _language_choices() -> Any:  # noqa: ANN401  likewise
    return options((each.tag, language_name(each.tag, locale().tag)) for each in LANGUAGES)


class SignInForm(Form):
    login = StringField(lazy("Login"), [given(lazy("Write your login.")), at_most(LONGEST_LOGIN)])
    password = PasswordField(lazy("Password"), [given(lazy("Write your password.")), at_most(LONGEST_PASSWORD)])


class PasswordForm(Form):
    """The password of somebody who is known already."""

    password = PasswordField(lazy("Your password"), [given(lazy("Write your password.")), at_most(LONGEST_PASSWORD)])


class CodeForm(Form):
    code = StringField(lazy("Code"), [given(lazy("Write the code.")), at_most(40)])


class NewPasswordForm(Form):
    password = PasswordField(lazy("New password"), [given(lazy("Write a new password.")), at_most(LONGEST_PASSWORD)])
    again = PasswordField(lazy("New password once more"), [given(lazy("Write the new password once more."))])

    def is_same_twice(self) -> bool:
        """Whether the password was typed the same twice; if not, the sentence stands beside the second field."""
        if self.password.data == self.again.data:
            return True
        self.again.errors = [str(lazy("The two passwords are not the same."))]
        return False


class DetailsForm(Form):
    name = StringField(
        lazy("Full name"), [given(lazy("Write your name as colleagues know it.")), at_most(LONGEST_NAME)]
    )
    locale = SelectField(
        lazy("Language of these pages"), choices=options((each.tag, each.endonym) for each in STAFF_LANGUAGES)
    )
    languages = SelectMultipleField(lazy("Languages that you speak"), choices=_language_choices)
    phone = StringField(
        lazy("Phone for duty calls"),
        [at_most(40)],
        description=lazy("Calls of the desk ring here while you are on duty. Nobody sees the number."),
    )


class PasskeyNameForm(Form):
    name = StringField(lazy("Name of the passkey"), [given(lazy("Write a name for the passkey.")), at_most(60)])


class PlaceForm(Form):
    """What somebody does at a desk."""

    roles = SelectMultipleField(lazy("Roles at this desk"), choices=_role_choices)
    profession = SelectField(lazy("Profession"), [given(lazy("Choose a profession."))], choices=_profession_choices)
    reviews = SelectMultipleField(
        lazy("Reviews our texts in"),
        choices=_language_choices,
        description=lazy(
            "For interpreters: what we say in languages with which they grew up. They see only the languages that are chosen here."
        ),
    )

    def place(self) -> Place:
        roles = frozenset(Role(value) for value in self.roles.data or ())
        return Place(roles, Profession(self.profession.data), frozenset(self.reviews.data or ()))


class NewcomerForm(PlaceForm):
    login = StringField(
        lazy("Login"),
        [given(lazy("Write a login.")), at_most(LONGEST_LOGIN)],
        description=lazy("For example: anna.kowalska"),
    )
    name = StringField(lazy("Full name"), [given(lazy("Write the name as colleagues know it.")), at_most(LONGEST_NAME)])
    languages = SelectMultipleField(lazy("Languages that this person speaks"), choices=_language_choices)


class KnownPersonForm(PlaceForm):
    login = StringField(lazy("Login"), [given(lazy("Write the login.")), at_most(LONGEST_LOGIN)])


class EmptyForm(Form):
    """A button that changes something."""
