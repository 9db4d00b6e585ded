// Typing the lines of a scanned booklet: everything that may happen to a line on its way.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { booklet, browser, centre, current, mortal, onward, PIN, project, seat, settle, signIn, start, typePin, until } from "./program.mjs";
import { line } from "./line.mjs";

const TEXT = "[data-screen] [name=text]";
const NAMES = ["Amina", "Baraka", "Chau", "Danish", "Esi", "Farah", "Gift", "Hawa", "Imani"];
let program, chromium, desk, book, desks = 0;

before(async () => {
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, NAMES.map((name) => ({ name, language: name === "Danish" ? "ur" : "en" })));
  const { bytes } = await booklet();
  // Nobody's reading settles a line by itself here, so that each worker has lines enough.
  const spec = { title: "The Well", typists: 3, machine_as_typist: false };
  book = await project(program.office, desk.id, { service: "digitisation", name: "The Well", spec, file: "well.pdf", bytes });
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const address = (base = program.base) => `${base}/work/${book}/type`;
const sit = async (name, options) => {
  const seated = await seat(chromium, program.base, await desk.computer(`Desk ${++desks}`), name, options);
  await seated.page.goto(address());
  return seated;
};

/** What the server holds of the person at this page: summaries, newest first. */
const kept = async (page) => {
  const { answers } = await page.evaluate(async () => (await fetch("/work/answers", { headers: { accept: "application/json" } })).json());
  return answers.map(({ summary }) => summary);
};
const holds = (page, expected) =>
  until(async () => JSON.stringify(await kept(page)) === JSON.stringify(expected), `keeping ${expected}`);
const type = (page, words) =>
  onward(page, async () => {
    await page.fill(TEXT, words);
    await page.press(TEXT, "Enter");
  });

test("a line stands enlarged above its field; the page, letters and marks are one tap away; the next line comes at once", async () => {
  const { page, close } = await sit("Amina");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  const scan = await page.locator(".scan img").boundingBox();
  const field = await page.locator(TEXT).boundingBox();
  assert.ok(scan.y + scan.height <= field.y, "the line is above the field");
  assert.ok(Math.abs(scan.width - field.width) < 24, "line and field are equally wide");
  assert.ok(scan.height >= 30, `letters are large: ${scan.height} px`);
  assert.ok(await page.evaluate(() => document.querySelector(".scan img").complete));

  await page.click("a[data-page]");
  const here = await page.locator("dialog.page rect.here").boundingBox();
  assert.ok(here.y > 0 && here.y < 600, "the page opens where the line is");
  await page.keyboard.press("Escape");
  await page.fill(TEXT, "caf");
  await page.click("[data-letter='é']");
  assert.equal(await page.inputValue(TEXT), "café");
  await page.click("[data-more]");
  await page.click("[data-letter='§']");
  assert.equal(await page.inputValue(TEXT), "café§");
  const earned = await page.textContent("[data-today]");
  await onward(page, () => page.press(TEXT, "Enter"));
  assert.equal(await page.inputValue(TEXT), "");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await holds(page, ["café§"]);
  await onward(page, async () => {
    await page.click("label[for=mark-blank]");
    await page.click("[data-send]");
  });
  await onward(page, async () => {
    await page.fill(TEXT, "half of it …");
    await page.click("label[for=mark-unreadable]");
    await page.click("[data-send]");
  });
  await holds(page, ["half of it …", "blank", "café§"]);
  assert.ok(earned.startsWith("KES"));
  await close();
});

test("a line is skipped with a reason and another is reported, at once or later", async () => {
  const { page, close } = await sit("Baraka");
  const skipped = await onward(page, async () => {
    await page.click("[data-dialog=skip]");
    await page.click("dialog#skip button[value=not_clear]");
  });
  const reported = await onward(page, async () => {
    await page.click("[data-dialog=report]");
    await page.click("dialog#report button[value=private]");
  });
  assert.match(await page.textContent(".toast"), /Thank you/);
  await type(page, "one line");
  await holds(page, ["one line"]);
  await page.waitForFunction(() => document.querySelector("[data-waiting]").textContent === "0");
  await page.reload();
  assert.ok(![skipped, reported].includes(await current(page)));
  await close();
});

test("the last answer is taken back, and one of the last ten is corrected", async () => {
  const { page, close } = await sit("Chau");
  for (const words of ["one", "two", "thre"]) await type(page, words);
  await holds(page, ["thre", "two", "one"]);
  const begun = await current(page);
  await page.type(TEXT, "four, half do");
  await page.click("[data-do=take-back]");
  await until(async () => (await current(page)) !== begun, "the answer taken back");
  assert.equal(await page.inputValue(TEXT), "thre");
  await type(page, "three");
  await holds(page, ["three", "two", "one"]);
  await page.waitForFunction((field) => document.querySelector(field).value === "four, half do", TEXT);
  await page.click("[data-do=last]");
  const rows = page.locator("dialog#last li");
  await rows.nth(2).waitFor();
  assert.deepEqual(await rows.locator("span:first-child").allTextContents(), ["three", "two", "one"]);
  await rows.filter({ hasText: "one" }).locator("button").click();
  await until(async () => (await page.inputValue(TEXT)) === "one", "the answer to correct");
  await settle(page);
  await page.fill(TEXT, "ONE");
  await page.press(TEXT, "Enter");
  await until(async () => (await current(page)) === begun, "the line that was half done");
  await page.waitForFunction((field) => document.querySelector(field).value === "four, half do", TEXT);
  await until(async () => (await kept(page)).includes("ONE"), "the correction");
  assert.deepEqual((await kept(page)).sort(), ["ONE", "three", "two"]);
  await close();
});

test("what is half typed outlives a reload, a lock by hand, a lock after five idle minutes and a killed browser", async () => {
  const code = await desk.computer("Desk of drafts");
  const profile = await mkdtemp(join(tmpdir(), "kazi-profile."));
  const has = (page, words) => page.waitForFunction(([field, value]) => document.querySelector(field)?.value === value, [TEXT, words]);
  let { page, kill, alive } = await mortal(profile);
  await signIn(page, program.base, code, "Esi");
  await page.goto(address());
  const task = await current(page);
  await page.type(TEXT, "half a");
  await page.waitForTimeout(400);
  await page.reload();
  await has(page, "half a");

  await page.type(TEXT, " line");
  // Too soon for the autosave: locking itself keeps what is written.
  await page.click("[data-do=lock]");
  await page.waitForURL(/\/centre$/);
  await signIn(page, program.base, undefined, "Esi");
  await page.goto(address());
  await has(page, "half a line");

  await page.press(TEXT, "End");
  await page.type(TEXT, " of a");
  await page.waitForTimeout(500);
  await kill();
  assert.ok(!alive());
  ({ page, kill } = await mortal(profile));
  await page.goto(address());
  // The session was the browser's; a power cut ends it, and the PIN opens it again. A cookie that is younger than half a
  // minute is not on the disk yet: then the computer, enrolled a moment ago, is enrolled once more.
  if (/\/centre/.test(page.url())) {
    const again = (await page.locator("[name=code]").count()) ? await desk.computer("Desk of drafts again") : undefined;
    await signIn(page, program.base, again, "Esi");
    await page.goto(address());
  }
  assert.equal(await current(page), task);
  await has(page, "half a line of a");

  await page.clock.install();
  await page.reload();
  await has(page, "half a line of a");
  await page.press(TEXT, "End");
  await page.type(TEXT, " book");
  await page.clock.runFor(4.5 * 60_000);
  assert.equal(await page.locator(".shut").count(), 0, "not yet");
  await page.clock.runFor(45_000);
  await page.waitForURL(/\/centre$/);
  await page.clock.resume();
  await signIn(page, program.base, undefined, "Esi");
  await page.goto(address());
  await has(page, "half a line of a book");
  await kill();
  await rm(profile, { recursive: true, force: true });
});

test("a late autosave never writes over the next line, and two presses send one answer", async () => {
  const { page, close } = await sit("Imani");
  const first = await current(page);
  await settle(page);
  await page.type(TEXT, "quick", { delay: 0 });
  await page.press(TEXT, "Enter");
  await page.press(TEXT, "Enter");
  await until(async () => (await current(page)) !== first, "the next line");
  await page.type(TEXT, "second", { delay: 0 });
  await page.waitForTimeout(900);
  assert.equal(await page.inputValue(TEXT), "second");
  await page.reload();
  await page.waitForFunction((field) => document.querySelector(field)?.value === "second", TEXT);
  await holds(page, ["quick"]);
  await close();
});

test("while the line is down one goes on working, reloads too, and each answer arrives once", async () => {
  const way = await line(program.base);
  const code = await desk.computer("Desk of the bad line");
  const { page, close } = await seat(chromium, way.address, code, "Farah");
  await page.goto(address(way.address));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await until(() => page.evaluate(async () => (await (await caches.open("kazi-media")).keys()).length >= 6), "pictures ahead");
  await type(page, "before");
  await holds(page, ["before"]);
  // The reply to an answer is lost first: the server has it, the browser cannot know.
  way.deaf();
  await type(page, "reply lost");
  await page.waitForTimeout(300);
  way.cut();
  const second = await type(page, "down one");
  await page.waitForSelector("[data-line]:not([hidden])");
  await page.reload();
  await page.waitForFunction(() => document.querySelector("[data-waiting]").textContent === "2");
  const third = await type(page, "down two");
  assert.notEqual(second, third);
  await until(() => page.evaluate(() => document.querySelector(".scan img").complete), "the picture or its failing");
  assert.ok(await page.evaluate(() => document.querySelector(".scan img").naturalWidth > 0), "the picture was fetched ahead");
  await page.type(TEXT, "half");
  way.mend();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForFunction(() => document.querySelector("[data-waiting]").textContent === "0", undefined, { timeout: 90_000 });
  await holds(page, ["down two", "down one", "reply lost", "before"]);
  assert.equal(await page.inputValue(TEXT), "half", "what is half typed stays");
  await close();
  way.stop();
});

test("the whole of it by keyboard alone", async () => {
  const code = await desk.computer("Desk of keys");
  const context = await chromium.newContext({ viewport: { width: 1024, height: 600 } });
  const page = await context.newPage();
  await page.goto(`${program.base}/centre`);
  const focused = () => page.evaluate(() => (document.activeElement?.innerText || document.activeElement?.name || "").trim());
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 60; presses++) {
      if (wanted.test(await focused())) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`no way by Tab to ${wanted}`);
  };
  await tabTo(/^code$/);
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
  await page.waitForSelector("a.tile");
  await tabTo(/^Gift/);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".pad");
  await page.keyboard.type(PIN);
  await page.waitForURL(/\/work$/);
  await tabTo(/^(Start|Continue)/);
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`${book}/type$`));
  await onward(page, async () => {
    await page.keyboard.type("typed by key");
    await page.keyboard.press("Enter");
  });
  await holds(page, ["typed by key"]);
  await page.keyboard.type("caf");
  await tabTo(/^é$/);
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue(TEXT), "café");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await onward(page, async () => {
    await tabTo(/^mark$/);
    await page.keyboard.press("Space");
    await page.keyboard.press("Control+Enter");
  });
  await onward(page, async () => {
    await tabTo(/^Skip$/);
    await page.keyboard.press("Enter");
    await tabTo(/^Too hard/);
    await page.keyboard.press("Enter");
  });
  await tabTo(/^Lock$/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/centre$/);
  await context.close();
});

