// Every page, as whom it is for, in English and in Urdu: no barrier, no error of HTML, nothing that sticks out sideways,
// no complaint of the console or the policy, no more bytes than the budget.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fill } from "./filled.mjs";
import { checked, complaints, scales, sideways, violations } from "./judge.mjs";
import { browser, start } from "./program.mjs";

const KB = 1024;
const STAFF_PAGE = 60 * KB;
const WORKER_PAGE = 25 * KB;

/** Pages that are not there, or not for whoever asks. */
const nowhere = () => "/no/such/page";
const hidden = (at) => `/projects/${at.book}/stuck`;
const LOST = [nowhere, hidden];

/** Where each page is looked at, as whom, and which tool must be on it; addresses are made of what stands on the filled server. */
const PAGES = {
  "/": [["guest", () => "/"], ["operator", () => "/"]],
  "/sign-in": [["guest", () => "/sign-in"]],
  "/lock": [["worker", () => "/lock"]],
  "/centre": [["guest", () => "/centre"], ["desk", () => "/centre"]],
  "/centre/{person}": [["desk", (at) => `/centre/${at.person}`]],
  "/home": [["operator", () => "/home"]],
  "/projects": [
    ["operator", () => "/projects"],
    ["client", () => "/projects?search=nothing%20like%20it"],
    ["client", () => "/projects"],
  ],
  "/projects/new": [
    ["client", () => "/projects/new"],
    ["operator", () => "/projects/new?service=digitisation"],
    ["client", () => "/projects/new?service=questions"],
  ],
  "/projects/{project}": [
    ["client", (at) => `/projects/${at.draft}`],
    ["client", (at) => `/projects/${at.cheap}`],
    ["operator", (at) => `/projects/${at.cheap}`],
    ["operator", (at) => `/projects/${at.running}`],
    ["operator", (at) => `/projects/${at.unsure}`],
    ["client", (at) => `/projects/${at.versions}`],
    ["client", (at) => `/projects/${at.running}`],
    ["operator", (at) => `/projects/${at.book}`],
    ["client", (at) => `/projects/${at.delivered}`],
  ],
  "/projects/{project}/terms": [
    ["client", (at) => `/projects/${at.draft}/terms`],
    ["client", (at) => `/projects/${at.cheap}/terms`],
    ["operator", (at) => `/projects/${at.book}/terms`],
  ],
  "/projects/{project}/stuck": [["operator", (at) => `/projects/${at.running}/stuck`], ["operator", (at) => `/projects/${at.book}/stuck`]],
  "/projects/{project}/stuck/{item}/leave-out": [["operator", (at) => `/projects/${at.running}/stuck/${at.item}/leave-out`]],
  "/projects/{project}/files/{source}/remove": [["client", (at) => `/projects/${at.draft}/files/${at.source}/remove`]],
  "/projects/{project}/sample": [
    ["client", (at) => `/projects/${at.running}/sample`],
    ["client", (at) => `/projects/${at.delivered}/sample`],
    ["operator", (at) => `/projects/${at.accepted}/sample?state=right`],
  ],
  "/projects/{project}/sample/{number}": [
    ["client", (at) => `/projects/${at.delivered}/sample/1`],
    ["client", (at) => `/projects/${at.read}/sample/1`],
    ["operator", (at) => `/projects/${at.accepted}/sample/2`],
  ],
  "/projects/{project}/pilot": [["client", (at) => `/projects/${at.pilot}/pilot`]],
  "/projects/{project}/open-rest": [["client", (at) => `/projects/${at.pilot}/open-rest`]],
  "/projects/{project}/accept": [["client", (at) => `/projects/${at.delivered}/accept`]],
  "/projects/{project}/send-back": [["client", (at) => `/projects/${at.delivered}/send-back`]],
  "/projects/{project}/set-aside": [["client", (at) => `/projects/${at.delivered}/set-aside`]],
  "/projects/{project}/certificate": [["client", (at) => `/projects/${at.accepted}/certificate`]],
  "/projects/{project}/deletion": [
    ["client", (at) => `/projects/${at.accepted}/deletion`], ["client", (at) => `/projects/${at.running}/deletion`], ["operator", (at) => `/projects/${at.accepted}/deletion`],
  ],
  "/projects/{project}/cancel": [["client", (at) => `/projects/${at.running}/cancel`]],
  "/ask": [["guest", () => "/ask"]],
  "/enquiries": [["operator", () => "/enquiries"], ["operator", () => "/enquiries?search=nothing%20like%20it"]],
  "/enquiries/{enquiry}": [["operator", (at) => `/enquiries/${at.asking}`], ["operator", (at) => `/enquiries/${at.declined}`]],
  "/forgotten": [["guest", () => "/forgotten"]],
  "/forgotten/new": [["guest", (at) => `/forgotten/new?key=${at.forgottenKey}`], ["guest", () => "/forgotten/new?key=over"]],
  "/invitation": [["guest", (at) => `/invitation?key=${at.invitationKey}`], ["guest", () => "/invitation?key=over"]],
  "/invitations/{invitation}/revoke": [["client", (at) => `/invitations/${at.invitation}/revoke`]],
  "/team": [["client", () => "/team"], ["operator", () => "/team"], ["client", () => "/team?search=nothing"]],
  "/organisations/{organisation}/team": [
    ["operator", (at) => `/organisations/${at.client}/team`],
    ["operator", (at) => `/organisations/${at.partner}/team`],
  ],
  "/audit": [["operator", () => "/audit"], ["client", () => "/audit"], ["operator", () => "/audit?search=nothing&from=someday"]],
  "/mail": [["operator", () => "/mail"], ["operator", () => "/mail?search=nothing"]],
  "/mail/{letter}": [["operator", (at) => `/mail/${at.letter}`]],
  "/jobs": [["operator", () => "/jobs"], ["operator", () => "/jobs?state=failed"]],
  "/centres": [["operator", () => "/centres"], ["operator", () => "/centres?search=nothing"]],
  "/centres/{centre}": [["leader", (at) => `/centres/${at.place}`], ["operator", (at) => `/centres/${at.place}`]],
  "/centres/{centre}/here": [
    ["leader", (at) => `/centres/${at.place}/here`], ["operator", (at) => `/centres/${at.place}/here?state=here&taken=2`],
    ["leader", (at) => `/centres/${at.place}/here?search=nothing`],
  ],
  "/centres/{centre}/take-back": [
    ["leader", (at) => `/centres/${at.place}/take-back?person=${at.person}`], ["leader", (at) => `/centres/${at.place}/take-back?state=away`],
  ],
  "/centres/{centre}/messages": [
    ["leader", (at) => `/centres/${at.place}/messages`], ["operator", (at) => `/centres/${at.place}/messages?state=withdrawn`],
  ],
  "/centres/{centre}/messages/{notice}": [["leader", (at) => `/centres/${at.place}/messages/${at.notice}`]],
  "/centres/{centre}/people/import": [["leader", (at) => `/centres/${at.place}/people/import`]],
  "/board": [["operator", () => "/board"], ["operator", () => "/board?sort=all"], ["operator", () => "/board?state=quality"]],
  "/centres/{centre}/computers/{device}/revoke": [["leader", (at) => `/centres/${at.place}/computers/${at.device}/revoke`]],
  "/organisations/{organisation}": [["operator", (at) => `/organisations/${at.client}`], ["operator", (at) => `/organisations/${at.partner}`]],
  "/people/{person}": [["leader", (at) => `/people/${at.person}`], ["operator", (at) => `/people/${at.leader}`]],
  "/projects/{project}/instructions": [
    ["operator", (at) => `/projects/${at.versions}/instructions`], ["client", (at) => `/projects/${at.running}/instructions`],
    ["client", (at) => `/projects/${at.versions}/instructions?search=nothing`],
  ],
  "/projects/{project}/answers/{answer}/reject": [["operator", (at) => `/projects/${at.unsure}/answers/${at.unpaid}/reject`]],
  "/contests": [
    ["operator", () => "/contests"], ["leader", () => "/contests?state=waiting"], ["reviewer", () => "/contests"],
    ["leader", () => "/contests?search=nothing"],
  ],
  "/contests/{answer}": [["operator", (at) => `/contests/${at.contested}`], ["leader", (at) => `/contests/${at.contested}`], ["reviewer", (at) => `/contests/${at.contested}`]],
  "/questions": [
    ["client", () => "/questions"], ["operator", () => "/questions?state=yours"], ["operator", () => "/questions?search=nothing"],
  ],
  "/projects/{project}/questions": [
    ["client", (at) => `/projects/${at.running}/questions`], ["operator", (at) => `/projects/${at.running}/questions?state=settled`],
    ["client", (at) => `/projects/${at.draft}/questions`],
  ],
  "/projects/{project}/questions/new": [
    ["client", (at) => `/projects/${at.running}/questions/new`], ["operator", (at) => `/projects/${at.running}/questions/new?item=${at.item}`],
  ],
  "/projects/{project}/questions/{question}": [
    ["client", (at) => `/projects/${at.running}/questions/${at.question}`], ["operator", (at) => `/projects/${at.running}/questions/${at.question}`],
    ["operator", (at) => `/projects/${at.running}/questions/${at.settled}`],
  ],
  "/hooks": [["client", () => "/hooks"], ["operator", () => "/hooks"]],
  "/hooks/{hook}": [["client", (at) => `/hooks/${at.hook}`], ["client", (at) => `/hooks/${at.hook}?search=nothing`], ["client", (at) => `/hooks/${at.held}`]],
  "/hooks/{hook}/remove": [["client", (at) => `/hooks/${at.hook}/remove`]],
  "/keys": [["operator", () => "/keys"], ["client", () => "/keys"]],
  "/keys/{key}/revoke": [["operator", (at) => `/keys/${at.key}/revoke`]],
  "/account/second-factor": [["operator", () => "/account/second-factor"], ["client", () => "/account/second-factor"]],
  "/account/second-factor/set-up": [["operator", () => "/account/second-factor/set-up"]],
  "/people/{person}/second-factor/reset": [["operator", (at) => `/people/${at.leader}/second-factor/reset`]],
  "/sign-in/code": [["guest", () => "/sign-in/code"]],
  "/account": [["operator", () => "/account"], ["leader", () => "/account"], ["client", () => "/account?done=profile"]],
  "/work": [["worker", () => "/work"], ["reviewer", () => "/work"]],
  "/work/messages": [["told", () => "/work/messages"]],
  "/work/answers": [["worker", () => "/work/answers"]],
  "/work/not-accepted": [["worker", () => "/work/not-accepted"], ["reviewer", () => "/work/not-accepted"]],
  "/work/answers/{answer}": [["worker", (at) => `/work/answers/${at.given}`]],
  "/work/tasks/{task}/skip": [["worker", (at) => `/work/tasks/${at.task}/skip`]],
  "/work/tasks/{task}/report": [["worker", (at) => `/work/tasks/${at.task}/report`]],
  "/work/{project}/{stage}": [
    ["worker", (at) => `/work/${at.running}/answer`, "kazi-question"],
    ["worker", (at) => `/work/${at.book}/type`, "kazi-type-line"],
    ["worker", (at) => `/work/${at.delivered}/answer`],
    ["reviewer", (at) => `/work/${at.doubtful}/resolve`, "kazi-resolve"],
    ["reviewer", (at) => `/work/${at.typed}/proofread`, "kazi-proofread"],
    ["reviewer", (at) => `/work/${at.doubtful}/describe`, "kazi-describe"],
  ],
  "/work/{project}/{stage}/changes": [["worker", (at) => `/work/${at.versions}/answer/changes`], ["reviewer", (at) => `/work/${at.running}/answer/changes`]],
  "/work/{project}/{stage}/help": [["worker", (at) => `/work/${at.book}/type/help`], ["reviewer", (at) => `/work/${at.book}/proofread/help`]],
  "/work/{project}/{stage}/learn": [["worker", (at) => `/work/${at.book}/type/learn`], ["reviewer", (at) => `/work/${at.book}/resolve/learn`]],
  "/work/{project}/{stage}/practice": [
    ["worker", (at) => `/work/${at.book}/type/practice`],
    ["worker", (at) => `/work/${at.running}/answer/practice`],
  ],
  "/styleguide": [["guest", () => "/styleguide"]],
  "/styleguide/tasks": [["guest", () => "/styleguide/tasks"], ["guest", () => "/styleguide/tasks?tool=1"], ["guest", () => "/styleguide/tasks?tool=2"]],
  "/{*nowhere}": [["guest", nowhere], ["worker", nowhere], ["client", hidden]],
};

