import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answer, current, desk, drawn, given, kept, ready, settle, shut, text, until } from "./helpers.mjs";

after(shut);

test("a line is typed and sent, and the next one is there at once", async () => {
  const { page, world, close } = await desk();
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await answer(page, "rocks, and then");
  assert.equal(await page.inputValue(text), "");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await until(() => world.answers.size === 1);
  assert.deepEqual([...world.answers.values()][0].answer, { is: "line", text: "rocks, and then" });
  assert.match([...world.answers.keys()][0], /^answer_[0-9a-f]{12}7[0-9a-f]{19}$/);
  await page.waitForFunction(() => document.querySelector("[data-sent-count]").textContent === "1");
  assert.equal(await page.textContent("[data-today]"), "KES 613.20");
  await close();
});

test("special letters, marks and the page around the line", async () => {
  const { page, world, close } = await desk();
  await page.fill(text, "caf");
  await page.click("[data-letter=é]");
  assert.equal(await page.inputValue(text), "café");
  await page.keyboard.press("Control+z");
  assert.equal(await page.inputValue(text), "caf");
  await page.click("[data-more]");
  assert.ok(await page.isVisible("[data-letter=œ]"));
  await page.click("a[data-page]");
  assert.ok(await page.isVisible("dialog.page svg image"));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog.page").count(), 0);
  await page.click("label[for=mark-unreadable]");
  await page.click("label[for=mark-blank]");
  assert.equal(await page.isChecked("#mark-unreadable"), false);
  await settle(page);
  await page.click("[data-send]");
  await until(() => world.answers.size === 1);
  assert.deepEqual([...world.answers.values()][0].answer, { is: "line", text: "", mark: "blank" });
  await close();
});

test("an empty line is not sent, and the page says what to do", async () => {
  const { page, world, close } = await desk();
  await settle(page);
  await page.press(text, "Enter");
  await page.waitForSelector(".toast");
  assert.equal(world.log.filter(([method]) => method === "PUT").length, 0);
  await close();
});

test("two quick presses send one answer", async () => {
  const { page, world, close } = await desk();
  await page.fill(text, "one");
  await settle(page);
  await page.evaluate(() => {
    const send = document.querySelector("[data-send]");
    send.click();
    send.click();
    send.click();
  });
  await until(async () => (await current(page)) === "task_1");
  await page.click("[data-send]", { clickCount: 2 });
  await page.waitForTimeout(500);
  assert.deepEqual(given(world), [["task_0", "one"]]);
  await close();
});

test("a draft outlives a reload, and lies under its own task only", async () => {
  const { page, context, server, world, close } = await desk();
  await page.type(text, "half a li");
  await page.waitForTimeout(400);
  await page.reload();
  await page.waitForFunction((field) => document.querySelector(field).value === "half a li", text);
  await answer(page, "a whole line");
  await page.type(text, "next");
  // Another page of the same worker, as after a crash of the browser.
  await page.waitForTimeout(400);
  const other = await context.newPage();
  await other.goto(server.page);
  await other.waitForFunction((field) => document.querySelector(field).value === "next", text);
  await until(() => world.answers.size === 1);
  assert.deepEqual(given(world), [["task_0", "a whole line"]]);
  await close();
});

test("a late autosave does not write over the next answer", async () => {
  const { page, world, close } = await desk();
  await settle(page);
  // The change and the sending fall into one autosave delay.
  await page.type(text, "quick", { delay: 0 });
  await page.press(text, "Enter");
  await until(async () => (await current(page)) === "task_1");
  await page.type(text, "second", { delay: 0 });
  await page.waitForTimeout(800);
  assert.equal(await page.inputValue(text), "second");
  await page.reload();
  await page.waitForFunction((field) => document.querySelector(field).value === "second", text);
  assert.deepEqual(given(world), [["task_0", "quick"]]);
  await close();
});

test("without line one goes on working, reloads too, and each answer arrives once", async () => {
  const { page, context, world, close } = await desk();
  await ready(page);
  // Seven more tasks and their pictures are fetched ahead.
  await kept(page, 8);
  world.down = true;
  await context.setOffline(true);
  const first = await answer(page, "one");
  await page.waitForSelector("[data-line]:not([hidden])");
  assert.match(await page.textContent("[data-line]"), /Go on working: .?1.? answer waits here/);
  await drawn(page, "line-1.svg");
  const second = await answer(page, "two");
  await drawn(page, "line-2.svg");
  assert.match(await page.textContent("[data-line]"), /Go on working: .?2.? answers wait here/);
  await page.reload();
  // The page that was kept shows the first task again, until the script has seen that it is done.
  await until(async () => (await current(page)) === "task_2");
  await drawn(page, "line-2.svg");
  assert.equal(await page.textContent("[data-waiting]"), "2");
  const third = await answer(page, "three");
  // Nothing is waited for on a line that is not there: the picture is drawn from what was fetched ahead.
  await drawn(page, "line-3.svg");
  assert.equal(new Set([first, second, third, await current(page)]).size, 4);
  world.down = false;
  await context.setOffline(false);
  await until(() => world.answers.size === 3);
  assert.deepEqual(given(world), [[first, "one"], [second, "two"], [third, "three"]]);
  await page.waitForFunction(() => document.querySelector("[data-waiting]").textContent === "0");
  await page.waitForSelector("[data-line]", { state: "hidden" });
  await close();
});

