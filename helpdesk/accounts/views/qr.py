"""The picture that an app reads to learn a secret."""

import segno
from markupsafe import Markup

from helpdesk.accounts.models import Account
from helpdesk.accounts.service import factors
from helpdesk.accounts.service.passkeys import SITE_NAME


def of_offer(account: Account) -> dict[str, Markup | str]:
    """What the page of a set-up shows: the picture of the offered secret, and the secret in groups for those who type."""
    secret = account.totp_offer
    if not secret:
        return {}
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": _picture(factors.uri(account, SITE_NAME)), "secret": groups}


def _picture(text: str) -> Markup:
    """An inline SVG without any style, as our policy demands; the page says beside it what it is."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704  drawn by us from a text that becomes squares, not markup
