// Makes docs/images/*.png, which the README shows: runs the program on a folder of its own, fills it, and takes pictures
// of what people see. Usage: cargo build --bin kazi && node scripts/screenshots.mjs
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fill } from "../tests/journeys/filled.mjs";
import { browser, start } from "../tests/journeys/program.mjs";

const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
const SMALLER = "import sys; from PIL import Image; i = Image.open(sys.argv[1]).convert('RGB'); i.quantize(96, dither=Image.Dither.NONE).save(sys.argv[1], optimize=True)";

await mkdir(folder, { recursive: true });
const program = await start();
const chromium = await browser();
try {
  const at = await fill(program, chromium);
  const pictures = {
    front: ["guest", "/", [1200, 760]],
    project: ["operator", `/projects/${at.running}`, [1200, 760]],
    task: ["worker", `/work/${at.book}/type`, [1024, 600]],
    proofread: ["reviewer", `/work/${at.typed}/proofread`, [1024, 600]],
  };
  for (const [name, [role, address, [width, height]]] of Object.entries(pictures)) {
    const page = await at.as[role].newPage();
    await page.setViewportSize({ width, height });
    await page.goto(at.base + address, { waitUntil: "load" });
    await page.waitForTimeout(500);
    const path = `${folder}${name}.png`;
    await page.screenshot({ path });
    await promisify(execFile)("/usr/bin/python3", ["-c", SMALLER, path]);
    console.log(`docs/images/${name}.png: ${(await stat(path)).size} bytes`);
    await page.close();
  }
} finally {
  await chromium.close();
  await program.stop();
}