test("without script a line is typed, taken back, corrected and skipped", async () => {
  const { page, close } = await sit("Hawa", { script: false, view: { width: 360, height: 740 } });
  await page.fill(TEXT, "plian");
  await page.press(TEXT, "Enter");
  await page.click("form[action$='/take-back'] button");
  await page.fill(TEXT, "plain");
  await page.press(TEXT, "Enter");
  await page.click("a[data-do=last]");
  await page.click(".lasts a");
  assert.equal(await page.inputValue(TEXT), "plain");
  await page.fill(TEXT, "plain text");
  await page.click("button.send");
  assert.deepEqual(await page.locator(".lasts li > span:first-child").allTextContents(), ["plain text"]);
  await page.goto(address());
  const task = await current(page);
  await page.press(TEXT, "Enter");
  assert.match(await page.textContent("[role=alert]"), /Type the line, or mark it as empty/);
  await page.click("a[data-dialog=skip]");
  await page.click("button[value=not_clear]");
  assert.notEqual(await current(page), task);
  await close();
});

test("in Urdu the page runs from right to left; amounts, keys and the scanned line do not", async () => {
  const { page, close } = await sit("Danish");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
  for (const selector of ["[data-today]", "[data-waiting]", "[data-sent-count]", ".scan", TEXT]) {
    assert.equal(await page.evaluate((one) => getComputedStyle(document.querySelector(one)).direction, selector), "ltr", selector);
  }
  // The words of a label are what is read out, so that voice control finds them.
  const differing = await page.evaluate(() =>
    [...document.querySelectorAll("a[aria-label], button[aria-label]")]
      .filter((one) => one.innerText.trim() && !one.getAttribute("aria-label").includes(one.innerText.trim()))
      .map((one) => one.outerHTML));
  assert.deepEqual(differing, []);
  // Putting the caret into the field moves nothing.
  assert.equal(await page.evaluate(() => scrollY), 0);
  await page.setViewportSize({ width: 360, height: 500 });
  await page.reload();
  assert.equal(await page.evaluate(() => scrollY), 0);
  await close();
});
