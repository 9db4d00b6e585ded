import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { DELAY, Drafts } from "../../src/work/drafts";
import { openStore } from "../../src/work/store";

const draft = (task: string, text: string) => ({ task, fields: [["text", text]] as [string, string][], seconds: 1 });
const later = () => new Promise((resolve) => setTimeout(resolve, DELAY + 60));
const nobody = () => {};

test("a change is on disk within 400 ms", async () => {
  assert.ok(DELAY < 400);
  const store = await openStore("soon");
  const drafts = new Drafts(store, nobody);
  drafts.note(draft("a", "o"));
  drafts.note(draft("a", "on"));
  await later();
  assert.deepEqual((await drafts.get("a"))?.fields, [["text", "on"]]);
});

test("a late save of a sent task writes nothing", async () => {
  const drafts = new Drafts(await openStore("late"), nobody);
  drafts.note(draft("a", "sent"));
  drafts.forget("a");
  await later();
  assert.equal(await drafts.get("a"), undefined);
});

test("a save belongs to the task it was made for, also when the next one is begun", async () => {
  const drafts = new Drafts(await openStore("two"), nobody);
  drafts.note(draft("a", "first"));
  drafts.note(draft("b", ""));
  drafts.forget("a");
  await later();
  assert.deepEqual((await drafts.get("a"))?.fields, [["text", "first"]]);
  assert.deepEqual((await drafts.get("b"))?.fields, [["text", ""]]);
});

test("what cannot be kept is said", async () => {
  const said: boolean[] = [];
  const store = await openStore("full");
  store.change = () => Promise.reject(new Error("full"));
  const drafts = new Drafts(store, (well) => said.push(well));
  drafts.note(draft("a", "x"));
  await drafts.flush();
  assert.deepEqual(said, [false]);
});
