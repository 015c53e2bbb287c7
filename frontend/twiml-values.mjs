// Writes tests/telephony/twiml-values.json: what the provider's own library for another language accepts in each attribute of the verbs
// that we use. A test holds our markup to it. With --check nothing is written; the exit code says whether the file is what it would be.

import { readFile, writeFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const target = new URL("../tests/telephony/twiml-values.json", here);
const verbs = ["Client", "Conference", "Dial", "Gather", "Hangup", "Number", "Pause", "Play", "Record", "Redirect", "Reject", "Say", "Sip"];

const { version } = JSON.parse(await readFile(new URL("node_modules/twilio/package.json", here), "utf8"));
const typings = await readFile(new URL("node_modules/twilio/lib/twiml/VoiceResponse.d.ts", here), "utf8");

const words = (union) => [...union.matchAll(/"([^"]*)"/g)].map(([, word]) => word);
const unions = Object.fromEntries([...typings.matchAll(/^ {4}type (\w+) = (.+);$/gm)].map(([, name, union]) => [name, words(union)]));

// A list of words where there is one, else "string", "number" or "boolean"; "words" holds what a list of words may hold.
function accepted(type) {
  const name = type.replace("[]", "");
  if (!unions[name]) return name;
  return type.endsWith("[]") ? { words: unions[name] } : unions[name];
}

function attributes(verb) {
  const body = typings.match(new RegExp(`interface ${verb}Attributes \\{([^}]*)\\}`))?.[1] ?? "";
  return Object.fromEntries([...body.matchAll(/^\s*'?([\w:-]+)'?\?: ([\w[\]]+);$/gm)].map(([, name, type]) => [name, accepted(type)]));
}

const values = { library: `twilio ${version} (npm)`, verbs: Object.fromEntries(verbs.map((verb) => [verb, attributes(verb)])) };
const content = `${JSON.stringify(values, null, 1)}\n`;

if (process.argv.includes("--check")) {
  const committed = await readFile(target, "utf8").catch(() => "");
  if (committed !== content) console.error("tests/telephony/twiml-values.json is not what the library says: run npm run values");
  process.exit(committed === content ? 0 : 1);
}
await writeFile(target, content);
