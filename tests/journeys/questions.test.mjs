// A client and the operator talk over a bad line: what is being written stays until it has arrived, and is said once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { staff } from "./filled.mjs";
import { PASSWORD, browser, start } from "./program.mjs";

const SECRET = "water the mango tree";
let program, chromium, project;

before(async () => {
  program = await start();
  chromium = await browser();
  const { office: call } = program;
  const library = (await call("POST", "/api/v1/organisations", { name: "Sample Library Trust", kind: "client" })).id;
  await call("POST", `/api/v1/organisations/${library}/people`, { name: "Ruth Beispiel", email: "ruth@library.example", password: SECRET, roles: ["client"] });
  const wish = { service: "questions", name: "Shops", spec: { question: "Is it?" }, currency: "KES", organisation: library };
  project = (await call("POST", "/api/v1/projects", wish)).id;
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

test("a question is asked and answered although the line breaks", async () => {
  const client = await staff(chromium, program.base, "ruth@library.example", SECRET);
  const page = await client.newPage();
  const form = `${program.base}/projects/${project}/questions/new`;
  await page.goto(form);
  await page.fill("[name=subject]", "Dark photos");
  await page.fill("[name=text]", "Some are dark.\nAre they enough?");
  // Nothing gets through: the words are there when the page comes again.
  await page.route("**/questions", (route) => route.abort());
  await page.click("main form button").catch(() => {});
  await page.unroute("**/questions");
  await page.goto(form);
  assert.equal(await page.inputValue("[name=subject]"), "Dark photos");
  assert.equal(await page.inputValue("[name=text]"), "Some are dark.\nAre they enough?");
  await page.click("main form button");
  await page.locator("h1", { hasText: "Dark photos" }).waitFor();
  const question = page.url();
  await page.goto(form);
  assert.equal(await page.inputValue("[name=text]"), "", "what has arrived is kept no longer");

  const operator = await staff(chromium, program.base, "operator@localhost", PASSWORD);
  const desk = await operator.newPage();
  await desk.goto(`${program.base}/projects`);
  await desk.locator("main").getByText("A question waits for you").waitFor();
  await desk.goto(question);
  await desk.fill("[name=text]", "They are enough.");
  // It gets through, but the answer does not come back; then it is sent again by hand.
  await desk.route(question, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await operator.request.post(question, { headers: { "content-type": "application/x-www-form-urlencoded" }, data: route.request().postData() });
    return route.abort();
  });
  await desk.click("main form[data-keep] button").catch(() => {});
  await desk.unroute(question);
  await desk.goBack().catch(() => {});
  await desk.goto(question);
  assert.equal(await desk.locator("main p.pre", { hasText: "They are enough." }).count(), 1);
  assert.equal(await desk.inputValue("form[data-keep] [name=text]"), "", "it stands on the page already");
  await desk.click("form[action$='/settle'] button");
  await desk.locator("main").getByText("Settled by").waitFor();
  await page.goto(`${program.base}/questions?state=settled`);
  await page.locator("main").getByText("Dark photos").waitFor();
  await client.close();
  await operator.close();
});
