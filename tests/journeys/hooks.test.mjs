// A program that is not ours takes web hooks, and the library of standardwebhooks.com vouches for each.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { start, until } from "./program.mjs";

const { Webhook } = createRequire(fileURLToPath(new URL("../../ui/package.json", import.meta.url)))("standardwebhooks");
let program, server, address;
const took = [];
let answers = 200;

before(async () => {
  program = await start();
  server = createServer((request, reply) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      took.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
      reply.writeHead(answers).end("taken");
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${server.address().port}/kazi`;
});

after(async () => {
  server?.close();
  await program?.stop();
});

test("what is sent verifies, also while the secret is exchanged, and what was meddled with does not", async () => {
  const { office: call } = program;
  const { id, secret } = await call("POST", "/api/v1/hooks", { address, events: ["question.asked", "question.answered"] });
  const project = (await call("POST", "/api/v1/projects", { service: "questions", name: "Shops", spec: { question: "Is it?" }, currency: "KES" })).id;
  const question = (await call("POST", `/api/v1/projects/${project}/questions`, { subject: "A photo", text: "Is it enough?" })).id;
  const [first] = await until(() => took.length >= 1 && took, "a message");
  const told = new Webhook(secret).verify(first.body, first.headers);
  assert.equal(told.type, "question.asked");
  assert.deepEqual(told.data, { project, question, side: "operator" });
  assert.throws(() => new Webhook(secret).verify(first.body.replace("asked", "asken"), first.headers));

  const exchanged = (await call("POST", `/api/v1/hooks/${id}/secret`)).secret;
  await call("POST", `/api/v1/projects/${project}/questions/${question}/messages`, { text: "Nobody answers." });
  const [, second] = await until(() => took.length >= 2 && took, "the second message");
  for (const one of [secret, exchanged]) assert.equal(new Webhook(one).verify(second.body, second.headers).type, "question.answered");
  assert.throws(() => new Webhook(exchanged).verify(first.body, first.headers), "signed before there was such a secret");

  // One that is not taken is tried again, the same under the same id.
  answers = 503;
  await call("POST", `/api/v1/hooks/${id}/try`);
  await until(() => took.length >= 3, "the third message");
  answers = 200;
  const again = await until(() => took.length >= 4 && took[3], "another try");
  assert.equal(again.headers["webhook-id"], took[2].headers["webhook-id"]);
  assert.equal(again.body, took[2].body);
  const { messages } = await until(async () => {
    const sent = await call("GET", `/api/v1/hooks/${id}/sent`);
    return sent.messages.every(({ state }) => state === "sent") && sent;
  }, "that all are taken");
  assert.deepEqual(messages.map(({ status, tries, answer }) => [status, tries, answer]), [[200, 2, "taken"], [200, 1, "taken"], [200, 1, "taken"]]);
});