/** What is read but is no page. */
const NO_PAGES = ["/healthz", "/readyz", "/metrics", "/assets/{*name}", "/sw.js", "/favicon.ico", "/media/{project}/{hash}", "/styleguide/media/{hash}",
  "/work/{project}/{stage}/practice/media/{hash}",
  "/work/{project}/{stage}/next", "/work/{project}/{stage}/practice/next"];

/** Forms that are sent as they must not be, so that the page with its problems shows. */
const REFUSALS = [
  ["guest", () => "/sign-in", { email: "nobody@nowhere.example", password: "wrong" }],
  ["guest", () => "/forgotten", { email: " " }],
  ["guest", () => "/ask", { organisation_name: "", email: "no address" }],
  ["operator", (at) => `/enquiries/${at.asking}`, { reason: " " }],
  ["guest", (at) => `/forgotten/new?key=${at.forgottenKey}`, { new_password: "short" }],
  ["guest", (at) => `/invitation?key=${at.invitationKey}`, { name: "", new_password: "short" }],
  ["client", () => "/team", { name: "", email: "nobody" }],
  ["client", () => "/projects/new?service=questions", { name: "", "spec.question": "", "pay.answer": "much" }],
  ["operator", (at) => `/projects/${at.draft}/terms`, { name: "" }],
  ["client", (at) => `/projects/${at.delivered}/sample/1`, { note: "It is no animal" }],
  ["leader", (at) => `/centres/${at.place}`, { name: "", pin: "123456" }],
  ["operator", () => "/account", { old_password: "wrong", new_password: "x" }],
  ["client", () => "/account/second-factor", { begin_password: "" }],
  ["operator", () => "/keys", { name: "" }],
  ["operator", (at) => `/projects/${at.unsure}/answers/${at.unpaid}/reject`, { note: "" }],
  ["leader", (at) => `/contests/${at.contested}`, { note: "" }],
  ["client", (at) => `/projects/${at.accepted}/deletion`, { day: "someday" }],
  ["client", (at) => `/projects/${at.accepted}/deletion`, { days: "3" }],
  ["client", () => "/hooks", { address: "http://10.0.0.1" }],
  ["client", (at) => `/hooks/${at.hook}`, { address: "" }],
  ["client", (at) => `/projects/${at.running}/questions/new`, { subject: "", text: "" }],
  ["client", (at) => `/projects/${at.running}/questions/${at.question}`, { text: " " }],
  ["operator", (at) => `/centres/${at.place}`, { wage: "much" }],
  ["operator", (at) => `/projects/${at.cheap}`, { below_reason: "" }],
  ["client", (at) => `/projects/${at.running}/terms`, { "pay.answer": "0.01" }],
  ["client", (at) => `/projects/${at.versions}/terms`, { instructions: "Another text.", changed: "" }],
  ["leader", (at) => `/centres/${at.place}/messages`, { body: "" }],
  ["leader", (at) => `/centres/${at.place}/people/import`, { list: "Amina Sampuli;Klingon;12" }],
  ["operator", () => "/centres", { organisation_name: "" }],
  ["desk", () => "/centre", { code: "nothing" }, "guest"],
];

