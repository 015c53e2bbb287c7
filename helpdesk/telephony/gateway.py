"""The provider's signatures and hosts: who may call us, and where our own calls would go."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

SIGNATURE_HEADER = "X-Twilio-Signature"
DEFAULT_HOST = "api.twilio.com"


class WrongHost(ValueError):
    """These settings would send personal data to another part of the world."""


class _Fields(dict[str, list[str]]):
    """The fields of a form as the validator asks for them: each name with all its values."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


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
    if not signature or "bodySHA256=" in raw_path_and_query:
        return False
    url = public_url.rstrip("/") + raw_path_and_query
    return any(_is_signed(token, url, form, signature) for token in tokens if token)


def sign(token: str, url: str, form: Mapping[str, list[str]]) -> str:
    """Sign a request as the provider does: `url` in full without its fragment, `form` with all values of each field."""
    return str(RequestValidator(token).compute_signature(url, _Fields(form)))


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


def _is_signed(token: str, url: str, form: Mapping[str, list[str]], signature: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(url, _Fields(form), signature))
    except (TypeError, ValueError):
        # A malformed address or text that cannot be encoded: somebody else's, whoever it is.
        return False
