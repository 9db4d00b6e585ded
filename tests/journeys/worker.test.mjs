import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, centre, questions, signIn, start, typePin } from "./program.mjs";

let program, chromium, desk, project;

before(async () => {
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, [{ name: "Amina" }, { name: "Baraka", language: "ur" }]);
  project = await questions(program.office, desk.id, ["cat", "Monday", "goat", "seven"]);
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const answers = async () => {
  const view = await program.office("GET", `/api/v1/projects/${project}`);
  return view.stages.find((stage) => stage.key === "answer").answers;
};

const until = async (what) => {
  for (let tries = 0; tries < 100; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("it did not come to that");
};

test("a worker taps her tile and gives her PIN on the pad", async () => {
  const context = await chromium.newContext({ viewport: { width: 1024, height: 600 } });
  const page = await context.newPage();
  await signIn(page, program.base, desk.code, "Amina");
  assert.match(await page.textContent("body"), /Amina/);
  await context.close();
});

test("the task page works without script, in Urdu from right to left", async () => {
  const code = (await program.office("POST", `/api/v1/centres/${desk.id}/devices`, { name: "Desk 2" })).code;
  const context = await chromium.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });
  const page = await context.newPage();
  await page.goto(`${program.base}/centre`);
  await page.fill("[name=code]", code);
  await page.click("form button");
  await page.click('a.tile:has-text("Baraka")');
  await page.fill("#pin", "482915");
  await page.click("form button");
  await page.goto(`${program.base}/work/${project}/answer`);
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  const before = await answers();
  await page.click("button[name=choice] >> nth=0");
  await until(async () => (await answers()) === before + 1);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, "nothing sticks out sideways");
  await context.close();
});

test("a stranger finds nothing and a wrong PIN is told in words", async () => {
  const nobody = await fetch(`${program.base}/work/${project}/answer/next`, { headers: { accept: "application/json" } });
  assert.equal(nobody.status, 401);
  const page = await (await chromium.newContext()).newPage();
  const code = (await program.office("POST", `/api/v1/centres/${desk.id}/devices`, { name: "Desk 3" })).code;
  await page.goto(`${program.base}/centre`);
  await page.fill("[name=code]", code);
  await page.click("form button");
  await page.click('a.tile:has-text("Amina")');
  await typePin(page, "000001");
  await page.waitForSelector(".err-text");
  await page.context().close();
});
