"""Telephones that are pages: the one of the demonstration, played without scripts, and the browser as a consultant's own."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.navigators import Person
from tests.journeys.office import eventually

EWA = "ewa@example.org"
ALLOWED = "navigator.mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream());"

# A script of the provider's that rings when the story says so, and notes what is done with its call.
PLAYED = """
window.Twilio = { Device: class {
  constructor(token, options) { Object.assign(this, { token, options, state: "unregistered", told: {} }); window.played = this; this.done = []; }
  on(event, then) { this.told[event] = then; }
  emit(event, ...what) { this.told[event]?.(...what); }
  register() { this.state = "registered"; this.emit("registered"); return Promise.resolve(); }
  updateToken(token) { this.done.push(`token ${token !== this.token}`); this.token = token; }
  destroy() { this.state = "destroyed"; }
  ring() {
    const told = {}, done = this.done;
    const call = {
      on(event, then) { told[event] = then; }, emit(event, ...what) { told[event]?.(...what); }, status() { return "open"; },
      accept() { done.push("accept"); call.emit("accept"); }, reject() { done.push("reject"); call.emit("reject"); },
      mute(on) { done.push(`mute ${on}`); call.emit("mute", on); }, sendDigits(key) { done.push(`key ${key}`); },
      disconnect() { done.push("disconnect"); call.emit("disconnect"); },
    };
    this.call = call;
    this.emit("incoming", call);
  }
} };
"""


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_call_is_played_by_plain_forms(arrives: Arrives, language: str) -> None:
    ewa = arrives(EWA, javascript=False, language=language).signs_in()
    ewa.opens("/desk/phone")
    examine_at_rest(arrives, language)
    ewa.button("Call").first.click()
    expect(ewa.page.get_by_text("Для української натисніть 2.").first).to_be_visible()
    ewa.page.get_by_role("button", name="1", exact=True).click()
    ewa.button("Pick up").first.click()
    ewa.page.get_by_role("button", name="1", exact=True).click()
    ewa.button("Hang up").first.click()
    expect(ewa.page.get_by_text(ewa.word("Nobody calls. Choose a line and call it."))).to_be_visible()
    ewa.button("Clear what is over").click()


def examine_at_rest(arrives: Arrives, language: str) -> None:
    """By somebody with scripts, since whoever looks for barriers needs them."""
    other = arrives("mariusz@example.org", language=language).signs_in()
    other.opens("/desk/phone")
    examine(other.page)
    other.button("Call").first.click()
    expect(other.page.get_by_role("button", name="1", exact=True)).to_be_visible()
    examine(other.page)
    other.button("Hang up").first.click()


@contextmanager
def browser_telephone(
    arrives: Arrives,
    *,
    script: str = "",
    microphone: bool = True,
    provider: Callable[[WebSocketRoute], None] | None = None,
) -> Iterator[Person]:
    """Somebody whose calls ring in the browser, at that page; afterwards they ring at a telephone again."""
    lena = arrives("lena@example.org").signs_in()
    if microphone:
        lena.page.add_init_script(ALLOWED)
    if script:
        lena.page.route("**/vendor/twilio-voice.js", lambda route: _answer(route, script))
    if provider:
        lena.page.route_web_socket("wss://voice-js.roaming.twilio.com/**", provider)
    lena.opens("/desk/telephone")
    here = lena.page.get_by_role("button", name=lena.word("Let calls ring in my browser"), exact=True)
    if here.count():  # a story that went wrong may have left it switched on
        here.click()
    expect(lena.page.locator("[data-telephone]")).to_be_visible()
    yield lena
    lena.button("No longer let calls ring in my browser").click()
    expect(lena.heading("My account")).to_be_visible()


def _answer(route: Route, script: str) -> None:
    route.fulfill(content_type="text/javascript", body=script)


def state(page: Page, name: str) -> None:
    expect(page.locator(f"[data-telephone-state={name}]")).to_be_visible()
    expect(page.locator("[data-telephone-state]:visible")).to_have_count(1)


def test_a_call_rings_is_answered_muted_and_put_down(arrives: Arrives) -> None:
    with browser_telephone(arrives, script=PLAYED) as lena:
        examine(lena.page)
        state(lena.page, "off")
        lena.button("Switch the telephone on").click()
        state(lena.page, "ready")
        assert lena.page.evaluate("played.options.publishEvents") is False
        addresses = lena.page.evaluate("Object.values(played.options.sounds)")
        assert len(addresses) == 15
        assert all(each.startswith("/static/") for each in addresses)

        lena.page.evaluate("played.ring()")
        state(lena.page, "rings")
        expect(lena.page).to_have_title("☎ My telephone")
        examine(lena.page)
        lena.presses("Enter")
        state(lena.page, "talks")
        examine(lena.page)
        lena.presses("1")
        lena.presses("m")
        state(lena.page, "muted")
        lena.presses("m")
        state(lena.page, "talks")
        lena.button("Hang up").click()
        state(lena.page, "ready")

        lena.page.evaluate("played.ring()")
        lena.page.evaluate("played.call.emit('cancel')")
        state(lena.page, "ready")
        lena.page.evaluate("played.ring()")
        lena.button("Refuse the call").click()
        state(lena.page, "ready")
        assert lena.page.evaluate("played.done") == [
            "accept",
            "key 1",
            "mute true",
            "mute false",
            "disconnect",
            "reject",
        ]


def test_a_token_is_renewed_while_it_rings_and_a_lost_connection_is_told(arrives: Arrives) -> None:
    with browser_telephone(arrives, script=PLAYED) as lena:
        lena.button("Switch the telephone on").click()
        state(lena.page, "ready")
        lena.page.wait_for_timeout(1100)  # a token of another second is another token
        lena.page.evaluate("played.emit('tokenWillExpire')")
        eventually(lambda: lena.page.evaluate("played.done.includes('token true')"), what="another token")
        lena.page.evaluate("played.state = 'unregistered'; played.emit('unregistered')")
        state(lena.page, "lost")
        lena.page.evaluate("played.state = 'registered'; played.emit('registered')")
        state(lena.page, "ready")
        lena.page.evaluate("played.emit('error', { code: 20101 })")
        state(lena.page, "off")
        lena.reads(
            "The telephone provider refused the connection, so calls do not ring here. Tell whoever runs the server."
        )


def test_without_the_microphone_nobody_is_made_to_believe_that_calls_ring(arrives: Arrives) -> None:
    with browser_telephone(arrives, script=PLAYED, microphone=False) as lena:
        lena.button("Switch the telephone on").click()
        state(lena.page, "off")
        expect(lena.page.locator("[data-telephone-trouble=microphone]")).to_be_visible()
        examine(lena.page)
        assert lena.page.evaluate("window.played === undefined")


def test_the_providers_own_script_registers_and_rings_under_our_policy(arrives: Arrives) -> None:
    """The script as it is served; only the other end of its one connection is played."""
    said: list[str] = []
    sockets: list[WebSocketRoute] = []

    def provider(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.on_message(lambda text: hear(socket, str(text)))

    def hear(socket: WebSocketRoute, text: str) -> None:
        if text.strip():
            kind = json.loads(text)["type"]
            said.append(kind)
            answer = {"listen": "connected", "register": "ready"}.get(kind)
            if answer:
                tell(socket, answer, {"edge": "roaming", "region": "ie1"})

    with browser_telephone(arrives, provider=provider) as lena:
        lena.button("Switch the telephone on").click()
        state(lena.page, "ready")
        assert said[:2] == ["listen", "register"]
        invitation = {"callsid": "CA" + "1" * 32, "sdp": "v=0", "parameters": {"From": "+48520000001"}}
        tell(sockets[0], "invite", invitation)
        state(lena.page, "rings")
        lena.button("Refuse the call").click()
        state(lena.page, "ready")
        assert "reject" in said
        tell(sockets[0], "invite", invitation | {"callsid": "CA" + "2" * 32})
        state(lena.page, "rings")
        tell(sockets[0], "cancel", {"callsid": "CA" + "2" * 32})
        state(lena.page, "ready")


def tell(socket: WebSocketRoute, kind: str, payload: Mapping[str, object]) -> None:
    socket.send(json.dumps({"type": kind, "version": "1.6", "payload": payload}))
