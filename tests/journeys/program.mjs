// The real program on a folder and an address of its own, an operator who uses its API, and a browser.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(join(root, "ui/package.json"))("playwright-core");
export const PIN = "482915";
export const PASSWORD = "journeys are walked here";
const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic".split(" ");

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until `look` gives something true. */
export async function until(look, what = "what was waited for", patience = 60_000) {
  for (const end = Date.now() + patience; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} did not happen`);
}

/** Starts the program and waits until it listens. */
export async function start(program = process.env.KAZI_PROGRAM ?? join(root, "target/debug/kazi")) {
  const data = await mkdtemp(join(tmpdir(), "kazi-journey."));
  const args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--operator-password", PASSWORD, "--styleguide", "--hooks-to-loopback", "--log", "warn"];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const base = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the program ended with ${code}`)));
    child.stdout.on("data", (text) => {
      const found = /listens on (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    });
  });
  const stop = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { base, stop, data, pid: child.pid, office: await office(base) };
}

/** What a letter in the outbox holds that matches, once it lies there. */
export function letter(data, wanted) {
  return until(async () => {
    const folder = join(data, "outbox");
    for (const name of (await readdir(folder).catch(() => [])).filter((one) => one.endsWith(".eml"))) {
      const text = (await readFile(join(folder, name), "utf8")).replaceAll("=\r\n", "").replaceAll("=3D", "=");
      const found = wanted.exec(text);
      if (found) return found[1];
    }
  }, "a letter");
}

