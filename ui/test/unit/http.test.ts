import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ask } from "../../src/work/http";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});
const reply = (status: number, body = "", headers: Record<string, string> = {}) => {
  globalThis.fetch = async () => new Response(status === 204 ? null : body, { status, headers });
};

test("what the server says becomes one of four outcomes", async () => {
  reply(200, '{"state":"waiting"}');
  assert.deepEqual(await ask("PUT", "/x", "{}"), { is: "done", data: { state: "waiting" } });
  reply(204);
  assert.deepEqual(await ask("POST", "/x"), { is: "done", data: undefined });
  reply(401);
  assert.deepEqual(await ask("PUT", "/x"), { is: "signed-out" });
  reply(503, "", { "retry-after": "7" });
  assert.deepEqual(await ask("PUT", "/x"), { is: "later", after: 7000, line: true });
  reply(429);
  assert.deepEqual(await ask("PUT", "/x"), { is: "later", after: 0, line: true });
  reply(422, '{"kind":"form","title":"Look again.","problems":[{"field":"text","key":"a","message":"b"}]}');
  assert.deepEqual(await ask("PUT", "/x"), {
    is: "refused",
    refusal: { status: 422, key: "form", title: "Look again.", problems: [{ field: "text", key: "a", message: "b" }] },
  });
  reply(400, "<html>a proxy's page");
  assert.deepEqual(await ask("PUT", "/x"), { is: "refused", refusal: { status: 400, key: "", title: "", problems: [] } });
});

test("a broken line, and a reply that is cut off, are tried again", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("failed"));
  assert.deepEqual(await ask("PUT", "/x"), { is: "later", after: 0, line: false });
  reply(200, '{"state":"wai');
  assert.deepEqual(await ask("PUT", "/x"), { is: "later", after: 0, line: false });
});

test("news of the instructions load the page again, which shows them", async () => {
  let reloads = 0;
  Object.assign(globalThis, { location: { reload: () => reloads++ } });
  reply(200, '{"state":"waiting","news":true}');
  assert.deepEqual(await ask("PUT", "/x", "{}"), { is: "done", data: { state: "waiting", news: true } });
  assert.equal(reloads, 1);
  reply(200, '{"state":"waiting"}');
  await ask("PUT", "/x", "{}");
  assert.equal(reloads, 1);
});
