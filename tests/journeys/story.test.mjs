// The whole story, with four people in four browsers at once: somebody asks for a quote, is invited, makes a project and tries
// it with a pilot; two centres do the work; a sample shows a mistake, which is put right; the work is accepted and taken home.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { staff } from "./filled.mjs";
import { PASSWORD, browser, centre, hand, letter, seat, settle, start, until } from "./program.mjs";

const SECRET = "three goats on a hill";
const ROWS = 24;
const PILOT = 20;
const CSV = `id,text\n${Array.from({ length: ROWS }, (_, row) => `${row + 1},Shop number ${row + 1}`).join("\n")}\n`;
let program, chromium, kibera, gulu;

before(async () => {
  program = await start();
  chromium = await browser();
  kibera = await centre(program.office, [{ name: "Amina" }, { name: "Baraka", picture: "boat-fill" }]);
  gulu = await centre(program.office, [{ name: "Okello", picture: "fish-fill" }, { name: "Nakato", picture: "flower-fill", roles: ["reviewer"] }]);
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
  return new URL(page.url()).pathname.split("/").at(-1);
}

/** The operator gives it to both centres. */
async function assign(operator, id) {
  const desk = await operator.newPage();
  await desk.goto(`${program.base}/projects/${id}`);
  for (const one of [kibera, gulu]) await desk.check(`[name=centre][value="${one.id}"]`);
  await Promise.all([desk.waitForResponse((reply) => reply.url().endsWith("/centres")), desk.click("form[action$='/centres'] button")]);
  await desk.waitForLoadState();
  await desk.close();
}

/** Answers everything by the key of the first choice, until nothing more comes. */
async function answers({ page }, id) {
  await page.goto(`${program.base}/work/${id}/answer`);
  const ended = page.locator("main").getByText("No tasks are left");
  const task = async () => ((await ended.count()) ? null : page.locator("input[name=task]").inputValue({ timeout: 1500 }).catch(() => null));
  for (let now = await task(); now; now = await task()) {
    // A press that comes too soon after a task is not taken.
    await until(async () => {
      await settle(page);
      await page.keyboard.press("1");
      await settle(page);
      return (await task()) !== now;
    }, `the task after ${now}`);
  }
}

/** Goes where something is asked once more, and says yes. */
async function follow(page, what) {
  await page.locator(`a[href$='/${what}']`).first().click();
  await page.waitForURL(new RegExp(`/${what}$`));
  await page.locator(`form[action$='/${what}'] button`).first().click();
  await page.waitForURL((url) => !url.pathname.endsWith(`/${what}`));
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
  await Promise.all([answers(amina, id), answers(okello, id), third.all(id, "answer", yes)]);
  await client.goto(`${project}/pilot`);
  await follow(client, "open-rest");
  await Promise.all([answers(amina, id), answers(okello, id), third.all(id, "answer", yes)]);
  await until(async () => (await counted(id)).state === "delivered", "the delivery");

  // One of the sample is wrong: it goes back, and a reviewer who has not seen it decides.
  await client.goto(`${project}/sample`);
  await client.check("[name=way][value=count]");
  await client.fill("[name=number]", "3");
  await client.click("main form[action$='/sample'] button");
  for (const key of ["a", "a"]) await client.keyboard.press(key).then(() => client.waitForTimeout(500));
  await client.check("[name=reason] >> nth=0");
  await client.keyboard.press("r");
  await client.waitForTimeout(500);
  await client.goto(`${project}/sample`);
  await follow(client, "send-back");
  await until(async () => (await counted(id)).state === "running", "the work that was sent back");
  const nakato = await hand(program.base, await gulu.computer("Desk 2"), gulu.people.Nakato);
  await nakato.all(id, "decide", () => ({ choice: 1 }));
  await until(async () => (await counted(id)).state === "delivered", "the second delivery");

  await client.goto(`${project}/sample`);
  await follow(client, "accept");
  await until(async () => (await counted(id)).state === "accepted", "the acceptance");
  await client.goto(project);
  const [file] = await Promise.all([client.waitForEvent("download"), client.locator("#deliveries a", { hasText: ".csv" }).first().click()]);
  let text = "";
  for await (const piece of await file.createReadStream()) text += piece;
  assert.equal(text.trim().split("\n").length, ROWS + 1);
  assert.match(text, /Shop number 24/);
  await Promise.all([amina.close(), okello.close()]);
});
