import assert from "node:assert/strict";
import { test } from "node:test";
import { mintAnswerId } from "../../src/work/ids";
import { sayer } from "../../src/work/texts";

test("answer ids are UUIDv7: in order of time, never twice", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => mintAnswerId(1_700_000_000_000 + index));
  for (const id of ids) assert.match(id, /^answer_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  assert.deepEqual(ids, ids.slice().sort());
  assert.equal(new Set(Array.from({ length: 1000 }, () => mintAnswerId(0))).size, 1000);
  assert.equal(mintAnswerId(0x0192f3a4b5c6).slice(7, 19), "0192f3a4b5c6");
});

test("a number finds its form in each language, and keeps its isolates", () => {
  const texts = { down: ["\u20681\u2069 answer waits", "\u20682\u2069 answers wait"] as [string, string], send: "Send" };
  assert.equal(sayer(texts, "en")("down", 1), "\u20681\u2069 answer waits");
  assert.equal(sayer(texts, "en")("down", 12), "\u206812\u2069 answers wait");
  // Hindi counts none as one.
  assert.equal(sayer(texts, "hi")("down", 0), "\u20680\u2069 answer waits");
  assert.equal(sayer(texts, "en-XA")("send"), "Send");
});
