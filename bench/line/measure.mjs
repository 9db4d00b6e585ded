// What a worker waits for on a bad line, and what crosses it: Kazi's task screens, and Label Studio's behind nginx.
//
// usage: measure.mjs OUT.json [PEER.json]   (run.sh calls it)
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { booklet, browser, centre, project, questions, signIn, start } from "../../tests/journeys/program.mjs";
import { line } from "../../tests/journeys/line.mjs";

const LINE = { down: 250, up: 100, roundTrip: 400 };
const PATIENCE = 240_000;
const ROUNDS = 8;
const middle = (all) => all.slice().sort((a, b) => a - b)[Math.floor(all.length / 2)];
const whole = (all) => all.map(Math.round);

/** Counts what a page asks for, by kind, as the browser's own network panel does. */
async function counted(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  const paths = new Map();
  const seen = { requests: 0, bytes: 0, media: 0 };
  client.on("Network.responseReceived", ({ requestId, response }) => paths.set(requestId, response));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const response = paths.get(requestId);
    if (!response || response.fromDiskCache || response.fromServiceWorker || response.url.startsWith("data:")) return;
    if (/favicon/.test(response.url)) return;
    const media = /\/media\//.test(new URL(response.url).pathname);
    seen.requests++;
    seen[media ? "media" : "bytes"] += encodedDataLength;
  });
  return seen;
}

const minus = (after, before) => Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));

/** Loads the task page with nothing in the cache, then does some tasks at a person's pace. */
async function work(chromium, { target, path, cookies, usable, act, changed, pace }) {
  const way = await line(target, LINE);
  const context = await chromium.newContext({ viewport: { width: 1024, height: 600 } });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const seen = await counted(page);
  const began = performance.now();
  const result = { first_usable_s: null };
  try {
    await page.goto(way.address + path, { waitUntil: "commit", timeout: PATIENCE });
    await page.waitForFunction(usable, undefined, { polling: "raf", timeout: PATIENCE });
    result.first_usable_s = (performance.now() - began) / 1000;
    result.first = { ...seen };
    // Fetching ahead, caches and the rest settle before the pace begins.
    await page.waitForLoadState("networkidle", { timeout: PATIENCE });
    result.settled = { ...seen, wire: way.bytes };
    const waits = [];
    const before = { ...seen, wire: way.bytes.down + way.bytes.up };
    for (let round = 0; round < ROUNDS; round++) {
      await page.waitForTimeout(pace);
      waits.push(await act(page, changed));
    }
    await page.waitForTimeout(pace);
    const used = minus({ ...seen, wire: way.bytes.down + way.bytes.up }, before);
    result.next_ms = { middle: Math.round(middle(waits)), worst: Math.round(Math.max(...waits)), each: whole(waits) };
    result.per_task = Object.fromEntries(Object.entries(used).map(([key, sum]) => [key, Math.round((sum / ROUNDS) * 10) / 10]));
  } catch (failure) {
    result.failed = String(failure.message ?? failure).split("\n")[0];
  } finally {
    result.connections = way.connections;
    await context.close();
    way.stop();
  }
  return result;
}

/** Presses what sends, and gives the ms until the next task is in the page with its picture. */
const press = (key, text) => async (page) => {
  if (text) await page.keyboard.type(text);
  await page.evaluate(() => {
    const now = () => document.querySelector("input[name=task]").value;
    const before = now();
    window.kaziNext = new Promise((done) => {
      addEventListener("keydown", () => {
        const began = performance.now();
        const look = () => {
          const pictures = [...document.querySelectorAll("[data-screen] img")];
          if (now() !== before && pictures.every((one) => one.complete && one.naturalWidth)) done(performance.now() - began);
          else requestAnimationFrame(look);
        };
        look();
      }, { once: true, capture: true });
    });
  });
  await page.keyboard.press(key);
  return page.evaluate(() => window.kaziNext);
};