let program, chromium, at;

before(async () => {
  program = await start();
  chromium = await browser();
  at = await fill(program, chromium);
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

async function sources(folder) {
  const all = await readdir(folder, { recursive: true });
  return Promise.all(all.filter((name) => name.endsWith(".rs")).map((name) => readFile(`${folder}/${name}`, "utf8")));
}

test("every page of the program is looked at", async () => {
  const source = (await sources(fileURLToPath(new URL("../../crates/web/src", import.meta.url)))).join("\n");
  const routes = [...source.matchAll(/Route::get\(\s*"([^"]+)"/g)].map(([, path]) => path).filter((path) => !path.startsWith("/api/") && path !== "/path/{id}");
  assert.ok(routes.length > 30, `only ${routes.length} routes were found`);
  const known = new Set([...Object.keys(PAGES), ...NO_PAGES]);
  assert.deepEqual(routes.filter((path) => !known.has(path)), [], "a page has no entry here");
  assert.deepEqual([...known].filter((path) => !routes.includes(path)), [], "an entry has no page any more");
});

/** Looks at one page as it stands: wide and light, then narrow and dark. */
async function look(page, told, found) {
  for (const [size, scheme] of [[{ width: 1440, height: 900 }, "light"], [{ width: 360, height: 740 }, "dark"]]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    const all = [...(await violations(page)), ...(await sideways(page))];
    found.push(...all.map((one) => `${told} at ${size.width}: ${one}`));
  }
}

/** Walks all pages in a language; gives back what is wrong, and the texts of the pages. */
async function walk(language) {
  const [found, texts, sizes] = [[], [], []];
  const visits = Object.values(PAGES).flat();
  for (const role of new Set(visits.map(([role]) => role))) {
    // Work in Urdu is done by somebody whose language it is.
    const who = (language === "ur" && { worker: "urdu", told: "toldUrdu" }[role]) || role;
    const own = language === "ur" && role === "worker" ? { ...at, given: at.urduAnswer, task: at.urduTask, book: at.urduBook } : at;
    const page = await at.as[who].newPage();
    await page.setExtraHTTPHeaders({ "accept-language": language });
    const [heard, weighed] = [complaints(page), await scales(page)];
    for (const [, address, tool] of visits.filter(([of]) => of === role)) {
      const told = `${language} ${role} ${address(own).replace(/_[0-9a-f]{20,}/g, "_…")}`;
      // What the page before still loads is not counted to this one.
      await page.goto("about:blank");
      await weighed.empty();
      const reply = await page.goto(at.base + address(own), { waitUntil: "load" });
      texts.push([told, await reply.text()]);
      const lost = LOST.includes(address);
      if (lost !== (reply.status() === 404) || reply.status() >= 500) found.push(`${told}: ${reply.status()}`);
      if (tool && !(await page.locator(tool).count())) found.push(`${told}: shows no ${tool}`);
      const { bytes, requests } = weighed.read();
      sizes.push([bytes, told, requests.length]);
      const budget = address(own).startsWith("/work") && !address(own).endsWith("answers") ? WORKER_PAGE : STAFF_PAGE;
      if (bytes > budget) found.push(`${told}: ${bytes} bytes are more than ${budget} (${requests.join(" ")})`);
      await look(page, told, found);
      found.push(...heard().filter((one) => !(lost && one.includes("404"))).map((one) => `${told}: ${one}`));
      if (language === "ur") {
        const written = await page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);
        if (written !== "ur rtl") found.push(`${told}: is ${written}`);
      }
    }
    await page.close();
  }
  for (const [role, address, fields, other] of REFUSALS) {
    const page = await at.as[other ?? role].newPage();
    await page.setExtraHTTPHeaders({ "accept-language": language });
    const told = `${language} ${role} ${address(at).replace(/_[0-9a-f]{20,}/g, "_…")} refused`;
    await page.goto(at.base + address(at));
    const [first] = Object.keys(fields);
    const [reply] = await Promise.all([page.waitForNavigation(), page.evaluate(([first, fields]) => {
      const { form } = document.querySelector(`[name="${first}"]`);
      form.noValidate = true;
      for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      form.submit();
    }, [first, fields])]);
    texts.push([told, await reply.text()]);
    if (![200, 401, 422].includes(reply.status())) found.push(`${told}: ${reply.status()}`);
    if (!(await page.locator(".err-text, .note.warn").count())) found.push(`${told}: says nothing of what is wrong`);
    await look(page, told, found);
    await page.close();
  }
  return { found, texts, sizes };
}

/** Says what was found, one a line. */
function none(found) {
  assert.ok(found.length === 0, `\n${found.join("\n")}\n`);
}

async function judged(language) {
  const { found, texts, sizes } = await walk(language);
  found.push(...(await checked(texts)).map((one) => `HTML of ${one}`));
  sizes.sort(([one], [other]) => other - one);
  for (const [bytes, told, requests] of sizes.slice(0, 5)) console.log(`${(bytes / KB).toFixed(1)} KB in ${requests} requests: ${told}`);
  none(found);
}

/** Nothing here takes so long; what hangs is told by its name. */
const timeout = 600_000;

test("every page in English", { timeout }, () => judged("en"));

test("every page in Urdu, from right to left", { timeout }, async () => {
  const page = await at.as.operator.newPage();
  await page.goto(`${at.base}/people/${at.reviewer}`);
  await page.selectOption("[name=language]", "ur");
  await page.click(`form[action="/people/${at.reviewer}"] button`);
  await page.close();
  for (const role of ["operator", "client", "leader"]) {
    await at.as[role].request.post(`${at.base}/account/profile`, { form: { language: "ur" } });
  }
  await judged("ur");
});

test("a worker's first task is there after three requests and few bytes", async () => {
  for (const [role, most] of [["worker", 25 * KB], ["urdu", 60 * KB]]) {
    const context = await chromium.newContext({ storageState: await at.as[role].storageState() });
    const page = await context.newPage();
    const weighed = await scales(page);
    await page.goto(`${at.base}/work/${at.running}/answer`, { waitUntil: "networkidle" });
    const { bytes, requests } = weighed.read();
    const before = requests.filter((address) => address !== "/sw.js" && !address.endsWith("/next") && !address.startsWith("/favicon"));
    console.log(`${role}: ${(bytes / KB).toFixed(1)} KB, ${requests.join(" ")}`);
    assert.ok(before.length <= 3, requests.join(" "));
    assert.ok(bytes <= most, `${bytes} bytes: ${requests.join(" ")}`);
    await context.close();
  }
});
