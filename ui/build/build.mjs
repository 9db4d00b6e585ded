// Makes dist/: scripts, styles and icons with the hash of their content in the name, and manifest.json that tells which is which.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const ui = fileURLToPath(new URL("..", import.meta.url));
const dist = `${ui}dist/`;
export const target = ["chrome109", "firefox115"];

const manifest = {};

async function put(name, text, hashed = true) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const file = hashed ? name.replace(/(\.\w+)$/, `-${hash}$1`) : name;
  manifest[name] = file;
  await writeFile(dist + file, text);
}

async function scripts() {
  const tools = (await readdir(`${ui}src/tools`)).filter((name) => name.endsWith(".ts"));
  const entries = tools.map((name) => ({ in: `${ui}src/tools/${name}`, out: `kazi-${name.slice(0, -3)}` }));
  entries.push({ in: `${ui}src/desk.ts`, out: "desk" }, { in: `${ui}src/keep.ts`, out: "keep" }, { in: `${ui}src/live.ts`, out: "live" }, { in: `${ui}src/sample.ts`, out: "sample" }, { in: `${ui}src/sw.ts`, out: "sw" });
  const { outputFiles } = await esbuild.build({
    entryPoints: entries,
    outdir: dist,
    bundle: true,
    minify: true,
    format: "esm",
    target,
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  for (const file of outputFiles) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    // A service worker keeps its address from release to release.
    await put(name, file.text, name !== "sw.js");
  }
}

async function styles() {
  const sheets = {
    "work.css": ["tokens", "base", "work"],
    "staff.css": ["tokens", "dark", "base", "staff"],
  };
  for (const [name, parts] of Object.entries(sheets)) {
    const texts = await Promise.all(parts.map((part) => readFile(`${ui}styles/${part}.css`, "utf8")));
    const { code } = await esbuild.transform(texts.join("\n"), { loader: "css", minify: true, target, charset: "utf8" });
    await put(name, code.trim());
  }
}

async function icons() {
  const phosphor = `${ui}node_modules/@phosphor-icons/core/`;
  const names = (await readFile(`${ui}icons/names.txt`, "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));
  await mkdir(`${dist}icons`, { recursive: true });
  for (const name of names) {
    const weight = name.endsWith("-fill") ? "fill" : "regular";
    const svg = await readFile(`${phosphor}assets/${weight}/${name}.svg`, "utf8");
    const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
    await put(`icons/${name}.svg`, `<symbol id="${name}" viewBox="0 0 256 256">${inner}</symbol>`, false);
  }
  await put("logo.svg", await readFile(`${ui}icons/logo.svg`, "utf8"));
  await put("favicon.svg", await readFile(`${ui}icons/favicon.svg`, "utf8"));
  const licence = await readFile(`${phosphor}LICENSE`, "utf8");
  await put("NOTICE.txt", `Icons: Phosphor Icons (@phosphor-icons/core)\n\n${licence}`, false);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([scripts(), styles(), icons()]);
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(`${dist}manifest.json`, `${JSON.stringify(sorted, null, 2)}\n`);
