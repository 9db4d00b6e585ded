// Each page of workers and reviewers in each language: within the screen, large enough, nothing in another language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { booklet, browser, centre, hand, onward, project, questions, seat, start } from "./program.mjs";
import { look } from "./shots.mjs";

const LANGUAGES = { en: "Amina", sw: "Baraka", ur: "Danish", "en-XA": "Pseudo" };
const PICTURES = ["bird-fill", "boat-fill", "tree-fill", "moon-stars-fill", "fish-fill", "flower-fill"];
let program, chromium, desk, book, open, animals;

before(async () => {
  program = await start();
  chromium = await browser();
  const people = Object.entries(LANGUAGES).map(([language, name], n) => ({ name, language, roles: ["reviewer", "worker"], picture: PICTURES[n] }));
  const typists = ["Esi", "Farah", "Gift"].map((name, n) => ({ name, picture: PICTURES[n + 3] }));
  const novices = Object.entries(LANGUAGES).map(([language, name], n) => ({ name: `${name} Novice`, language, learnt: false, picture: PICTURES[n] }));
  desk = await centre(program.office, [...people, ...typists, ...novices]);
  const { bytes, pages } = await booklet();
  const spec = { title: "The Well", typists: 2, machine_as_typist: false };
  animals = await questions(program.office, desk.id, ["cat", "Monday", "goat", "seven", "mango", "fish"]);
  // Nobody's pages are typed out by the others here.
  open = await project(program.office, desk.id, { service: "digitisation", name: "The Well", spec: { ...spec, typists: 3 }, file: "well.pdf", bytes });
  book = await project(program.office, desk.id, { service: "digitisation", name: "The Well at the Crossroads", spec, file: "well.pdf", bytes });
  // Three typists differ on a letter of each line, so that each reviewer has some to settle.
  for (const [number, { name }] of typists.entries()) {
    const one = await hand(program.base, await desk.computer(name), desk.people[name]);
    await one.all(book, "type", ({ key }) => {
      const line = pages[Number(key.slice(1, 5)) - 1][Number(key.slice(-3)) - 1] ?? "";
      return { is: "line", text: `${line} `.replace(/[aeoT1-9 ]/, "aeo"[number]).trim() };
    });
  }
});

after(async () => {
  await chromium?.close();
  await program?.stop();
});

for (const [language, name] of Object.entries(LANGUAGES)) {
  test(`every page looks finished in ${language}`, async () => {
    const code = await desk.computer(`Desk ${language}`);
    const { page, context, close } = await seat(chromium, program.base, code, name);
    const wrong = [];
    const see = async (path, what, options) => {
      await page.setViewportSize({ width: 1024, height: 600 });
      await page.goto(program.base + path);
      await page.waitForLoadState("networkidle");
      wrong.push(...(await look(page, `${what}.${language}`, options)));
    };
    await see(`/work/${open}/type`, "type");
    await page.setViewportSize({ width: 1024, height: 600 });
    for (const window of ["help", "skip", "report"]) {
      await page.click(`[data-dialog=${window}]`);
      wrong.push(...(await look(page, `${window}.${language}`)));
      await page.keyboard.press("Escape");
    }
    await page.fill("[name=text]", "a line as it stands");
    await onward(page, () => page.press("[name=text]", "Enter"));
    wrong.push(...(await look(page, `type-sent.${language}`)));
    await see(`/work/${book}/resolve`, "resolve", { tall: true });
    await page.setViewportSize({ width: 1024, height: 600 });
    const write = await page.locator("[name=text]").boundingBox();
    if (write.y + write.height > 536) wrong.push(`resolve.${language}: the field ends at ${write.y + write.height}`);
    await see(`/work/${animals}/answer`, "question");
    await see("/work/answers", "last");
    await see("/work", "home");
    await see(`/work/${book}/type/learn`, "lessons", { tall: true });
    await see(`/work/${book}/type/help`, "help-page", { tall: true });
    await see(`/work/${book}/describe`, "nothing");
    await page.click("[href='/work']");
    await context.close();
    const novice = await seat(chromium, program.base, await desk.computer(`Desk ${language} two`), `${name} Novice`);
    await novice.page.goto(`${program.base}/centre`);
    wrong.push(...(await look(novice.page, `tiles.${language}`)));
    await novice.page.click(`a.tile:has-text("${name} Novice")`);
    await novice.page.waitForSelector(".pad");
    wrong.push(...(await look(novice.page, `pin.${language}`)));
    await novice.page.goto(`${program.base}/work`);
    wrong.push(...(await look(novice.page, `home-novice.${language}`)));
    await novice.page.goto(`${program.base}/work/${book}/type/practice`);
    wrong.push(...(await look(novice.page, `practice.${language}`)));
    await novice.page.setViewportSize({ width: 1024, height: 600 });
    await novice.page.fill("[name=text]", "wrong");
    await novice.page.waitForTimeout(350);
    await novice.page.press("[name=text]", "Enter");
    await novice.page.waitForSelector("[data-screen] .note");
    wrong.push(...(await look(novice.page, `feedback.${language}`, { tall: true })).filter((one) => !/jumped/.test(one)));
    await novice.close();
    await close();
    assert.deepEqual(wrong, []);
  });
}
