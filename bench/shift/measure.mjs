// A shift begins: sixty people give their PIN at the same moment, each at a computer, and ask for their first task.
//
// usage: measure.mjs OUT.json [PEER.json]   (run.sh calls it)
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { centre, PIN, questions, start } from "../../tests/journeys/program.mjs";

const PEOPLE = 60;
const peak = (pid) => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024);
const cookiesOf = (reply) => reply.headers.getSetCookie().map((one) => one.split(";")[0]);

/** Does it for all at once, and gives how long each waited and all. */
async function together(all, enter) {
  const began = performance.now();
  const waits = await Promise.all(all.map(async (one) => {
    const mine = performance.now();
    await enter(one);
    return performance.now() - mine;
  }));
  waits.sort((a, b) => a - b);
  const seconds = (ms) => Math.round(ms) / 1000;
  return { people: all.length, all_s: seconds(performance.now() - began), middle_s: seconds(waits[waits.length >> 1]), last_s: seconds(waits.at(-1)) };
}

async function kazi() {
  const program = await start();
  try {
    const names = Array.from({ length: PEOPLE }, (_, number) => ({ name: `Worker ${number}` }));
    const desk = await centre(program.office, names);
    const work = await questions(program.office, desk.id, Array.from({ length: 600 }, (_, row) => `row ${row}`));
    const form = (path, fields, cookie) =>
      fetch(program.base + path, { method: "POST", redirect: "manual", body: new URLSearchParams(fields), headers: { cookie, accept: "text/html" } });
    const seats = [];
    for (const { name } of names) {
      const reply = await form("/centre/enrol", { code: await desk.computer(name) }, "");
      assert.equal(reply.status, 303, "the computer is enrolled");
      seats.push({ person: desk.people[name], cookie: cookiesOf(reply)[0] });
    }
    const before = peak(program.pid);
    const took = await together(seats, async ({ person, cookie }) => {
      const opened = await form(`/centre/${person}`, { pin: PIN }, cookie);
      assert.equal(opened.headers.get("location"), "/work", "everyone is let in");
      const page = await fetch(`${program.base}/work/${work}/answer`, { headers: { accept: "text/html", cookie: `${cookie}; ${cookiesOf(opened)[0]}` } });
      assert.match(await page.text(), /<kazi-question>/, "everyone has a task");
    });
    return { ...took, peak_mib_before: before, peak_mib: peak(program.pid) };
  } finally {
    await program.stop();
  }
}

async function peer({ address, people, password }) {
  let refused = 0;
  const took = await together(people, async (email) => {
    const form = await fetch(`${address}/user/login/`);
    const text = await form.text();
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(text)?.[1];
    const body = new URLSearchParams({ email, password, csrfmiddlewaretoken: token });
    const opened = await fetch(`${address}/user/login/`, { method: "POST", redirect: "manual", body, headers: { cookie: cookiesOf(form).join("; "), referer: `${address}/user/login/` } });
    if (opened.status !== 302) return void refused++;
    await (await fetch(`${address}/api/projects/`, { headers: { cookie: cookiesOf(opened).join("; ") } })).text();
  });
  return { ...took, refused };
}

const [out, peerFile] = process.argv.slice(2);
const load = loadavg()[0];
const results = { kazi: await kazi() };
if (peerFile) {
  const known = JSON.parse(await readFile(peerFile, "utf8"));
  results.peer = { what: known.what, ...(await peer(known)) };
}
results.measured = { at: new Date().toISOString(), processors: cpus().length, load_before: load, load_after: loadavg()[0] };
await writeFile(out, `${JSON.stringify(results, null, 2)}\n`);
console.log(JSON.stringify(results, null, 2));
