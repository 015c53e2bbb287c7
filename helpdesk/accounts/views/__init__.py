"""The pages of the accounts. Importing the modules puts their addresses on the blueprint."""

from uuid import UUID

from helpdesk.accounts import queries
from helpdesk.accounts.models import Account
from helpdesk.accounts.views import account, factors, passkeys, people, screen, sign_in, sure
from helpdesk.accounts.views.blueprint import staff
from helpdesk.accounts.views.people import NAVIGATION
from helpdesk.web.transaction import session

__all__ = ["NAVIGATION", "load_person", "staff"]
_PAGES = (account, factors, passkeys, people, screen, sign_in, sure)


def load_person(account_id: str) -> Account | None:
    """Whoever is signed in under this id, as long as they may."""
    found = queries.account(session(), UUID(account_id))
    return found if found is not None and found.active else None
