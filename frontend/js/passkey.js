// Signing in with a passkey, and making one. What is asked and what is answered goes through our own addresses as JSON.
//
// <div data-passkey="get|create" data-passkey-ask="/…" data-passkey-send="/…" data-passkey-failed="…"> with a disabled button and a
// hidden line for what went wrong. data-passkey-next is where to go afterwards, data-passkey-name the id of the field with a name.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (list = []) => list.map((one) => ({ ...one, id: toBytes(one.id) }));

function question(purpose, options) {
  const publicKey = { ...options, challenge: toBytes(options.challenge) };
  if (purpose === "get") return { publicKey: { ...publicKey, allowCredentials: withBytes(options.allowCredentials) } };
  const user = { ...options.user, id: toBytes(options.user.id) };
  return { publicKey: { ...publicKey, user, excludeCredentials: withBytes(options.excludeCredentials) } };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(url, fields = {}) {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const headers = { "X-CSRFToken": token, "X-Requested-With": "passkey" };
  const reply = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers });
  // Signed out or locked meanwhile: the page itself knows the way.
  if (reply.status === 401) location.reload();
  const words = await reply.json();
  if (!reply.ok && words.next) location.assign(words.next);
  if (!reply.ok) throw new Error(reply.status === 422 ? words.error : "");
  return words;
}

async function run(frame) {
  const { passkey, passkeyAsk, passkeySend, passkeyNext = "", passkeyName } = frame.dataset;
  const options = await ask(passkeyAsk);
  const credential = await navigator.credentials[passkey](question(passkey, options));
  const name = passkeyName ? document.getElementById(passkeyName).value : "";
  const { next } = await ask(passkeySend, { credential: answer(credential), next: passkeyNext, name });
  location.assign(next);
}

for (const frame of document.querySelectorAll("[data-passkey]")) {
  const button = frame.querySelector("button");
  const line = frame.querySelector("[role=alert]");
  if (!window.PublicKeyCredential) continue;
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    line.hidden = true;
    try {
      await run(frame);
    } catch (error) {
      // What the browser says is in its own words and language; ours are on the page. A refusal of ours is a sentence already.
      line.textContent = (error instanceof DOMException ? "" : error.message) || frame.dataset.passkeyFailed;
      line.hidden = false;
      button.disabled = false;
    }
  });
}
