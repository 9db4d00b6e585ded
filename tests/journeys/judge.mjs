// What must hold of any page, whoever looks at it.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ui = createRequire(fileURLToPath(new URL("../../ui/package.json", import.meta.url)));
const AXE = await readFile(ui.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe-core finds, each with where it is. */
export async function violations(page) {
  // Colours are judged where they come to rest.
  await page.evaluate(() => document.getAnimations().forEach((one) => one.finish()));
  await page.evaluate(AXE);
  const found = await page.evaluate(
    (values) => window.axe.run(document, { runOnly: { type: "tag", values }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"] }),
    TAGS,
  );
  return found.violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary.split("\n").at(-1).trim()}`);
    return `${id} (${help}) at ${where.join(" | ")}`;
  });
}

/** What sticks out sideways, if the page can be scrolled that way. */
export function sideways(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter((one) => {
      const { left, right, width: wide } = one.getBoundingClientRect();
      return wide > 1 && (right > width + 1 || left < -1) && getComputedStyle(one).position !== "absolute";
    });
    const name = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")} "${(one.textContent ?? "").trim().slice(0, 30)}"`;
    return [`scrolls sideways: ${out.slice(-3).map(name).join(", ") || "nobody knows why"}`];
  });
}

/** Notes what the console and the policy complain of; what is noted is taken out by reading it. */
export function complaints(page) {
  let noted = [];
  page.on("console", (message) => message.type() === "error" && noted.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => noted.push(`script: ${error.message}`));
  return () => {
    const all = noted;
    noted = [];
    return all;
  };
}

/** Counts the bytes that the network brings, compressed and with their headers; pictures of the work and the tasks after the
 * first stand apart, as in the budgets. What
 * comes back reads the scales; `empty` takes off them what is there, and out of the cache what was loaded before. */
export async function scales(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const addresses = new Map();
  let loads = [];
  session.on("Network.requestWillBeSent", ({ requestId, request }) => addresses.set(requestId, request.url));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    loads.push({ address: new URL(addresses.get(requestId) ?? "about:blank").pathname, bytes: encodedDataLength }));
  const empty = async () => {
    await session.send("Network.clearBrowserCache");
    loads = [];
  };
  const read = () => {
    const all = loads.filter(({ address }) => address !== "blank");
    const own = all.filter(({ address }) => !address.startsWith("/media/") && !address.endsWith("/next"));
    return { bytes: own.reduce((sum, { bytes }) => sum + bytes, 0), requests: all.map(({ address }) => address) };
  };
  return { empty, read };
}

/** What the Nu HTML checker says of these texts: `[[name, html], …]`. */
export async function checked(texts) {
  const folder = await mkdtemp(join(tmpdir(), "kazi-pages."));
  try {
    const files = await Promise.all(texts.map(async ([, html], number) => {
      const file = join(folder, `${number}.html`);
      await writeFile(file, html);
      return file;
    }));
    const jar = ui.resolve("vnu-jar/build/dist/vnu.jar");
    const args = ["-Xss1m", "-jar", jar, "--format", "json", "--errors-only", "--exit-zero-always", ...files];
    const { stderr } = await promisify(execFile)("java", args, { maxBuffer: 1 << 26 });
    return JSON.parse(stderr).messages.map(({ url, message, extract, lastLine }) => {
      const name = texts[Number(/(\d+)\.html$/.exec(url)?.[1])]?.[0] ?? url;
      return `${name} line ${lastLine}: ${message} (${(extract ?? "").trim().slice(0, 120)})`;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
