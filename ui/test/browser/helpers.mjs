import { chromium } from "playwright-core";
import { World, serve } from "../server.mjs";

const ARGUMENTS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic".split(" ");

let browser;
export const open = async () => (browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS }));
const servers = new Set();
/** Ends everything, also what a failed test left open: an open server would keep the test run from ending. */
export async function shut() {
  for (const server of servers) server.stop();
  await browser?.close();
}

/** A world of its own with a page in it; errors in the page fail the test. */
export async function desk(options = {}, view = { width: 1024, height: 600 }) {
  const world = new World(options);
  const server = await serve(world);
  servers.add(server);
  const context = await (await open()).newContext({ viewport: view, reducedMotion: "reduce" });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(server.page);
  await page.waitForFunction(() => document.querySelector("[data-saved]")?.hidden === false);
  return {
    world, server, context, page, errors,
    close: async () => {
      await context.close();
      server.stop();
      servers.delete(server);
      if (errors.length) throw errors[0];
    },
  };
}

/** Waits until `look` gives something true. */
export async function until(look, what = "what was waited for", patience = 15_000) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what} did not happen`);
}

/** The page takes an answer only some time after a task appeared: a second press was meant for the one before. */
export const settle = (page) => page.waitForTimeout(350);
export const current = (page) => page.inputValue("input[name=task]");
export const text = "[data-screen] [name=text]";
export const given = (world) => [...world.answers.values()].map(({ task, answer }) => [task, answer.text]);

export async function answer(page, words) {
  const task = await current(page);
  await page.fill(text, words);
  await settle(page);
  await page.press(text, "Enter");
  await until(async () => (await current(page)) !== task, `the task after ${task}`);
  return task;
}

/** The service worker rules the page and the first pictures are kept. */
export const ready = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** So many pictures lie in the browser. (The page's own waiting takes an asynchronous look for a yes at once.) */
export const kept = (page, count) =>
  until(() => page.evaluate(async (wanted) => (await (await caches.open("kazi-media")).keys()).length === wanted, count), `${count} pictures`);

/** The picture at hand is drawn, and not only asked for. */
export async function drawn(page, name) {
  const picture = () => page.evaluate(() => [...document.querySelectorAll(".scan img")].map((one) => [one.src, one.complete, one.naturalWidth])[0]);
  const [src, , width] = await until(async () => ((found) => found?.[0].endsWith(name) && found[1] && found)(await picture()), `${name} is there or has failed`);
  if (!width) throw new Error(`${src} is not drawn`);
}
