// Coming in, and work that is one choice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, centre, onward, PIN, questions, seat, start, typePin, until } from "./program.mjs";

let program, chromium, desk, project;

before(async () => {
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, [
    { name: "Amina" }, { name: "Baraka", language: "ur" }, { name: "Neema", learnt: false }, { name: "Chau" },
  ]);
  project = await questions(program.office, desk.id, ["cat", "Monday", "goat", "seven", "mango", "fish", "Tuesday", "bird", "red", "cow"]);
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const answers = async () => {
  const view = await program.office("GET", `/api/v1/projects/${project}`);
  return view.stages.find((stage) => stage.key === "answer").answers;
};

test("a worker taps her tile, gives her PIN, and answers with one key from the first moment on", async () => {
  const { page, close } = await seat(chromium, program.base, desk.code, "Amina");
  assert.match(await page.textContent("h1"), /Amina/);
  // One thing stands out, and it leads to work.
  assert.equal(await page.locator(".btn.now").count(), 1);
  await page.click(".next .btn.now");
  await page.waitForSelector("kazi-question");
  const asked = () => page.textContent("[data-screen]");
  const first = await asked();
  // No wait here: whoever is quicker than the page's store is heard too.
  await page.keyboard.press("1");
  await until(async () => (await asked()) !== first, "the next question");
  await until(async () => (await answers()) === 1, "the answer");
  const second = await asked();
  await onward(page, () => page.keyboard.press("2"));
  await until(async () => (await answers()) === 2, "the second answer");
  await page.reload();
  assert.ok(![first, second].includes(await asked()), "what was answered does not come back");
  await page.goto(`${program.base}/work`);
  assert.match(await page.textContent(".pay"), /KES \d/);
  await page.goto(`${program.base}/work/answers`);
  assert.deepEqual(await page.locator(".lasts li > span:first-child").allTextContents(), ["No", "Yes"]);
  await close();
});

test("two people who share a computer never meet each other's work", async () => {
  const code = await desk.computer("Desk 2");
  const { page, close } = await seat(chromium, program.base, code, "Amina");
  await page.goto(`${program.base}/work/${project}/answer`);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.click("[data-do=lock]");
  await page.waitForURL(/\/centre$/);
  await until(async () => (await page.evaluate(() => caches.keys())).length === 0, "wiping the caches");
  const gone = await page.goto(`${program.base}/work/${project}/answer`);
  assert.match(gone.url(), /\/centre$/, "locked, the address leads to the tiles");
  await page.click('a.tile:has-text("Chau")');
  await typePin(page, PIN);
  await page.waitForURL(/\/work$/);
  await page.goto(`${program.base}/work/${project}/answer`);
  assert.match(await page.textContent(".wtop"), /Chau/);
  await close();
});

test("a new worker learns first: lessons, practice with kind words at once, then paid work", async () => {
  const code = await desk.computer("Desk 3");
  const { page, close } = await seat(chromium, program.base, code, "Neema");
  await page.click(".next .btn.now");
  assert.match(page.url(), /\/learn$/);
  await page.click(".next .btn.now");
  await page.waitForSelector("[data-practice]:visible");
  assert.equal(await page.locator(".btn.now").count(), 0, "practice looks other than paid work");
  let wrong = 0;
  for (let round = 0; round < 60; round++) {
    // Always "yes" first; what was wrong comes again, and is then answered "no".
    const tries = (await page.inputValue("input[name=task]")).split(".").at(-1);
    await page.waitForTimeout(350);
    await page.keyboard.press(Number(tries) % 2 ? "2" : "1");
    const word = page.locator("[data-screen] .note");
    await word.waitFor();
    const told = await word.textContent();
    if (/Not quite/.test(told)) {
      wrong++;
      assert.match(told, /Your answer:\s*Yes[\s\S]*The right answer:\s*No/);
    } else assert.match(told, /Right\./);
    // One key goes on: the caret stands on what comes next.
    const done = /You have learnt this/.test(told);
    await page.keyboard.press("Enter");
    if (done) break;
    await word.waitFor({ state: "detached" });
  }
  assert.ok(wrong > 0, "something was wrong on the way");
  await page.waitForURL(new RegExp(`/work/${project}/answer$`));
  assert.equal(await page.isVisible("[data-practice]"), false);
  await close();
});

test("the task page works without script, in Urdu from right to left", async () => {
  const code = await desk.computer("Desk 4");
  const { page, close } = await seat(chromium, program.base, code, "Baraka", { script: false, view: { width: 360, height: 640 } });
  await page.goto(`${program.base}/work/${project}/answer`);
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  const before = await answers();
  await page.click("button[name=choice] >> nth=0");
  await until(async () => (await answers()) === before + 1);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, "nothing sticks out sideways");
  // What was just sent is taken back by a plain button.
  await page.click("form[action$='/take-back'] button");
  await until(async () => (await answers()) === before, "taking back");
  await close();
});

test("a stranger finds nothing and a wrong PIN is told in words", async () => {
  const nobody = await fetch(`${program.base}/work/${project}/answer/next`, { headers: { accept: "application/json" } });
  assert.equal(nobody.status, 401);
  const page = await (await chromium.newContext()).newPage();
  await page.goto(`${program.base}/centre`);
  await page.fill("[name=code]", "WRONGCODE123");
  await page.click("form button");
  assert.match(await page.textContent(".err-text"), /\w+ \w+/);
  await page.fill("[name=code]", await desk.computer("Desk 5"));
  await page.click("form button");
  await page.click('a.tile:has-text("Amina")');
  await typePin(page, "000001");
  assert.match(await page.textContent(".err-text"), /not right/);
  await page.context().close();
});
