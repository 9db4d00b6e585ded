// Checking what others typed: differences, whole pages, pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./shots.mjs";
import { browser, centre, hand, project, seat, settle, start, until } from "./program.mjs";

let program, chromium, desk, book;
const LINES = [
  "THE PUMP", "When the bridge was mended he sold the lorry", "and bought a second pump.* The two of them wrote an ac-",
  "count of every cup in a school book: so many sold,", "so many given, so many owed.", "The pump at the crossroads",
  "* It came from the coast by rail.", "12",
];
/** What each of three typists made of the third line. */
const THIRD = ["second", "sccond", "socond"].map((word) => LINES[2].replace("second", word));

/** A page as a scanner would give it: heading, italics, a broken word, a figure with words under it, a footnote, a number. */
async function scanned() {
  const page = await chromium.newPage({ viewport: { width: 1240, height: 1754 } });
  await page.setContent(`<style>body{margin:0;background:#fbfaf6;color:#1d1b18;font:34px/52px 'DejaVu Serif',serif;filter:blur(.6px)}
    main{padding:120px 150px;position:relative;height:1514px} p{margin:0;white-space:pre} .in{text-indent:48px}
    h2{font-size:40px;text-align:center;font-weight:400;margin:0 0 60px} .c{text-align:center}
    .f{font-size:26px;line-height:40px;position:absolute;bottom:170px;left:150px;border-top:2px solid;padding-top:10px}
    .n{position:absolute;bottom:60px;left:0;right:0;text-align:center} svg{display:block;margin:40px auto}</style>
    <main><h2>${LINES[0]}</h2><p class="in">${LINES[1]}</p><p>${LINES[2].replace("second", "<i>second</i>")}</p><p>${LINES[3]}</p><p>${LINES[4]}</p>
    <svg width="640" height="420"><rect x="6" y="6" width="628" height="408" fill="none" stroke="#222" stroke-width="4"/><circle cx="320" cy="180" r="110" fill="#444"/><path d="M80 380L320 60L560 380Z" fill="none" stroke="#222" stroke-width="10"/><path d="M60 380H580M120 350H520M180 320H460" stroke="#333" stroke-width="8"/><rect x="260" y="230" width="120" height="150" fill="#777"/></svg>
    <p class="c">${LINES[5]}</p><p class="f">${LINES[6]}</p><p class="n">${LINES[7]}</p></main>`);
  const bytes = await page.screenshot({ type: "png" });
  await page.close();
  return bytes;
}

