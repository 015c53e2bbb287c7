// The browser as a telephone: it registers with the provider, rings, is answered, muted and put down. The provider's own script, which
// carries the talk, comes from our own files as well. Its sounds too, and it reports nothing about the talk to anybody.
//
// <section data-telephone="/…token" data-telephone-edge="dublin" data-telephone-ring="/….wav" data-telephone-quiet="/….wav"> with lines
// [data-telephone-state], [data-telephone-trouble], buttons [data-telephone-act] and [data-telephone-key]. One state is shown at a time.

const frame = document.querySelector("[data-telephone]");
const title = document.title;
const acts = {
  off: ["on"],
  connecting: [],
  ready: [],
  rings: ["answer", "refuse"],
  talks: ["mute", "hang-up"],
  muted: ["unmute", "hang-up"],
  lost: [],
};

let device = null;
let call = null;

function show(state) {
  for (const each of frame.querySelectorAll("[data-telephone-state]")) each.hidden = each.dataset.telephoneState !== state;
  for (const each of frame.querySelectorAll("[data-telephone-act]")) each.hidden = !acts[state].includes(each.dataset.telephoneAct);
  frame.querySelector("[data-telephone-keys]").hidden = state !== "talks" && state !== "muted";
  document.title = state === "rings" ? `☎ ${title}` : title;
  frame.dataset.state = state;
}

function trouble(kind = "") {
  for (const each of frame.querySelectorAll("[data-telephone-trouble]")) each.hidden = each.dataset.telephoneTrouble !== kind;
}

function giveUp(kind) {
  device?.destroy();
  device = call = null;
  show("off");
  trouble(kind);
}

async function token() {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, "X-Requested-With": "telephone" };
  const reply = await fetch(frame.dataset.telephone, { method: "POST", headers });
  if (!reply.ok) throw Object.assign(new Error("no token"), { refused: true });
  return (await reply.json()).token;
}

async function renew() {
  try {
    device.updateToken(await token());
  } catch (error) {
    // A talk is never cut because of it; without a new token the browser just stops ringing.
    if (error.refused) trouble("signed-out");
    else setTimeout(renew, 5000);
  }
}

// Every sound is ours: the browser asks nobody else for one.
function sounds() {
  const { telephoneRing: ring, telephoneQuiet: quiet } = frame.dataset;
  const keys = [..."0123456789hs"].map((key) => [`dtmf${key}`, quiet]);
  return { incoming: ring, outgoing: quiet, disconnect: quiet, ...Object.fromEntries(keys) };
}

function idle() {
  call = null;
  show(device?.state === "registered" ? "ready" : "lost");
}

function rings(incoming) {
  call = incoming;
  show("rings");
  for (const event of ["cancel", "disconnect", "reject"]) incoming.on(event, () => call === incoming && idle());
  incoming.on("accept", () => show("talks"));
  incoming.on("mute", (isMuted) => show(isMuted ? "muted" : "talks"));
  incoming.on("error", (error) => {
    if (isMicrophone(error)) trouble("microphone");
    if (incoming.status() !== "open") idle();
  });
}

// 31401 and 31402: the provider's numbers for a microphone that may not be used, or is not there.
const isMicrophone = (error) => [31401, 31402].includes(error.code) || error.name === "NotAllowedError" || error.name === "NotFoundError";

async function mayListen() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}

async function switchOn() {
  trouble();
  show("connecting");
  try {
    await mayListen();
  } catch {
    giveUp("microphone");
    return;
  }
  try {
    device = new Twilio.Device(await token(), {
      closeProtection: true,
      codecPreferences: ["opus", "pcmu"],
      edge: frame.dataset.telephoneEdge,
      logLevel: "silent",
      publishEvents: false,
      sounds: sounds(),
    });
    device.on("registered", () => call ?? show("ready"));
    device.on("unregistered", () => call ?? show(device ? "lost" : "off"));
    device.on("incoming", rings);
    device.on("tokenWillExpire", renew);
    device.on("error", (error) => failed(error));
    await device.register();
  } catch (error) {
    giveUp(error.refused ? "signed-out" : "refused");
  }
}

// 20101 to 20157: the provider does not take our token, and asking again with the same key would not help.
function failed(error) {
  if (error.code >= 20101 && error.code <= 20157 && error.code !== 20104) giveUp("refused");
  else if (error.code === 20104) renew();
  else if (!call) show("lost");
}

const does = {
  on: switchOn,
  answer: () => call.accept(),
  refuse: () => call.reject(),
  mute: () => call.mute(true),
  unmute: () => call.mute(false),
  "hang-up": () => call.disconnect(),
};

frame.addEventListener("click", (event) => {
  const { telephoneAct: act, telephoneKey: key } = event.target.closest("button")?.dataset ?? {};
  if (act) does[act]();
  if (key) call?.sendDigits(key);
});

show("off");
