// Bundles the unit tests, for Node itself reads no TypeScript, and runs them.
import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const ui = fileURLToPath(new URL("..", import.meta.url));
const out = `${ui}test/.out`;
const tests = (await readdir(`${ui}test/unit`)).filter((name) => name.endsWith(".test.ts"));
await rm(out, { recursive: true, force: true });
await esbuild.build({
  entryPoints: tests.map((name) => `${ui}test/unit/${name}`),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  sourcemap: "inline",
});
const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
const run = spawn(process.execPath, ["--enable-source-maps", "--test", ...files], { cwd: ui, stdio: "inherit" });
run.on("exit", (code) => process.exit(code ?? 1));
