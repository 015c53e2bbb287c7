"""What whoever plays the telephone in a demonstration sees beside a number: whose it is, and what a recording says."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, load_only

from helpdesk.accounts.models import Account
from helpdesk.db.wall import across
from helpdesk.telephony.models import Recording
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.rules.recordings import Slot


def owners(session: Session) -> dict[str, str]:
    """Whose each telephone is, of whichever desk."""
    named = (load_only(Account.name, Account.phone_sealed), lazyload(Account.memberships))
    statement = select(Account).where(Account.phone_sealed.is_not(None)).options(*named)
    return {each.phone: each.name for each in session.scalars(statement)}


def recorded(session: Session, digests: Collection[str]) -> dict[str, Slot]:
    """What the sounds of these digests say, of whichever desk."""
    columns = select(Recording.digest, Recording.prompt, Recording.language, Recording.key)
    rows = session.execute(columns.where(Recording.digest.in_(digests)), execution_options=across("telephony"))
    return {digest: Slot(Prompt(prompt), language, key) for digest, prompt, language, key in rows}
