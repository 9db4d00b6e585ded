// The whole story, with four people in four browsers at once: somebody asks for a quote, is invited, makes a project and tries
// it with a pilot; two centres do the work; a sample shows a mistake, which is put right; the work is accepted and taken home.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { staff } from "./filled.mjs";
import { PASSWORD, browser, centre, hand, letter, onward, seat, start, until } from "./program.mjs";

const SECRET = "three goats on a hill";
const ROWS = 24;
const PILOT = 20;
const CSV = `id,text\n${Array.from({ length: ROWS }, (_, row) => `${row + 1},Shop number ${row + 1}`).join("\n")}\n`;
let program, chromium, kibera, gulu;

before(async () => {
  program = await start();
  chromium = await browser();
  kibera = await centre(program.office, [{ name: "Amina" }, { name: "Baraka", picture: "boat-fill" }, { name: "Chausiku", picture: "tree-fill" }]);
  gulu = await centre(program.office, [{ name: "Okello", picture: "fish-fill" }, { name: "Apiyo", picture: "flower-fill" }, { name: "Nakato", picture: "boat-fill" }]);
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const shows = (page, text) => page.locator("main").getByText(text).first().waitFor();

/** Somebody whom nobody knows asks on the first page; the operator invites them, and they come in. */
async function comeIn(operator) {
  const context = await chromium.newContext({ serviceWorkers: "block", acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(program.base);
  await page.click('a[href="/ask"]');
  await page.fill("[name=organisation_name]", "City Library");
  await page.fill("[name=name]", "Ruth");
  await page.fill("[name=email]", "ruth@city.example");
  await page.selectOption("[name=service]", "questions");
  await page.fill("[name=amount]", `${ROWS} rows`);
  // What was typed stays when something is missing.
  await page.locator("main form").evaluate((form) => (form.noValidate = true));
  await page.click("main form button");
  await page.locator(".err-text").waitFor();
  assert.equal(await page.inputValue("[name=organisation_name]"), "City Library");
  await page.fill("[name=said]", "Which of these are shops?");
  await page.click("main form button");
  await page.locator("[role=status]").waitFor();

  const desk = await operator.newPage();
  await desk.goto(`${program.base}/board`);
  await desk.click('a[href^="/enquiries"]');
  await desk.click("a:has-text('City Library')");
  await shows(desk, "Which of these are shops?");
  await desk.click("form[action$='/invite'] button");
  await shows(desk, "To the client");
  await desk.close();

  const key = await letter(program.data, /invitation\?key=([0-9a-f]+)/);
  await page.goto(`${program.base}/invitation?key=${key}`);
  await page.fill("[name=new_password]", SECRET);
  await page.click("main form button");
  await page.waitForURL(/\/projects/);
  return page;
}

/** The client makes a project of one file; its id. */
async function make(page) {
  await page.click('a[href="/projects/new"]');
  await page.check("[name=service][value=questions]");
  await page.click("main form button");
  await page.fill("[name=name]", "Shops of the city");
  await page.fill("[name=instructions]", "Look at the name.");
  await page.fill('[name="spec.question"]', "Is this a shop?");
  await page.fill('[name="pay.answer"]', "2");
  await page.click("main form button.now");
  await shows(page, "Hand in at least one file");
  await page.setInputFiles("#upload", { name: "shops.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
  await page.click('form[action$="/files"] button');
  await page.locator('[data-live="files"] .chip.ok').waitFor();
  return page.url().split("/").at(-1);
}

/** The operator gives it to both centres. */
async function assign(operator, id) {
  const desk = await operator.newPage();
  await desk.goto(`${program.base}/projects/${id}`);
  for (const one of [kibera, gulu]) await desk.check(`[name=centre][value="${one.id}"]`);
  await desk.click("form[action$='/centres'] button");
  await desk.waitForURL((url) => url.pathname.endsWith(id));
  await desk.close();
}

/** Answers `count` tasks by the key of the first choice. */
async function answers(worker, id, count) {
  await worker.page.goto(`${program.base}/work/${id}/answer`);
  for (let done = 1; done < count; done++) await onward(worker.page, () => worker.page.keyboard.press("1"));
  await worker.page.waitForTimeout(350);
  await worker.page.keyboard.press("1");
  await until(async () => (await worker.page.locator("input[name=task]").count()) === 0, "the end of the work");
}

const counted = async (id) => program.office("GET", `/api/v1/projects/${id}`);

test("from asking for a quote to the files that were accepted", async () => {
  const operator = await staff(chromium, program.base, "operator@localhost", PASSWORD);
  const client = await comeIn(operator);
  const id = await make(client);
  const project = `${program.base}/projects/${id}`;
  await assign(operator, id);
  const [amina, okello] = await Promise.all([
    seat(chromium, program.base, kibera.code, "Amina"),
    seat(chromium, program.base, gulu.code, "Okello"),
  ]);
  const third = await hand(program.base, await kibera.computer("Desk 2"), kibera.people.Baraka);
  const yes = () => ({ choice: 0 });

  // The pilot is worked on at both centres at once; then the client opens the rest.
  await client.goto(project);
  await client.fill("[name=items]", String(PILOT));
  await client.click("form[action$='/pilot'] button");
  await Promise.all([answers(amina, id, PILOT), answers(okello, id, PILOT), third.all(id, "answer", yes)]);
  await client.goto(`${project}/pilot`);
  await client.locator("form[action$='/open-rest'] button").waitFor();
  await client.click("form[action$='/open-rest'] button");
  await Promise.all([answers(amina, id, ROWS - PILOT), answers(okello, id, ROWS - PILOT), third.all(id, "answer", yes)]);
  await until(async () => (await counted(id)).state === "delivered", "the delivery");

  // One of the sample is wrong: it goes back, and other people do it again.
  await client.goto(`${project}/sample`);
  await client.check("[name=way][value=count]");
  await client.fill("[name=number]", "3");
  await client.click("main form[action$='/sample'] button");
  for (const key of ["a", "a"]) await client.keyboard.press(key).then(() => client.waitForTimeout(500));
  await client.check("[name=reason] >> nth=0");
  await client.keyboard.press("r");
  await client.waitForTimeout(500);
  await client.goto(`${project}/sample`);
  await client.click("a[href$='/send-back'], form[action$='/send-back'] button");
  if (client.url().endsWith("/send-back")) await client.click("form[action$='/send-back'] button");
  await until(async () => (await counted(id)).state === "running", "the work that was sent back");
  for (const [place, name] of [[kibera, "Chausiku"], [gulu, "Apiyo"], [gulu, "Nakato"]]) {
    await (await hand(program.base, await place.computer(name), place.people[name])).all(id, "answer", () => ({ choice: 1 }));
  }
  await until(async () => (await counted(id)).state === "delivered", "the second delivery");

  await client.goto(`${project}/sample`);
  await client.click("a[href$='/accept'], form[action$='/accept'] button");
  if (client.url().endsWith("/accept")) await client.click("form[action$='/accept'] button");
  await until(async () => (await counted(id)).state === "accepted", "the acceptance");
  await client.goto(project);
  const [file] = await Promise.all([client.waitForEvent("download"), client.locator("#deliveries a", { hasText: ".csv" }).first().click()]);
  let text = "";
  for await (const piece of await file.createReadStream()) text += piece;
  assert.equal(text.trim().split("\n").length, ROWS + 1);
  assert.match(text, /Shop number 24/);
  await Promise.all([amina.close(), okello.close()]);
});
