"""The provider's signatures and hosts: who may call us, and where our own calls would go."""

import hmac
from collections.abc import Iterable, Mapping
from typing import Protocol
from urllib.parse import urlparse

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, add_port, remove_port

SIGNATURE_HEADER = "X-Twilio-Signature"
# Says that a request was signed with a shared key, and with which: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256".
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
DEFAULT_HOST = "api.twilio.com"


class WrongHost(ValueError):
    """These settings would send personal data to another part of the world."""


class Headers(Protocol):
    """The headers of a request, whatever holds them."""

    def get(self, name: str, /) -> str | None:
        """One header, or None."""


class _Fields(dict[str, list[str]]):
    """The fields of a form as the validator asks for them: each name with all its values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def verify_request(
    tokens: Iterable[str],
    shared_keys: Iterable[tuple[str, str]],
    public_url: str,
    headers: Headers,
    raw_path_and_query: str,
    form: Mapping[str, list[str]],
) -> bool:
    """Tell whether the provider signed this request, with a shared key of ours or with one of our tokens. Never raises.

    `shared_keys` are names and secrets. A key counts only where the request names it, and only with SHA-256; a request that names
    another key, or another way, is good only if its signature is one of a token all the same. `headers` find a name in any case.
    Source: the provider's "Sign webhooks with shared keys".
    """
    signature = headers.get(SIGNATURE_HEADER)
    secret = dict(shared_keys).get(_named_key(headers.get(SETTINGS_HEADER) or ""), "")
    if secret and signature and _is_form(raw_path_and_query):
        url = public_url.rstrip("/") + raw_path_and_query
        if _is_signed(secret, url, form, signature, HMAC_SHA256):
            return True
    return verify(tuple(tokens), public_url, raw_path_and_query, form, signature)


def verify(
    tokens: tuple[str, ...],
    public_url: str,
    raw_path_and_query: str,
    form: Mapping[str, list[str]],
    signature: str | None,
) -> bool:
    """Tell whether the provider signed this request with one of our tokens. Never raises; without a token: no.

    `public_url` is scheme and host as the provider knows them, never what a forwarded header says.
    `raw_path_and_query` is percent-encoded exactly as received; a decoded one does not verify.
    A body that is not a form is refused: its hash stands in the address, and we ask for no such request.
    """
    if not signature or not _is_form(raw_path_and_query):
        return False
    url = public_url.rstrip("/") + raw_path_and_query
    return any(_is_signed(token, url, form, signature, HMAC_SHA1) for token in tokens if token)


def sign(token: str, url: str, form: Mapping[str, list[str]]) -> str:
    """Sign a request as the provider does: `url` in full without its fragment, `form` with all values of each field."""
    return str(RequestValidator(token).compute_signature(url, _Fields(form)))


def sign_shared(secret: str, url: str, form: Mapping[str, list[str]]) -> str:
    """Sign a request as the provider does with a shared key; `sign` says of what."""
    return str(RequestValidator(secret).compute_signature(url, _Fields(form), HMAC_SHA256))


def browser_token(account: str, key: str, secret: str, identity: str, *, region: str, seconds: int) -> str:
    """A token with which one browser rings as `identity` for `seconds`, in this region. It opens nothing else, and cannot call out."""
    grant = VoiceGrant(incoming_allow=True)
    token = AccessToken(account, key, secret, grants=[grant], identity=identity, ttl=seconds, region=region or None)
    return str(token.to_jwt())


def rest_host(region: str, edge: str) -> str:
    """Give the host of the provider's interface for calls of our own, "api.dublin.ie1.twilio.com" for instance.

    Raises WrongHost for a region without an edge or an edge without a region: the provider would process such
    requests in the United States, or not at all. Source: the provider's "Using the REST API in a non-US Region".
    """
    if not region and not edge:
        return DEFAULT_HOST
    if not region or not edge:
        raise WrongHost(f"Region and edge belong together; found region {region!r} and edge {edge!r}.")
    return f"api.{edge}.{region}.twilio.com"


def _is_form(raw_path_and_query: str) -> bool:
    return "bodySHA256=" not in raw_path_and_query


def _named_key(settings: str) -> str:
    """The one shared key with which a request says that it was signed by SHA-256; empty where it says anything else."""
    pairs = [part.strip().partition("=") for part in settings.split(",")]
    said = {name: value for name, _, value in pairs}
    is_clear = len(said) == len(pairs) and said.get("algorithm") == HMAC_SHA256
    return said.get("key", "") if is_clear else ""


def _is_signed(secret: str, url: str, form: Mapping[str, list[str]], signature: str, algorithm: str) -> bool:
    """Compare in constant time, which the library's own comparison does not promise; with and without the port, as it does."""
    signer = RequestValidator(secret)
    try:
        parts = urlparse(url)
        urls = (remove_port(parts), add_port(parts))
        signed = [signer.compute_signature(each, _Fields(form), algorithm) for each in urls]
    except (TypeError, ValueError):
        # A malformed address or text that cannot be encoded: somebody else's, whoever it is.
        return False
    given = signature.encode(errors="replace")
    return any(hmac.compare_digest(each.encode(), given) for each in signed)