/** The operator, signed in as a browser would be. */
async function office(base) {
  const signedIn = await fetch(`${base}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: "operator@localhost", password: PASSWORD }),
  });
  const cookie = cookies(signedIn).join("; ");
  const call = async (method, path, body, type = "application/json") => {
    const sent = type === "application/json" && body !== undefined ? JSON.stringify(body) : body;
    const reply = await fetch(base + path, { method, body: sent, headers: { cookie, "content-type": type, accept: "application/json" } });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  return call;
}

const cookies = (reply) => reply.headers.getSetCookie().map((one) => one.split(";")[0]);

/** What a service lets nobody do before they have learnt it. */
const LEARNT = [["questions", "answer"], ["digitisation", "type"]];

/** A centre with people, each with `id` in what comes back, and a computer's code. */
export async function centre(call, people) {
  const partner = (await call("POST", "/api/v1/organisations", { name: "Mfano", kind: "partner" })).id;
  const id = (await call("POST", `/api/v1/organisations/${partner}/centres`, { name: "Mfano Centre", utc_offset_minutes: 180 })).id;
  const ids = {};
  for (const { name, language = "en", roles = ["worker"], learnt = true, picture = "bird-fill" } of people) {
    const person = await call("POST", `/api/v1/centres/${id}/people`, { name, language, roles, pin: PIN, picture });
    ids[name] = person.id;
    for (const [service, stage] of learnt ? LEARNT : []) {
      await call("POST", `/api/v1/centres/${id}/people/${person.id}/certificates`, { service, stage });
    }
  }
  const computer = async (name) => (await call("POST", `/api/v1/centres/${id}/devices`, { name })).code;
  return { id, people: ids, computer, code: await computer("Desk 1") };
}

/** Makes a project of one file, and starts it once the file is split. */
export async function project(call, centre, { service, name, spec, file, bytes }) {
  const { id } = await call("POST", "/api/v1/projects", { service, name, spec, currency: "KES" });
  await call("PUT", `/api/v1/projects/${id}/centres`, [centre]);
  await call("POST", `/api/v1/projects/${id}/sources?name=${file}`, bytes, "application/octet-stream");
  await until(async () => {
    const sources = await call("GET", `/api/v1/projects/${id}/sources`);
    const refused = sources.find((source) => source.state === "refused");
    if (refused) throw new Error(`${file} was refused: ${JSON.stringify(refused)}`);
    return sources.every((source) => source.state === "split");
  }, `splitting ${file}`, 180_000);
  await call("POST", `/api/v1/projects/${id}/start`);
  return id;
}

export function questions(call, centre, rows) {
  const bytes = `id,text\n${rows.map((row, n) => `${n},${row}`).join("\n")}\n`;
  return project(call, centre, { service: "questions", name: "Animals", spec: { question: "Is this an animal?" }, file: "rows.csv", bytes });
}

/** A scanned booklet with the lines that stand on each of its pages. */
export async function booklet() {
  const folder = await mkdtemp(join(tmpdir(), "kazi-booklet."));
  const pdf = join(folder, "booklet.pdf");
  execFileSync("/usr/bin/python3", [join(root, "scripts/booklet.py"), pdf, join(folder, "truth")], { stdio: "ignore" });
  const bytes = await readFile(pdf);
  const names = (await readdir(join(folder, "truth"))).sort();
  const pages = await Promise.all(names.map(async (name) => (await readFile(join(folder, "truth", name), "utf8")).trim().split("\n")));
  await rm(folder, { recursive: true, force: true });
  return { bytes, pages };
}

/** A worker's own requests, without a browser: others at the centre who work meanwhile. */
export async function hand(base, code, person) {
  const jar = new Map();
  const ask = async (method, path, body, type) => {
    const headers = { accept: "application/json", cookie: [...jar].map((pair) => pair.join("=")).join("; ") };
    if (type) headers["content-type"] = type;
    const reply = await fetch(base + path, { method, body, headers, redirect: "manual" });
    for (const one of cookies(reply)) jar.set(...one.split(/=(.*)/s).slice(0, 2));
    const text = await reply.text();
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text && reply.status < 300 && text.startsWith("{") ? JSON.parse(text) : undefined;
  };
  const form = (path, fields) => ask("POST", path, new URLSearchParams(fields), "application/x-www-form-urlencoded");
  if (code) await form("/centre/enrol", { code });
  await form(`/centre/${person}`, { pin: PIN });
  let minted = Math.floor(Math.random() * 1e6);
  return {
    ask,
    next: async (project, stage, count = 8) => (await ask("GET", `/work/${project}/${stage}/next?count=${count}`)).tasks,
    answer: (task, answer) => {
      const id = `answer_${Date.now().toString(16).padStart(12, "0")}7${(minted++).toString(16).padStart(19, "0")}`;
      return ask("PUT", `/work/answers/${id}`, JSON.stringify({ task: task.task, answer, seconds: 9 }), "application/json");
    },
    /** Answers whatever comes until nothing does. */
    async all(project, stage, answerOf) {
      for (let tasks = await this.next(project, stage); tasks.length; tasks = await this.next(project, stage)) {
        for (const task of tasks) await this.answer(task, answerOf(task));
      }
    },
  };
}

export function browser() {
  return chromium.launch({ executablePath: BROWSER, args: QUIET });
}

/** A browser that keeps its profile in a folder and can be killed as a power cut would. */
export async function mortal(profile) {
  const child = spawn(BROWSER, [...QUIET, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.once("exit", () => reject(new Error(`the browser ended: ${said}`)));
    child.stderr.on("data", (text) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said);
      if (found) resolve(found[1]);
    });
  });
  const browser = await chromium.connectOverCDP(address);
  const page = browser.contexts()[0].pages()[0] ?? (await browser.contexts()[0].newPage());
  const kill = () =>
    new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill("SIGKILL");
    });
  return { page, kill, alive: () => existsSync(`/proc/${child.pid}`) };
}

/** A page of a browser of its own at a centre's computer; errors in the page fail the test at `close`. */
export async function seat(chromium, base, code, name, { view = { width: 1024, height: 600 }, script = true } = {}) {
  const context = await chromium.newContext({ viewport: view, javaScriptEnabled: script, reducedMotion: "reduce" });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await signIn(page, base, code, name, script);
  return {
    page, context,
    close: async () => {
      await context.close();
      if (errors.length) throw errors[0];
    },
  };
}

/** Enrols this browser as the centre's computer and opens a worker's desk. */
export async function signIn(page, base, code, name, script = true) {
  await page.goto(`${base}/centre`);
  if (code) {
    await page.fill("[name=code]", code);
    await page.click("form button");
  }
  await page.click(`a.tile:has-text("${name}")`);
  if (script) await typePin(page, PIN);
  else {
    await page.fill("#pin", PIN);
    await page.click("form button");
  }
  // The last digit sends it where the script runs.
  await page.waitForURL(`${base}/work`);
}

/** Types a PIN on the pad, which the page's script makes of the plain field. */
export async function typePin(page, pin) {
  await page.waitForSelector(".pad");
  for (const digit of pin) await page.keyboard.press(digit);
}

export const current = (page) => page.inputValue("input[name=task]");
/** A press this soon after a task appeared is taken for one meant for the task before. */
export const settle = (page) => page.waitForTimeout(350);

/** Does something that sends the task at hand, and waits for the next one. */
export async function onward(page, act) {
  const before = await current(page);
  await settle(page);
  await act();
  await until(async () => (await current(page)) !== before, `the task after ${before}`);
  return before;
}
