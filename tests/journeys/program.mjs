// The real program on a folder and an address of its own, and an operator who uses its API.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { chromium } = createRequire(join(root, "ui/package.json"))("playwright-core");
export const PIN = "482915";
export const PASSWORD = "journeys are walked here";

/** Starts the program and waits until it listens. */
export async function start() {
  const data = await mkdtemp(join(tmpdir(), "kazi-journey."));
  const args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--operator-password", PASSWORD, "--log", "warn"];
  const child = spawn(join(root, "target/debug/kazi"), args, { stdio: ["ignore", "pipe", "inherit"] });
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
  return { base, stop, office: await office(base) };
}

/** The operator, signed in as a browser would be. */
async function office(base) {
  const signedIn = await fetch(`${base}/sign-in`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: "operator@localhost", password: PASSWORD }),
  });
  const cookie = signedIn.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const call = async (method, path, body, type = "application/json") => {
    const sent = type === "application/json" && body !== undefined ? JSON.stringify(body) : body;
    const reply = await fetch(base + path, { method, body: sent, headers: { cookie, "content-type": type, accept: "application/json" } });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  return call;
}

/** A centre with people, a computer's code, and a running project of questions. */
export async function centre(call, people) {
  const partner = (await call("POST", "/api/v1/organisations", { name: "Mfano", kind: "partner" })).id;
  const id = (await call("POST", `/api/v1/organisations/${partner}/centres`, { name: "Mfano Centre" })).id;
  for (const { name, language = "en", roles = ["worker"], learnt = true } of people) {
    const person = await call("POST", `/api/v1/centres/${id}/people`, { name, language, roles, pin: PIN });
    if (learnt) {
      const path = `/api/v1/centres/${id}/people/${person.id}/certificates`;
      await call("POST", path, { service: "questions", stage: "answer" });
    }
  }
  const { code } = await call("POST", `/api/v1/centres/${id}/devices`, { name: "Desk 1" });
  return { id, code };
}

export async function questions(call, centre, rows) {
  const spec = { question: "Is this an animal?" };
  const { id } = await call("POST", "/api/v1/projects", { service: "questions", name: "Animals", spec, currency: "KES" });
  await call("PUT", `/api/v1/projects/${id}/centres`, [centre]);
  const csv = `id,text\n${rows.map((row, n) => `${n},${row}`).join("\n")}\n`;
  await call("POST", `/api/v1/projects/${id}/sources?name=rows.csv`, csv, "application/octet-stream");
  for (;;) {
    const sources = await call("GET", `/api/v1/projects/${id}/sources`);
    if (sources.every((source) => source.state === "split")) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await call("POST", `/api/v1/projects/${id}/start`);
  return id;
}

export function browser() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic"];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args });
}

/** Enrols this browser as the centre's computer and opens a worker's desk. */
export async function signIn(page, base, code, name) {
  await page.goto(`${base}/centre`);
  if (code) {
    await page.fill("[name=code]", code);
    await page.click("form button");
  }
  await page.click(`a.tile:has-text("${name}")`);
  await typePin(page, PIN);
  // The last digit sends it where the script runs.
  await page.waitForURL(`${base}/work`);
}

/** Types a PIN on the pad, which the page's script makes of the plain field. */
export async function typePin(page, pin) {
  await page.waitForSelector(".pad");
  for (const digit of pin) await page.keyboard.press(digit);
}
