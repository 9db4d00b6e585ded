import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";

const dist = `${process.cwd()}/dist/`;
const manifest = JSON.parse(readFileSync(`${dist}manifest.json`, "utf8")) as Record<string, string>;
const bytes = (name: string) => brotliCompressSync(readFileSync(dist + manifest[name]!)).length;
const tools = Object.keys(manifest).filter((name) => /^kazi-.*\.js$/.test(name));
const KB = 1024;

test("the shell and the sheet stay within 12 KB, each tool within 8", () => {
  const bundles = tools.map(bytes);
  // The smallest bundle is the shell with almost nothing in it.
  const shell = Math.min(...bundles);
  const sheet = bytes("work.css");
  console.log(`shell ${shell}, sheet ${sheet}, tools ${tools.map((name) => `${name} +${bytes(name) - shell}`).join(", ")}`);
  assert.equal(tools.length, 5);
  assert.ok(shell <= 8 * KB, `the shell has ${shell} bytes`);
  assert.ok(shell + sheet <= 12 * KB, `shell and sheet have ${shell + sheet} bytes`);
  for (const name of tools) assert.ok(bytes(name) - shell <= 8 * KB, `${name} has ${bytes(name) - shell} bytes`);
});

test("a page with its script stays within 25 KB", async () => {
  const { World, pageOf } = (await import(`${process.cwd()}/test/server.mjs`)) as { World: new (options: object) => object; pageOf: (world: object) => string };
  for (const name of tools) {
    for (const language of ["en", "sw", "ur"]) {
      const page = brotliCompressSync(pageOf(new World({ element: name.slice(0, -3), language }))).length;
      assert.ok(page + bytes(name) <= 25 * KB, `${name} in ${language}: ${page} + ${bytes(name)}`);
    }
  }
});

test("a further task stays within 3 KB", async () => {
  const { World } = (await import(`${process.cwd()}/test/server.mjs`)) as { World: new (options: object) => { task(number: number): unknown } };
  for (const name of tools) {
    const task = brotliCompressSync(JSON.stringify(new World({ element: name.slice(0, -3) }).task(3))).length;
    assert.ok(task <= 3 * KB, `${name}: ${task}`);
  }
});

test("the sheets use nothing that the oldest browsers lack", () => {
  for (const name of ["work.css", "staff.css"]) {
    const sheet = readFileSync(dist + manifest[name]!, "utf8");
    assert.doesNotMatch(sheet, /:has\(|color-mix\(|subgrid|@scope|text-wrap|popover|&/, name);
    assert.doesNotMatch(sheet, /(?:margin|padding|border)-(?:left|right)\b|(?:^|[;{])(?:left|right):/, `${name} has a side that does not turn around`);
  }
});
