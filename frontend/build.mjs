// Builds helpdesk/web/static from scss/, js/, icon.svg and one script of the provider's. The result is committed, so Node is needed only to change the look.
// With --check nothing is written; the exit code says whether the committed files are what the sources give.

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";

const here = new URL("./", import.meta.url);
const target = new URL("../helpdesk/web/static/", here);
const check = process.argv.includes("--check");
const browsers = ["chrome100", "firefox100", "safari15.4"];
const notice = "/* Contains parts of GOV.UK Frontend, (c) Crown copyright, under the MIT licence. */\n";

const voiceNotice = "/*! @twilio/voice-sdk, (c) Twilio, under the Apache License 2.0; unchanged, see twilio-voice.LICENSE.md */\n";

const minified = async (code, loader) => (await transform(code, { loader, minify: true, target: browsers, legalComments: "none" })).code;
const compiled = (name) =>
  sass.compile(fileURLToPath(new URL(`scss/${name}.scss`, here)), { importers: [new sass.NodePackageImporter(fileURLToPath(here))] }).css;

async function styles() {
  const ltr = compiled("app");
  const rtl = rtlcss.process(ltr) + compiled("rtl");
  // The style page shows both directions in one document, so there each sheet is held inside its own half.
  const scopable = (css) => css.replace(/@charset[^;]+;/, "").replace(/@page[^{]*\{[^}]*\}/g, "");
  const both = `@scope ([dir="ltr"]) to ([dir="rtl"]) {${scopable(ltr)}}\n@scope ([dir="rtl"]) {${scopable(rtl)}}`;
  return {
    "app.css": notice + (await minified(ltr, "css")),
    "app.rtl.css": notice + (await minified(rtl, "css")),
    "style.css": notice + (await minified(both, "css")),
  };
}

async function scripts() {
  const names = (await readdir(new URL("js/", here))).filter((name) => name.endsWith(".js")).sort();
  const entries = names.map(async (name) => [`js/${name}`, await minified(await readFile(new URL(`js/${name}`, here), "utf8"), "js")]);
  return Object.fromEntries(await Promise.all(entries));
}

// Nobody but us is asked for the script that carries talks, so it lies among our own files, as it came and with its licence.
async function vendored() {
  const from = (name) => readFile(new URL(`node_modules/@twilio/voice-sdk/${name}`, here), "utf8");
  return {
    "vendor/twilio-voice.js": voiceNotice + (await from("dist/twilio.min.js")),
    "vendor/twilio-voice.LICENSE.md": await from("LICENSE.md"),
  };
}

const files = { ...(await styles()), ...(await scripts()), ...(await vendored()), "icon.svg": await readFile(new URL("icon.svg", here), "utf8") };

if (check) {
  const stale = [];
  for (const [name, content] of Object.entries(files)) {
    const committed = await readFile(new URL(name, target), "utf8").catch(() => "");
    if (committed !== content) stale.push(name);
  }
  for (const name of stale) console.error(`${name} is not what its source gives: run npm run build`);
  process.exit(stale.length ? 1 : 0);
}

await rm(new URL("js/", target), { recursive: true, force: true });
for (const folder of ["js/", "vendor/"]) await mkdir(new URL(folder, target), { recursive: true });
for (const [name, content] of Object.entries(files)) {
  await writeFile(new URL(name, target), content);
  console.log(`${name.padEnd(18)} ${String(content.length).padStart(7)}  gzipped ${String(gzipSync(content).length).padStart(6)}`);
}
