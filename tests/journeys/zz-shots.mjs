import { fill } from "./filled.mjs";
import { browser, start } from "./program.mjs";
const folder = process.env.SHOTS;
const program = await start();
const chromium = await browser();
try {
  const at = await fill(program, chromium);
  const list = [
    ["draft-cheap", "operator", `/projects/${at.cheap}`],
    ["draft-cheap-client", "client", `/projects/${at.cheap}`],
    ["running", "operator", `/projects/${at.unsure}`],
    ["terms", "client", `/projects/${at.cheap}/terms`],
    ["new", "client", `/projects/new?service=questions`],
    ["centre", "operator", `/centres/${at.place}`],
    ["centre-leader", "leader", `/centres/${at.place}`],
    ["contests", "leader", `/contests`],
    ["contest", "reviewer", `/contests/${at.contested}`],
    ["reject", "operator", `/projects/${at.unsure}/answers/${at.unpaid}/reject`],
    ["stuck", "operator", `/projects/${at.running}/stuck`],
    ["home", "worker", `/work`],
    ["not-accepted", "worker", `/work/not-accepted`],
    ...(at.versions ? [["versions", "operator", `/projects/${at.versions}/instructions`], ["changes", "worker", `/work/${at.versions}/answer/changes`], ["terms-running", "operator", `/projects/${at.versions}/terms`]] : []),
  ];
  for (const language of ["en", "ur"]) {
    if (language === "ur") for (const role of ["operator", "client", "leader"]) await at.as[role].request.post(`${at.base}/account/language`, { form: { language: "ur" } });
    for (const [name, role, address] of list) {
      if (process.env.ONLY && !process.env.ONLY.split(",").includes(name)) continue;
      const page = await at.as[language === "ur" && role === "worker" ? "urdu" : role].newPage();
      await page.setExtraHTTPHeaders({ "accept-language": language });
      await page.goto(at.base + address, { waitUntil: "load" });
      for (const width of [1440, 360]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(150);
        await page.screenshot({ path: `${folder}/${name}-${language}-${width}.png`, fullPage: true });
      }
      await page.close();
    }
  }
} finally {
  await chromium.close();
  await program.stop();
}
