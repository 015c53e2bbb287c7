import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.rest import Client

from helpdesk.telephony import gateway

PUBLIC = "https://example.com"
TARGET = "/myapp.php?foo=1&bar=2"
# The worked example of the provider's page on webhook security.
SIGNATURE = "L/OH5YylLD5NRKLltdqwSvS0BnU="
FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Caller": ["+14158675310"],
    "Digits": ["1234"],
    "From": ["+14158675310"],
    "To": ["+18005551212"],
}

forms = st.dictionaries(
    st.text(min_size=1, max_size=5), st.lists(st.text(max_size=5), min_size=1, max_size=3), max_size=4
)
# The key of a signature is padded with zero bytes, so a token of letters and digits is meant.
tokens = st.text("abcXYZ019", min_size=1, max_size=8)


def test_the_providers_own_example_verifies() -> None:
    assert gateway.verify(("12345",), PUBLIC, TARGET, FORM, SIGNATURE)
    assert gateway.sign("12345", PUBLIC + TARGET, FORM) == SIGNATURE


def test_during_a_rotation_both_tokens_are_good() -> None:
    assert gateway.verify(("new", "12345"), PUBLIC, TARGET, FORM, SIGNATURE)
    assert gateway.verify(("12345", "new"), PUBLIC, TARGET, FORM, SIGNATURE)


@pytest.mark.parametrize("known", [(), ("",), ("", "")])
def test_without_a_token_nobody_is_let_in(known: tuple[str, ...]) -> None:
    assert not gateway.verify(known, PUBLIC, TARGET, FORM, SIGNATURE)
    assert not gateway.verify(known, PUBLIC, TARGET, FORM, gateway.sign("", PUBLIC + TARGET, FORM))


@pytest.mark.parametrize(
    "signature", [None, "", "L/OH5YylLD5NRKLltdqwSvS0BnU", "ł", SIGNATURE + " ", SIGNATURE.lower()]
)
def test_a_missing_or_changed_signature_is_refused(signature: str | None) -> None:
    assert not gateway.verify(("12345",), PUBLIC, TARGET, FORM, signature)


@pytest.mark.parametrize(
    ("public", "target", "form"),
    [
        ("https://evil.example", TARGET, FORM),
        ("http://example.com", TARGET, FORM),
        (PUBLIC, "/myapp.php?bar=2&foo=1", FORM),
        (PUBLIC, "/telephony/status", FORM),
        (PUBLIC, TARGET, {**FORM, "Digits": ["1"]}),
        (PUBLIC, TARGET, {**FORM, "Digits": ["1234 "]}),
        (PUBLIC, TARGET, {**FORM, "Digits": ["1234", "9"]}),
        (PUBLIC, TARGET, {}),
        ("https://example.com:nonsense", TARGET, FORM),
        ("", "", {}),
        (PUBLIC, TARGET, {"Digits": ["\udce9"]}),
    ],
)
def test_a_signature_is_good_for_one_address_and_one_form_only(
    public: str, target: str, form: dict[str, list[str]]
) -> None:
    assert not gateway.verify(("12345",), public, target, form, SIGNATURE)


def test_a_field_that_is_not_yet_known_belongs_to_the_signature_as_well() -> None:
    form = {**FORM, "SomethingOf2027": ["a b "], "Empty": [""]}
    assert gateway.verify(("12345",), PUBLIC, TARGET, form, gateway.sign("12345", PUBLIC + TARGET, form))


def test_a_body_that_is_not_a_form_is_refused_even_if_signed() -> None:
    target = "/telephony/status?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
    assert not gateway.verify(("12345",), PUBLIC, target, {}, gateway.sign("12345", PUBLIC + target, {}))


def test_an_address_is_taken_as_it_came_and_not_decoded() -> None:
    encoded = "/telephony/menu/%C5%82?note=%7E"
    signature = gateway.sign("12345", PUBLIC + encoded, FORM)
    assert gateway.verify(("12345",), PUBLIC, encoded, FORM, signature)
    assert not gateway.verify(("12345",), PUBLIC, "/telephony/menu/ł?note=~", FORM, signature)


def test_over_https_the_provider_leaves_the_port_out() -> None:
    signature = gateway.sign("12345", PUBLIC + TARGET, FORM)
    assert gateway.verify(("12345",), PUBLIC + ":443", TARGET, FORM, signature)


def test_a_trailing_slash_of_the_public_address_does_not_matter() -> None:
    assert gateway.verify(("12345",), PUBLIC + "/", TARGET, FORM, SIGNATURE)


@given(tokens, forms)
def test_what_is_signed_verifies(token: str, form: dict[str, list[str]]) -> None:
    assert gateway.verify((token,), PUBLIC, TARGET, form, gateway.sign(token, PUBLIC + TARGET, form))


@given(tokens, tokens, forms)
def test_what_a_stranger_signed_does_not_verify(ours: str, theirs: str, form: dict[str, list[str]]) -> None:
    signature = gateway.sign(theirs, PUBLIC + TARGET, form)
    assert gateway.verify((ours,), PUBLIC, TARGET, form, signature) is (ours == theirs)


@given(st.text(), st.text(), forms, st.text())
def test_whatever_a_stranger_sends_is_answered_no_and_never_an_error(
    public: str, target: str, form: dict[str, list[str]], signature: str
) -> None:
    assert gateway.verify(("12345",), public, target, form, signature) is False


