import assert from "node:assert/strict";
import { after, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { open, shut } from "./helpers.mjs";
import { World, serve } from "../server.mjs";

after(shut);

test("the first task shows after three requests, usable within 25 KB", async () => {
  for (const element of ["kazi-type-line", "kazi-resolve", "kazi-question", "kazi-describe", "kazi-proofread"]) {
    const world = new World({ element });
    const server = await serve(world);
    const page = await (await (await open()).newContext()).newPage();
    const before = [];
    let loaded = false;
    page.on("response", async (response) => {
      // The icon of the tab is fetched beside, by the browser itself.
      if (!loaded && !response.url().includes("favicon")) before.push(response);
    });
    await page.goto(server.page, { waitUntil: "load" });
    loaded = true;
    const files = await Promise.all(before.map(async (one) => [new URL(one.url()).pathname, await one.body()]));
    const pictures = files.filter(([path]) => path.startsWith("/media/"));
    const others = files.filter(([path]) => !path.startsWith("/media/"));
    assert.equal(others.length, 2, others.map(([path]) => path).join(" "));
    // Settling shows the line before as well.
    assert.ok(pictures.length <= (element === "kazi-resolve" ? 2 : 1));
    const bytes = others.reduce((sum, [, body]) => sum + brotliCompressSync(body).length, 0);
    console.log(`${element}: ${bytes} bytes without pictures`);
    assert.ok(bytes <= 25 * 1024, `${element}: ${bytes}`);
    await page.context().close();
    server.stop();
  }
});

test("a task page works without script as a plain form", async () => {
  const server = await serve(new World());
  const page = await (await (await open()).newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(server.page);
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await page.fill("[name=text]", "plain");
  await page.press("[name=text]", "Enter");
  const fields = new URLSearchParams((await sent).postData());
  assert.equal(fields.get("task"), "task_0");
  assert.match(fields.get("answer"), /^answer_/);
  assert.equal(fields.get("is"), "line");
  assert.equal(fields.get("text"), "plain");
  await page.context().close();
  server.stop();
});

test("a PIN is tapped or typed, and the last digit sends it", async () => {
  const server = await serve(new World());
  const page = await (await (await open()).newContext({ viewport: { width: 1024, height: 600 } })).newPage();
  for (const way of ["tapped", "typed", "mixed"]) {
    await page.goto(`${server.address}/centre`);
    await page.waitForSelector(".pad");
    const sent = page.waitForRequest((request) => request.method() === "POST");
    for (const digit of "12345") {
      if (way === "typed") await page.keyboard.press(digit);
      else await page.click(`.pad button[value="${digit}"]`);
    }
    await page.click(".pad button[value=erase]");
    assert.equal(await page.locator(".dots .f").count(), 4);
    await page.screenshot({ path: new URL("../shots/pin.en-1024.png", import.meta.url).pathname });
    await page.keyboard.press("9");
    await page.keyboard.press("0");
    assert.equal(new URLSearchParams((await sent).postData()).get("pin"), "123490");
    await page.waitForURL(/lock$/);
  }
  await page.context().close();
  server.stop();
});
