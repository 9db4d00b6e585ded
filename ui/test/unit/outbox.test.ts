import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../src/work/http";
import { Outbox, type Ears } from "../../src/work/outbox";
import { memoryStore, openStore, type Store } from "../../src/work/store";

Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });

const done: Outcome = { is: "done", data: {} };
const noLine: Outcome = { is: "later", after: 0, line: false };
const errand = (name: string) => ({ kind: "answer" as const, method: "PUT", url: `/work/answers/${name}`, body: name, task: name });

function listener() {
  const heard: string[] = [];
  const ears: Ears = {
    changed: () => {},
    done: ({ task }) => heard.push(`done ${task}`),
    refused: ({ task }, { status }) => heard.push(`refused ${task} ${status}`),
    signedOut: () => heard.push("signed out"),
  };
  return { heard, ears };
}

/** A server that gives these outcomes in turn, then is well; notes what it was asked. */
function server(...outcomes: Outcome[]) {
  const asked: string[] = [];
  return { asked, ask: async (_: string, url: string, body?: string) => (asked.push(`${url} ${body}`), outcomes.shift() ?? done) };
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 20));

test("errands run one after the other, in the order they were made", async () => {
  const { heard, ears } = listener();
  const { asked, ask } = server();
  const outbox = new Outbox(await openStore("order"), ears, ask);
  await Promise.all(["a", "b", "c"].map((name) => outbox.add(errand(name))));
  await outbox.run();
  assert.deepEqual(heard, ["done a", "done b", "done c"]);
  assert.equal(asked.length, 3);
});

test("what finds no line is tried again with the same id and bytes, and the next waits behind it", async () => {
  const { heard, ears } = listener();
  const { asked, ask } = server(noLine, noLine);
  const outbox = new Outbox(await openStore("line"), ears, ask);
  await outbox.add(errand("a"));
  await quiet();
  await outbox.add(errand("b"));
  await quiet();
  assert.equal(outbox.line, false);
  await outbox.run();
  assert.deepEqual(heard, ["done a", "done b"]);
  assert.deepEqual(asked, ["/work/answers/a a", "/work/answers/a a", "/work/answers/a a", "/work/answers/b b"]);
  outbox.stop();
});

test("what waits outlives the page", async () => {
  const first = new Outbox(await openStore("crash"), listener().ears, server(noLine).ask);
  await first.add(errand("a"));
  await quiet();
  first.stop();
  const { heard, ears } = listener();
  const second = new Outbox(await openStore("crash"), ears, server().ask);
  await second.run();
  assert.deepEqual(heard, ["done a"]);
  assert.deepEqual(await second.waiting(), []);
});

test("one worker's errands are not another's", async () => {
  const first = new Outbox(await openStore("amina"), listener().ears, server(noLine).ask);
  await first.add(errand("a"));
  await quiet();
  first.stop();
  const { asked, ask } = server();
  await new Outbox(await openStore("baraka"), listener().ears, ask).run();
  assert.deepEqual(asked, []);
});

test("a refusal does not stop what comes after it", async () => {
  const { heard, ears } = listener();
  const refused: Outcome = { is: "refused", refusal: { status: 409, key: "other_bytes", title: "", problems: [] } };
  const outbox = new Outbox(await openStore("refused"), ears, server(refused).ask);
  await outbox.add(errand("a"));
  await outbox.add(errand("b"));
  await outbox.run();
  assert.deepEqual(heard, ["refused a 409", "done b"]);
});

test("signed out, everything is kept and nothing more is sent", async () => {
  const { heard, ears } = listener();
  const { asked, ask } = server({ is: "signed-out" });
  const outbox = new Outbox(await openStore("out"), ears, ask);
  await outbox.add(errand("a"));
  await quiet();
  await outbox.add(errand("b"));
  await quiet();
  assert.deepEqual(heard, ["signed out"]);
  assert.equal(asked.length, 1);
  assert.equal((await outbox.waiting()).length, 2);
});

test("only what never left can be withdrawn", async () => {
  const outbox = new Outbox(await openStore("withdraw"), listener().ears, server(noLine, noLine, noLine).ask);
  const a = await outbox.add(errand("a"));
  await quiet();
  const b = await outbox.add(errand("b"));
  assert.equal(await outbox.withdraw(a.order), false);
  assert.equal(await outbox.withdraw(b.order), true);
  assert.deepEqual((await outbox.waiting()).map(({ task }) => task), ["a"]);
  outbox.stop();
});

test("a full disk loses no answer", async () => {
  const full: Store = { ...memoryStore(), lasting: true, get: async () => undefined, all: async () => [], change: () => Promise.reject(new Error("full")) };
  const { heard, ears } = listener();
  const outbox = new Outbox(full, ears, server().ask);
  await outbox.add(errand("a"));
  await outbox.run();
  assert.deepEqual(heard, ["done a"]);
});