async function kazi(chromium) {
  const program = await start();
  const local = program.base.replace("127.0.0.1", "localhost");
  try {
    const desk = await centre(program.office, [{ name: "Amina" }, { name: "Danish", language: "ur" }]);
    const rows = Array.from({ length: 200 }, (_, row) => `Is shop number ${row} open on Sundays?`);
    const asked = await questions(program.office, desk.id, rows);
    const { bytes } = await booklet();
    const spec = { title: "The Well", typists: 2, machine_as_typist: false };
    const book = await project(program.office, desk.id, { service: "digitisation", name: "The Well", spec, file: "well.pdf", bytes });
    const enter = async (name) => {
      const context = await chromium.newContext();
      await signIn(await context.newPage(), local, await desk.computer(name), name);
      const cookies = await context.cookies();
      await context.close();
      return cookies;
    };
    const usable = () =>
      document.querySelector("[data-saved]")?.hidden === false &&
      customElements.get("kazi-work") !== undefined &&
      [...document.querySelectorAll("[data-screen] img")].every((one) => one.complete && one.naturalWidth > 0);
    const one = async (name, path, act, pace) => work(chromium, { target: local, path, cookies: await enter(name), usable, act, pace });
    return {
      question: await one("Amina", `/work/${asked}/answer`, press("1"), 3000),
      line_of_a_book: await one("Amina", `/work/${book}/type`, press("Enter", "a line as it stands"), 12_000),
      line_of_a_book_in_urdu: await one("Danish", `/work/${book}/type`, press("Enter", "a line as it stands"), 12_000),
    };
  } finally {
    await program.stop();
  }
}

/** Label Studio's page for doing one task after the other; the same question as Kazi's. */
async function peer(chromium, { address, project, user, password }) {
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(`${address}/user/login/`);
  await page.fill("[name=email]", user);
  await page.fill("[name=password]", password);
  await page.locator("[name=password]").press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/user/login"), { timeout: PATIENCE });
  const cookies = await context.cookies();
  await context.close();
  const usable = () => [...document.querySelectorAll("label, .lsf-choice, .ant-checkbox-wrapper")].some((one) => /^Yes/.test(one.innerText.trim()));
  const act = async (page) => {
    const shown = () => page.evaluate(() => /shop number (\d+)/.exec(document.body.innerText)?.[1]);
    const before = await shown();
    await page.locator("label, .lsf-choice").filter({ hasText: /^Yes/ }).first().click();
    await page.waitForTimeout(300);
    await page.evaluate(() => {
      const send = [...document.querySelectorAll("button")].find((one) => /^Submit/.test(one.innerText.trim()));
      window.peerBegan = performance.now();
      send.click();
    });
    await page.waitForFunction((was) => {
      const now = /shop number (\d+)/.exec(document.body.innerText)?.[1];
      return now && now !== was;
    }, before, { polling: "raf", timeout: 60_000 });
    return page.evaluate(() => performance.now() - window.peerBegan);
  };
  return work(chromium, { target: address, path: `/projects/${project}/data?labeling=1`, cookies, usable, act, pace: 3000 });
}

const [out, peerFile] = process.argv.slice(2);
const chromium = await browser();
const load = loadavg()[0];
const results = { line: LINE, budgets: { first_bytes: 25 * 1024, next_bytes: 3 * 1024, requests: 3, first_usable_s: 3, next_ms: 100 } };
try {
  results.kazi = await kazi(chromium);
  if (peerFile) {
    const known = JSON.parse(await readFile(peerFile, "utf8"));
    results.peer = { what: known.what, question: await peer(chromium, known) };
  }
} finally {
  await chromium.close();
}
results.measured = { at: new Date().toISOString(), processors: cpus().length, load_before: load, load_after: loadavg()[0] };
await writeFile(out, `${JSON.stringify(results, null, 2)}\n`);
console.log(JSON.stringify(results, null, 2));
