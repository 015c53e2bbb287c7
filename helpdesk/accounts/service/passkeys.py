"""Passkeys (WebAuthn): made on this site only, with the person verified by the device, so that one stands for both factors."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from helpdesk.accounts import queries
from helpdesk.accounts.models import Account, Passkey
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service.trail import note
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import NotFound, Refusal
from helpdesk.kernel.permissions import Actor

SITE_NAME = "Helpdesk"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Site:
    """The address by which browsers know us; a passkey of one site is worth nothing at another."""

    host: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "Site":
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked, as JSON, and the challenge that its answer must contain."""

    options: str
    challenge: bytes


def ask_to_make(account: Account, site: Site) -> Question:
    """Ask the browser for a new passkey of this account."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_id=account.id.bytes,
        user_name=account.login,
        user_display_name=account.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each.credential_id) for each in account.passkeys],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def ask_to_show(site: Site) -> Question:
    """Ask the browser for any passkey of this site; which account it belongs to is in its answer."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def add(
    session: Session,
    account: Account,
    answer: str,
    *,
    challenge: bytes,
    site: Site,
    name: str,
    actor: Actor,
    now: datetime,
) -> Passkey:
    """Keep the public half of a new passkey, or raise Refusal."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise Refusal(AccountRefusal.PASSKEY_REFUSED) from error
    if queries.passkey(session, made.credential_id):
        raise Refusal(AccountRefusal.PASSKEY_KNOWN)
    passkey = Passkey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip()[:LONGEST_NAME] or SITE_NAME,
        added_at=now,
    )
    account.passkeys.append(passkey)
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail={"what": "passkey-added"})
    return passkey


def show(session: Session, answer: str, *, challenge: bytes, site: Site) -> Account:
    """The account whose passkey gave this answer, or Refusal."""
    passkey = queries.passkey(session, _credential_id(answer))
    if passkey is None or not passkey.account.active:
        raise Refusal(AccountRefusal.PASSKEY_REFUSED)
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise Refusal(AccountRefusal.PASSKEY_REFUSED) from error
    passkey.sign_count = shown.new_sign_count
    return passkey.account


def _credential_id(answer: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(answer)["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(AccountRefusal.PASSKEY_REFUSED) from error


def rename(account: Account, passkey_id: UUID, name: str) -> None:
    """Call a passkey by another name."""
    own(account, passkey_id).name = name.strip()[:LONGEST_NAME]


def remove(session: Session, account: Account, passkey_id: UUID, *, demo: bool, actor: Actor, now: datetime) -> None:
    """Forget a passkey, or raise Refusal if it is the only second factor and one is needed."""
    passkey = own(account, passkey_id)
    if len(account.passkeys) == 1 and account.totp_confirmed_at is None and not demo:
        raise Refusal(AccountRefusal.LAST_SECOND_FACTOR)
    session.delete(passkey)
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail={"what": "passkey-removed"})


def own(account: Account, passkey_id: UUID) -> Passkey:
    """A passkey of this account, or NotFound, also for a passkey of somebody else."""
    for passkey in account.passkeys:
        if passkey.id == passkey_id:
            return passkey
    raise NotFound("passkey")
