// Makes docs/guides/images/*.png, which the guides show: runs the program on a folder of its own, fills it with a small
// organisation, signs in as each role and takes pictures of what that person sees. `scripts/guide-pictures.sh` calls it.
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { fill } from "../tests/journeys/filled.mjs";
import { browser, start } from "../tests/journeys/program.mjs";

const folder = fileURLToPath(new URL("../docs/guides/images/", import.meta.url));
const SMALLER = "import sys; from PIL import Image; i = Image.open(sys.argv[1]).convert('RGB'); i.quantize(64, dither=Image.Dither.NONE).save(sys.argv[1], optimize=True)";
/** No guide may be slow to open on a poor line. */
const MOST_BYTES = 60_000;

await mkdir(folder, { recursive: true });
const program = await start();
const chromium = await browser();
try {
  const at = await fill(program, chromium);
  const pictures = {
    "operator-projects": ["operator", "/projects"],
    "operator-centres": ["operator", "/centres"],
    "operator-stuck": ["operator", `/projects/${at.running}/stuck`],
    "operator-record": ["operator", "/audit"],
    "client-new": ["client", "/projects/new?service=questions"],
    "client-draft": ["client", `/projects/${at.draft}`],
    "client-pilot": ["client", `/projects/${at.pilot}/pilot`],
    "client-sample": ["client", `/projects/${at.read}/sample/1`],
    "leader-centre": ["leader", `/centres/${at.place}`],
    "leader-person": ["leader", `/people/${at.person}`],
    "worker-tiles": ["desk", "/centre"],
    "worker-pin": ["desk", `/centre/${at.person}`],
    "worker-home": ["worker", "/work"],
    "worker-task": ["worker", `/work/${at.book}/type`],
    "reviewer-resolve": ["reviewer", `/work/${at.doubtful}/resolve`],
    "reviewer-proofread": ["reviewer", `/work/${at.typed}/proofread`],
  };
  for (const [name, [role, address]] of Object.entries(pictures)) {
    const page = await at.as[role].newPage();
    await page.setViewportSize({ width: 1024, height: 640 });
    const reply = await page.goto(at.base + address, { waitUntil: "load" });
    if (!reply.ok()) throw new Error(`${name}: ${address} answers ${reply.status()}`);
    await page.waitForTimeout(500);
    const path = `${folder}${name}.png`;
    await page.screenshot({ path });
    await promisify(execFile)("/usr/bin/python3", ["-c", SMALLER, path]);
    const { size } = await stat(path);
    if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes; ${MOST_BYTES} is the most`);
    console.log(`docs/guides/images/${name}.png: ${size} bytes`);
    await page.close();
  }
} finally {
  await chromium.close();
  await program.stop();
}