def test_irish_data_stays_in_ireland() -> None:
    assert gateway.rest_host("ie1", "dublin") == "api.dublin.ie1.twilio.com"
    assert gateway.rest_host("", "") == "api.twilio.com"


@pytest.mark.parametrize(("region", "edge"), [("ie1", ""), ("", "dublin")])
def test_a_region_without_an_edge_is_refused(region: str, edge: str) -> None:
    with pytest.raises(gateway.WrongHost, match="belong together"):
        gateway.rest_host(region, edge)


def test_the_providers_library_would_call_the_host_that_we_assert() -> None:
    client = Client("AC" + "0" * 32, "token", region="ie1", edge="dublin")  # type: ignore[no-untyped-call]
    assert client.get_hostname("https://api.twilio.com") == f"https://{gateway.rest_host('ie1', 'dublin')}"


SECRET = "a-secret-of-our-own=="
KEYS = (("office-2026", SECRET), ("office-2027", "the-next-one"))
# HMAC-SHA256 with SECRET over the same text as the provider's own example, by another tool.
SHARED_SIGNATURE = "5Y5Zb3OGUwkLkREmKWWko9bexR6PxlPL0qYrcPGTZgk="
NAMED = "key=office-2026,algorithm=HMAC_SHA256"


def asked(signature: str = SHARED_SIGNATURE, named: str | None = NAMED) -> dict[str, str]:
    told = {} if named is None else {gateway.SETTINGS_HEADER: named}
    return {gateway.SIGNATURE_HEADER: signature, **told}


def is_let_in(headers: dict[str, str], keys: tuple[tuple[str, str], ...] = KEYS, target: str = TARGET) -> bool:
    return gateway.verify_request(("12345", "new"), keys, PUBLIC, headers, target, FORM)


def test_a_request_signed_with_a_shared_key_is_let_in() -> None:
    assert gateway.sign_shared(SECRET, PUBLIC + TARGET, FORM) == SHARED_SIGNATURE
    assert is_let_in(asked())
    assert is_let_in(asked(named="algorithm=HMAC_SHA256, key=office-2026"))


def test_while_shared_keys_are_being_changed_each_is_good_under_its_own_name() -> None:
    newer = gateway.sign_shared("the-next-one", PUBLIC + TARGET, FORM)
    assert is_let_in(asked(newer, "key=office-2027,algorithm=HMAC_SHA256"))
    assert not is_let_in(asked(newer))
    assert not is_let_in(asked(SHARED_SIGNATURE, "key=office-2027,algorithm=HMAC_SHA256"))


def test_without_such_a_header_the_token_signs_as_before_and_both_tokens_are_good() -> None:
    assert is_let_in(asked(SIGNATURE, None))
    assert is_let_in(asked(gateway.sign("new", PUBLIC + TARGET, FORM), None))
    assert not is_let_in(asked(gateway.sign("other", PUBLIC + TARGET, FORM), None))


@pytest.mark.parametrize(
    "named",
    [
        None,
        "",
        "key=office-2026",
        "algorithm=HMAC_SHA256",
        "key=office-2026,algorithm=HMAC_SHA1",
        "key=office-2026,algorithm=hmac_sha256",
        "key=office-2026,algorithm=none",
        "key=unknown,algorithm=HMAC_SHA256",
        "key=,algorithm=HMAC_SHA256",
        "key=unknown,key=office-2026,algorithm=HMAC_SHA256",
        "key=office-2026,algorithm=HMAC_SHA1,algorithm=HMAC_SHA256",
        "key=office-2026;algorithm=HMAC_SHA256",
        "ł",
    ],
)
def test_a_shared_key_counts_only_where_the_request_names_it_clearly(named: str | None) -> None:
    assert not is_let_in(asked(named=named))


def test_no_secret_is_taken_for_a_weaker_way_of_signing() -> None:
    """Neither the shared key with SHA-1, nor the token with SHA-256, nor an absent key with an empty secret."""
    sha1_of_key = gateway.sign(SECRET, PUBLIC + TARGET, FORM)
    sha256_of_token = gateway.sign_shared("12345", PUBLIC + TARGET, FORM)
    for named in (NAMED, None, "key=office-2026,algorithm=HMAC_SHA1", "key=other,algorithm=HMAC_SHA256"):
        assert not is_let_in(asked(sha1_of_key, named))
        assert not is_let_in(asked(sha256_of_token, named))
    assert not is_let_in(asked(gateway.sign_shared("", PUBLIC + TARGET, FORM), "key=x,algorithm=HMAC_SHA256"), keys=())


def test_a_wrong_header_does_not_shut_out_what_the_token_itself_signed() -> None:
    """The provider signs with the token wherever no rule of ours says otherwise, whatever a proxy adds."""
    assert is_let_in(asked(SIGNATURE, "key=unknown,algorithm=HMAC_SHA256"))


def test_a_shared_key_does_not_let_a_body_in_that_is_no_form() -> None:
    target = "/telephony/status?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
    assert not is_let_in(asked(gateway.sign_shared(SECRET, PUBLIC + target, FORM)), target=target)


def test_over_https_the_port_is_left_out_by_a_shared_key_as_well() -> None:
    assert gateway.verify_request((), KEYS, PUBLIC + ":443", asked(), TARGET, FORM)


@given(st.text(), st.text(), forms)
def test_whatever_a_stranger_names_is_answered_no_and_never_an_error(
    signature: str, named: str, form: dict[str, list[str]]
) -> None:
    assert gateway.verify_request(("12345",), KEYS, PUBLIC, asked(signature, named), TARGET, form) is False
