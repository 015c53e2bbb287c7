from flask import Flask

from helpdesk.accounts.labels import LABELS, PROFESSIONS, ROLE_HINTS, ROLES
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.kernel.permissions import Profession, Role


def test_every_refusal_role_and_profession_has_words(app: Flask) -> None:
    with app.test_request_context("/desk/"):
        for kind, table in ((AccountRefusal, LABELS), (Role, ROLES), (Role, ROLE_HINTS), (Profession, PROFESSIONS)):
            assert {(type(code), code) for code in table} == {(kind, code) for code in kind}
            assert all(str(text) for text in table.values())