test("without line a task whose picture has not come waits behind those whose pictures are there", async () => {
  const { page, context, world, close } = await desk({ withheld: /line-[12]\.svg/ });
  await ready(page);
  await kept(page, 6);
  world.down = true;
  await context.setOffline(true);
  await answer(page, "zero");
  await until(async () => (await current(page)) === "task_3");
  await drawn(page, "line-3.svg");
  await answer(page, "three");
  assert.equal(await current(page), "task_4");
  await drawn(page, "line-4.svg");
  world.withheld = /^$/;
  world.down = false;
  await context.setOffline(false);
  await until(() => world.answers.size === 2);
  await answer(page, "four");
  assert.equal(await current(page), "task_1");
  await drawn(page, "line-1.svg");
  await close();
});

test("where no picture has come the page waits for the line, and goes on with it", async () => {
  const { page, context, world, close } = await desk({ withheld: /line-[1-7]\.svg/ });
  await ready(page);
  await kept(page, 1);
  world.down = true;
  await context.setOffline(true);
  const first = await current(page);
  await page.fill(text, "zero");
  await settle(page);
  await page.press(text, "Enter");
  await until(async () => /no task is left here/.test(await page.textContent("[data-screen]")));
  world.withheld = /^$/;
  world.down = false;
  await context.setOffline(false);
  await until(async () => (await page.locator(text).count()) === 1, "a task");
  assert.equal(await current(page), "task_1");
  await drawn(page, "line-1.svg");
  await until(() => world.answers.size === 1);
  assert.deepEqual(given(world), [[first, "zero"]]);
  await close();
});

test("a picture that the server does not have is shown as missing, so that it can be reported", async () => {
  const { page, close } = await desk({ missing: /line-1\.svg/ });
  await kept(page, 7);
  await answer(page, "zero");
  await page.waitForTimeout(500);
  assert.equal(await current(page), "task_1");
  assert.deepEqual(await page.evaluate(() => [document.querySelector(".scan img")].map((one) => [one.complete, one.naturalWidth])), [[true, 0]]);
  await page.click("[data-dialog=report]");
  await page.click("dialog#report button[value=broken]");
  await until(async () => (await current(page)) === "task_2");
  await drawn(page, "line-2.svg");
  await close();
});

test("a reply that is lost does not make a second answer", async () => {
  const { page, world, close } = await desk();
  world.lose = 2;
  await answer(page, "once");
  await until(() => world.log.filter(([method]) => method === "PUT").length === 3);
  const puts = world.log.filter(([method]) => method === "PUT");
  assert.equal(new Set(puts.map(([, path, body]) => path + body)).size, 1);
  assert.equal(world.answers.size, 1);
  await page.waitForFunction(() => document.querySelector("[data-waiting]").textContent === "0");
  await close();
});

test("an answer is taken back, mended and sent again", async () => {
  const { page, world, close } = await desk();
  await answer(page, "wrogn");
  await until(() => world.answers.size === 1);
  await page.type(text, "begun");
  await page.click("[data-do=take-back]");
  await until(async () => (await current(page)) === "task_0");
  assert.equal(await page.inputValue(text), "wrogn");
  assert.equal(world.answers.size, 0);
  await answer(page, "right");
  // What was begun is still there.
  assert.equal(await current(page), "task_1");
  await page.waitForFunction((field) => document.querySelector(field).value === "begun", text);
  await until(() => world.answers.size === 1);
  assert.deepEqual(given(world), [["task_0", "right"]]);
  await close();
});

test("without line an answer that never left is taken back without a trace", async () => {
  const { page, context, world, close } = await desk();
  await kept(page, 8);
  await settle(page);
  world.down = true;
  await context.setOffline(true);
  await answer(page, "stuck");
  await answer(page, "wrogn");
  await page.click("[data-do=take-back]");
  await until(async () => (await current(page)) === "task_1");
  await drawn(page, "line-1.svg");
  await answer(page, "right");
  world.down = false;
  await context.setOffline(false);
  await until(() => world.answers.size === 2);
  assert.deepEqual(given(world), [["task_0", "stuck"], ["task_1", "right"]]);
  await close();
});