before(async () => {
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, [
    ...["A", "B", "C"].map((name) => ({ name: `Typist ${name}` })), { name: "Chausiku", roles: ["reviewer"] }, { name: "Ezekiel", roles: ["reviewer"] }, { name: "Dalila" },
  ]);
  const spec = { title: "The Pump", typists: 2, machine_as_typist: false };
  book = await project(program.office, desk.id, { service: "digitisation", name: "The Pump", spec, file: "pump.png", bytes: await scanned() });
  const code = await desk.computer("Desk of typists");
  let typed = 0;
  for (const [number, person] of Object.values(desk.people).slice(0, 3).entries()) {
    const one = await hand(program.base, number ? await desk.computer(`Desk of typist ${number}`) : code, person);
    await one.all(book, "type", ({ key }) => {
      typed++;
      const line = Number(key.slice(-3)) - 1;
      return { is: "line", text: line === 2 ? THIRD[number] : LINES[line] };
    });
  }
  assert.ok(typed >= 2 * LINES.length, `${typed} lines were typed`);
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

/** The answer that the server holds of the last task done at this page. */
const last = async (page) => {
  const { answers } = await page.evaluate(async () => (await fetch("/work/answers", { headers: { accept: "application/json" } })).json());
  return answers[0];
};

test("a difference is seen at a glance, and settled by taking one answer or writing the right one", async () => {
  const { page, close } = await seat(chromium, program.base, desk.code, "Chausiku");
  await page.goto(`${program.base}/work/${book}/resolve`);
  await page.waitForSelector("kazi-resolve");
  const options = page.locator(".opt");
  assert.ok((await options.count()) >= 2);
  assert.ok(await page.locator(".scan img").last().evaluate((one) => one.complete && one.naturalWidth > 100));
  // Only what differs is marked.
  const marked = (await page.locator(".opt mark").allTextContents()).join("");
  assert.ok(marked.length > 0 && marked.length < 12, `marked: ${marked}`);
  const texts = await options.locator(".typed").allTextContents();
  assert.ok(texts.every((text) => THIRD.includes(text)), texts.join("\n"));
  const field = "[name=text]";
  await page.keyboard.press("2");
  assert.equal(await page.inputValue(field), texts[1]);
  assert.ok(await page.isVisible(".opt.on [data-key='2'][aria-pressed=true]"));
  await page.keyboard.press("1");
  assert.equal(await page.inputValue(field), texts[0]);
  await page.click("a[data-page]");
  assert.ok(await page.isVisible("dialog.page rect.here"));
  await page.keyboard.press("Escape");
  await page.fill(field, THIRD[0]);
  await page.reload();
  await page.waitForFunction(([one, value]) => document.querySelector(one).value === value, [field, THIRD[0]]);
  await settle(page);
  await page.press(field, "Enter");
  await until(async () => (await last(page))?.summary === THIRD[0], "the decision");
  await close();
});

test("a picture is described, with the words around it in sight", async () => {
  const code = await desk.computer("Desk of pictures");
  const { page, close } = await seat(chromium, program.base, code, "Dalila");
  await page.goto(`${program.base}/work/${book}/describe`);
  await page.waitForSelector("kazi-describe");
  assert.deepEqual(await look(page, "describe.en", { tall: true }), []);
  await page.setViewportSize({ width: 1024, height: 600 });
  assert.ok(await page.locator(".scan img").first().evaluate((one) => one.complete && one.naturalWidth > 300));
  await page.fill("[name=short]", "A round pump house before a hill.");
  await page.fill("[name=long]", "Three steps lead up to it.");
  await page.waitForTimeout(400);
  await page.reload();
  await page.waitForFunction(() => document.querySelector("[name=long]").value !== "");
  await settle(page);
  await page.press("[name=long]", "Control+Enter");
  await until(async () => (await last(page))?.summary === "A round pump house before a hill.", "the description");
  await close();
});

// By someone who has not settled a line of it either.
test("a page is proofread against its picture: heading, italics, footnote, broken word, figure, page number", async () => {
  const code = await desk.computer("Desk of pages");
  const { page, close } = await seat(chromium, program.base, code, "Ezekiel", { view: { width: 1280, height: 720 } });
  await page.goto(`${program.base}/work/${book}/proofread`);
  await page.waitForSelector("kazi-proofread");
  assert.deepEqual(await look(page, "proofread.en", { tall: true }), []);
  await page.setViewportSize({ width: 1280, height: 720 });
  const blocks = () => page.locator(".block").evaluateAll((all) => all.map((one) => [one.dataset.kind, one.querySelector("textarea").value]));
  const found = await blocks();
  const text = found.map(([, words]) => words).join("\n");
  assert.match(text, /wrote an account of every cup/, "the word that was broken over two lines is whole");
  // What the program took a part for is a first guess; the reviewer says what it is.
  const kind = (words, value) => page.locator(".block").nth(found.findIndex(([, one]) => one === words)).locator("select").selectOption(value);
  await kind("THE PUMP", "heading1");
  await kind("The pump at the crossroads", "caption");
  assert.ok(found.some(([kind]) => kind === "figure"), "the figure has its place");
  assert.ok(found.some(([kind, words]) => kind === "footnote" && /It came from the coast/.test(words)), JSON.stringify(found));
  assert.equal(await page.inputValue("[name=page_number]"), "12");
  // The picture shows where the part at hand stands.
  const area = page.locator(".block textarea").nth(found.findIndex(([, words]) => /bought a second/.test(words)));
  await area.click();
  assert.ok((await page.locator("rect.here").count()) >= 3);
  const at = (await area.inputValue()).indexOf("second");
  await area.evaluate((one, from) => one.setSelectionRange(from, from + 6), at);
  await page.locator(".block:focus-within [data-act=italic]").click();
  assert.match(await area.inputValue(), /a <i>second<\/i> pump/);
  await page.waitForTimeout(400);
  await page.reload();
  await page.waitForFunction(() => [...document.querySelectorAll(".block textarea")].some((one) => one.value.includes("<i>second</i>")));
  await settle(page);
  await page.locator(".block textarea").last().press("Control+Enter");
  const given = await until(async () => {
    const answer = await last(page);
    return answer?.task.screen.element === "kazi-proofread" && answer;
  }, "the page");
  const kept = given.task.screen.data.page;
  assert.equal(kept.page_number, "12");
  assert.deepEqual(kept.blocks.filter(({ type }) => /heading1|caption/.test(type)).map(({ text }) => text), ["THE PUMP", LINES[5]]);
  assert.ok(kept.blocks.some((block) => block.text.includes("<i>second</i>")));
  assert.equal(kept.blocks.length, found.length);
  await close();
});
