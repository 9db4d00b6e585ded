// A client buys work with the pages alone: makes a project, hands in files, starts it, watches it, takes the files.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answer, centre, staff, worker, desk } from "./filled.mjs";
import { browser, start } from "./program.mjs";

const SECRET = "water the mango tree";
const ROWS = "id,text\n1,Amani Books\n2,Baraka Shop\n3,Tumaini Tea Room\n";
let program, chromium, place, people;

before(async () => {
  program = await start();
  chromium = await browser();
  const { office: call, base } = program;
  const library = (await call("POST", "/api/v1/organisations", { name: "Sample Library Trust", kind: "client" })).id;
  await call("POST", `/api/v1/organisations/${library}/people`, { name: "Ruth Beispiel", email: "ruth@library.example", password: SECRET, roles: ["client"] });
  place = await centre(call);
  const computer = await desk(chromium, base, place.code);
  people = await Promise.all(place.people.map((person) => worker(chromium, base, computer, person)));
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

const shows = (page, text) => page.locator("main").getByText(text).first().waitFor();

async function handIn(page, files) {
  await page.setInputFiles("#upload", files);
  await page.click('form[action$="/files"] button');
}

test("from an upload to the files, and the page keeps itself up to date", async () => {
  const context = await staff(chromium, program.base, "ruth@library.example", SECRET);
  const page = await context.newPage();
  await page.goto(`${program.base}/projects`);
  await shows(page, "No project yet");
  await page.click('a[href="/projects/new"]');
  await page.check("[name=service][value=questions]");
  await page.click("main form button");
  await page.fill("[name=name]", "Shops of Kisumu");
  await page.fill("[name=instructions]", "Compare name and town.");
  await page.fill('[name="spec.question"]', "Is this a shop?");
  await page.fill('[name="pay.answer"]', "0.80");
  await page.click("main form button.now");
  await shows(page, "Hand in at least one file");
  const address = page.url();

  // What somebody chose stays chosen while the page brings itself up to date.
  await handIn(page, { name: "shops.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
  await page.setInputFiles("#upload", { name: "more.csv", mimeType: "text/csv", buffer: Buffer.from(ROWS) });
  await page.evaluate(() => (window.same = true));
  await page.locator('[data-live="files"] .chip.ok').waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("#upload").files.length), 1, "the chosen file is still chosen");

  // The operator gives it to a centre; the client starts it as soon as the page offers that.
  const id = address.split("/").at(-1);
  await program.office("PUT", `/api/v1/projects/${id}/centres`, [place.id]);
  await page.goto(address);
  await page.click('form[action$="/start"] button');
  await shows(page, "Running");
  await page.evaluate(() => (window.same = true));
  for (const one of people) await answer(one, program.base, id, "answer", () => ({ choice: 0 }));
  await shows(page, /1\u2069? of \u2068?3/);
  assert.equal(await page.evaluate(() => window.same), true, "nothing was loaded anew");
  assert.equal(await page.locator("meta[http-equiv=refresh]").count(), 0);

  await page.click('form[action$="/pause"] button');
  await shows(page, "Paused");
  await page.click('form[action$="/resume"] button');
  await shows(page, "Running");
  await page.evaluate(() => (window.same = true));
  for (let row = 0; row < 2; row++) {
    for (const one of people) await answer(one, program.base, id, "answer", () => ({ choice: 0 }));
  }
  await shows(page, "Your files are ready");
  assert.equal(await page.evaluate(() => window.same), true, "nothing was loaded anew");
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#deliveries a", { hasText: ".csv" }).first().click()]);
  let text = "";
  for await (const piece of await file.createReadStream()) text += piece;
  assert.match(text, /Amani Books/);
  await context.close();
});

test("without script the same page says how to see what is new", async () => {
  const context = await staff(chromium, program.base, "ruth@library.example", SECRET, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${program.base}/projects/new?service=questions`);
  await page.fill("[name=name]", "Trees");
  await page.fill('[name="spec.question"]', "Is this a tree?");
  await page.click("main form button.now");
  await handIn(page, { name: "trees.csv", mimeType: "text/csv", buffer: Buffer.from("id,text\n1,fig\n") });
  for (let tries = 0; tries < 100 && (await page.locator("noscript a, a:text('Show the newest')").count()); tries++) {
    await page.click("a:text('Show the newest')");
  }
  await page.locator('[data-live="files"] .chip.ok').waitFor();
  await context.close();
});
