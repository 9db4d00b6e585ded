// A word that is broken over two pages of a book: typed in halves, seen by those who read the pages, whole in the book.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { look } from "./shots.mjs";
import { browser, centre, current, hand, PASSWORD, project, seat, settle, start, until } from "./program.mjs";

/** Each page with its number at the foot; the last line of the first ends in half a word. */
const PAGES = [
  ["When the bridge was mended he sold the lorry and", "bought a second pump, for one was never enough in", "the dry months. Every evening the two of them sat", "under the fig tree, and together they wrote an ac-", "12"],
  ["count of every cup in a school book: so many sold,", "so many given, so many owed. Nobody had asked them", "to, and nobody but the goats was there to see.", "Years later a teacher found it and read it aloud.", "13"],
];
let program, chromium, desk, book, folder;

/** The two pages as a scanner would give them, in one PDF. */
async function scanned() {
  const page = await chromium.newPage({ viewport: { width: 1240, height: 1754 } });
  const pictures = [];
  for (const [number, lines] of PAGES.entries()) {
    // The first page begins a paragraph; the second goes on with it.
    const text = lines.slice(0, -1).map((line, at) => `<p${at || number ? "" : ' class="in"'}>${line}</p>`).join("");
    await page.setContent(`<style>body{margin:0;background:#fbfaf6;color:#1d1b18;font:32px/56px 'DejaVu Serif',serif;filter:blur(.6px)}
      main{padding:160px 150px;position:relative;height:1434px} p{margin:0;text-align:justify;text-align-last:justify} .in{text-indent:60px}
      .n{position:absolute;bottom:60px;left:0;right:0;text-align:center;text-align-last:center}</style><main>${text}<p class="n">${lines.at(-1)}</p></main>`);
    const file = join(folder, `${number}.png`);
    await writeFile(file, await page.screenshot({ type: "png" }));
    pictures.push(file);
  }
  await page.close();
  const pdf = join(folder, "pump.pdf");
  const bind = "import sys; from PIL import Image; first, *rest = [Image.open(one).convert('L') for one in sys.argv[2:]]; first.save(sys.argv[1], save_all=True, append_images=rest, resolution=150)";
  execFileSync("/usr/bin/python3", ["-c", bind, pdf, ...pictures]);
  return readFile(pdf);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "kazi-word."));
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, [{ name: "Amina" }, { name: "Baraka" }, { name: "Chausiku", roles: ["reviewer"] }, { name: "Ezekiel", roles: ["reviewer"] }]);
  const spec = { title: "The Pump", typists: 2, machine_as_typist: false };
  book = await project(program.office, desk.id, { service: "digitisation", name: "The Pump", spec, file: "pump.pdf", bytes: await scanned() });
  const typed = new Set();
  for (const name of ["Amina", "Baraka"]) {
    const one = await hand(program.base, await desk.computer(`Desk of ${name}`), desk.people[name]);
    await one.all(book, "type", ({ key }) => {
      typed.add(key);
      return { is: "line", text: PAGES[Number(key.slice(1, 5)) - 1][Number(key.slice(-3)) - 1] };
    });
  }
  assert.equal(typed.size, PAGES.flat().length, "the lines were found");
});

after(async () => {
  await chromium?.close();
  await program?.stop();
  await rm(folder, { recursive: true, force: true });
});

const parts = (page) => page.locator(".block").evaluateAll((all) => all.map((one) => [one.dataset.kind, one.querySelector("textarea").value]));

/** Sends the page at hand as it stands, and waits for what the server made of it. */
async function send(page) {
  const task = await current(page);
  await settle(page);
  await page.locator(".block textarea").last().press("Control+Enter");
  return until(async () => {
    const { answers } = await page.evaluate(async () => (await fetch("/work/answers", { headers: { accept: "application/json" } })).json());
    return answers.find((one) => one.task.task === task);
  }, "the page");
}

test("whoever reads the pages sees that the word goes on, and leaves its halves", async () => {
  const { page, close } = await seat(chromium, program.base, desk.code, "Chausiku", { view: { width: 1280, height: 720 } });
  await page.goto(`${program.base}/work/${book}/proofread`);
  await page.waitForSelector("kazi-proofread");
  const [[kind, first]] = await parts(page);
  assert.equal(kind, "paragraph");
  assert.match(first, /wrote an ac-$/);
  const hint = page.locator("[data-broken]:visible");
  assert.equal(await hint.count(), 1);
  assert.match(await hint.textContent(), /goes on on the next page/);
  assert.deepEqual(await look(page, "broken-word.en", { tall: true }), []);
  await page.setViewportSize({ width: 1280, height: 720 });
  // The hint goes with the hyphen, and comes back with it.
  const text = page.locator(".block textarea").first();
  await text.fill(`${first}count`);
  await until(async () => (await hint.count()) === 0);
  await text.fill(first);
  await until(async () => (await hint.count()) === 1);
  assert.equal((await send(page)).task.screen.data.page.page_number, "12");
  // The next page says what it goes on with.
  await until(async () => /^count of every/.test((await parts(page))[0]?.[1] ?? ""), "the second page");
  const goes = page.locator("[name='blocks.0.continues']");
  assert.ok(await goes.isVisible());
  assert.ok(await goes.isChecked());
  assert.equal(await page.locator("[data-broken]:visible").count(), 0);
  const given = (await send(page)).task.screen.data.page;
  assert.deepEqual([given.page_number, given.blocks[0].continues], ["13", true]);
  await close();
});

test("the book has the whole word once, and page 13 begins after it", async () => {
  const call = program.office;
  await until(async () => (await call("GET", `/api/v1/projects/${book}`)).state === "delivered", "the delivery");
  const [delivery] = await call("GET", `/api/v1/projects/${book}/deliveries`);
  const { page, close } = await office();
  const bytes = async (wanted) => {
    const name = delivery.files.find((file) => wanted.test(file.name)).name;
    return (await page.request.get(`${program.base}/api/v1/projects/${book}/deliveries/${delivery.id}/${name}`)).body();
  };
  const epub = join(folder, "book.epub");
  await writeFile(epub, await bytes(/\.epub$/));
  const text = (await bytes(/book\.txt$/)).toString();
  await close();
  assert.equal(text.match(/account/g).length, 1);
  assert.match(text, /together they wrote an account of every cup in a school book/);
  const unpack = "import sys, zipfile; book = zipfile.ZipFile(sys.argv[1]); print('\\n'.join(book.read(name).decode() for name in book.namelist() if name.endswith('.xhtml') and 'nav' not in name))";
  const content = execFileSync("/usr/bin/python3", ["-c", unpack, epub]).toString();
  assert.match(content, /wrote an account<span [^>]*role="doc-pagebreak"[^>]*aria-label="13"[^>]*\/?>(<\/span>)? of every cup/);
  assert.doesNotMatch(content, /ac-|ac count/);
  const checked = execFileSync("java", ["-jar", "/usr/bin/epubcheck", epub], { stdio: ["ignore", "pipe", "pipe"] }).toString();
  assert.match(checked, /No errors or warnings detected/);
});

/** The operator in a browser. */
async function office() {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(`${program.base}/sign-in`);
  await page.fill("[name=email]", "operator@localhost");
  await page.fill("[name=password]", PASSWORD);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click("main form button, form button")]);
  return { page, close: () => context.close() };
}