test("an answer that is not well formed comes back with its reason", async () => {
  const { page, world, close } = await desk();
  await page.fill(text, "bad");
  await settle(page);
  await page.press(text, "Enter");
  await page.waitForSelector("[data-problem]");
  assert.equal(await current(page), "task_0");
  assert.equal(await page.inputValue(text), "bad");
  await answer(page, "good");
  await until(() => world.answers.size === 1);
  assert.deepEqual(given(world), [["task_0", "good"]]);
  await close();
});

test("one of the last answers is corrected, then work goes on where it was", async () => {
  const { page, world, close } = await desk();
  await answer(page, "one");
  await answer(page, "two");
  await until(() => world.answers.size === 2);
  await page.type(text, "three be");
  await page.click("[data-do=last]");
  await page.locator("dialog#last li", { hasText: "one" }).locator("button").click();
  await until(async () => (await current(page)) === "task_0");
  assert.equal(await page.inputValue(text), "one");
  await page.fill(text, "ONE");
  await settle(page);
  await page.press(text, "Enter");
  await until(async () => (await current(page)) === "task_2");
  await page.waitForFunction((field) => document.querySelector(field).value === "three be", text);
  await until(() => given(world).some(([task, words]) => task === "task_0" && words === "ONE"));
  assert.equal(world.answers.size, 2);
  await close();
});

test("a task is skipped and another reported, with a reason", async () => {
  const { page, world, close } = await desk();
  await page.click("[data-dialog=skip]");
  await page.click("dialog#skip button[value=too_hard]");
  await until(async () => (await current(page)) === "task_1");
  await page.click("[data-dialog=report]");
  await page.keyboard.press("Escape");
  assert.equal(await current(page), "task_1");
  await page.click("[data-dialog=report]");
  await page.click("dialog#report button[value=broken]");
  await until(async () => (await current(page)) === "task_2");
  // The screen goes on before the report has left.
  const posts = () => world.log.filter(([method, path]) => method === "POST" && !path.endsWith("heartbeat"));
  await until(() => posts().length === 2);
  assert.deepEqual(posts(), [
    ["POST", "/work/tasks/task_0/skip", '{"reason":"too_hard"}'],
    ["POST", "/work/tasks/task_1/report", '{"reason":"broken"}'],
  ]);
  await close();
});

test("signed out, nothing is lost and nothing can be read", async () => {
  const { page, world, close } = await desk();
  // What is fetched ahead must be there before, or that is refused before anything is typed.
  await kept(page, 8);
  world.status = 401;
  await page.fill(text, "kept");
  await settle(page);
  await page.press(text, "Enter");
  await page.waitForSelector(".shut");
  assert.equal(await page.isVisible("[data-screen]"), false);
  world.status = 0;
  await page.reload();
  await until(() => world.answers.size === 1);
  assert.deepEqual(given(world), [["task_0", "kept"]]);
  await close();
});

test("the lock wipes the caches, keeps the half-done answer, and shows it to nobody else", async () => {
  const { page, server, world, close } = await desk();
  await ready(page);
  await kept(page, 8);
  await page.type(text, "half");
  await page.click("[data-do=lock]");
  await page.waitForURL(/\/lock$/);
  assert.deepEqual(await page.evaluate(() => caches.keys()), []);
  world.worker = "worker_baraka";
  await page.goto(server.page);
  await page.waitForTimeout(500);
  assert.equal(await page.inputValue(text), "");
  world.worker = "worker_amina";
  await page.goto(server.page);
  await page.waitForFunction((field) => document.querySelector(field).value === "half", text);
  await close();
});

test("five idle minutes lock the screen", async () => {
  const { page, context, server, close } = await desk();
  const other = await context.newPage();
  await other.clock.install();
  await other.goto(server.page);
  await other.type(text, "half");
  await other.clock.runFor(4.5 * 60_000);
  assert.equal(await other.locator(".shut").count(), 0);
  await other.clock.runFor(40_000);
  await other.waitForURL(/\/lock$/);
  await page.reload();
  await page.waitForFunction((field) => document.querySelector(field).value === "half", text);
  await close();
});

test("without a database the page says so and sends directly", async () => {
  const { context, server, world, close } = await desk();
  const page = await context.newPage();
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("no", "SecurityError");
    };
  });
  await page.goto(server.page);
  await page.type(text, "direct");
  await page.waitForFunction(() => /Not saved/.test(document.querySelector("[data-saved]").textContent));
  await answer(page, "direct");
  await until(() => world.answers.size === 1);
  await close();
});
