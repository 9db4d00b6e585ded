// A morning of whoever leads a centre, beside the people who work there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { staff } from "./filled.mjs";
import { browser, centre, current, onward, PIN, questions, seat, start, until } from "./program.mjs";

const SECRET = "water the mango tree";
const rows = Array.from({ length: 24 }, (_, number) => `Animal ${number}`);

let program, chromium, desk, project, lead;

before(async () => {
  program = await start();
  chromium = await browser();
  desk = await centre(program.office, [{ name: "Amina" }, { name: "Baraka" }]);
  project = await questions(program.office, desk.id, rows);
  const leader = { name: "Lulu", email: "lulu@centre.example", password: SECRET, pin: PIN, roles: ["team_leader"] };
  await program.office("POST", `/api/v1/centres/${desk.id}/people`, leader);
  lead = await (await staff(chromium, program.base, leader.email, SECRET)).newPage();
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const at = (path) => `${program.base}/centres/${desk.id}/${path}`;

test("a lead sees who is here, takes tasks back, and the worker's screen says so and goes on", async () => {
  const { page, close } = await seat(chromium, program.base, desk.code, "Amina");
  await page.clock.install();
  await page.goto(`${program.base}/work/${project}/answer`);
  await page.waitForSelector("kazi-question");
  const first = await current(page);

  await lead.goto(at("here"));
  const row = lead.locator("tr", { hasText: "Amina" });
  await until(async () => /Here.*Desk 1.*8.? tasks in hand/s.test(await row.textContent()), "the row of who is here");
  assert.match(await lead.locator("tr", { hasText: "Baraka" }).textContent(), /Not signed in/);
  await row.getByRole("link", { name: /Take back tasks/ }).click();
  assert.match(await lead.textContent("h1"), /Take back .?8.? tasks\?/);
  assert.match(await lead.textContent("main"), /Amina \(8\)/);
  await lead.click("main form button");
  assert.match(await lead.textContent("[role=status]"), /8.? tasks taken back/);

  // A minute later the screen gives a sign, and hears of it.
  await page.clock.fastForward(61_000);
  await until(async () => (await current(page)) !== first, "another task");
  assert.match(await page.textContent(".toast"), /Your team leader gave this task to someone else/);
  await onward(page, () => page.keyboard.press("1"));
  await until(async () => {
    const { people } = await program.office("GET", `/api/v1/centres/${desk.id}/here?search=amina`);
    return people[0].waiting_today === 1;
  }, "the answer");
  await close();
});

test("a message stands above the next task once, and the lead sees who has read it", async () => {
  const code = await desk.computer("Desk 2");
  const { page, close } = await seat(chromium, program.base, code, "Baraka");
  await page.goto(`${program.base}/work/${project}/answer`);
  await page.waitForSelector("kazi-question");
  await lead.goto(at("messages"));
  await lead.fill("[name=body]", "Chai saa kumi.");
  await lead.selectOption("[name=language]", "sw");
  await lead.click("form .btn:has-text('Send')");
  await lead.waitForURL(/\/messages\/notice_/);
  assert.match(await lead.textContent("main"), /Read by .?0.? of .?2/);

  await page.waitForTimeout(400);
  await page.keyboard.press("1");
  await page.waitForURL(/\/work\/messages/);
  assert.equal(await page.getAttribute("main div[lang]", "lang"), "sw");
  assert.match(await page.textContent("main"), /From .?Lulu.*Chai saa kumi\./s);
  await page.click(".btn.now");
  await page.waitForSelector("kazi-question");
  await until(async () => /Read by .?1.? of .?2/.test(await lead.textContent("main")) || (await lead.reload(), false), "the reader");
  await onward(page, () => page.keyboard.press("1"));
  assert.doesNotMatch(page.url(), /messages/, "once is enough");
  // Who comes later is told before anything else; taken back, nobody is.
  await lead.click("form .btn:has-text('Take the message back')");
  await lead.waitForSelector(".chip:has-text('Taken back')");
  const again = await seat(chromium, program.base, await desk.computer("Desk 3"), "Amina");
  assert.match(again.page.url(), /\/work$/);
  await again.close();
  await close();
});

test("a list is looked over, mended, and added with a sheet of PINs that open the door", async () => {
  await lead.goto(at("people/import"));
  await lead.fill("[name=list]", "Amina;sw;\nCherono;sw;\nDalila;Klingon;730264");
  await lead.click("button[value=look]");
  assert.match(await lead.textContent("table"), /called so already.*Kazi does not speak “.*Klingon/s);
  assert.equal(await lead.locator("button[value=add]").count(), 0);
  await lead.fill("[name=list]", "Cherono;sw;\nDalila;ur;730264");
  await lead.click("button[value=look]");
  await lead.click("button[value=add]");
  const slips = await lead.locator(".slips li").allTextContents();
  assert.equal(slips.length, 1, "only the PIN that was made");
  const [, made] = /Cherono.*?(\d{6})/s.exec(slips[0]);
  const door = await chromium.newContext();
  await door.request.post(`${program.base}/centre/enrol`, { form: { code: await desk.computer("Desk 4") } });
  const { people } = await program.office("GET", `/api/v1/centres/${desk.id}/people?search=cherono`);
  const opened = await door.request.post(`${program.base}/centre/${people[0].id}`, { form: { pin: made }, maxRedirects: 0 });
  assert.equal(opened.headers()["location"], "/work");
  await door.close();
});
