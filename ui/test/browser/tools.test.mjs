import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { current, desk, settle, shut, until } from "./helpers.mjs";

after(shut);

const shots = fileURLToPath(new URL("../shots/", import.meta.url));
await mkdir(shots, { recursive: true });
const first = (world) => [...world.answers.values()][0]?.answer;

test("settling a difference takes two keys", async () => {
  const { page, world, close } = await desk({ element: "kazi-resolve" });
  await settle(page);
  await page.keyboard.press("2");
  assert.equal(await page.inputValue("[name=text]"), "there was h man standing.");
  assert.ok(await page.isVisible(".opt.on [data-key='2'][aria-pressed=true]"));
  await page.keyboard.press("1");
  await page.keyboard.press("3");
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  // In the field a digit is a digit.
  await page.keyboard.press("End");
  await page.keyboard.press("2");
  assert.equal(await page.inputValue("[name=text]"), "there was a man standing.2");
  assert.equal(await page.locator(".opt.on").count(), 0);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await until(() => world.answers.size === 1);
  assert.deepEqual(first(world), { is: "line", text: "there was a man standing." });
  await close();
});

test("a question is answered by one key, and the help by another", async () => {
  const { page, world, close } = await desk({ element: "kazi-question" });
  await page.keyboard.press("?");
  assert.ok(await page.isVisible("dialog#help"));
  await page.keyboard.press("1");
  await page.keyboard.press("Escape");
  await settle(page);
  await page.keyboard.press("2");
  await until(async () => (await current(page)) === "task_1");
  await settle(page);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".toast");
  await page.click("[data-key='1']");
  await until(() => world.answers.size === 2);
  assert.deepEqual([...world.answers.values()].map(({ answer }) => answer), [{ choice: 1 }, { choice: 0 }]);
  await close();
});

test("a page is proofread: parts are joined, cut, moved and marked, and a draft holds them all", async () => {
  const { page, world, close } = await desk({ element: "kazi-proofread" }, { width: 1280, height: 700 });
  const texts = () => page.locator(".block textarea").evaluateAll((all) => all.map((one) => one.value));
  await page.locator(".block textarea").nth(2).click();
  await page.locator(".block").nth(2).locator("[data-act=join]").click();
  assert.deepEqual(await texts(), ["The Boat", "It sank down, this boat of brass, and nobody said a word."]);
  assert.equal(await page.locator("rect.here").count(), 3);
  await page.locator(".block textarea").nth(1).evaluate((one) => one.setSelectionRange(13, 13));
  await page.locator(".block").nth(1).locator("[data-act=split]").click();
  await page.locator(".block textarea").nth(1).evaluate((one) => (one.focus(), one.setSelectionRange(3, 7)));
  await page.locator(".block").nth(1).locator("[data-act=italic]").click();
  await page.locator(".block").nth(2).locator("textarea").click();
  await page.locator(".block").nth(2).locator("[data-act=add]").click();
  await page.keyboard.type("* A note.");
  await page.locator(".block").nth(3).locator("select").selectOption("footnote");
  const expected = ["The Boat", "It <i>sank</i> down,", "this boat of brass, and nobody said a word.", "* A note."];
  assert.deepEqual(await texts(), expected);
  await page.waitForTimeout(400);
  await page.reload();
  await until(async () => (await texts()).length === 4);
  assert.deepEqual(await texts(), expected);
  await settle(page);
  await page.locator(".block textarea").nth(3).press("Control+Enter");
  await until(() => world.answers.size === 1);
  assert.deepEqual(first(world), {
    is: "page",
    page_number: "19",
    blocks: [
      { type: "heading1", text: "The Boat", lines: [1] },
      { type: "paragraph", text: "It <i>sank</i> down,", lines: [2, 3, 4] },
      { type: "paragraph", text: "this boat of brass, and nobody said a word.", lines: [] },
      { type: "footnote", text: "* A note.", lines: [] },
    ],
  });
  await close();
});

test("a figure is described, or needs no words", async () => {
  const { page, world, close } = await desk({ element: "kazi-describe" });
  await page.fill("[name=short]", "A boat of brass.");
  await page.press("[name=short]", "Enter");
  assert.equal(world.answers.size, 0);
  await page.fill("[name=short]", "A boat of brass.");
  await settle(page);
  await page.press("[name=short]", "Control+Enter");
  await until(() => world.answers.size === 1);
  assert.deepEqual(first(world), { is: "alt", short: "A boat of brass.", long: "" });
  await settle(page);
  await page.click("label[for=d1]");
  assert.ok(await page.locator("[name=short]").evaluate((one) => one.readOnly));
  await page.click("[data-send]");
  await until(() => world.answers.size === 2);
  assert.deepEqual([...world.answers.values()][1].answer, { is: "alt", short: "", decorative: true });
  await close();
});

for (const language of ["en", "sw", "ur"]) {
  for (const [width, height] of [[1024, 600], [360, 740]]) {
    test(`every tool looks finished in ${language} at ${width} px`, async () => {
      for (const tool of ["type-line", "resolve", "question", "describe", "proofread"]) {
        const { page, close } = await desk({ element: `kazi-${tool}`, language }, { width, height });
        await page.waitForTimeout(150);
        await page.screenshot({ path: `${shots}${tool}.${language}-${width}.png` });
        const { sideways, down, scrolled } = await page.evaluate(() => ({
          sideways: document.documentElement.scrollWidth - innerWidth,
          down: document.documentElement.scrollHeight - innerHeight,
          scrolled: scrollY,
        }));
        assert.equal(sideways, 0, `${tool} scrolls sideways`);
        // Putting the caret into the field must not move the page.
        assert.equal(scrolled, 0, `${tool} jumps`);
        if (width === 1024 && /type-line|resolve|question/.test(tool)) assert.ok(down <= 0, `${tool} is ${down} px too high`);
        for (const box of await page.locator("main .btn:visible:not(.about .btn), footer .btn:visible").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))) {
          assert.ok(box >= 44, `a target of ${tool} is ${box} px high`);
        }
        await close();
      }
    });
  }
}

test("in a page from right to left amounts stay as they are, and the scanned line is not mirrored", async () => {
  const { page, close } = await desk({ language: "ur" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("main")).direction), "rtl");
  for (const selector of ["[data-today]", "[data-waiting]", "[data-sent-count]", ".scan", "[name=text]"]) {
    assert.equal(await page.evaluate((one) => getComputedStyle(document.querySelector(one)).direction, selector), "ltr", selector);
  }
  assert.match(await page.textContent("[data-pay]"), /\u2068KES 0\.80\u2069/);
  await close();
});
