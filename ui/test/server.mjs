// A small server that speaks the contract of README.md, for trying the tools by hand and for the browser tests. Nothing of
// it is part of the program.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { screenOf, lineText } from "./screens.mjs";
import { textsOf } from "./texts.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = () => JSON.parse(readFileSync(`${dist}manifest.json`, "utf8"));
const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const json = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", json: "application/json" };

/** What the server knows; a test changes it and looks at it. */
export class World {
  constructor({ element = "kazi-type-line", language = "en", tasks = 40, withheld = /^$/, missing = /^$/ } = {}) {
    Object.assign(this, { element, language, tasks, worker: "worker_amina" });
    /** Pictures that do not come because the line is cut, and those that the server does not have. */
    Object.assign(this, { withheld, missing });
    /** `down` cuts every connection, `status` answers every call with it, `lose` takes an answer and cuts the reply. */
    this.down = false;
    this.status = 0;
    this.lose = 0;
    this.delay = 0;
    this.answers = new Map();
    this.bodies = new Map();
    this.log = [];
    this.closed = new Set();
  }

  open() {
    const list = [];
    for (let number = 0; number < this.tasks && list.length < 8; number++) {
      if (!this.closed.has(`task_${number}`)) list.push(number);
    }
    return list;
  }

  task(number, given) {
    const { t } = textsOf(this.language);
    return {
      task: `task_${number}`,
      lease_until: "2030-01-01T00:00:00Z",
      practice: false,
      screen: {
        element: this.element,
        data: {},
        html: screenOf(this.element, this.language, t, number, given && attribute(given)),
        media: this.element === "kazi-type-line" ? [`/media/line-${number}.svg`] : [],
      },
      pay: { text: t("task-pays", { pay: "KES 0.80" }) },
    };
  }

  get today() {
    return { accepted: `KES ${(612.4 + this.answers.size * 0.8).toFixed(2)}`, waiting: "KES 48.80" };
  }
}

const symbol = (name) => {
  try {
    return readFileSync(`${dist}icons/${name}.svg`, "utf8");
  } catch {
    return "";
  }
};

export function pageOf(world) {
  const { t, script, lang, dir } = textsOf(world.language);
  const files = manifest();
  const [number] = world.open();
  const task = world.task(number);
  const { html, ...screen } = task.screen;
  const icon = (name, extra = "") => `<svg class="i${extra}" aria-hidden="true"><use href="#${name}"/></svg>`;
  const symbols = ["bird-fill", "speaker-high", "question", "lock-simple", "check-circle-fill", "arrow-counter-clockwise", "book-open", "minus-square", "eye-slash", "skip-forward", "flag", "hand-coins", "pencil-simple", "arrow-up", "arrow-down", "plus", "trash", "text-italic", "text-b", "scissors", "arrows-in"];
  const reasons = (name, title, keys) => `<dialog id="${name}" aria-labelledby="${name}-title"><h2 id="${name}-title">${t(title)}</h2><form method="dialog" class="reasons">${keys.map(([value, key]) => `<button class="btn quiet" value="${value}">${t(key)}</button>`).join("")}<button class="btn bare" value="">${t("cancel")}</button></form></dialog>`;
  const css = readFileSync(dist + files["work.css"], "utf8");
  return `<!DOCTYPE html><html lang="${lang}" dir="${dir}" data-theme="light"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Kazi</title><link rel="icon" href="/assets/${files["favicon.svg"]}" type="image/svg+xml"><style>${css}</style></head>
<body class="work"><svg width="0" height="0" aria-hidden="true" class="hide">${symbols.map(symbol).join("")}</svg>
<kazi-work data-project="project_1" data-stage="type" data-worker="${world.worker}">
<header class="wtop"><div class="me"><span class="ava">${icon("bird-fill")}</span><span>Amina Sampuli</span></div><span class="soft hide-s">${t("today")} <bdi dir="ltr" data-today>${world.today.accepted}</bdi></span><button type="button" class="btn bare" data-do="listen" hidden>${icon("speaker-high")}${t("listen")}</button><a class="btn bare" href="/work/project_1/type/help" data-dialog="help">${icon("question")}${t("help")}</a><form method="post" action="/lock"><button class="btn bare" data-do="lock">${icon("lock-simple")}${t("lock")}</button></form></header>
<form method="post" action="/work/project_1/type" data-form><button class="hide" tabindex="-1" aria-hidden="true"></button><input type="hidden" name="task" value="${task.task}"><input type="hidden" name="answer" value="answer_0192f3a4b5c67d8e9f00112233445566">
<main class="task${world.element === "kazi-proofread" ? " wide" : ""}"><p class="practice" data-practice hidden>${t("practice-not-paid")}</p><div data-screen>${html}</div>
<div class="about"><p class="payl"><span>${icon("hand-coins")}<span data-pay>${task.pay.text}</span></span><span data-hour>${t("hour-has-paid", { amount: "KES 214" })}</span></p><a class="btn bare" href="/work/tasks/${task.task}/skip" data-dialog="skip">${icon("skip-forward", " flip")}${t("skip-task")}</a><a class="btn bare" href="/work/tasks/${task.task}/report" data-dialog="report">${icon("flag")}${t("report-task")}</a></div></main>
<footer class="wbot"><p class="status" role="status"><span class="saved" data-saved hidden>${icon("check-circle-fill")}<span>${t("saved-here")}</span></span><span class="soft">${t("status-waiting")} <bdi dir="ltr" data-waiting>0</bdi></span><span class="soft">${t("status-sent")} <bdi dir="ltr" data-sent-count>0</bdi></span><span class="down" data-line hidden></span></p><a class="btn bare" href="/work/answers" data-do="last">${icon("pencil-simple")}${t("correct-last")}</a><button type="button" class="btn quiet" data-do="take-back" hidden>${icon("arrow-counter-clockwise", " flip")}${t("take-back")}</button><button class="btn now send" data-send>${t("send")}<kbd>Enter</kbd></button></footer></form>
<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">${t("help-for-task")}</h2><h3>${t("keys-title")}</h3><ul><li><kbd>Enter</kbd> ${t("key-send")}</li><li><kbd>?</kbd> ${t("key-help")}</li></ul><form method="dialog"><button class="btn">${t("close")}</button></form></dialog>
${reasons("skip", "why-skip", [["too_hard", "skip-too-hard"], ["not_clear", "skip-not-clear"], ["other_language", "skip-other-language"], ["other", "skip-other"]])}
${reasons("report", "what-is-wrong", [["broken", "report-broken"], ["wrong_place", "report-wrong-place"], ["upsetting", "report-upsetting"], ["private", "report-private"]])}
<dialog id="last" aria-labelledby="last-title"><h2 id="last-title">${t("last-answers")}</h2><ol></ol><form method="dialog"><button class="btn">${t("close")}</button></form></dialog>
<script type="application/json" data-start>${json({ texts: script, task: { ...task, screen }, today: world.today, hour: t("hour-has-paid", { amount: "KES 214" }) })}</script>
</kazi-work><script type="module" src="/assets/${files[`${world.element}.js`]}"></script></body></html>`;
}

function picture(name) {
  const number = Number(/line-(\d+)/.exec(name)?.[1] ?? -1);
  if (number < 0) {
    const lines = Array.from({ length: 20 }, (_, line) => `<text x="120" y="${400 + line * 60}" font-family="serif" font-size="36">${lineText(line)}</text>`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1240 1754" width="1240" height="1754"><rect width="1240" height="1754" fill="#fff"/>${lines.join("")}</svg>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1136 66" width="1136" height="66"><rect width="1136" height="66" fill="#fff"/><text x="14" y="46" font-family="serif" font-size="42" textLength="1100">${lineText(number)}</text></svg>`;
}

const refuse = (status, kind, title, problems) => [status, { type: "about:blank", title, status, kind, ...(problems ? { problems } : {}) }];

function put(world, id, correct, body) {
  if (world.bodies.has(id)) {
    return world.bodies.get(id) === body ? [200, world.answers.get(id).reply] : refuse(409, "other_bytes", "Another answer has this id.");
  }
  const { task, answer } = JSON.parse(body);
  if (answer.text === "bad") return refuse(422, "form", "Look again.", [{ field: "text", key: "bad", message: "This is not what stands there." }]);
  const before = [...world.answers].find(([, given]) => given.task === task);
  if (before && !correct) return refuse(409, "other_bytes", "You answered this before.");
  if (before) world.answers.delete(before[0]);
  world.bodies.set(id, body);
  const reply = { state: "waiting", late: false };
  world.answers.set(id, { task, answer, reply });
  world.closed.add(task);
  reply.today = world.today;
  return [200, reply];
}

function api(world, method, url, body) {
  const path = url.pathname;
  const parts = path.split("/");
  if (path.endsWith("/next")) return [200, { tasks: world.open().map((number) => world.task(number)), today: world.today, hour: null }];
  if (path === "/work/answers") {
    const rows = [...world.answers].reverse().slice(0, 10);
    return [200, { answers: rows.map(([answer_id, { task, answer }]) => ({ answer_id, at: "2026-11-22T10:00:00Z", summary: answer.text ?? "", state: "waiting", text: "being checked", open: true, task: world.task(Number(task.slice(5)), answer.text) })) }];
  }
  if (method === "PUT") return put(world, parts[3], url.searchParams.has("correct"), body);
  if (method === "DELETE") {
    const given = world.answers.get(parts[3]);
    if (!given) return refuse(404, "not-there", "There is no such answer.");
    world.answers.delete(parts[3]);
    world.closed.delete(given.task);
    return [200, { task: given.task }];
  }
  if (/\/(skip|report)$/.test(path)) world.closed.add(parts[3]);
  return [204, undefined];
}

async function handle(world, request, response) {
  const url = new URL(request.url, "http://localhost");
  let body = "";
  for await (const part of request) body += part;
  if (world.down) return request.socket.destroy();
  const send = (status, type, text, headers = {}) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(text);
  };
  const lasting = { "cache-control": "public, max-age=31536000, immutable" };
  if (url.pathname === "/sw.js") return send(200, TYPES.js, readFileSync(`${dist}sw.js`), { "cache-control": "no-cache" });
  if (url.pathname.startsWith("/assets/")) {
    const name = url.pathname.slice(8);
    return send(200, TYPES[name.split(".").at(-1)] ?? "text/plain", readFileSync(dist + name), lasting);
  }
  if (world.withheld.test(url.pathname)) return request.socket.destroy();
  if (world.missing.test(url.pathname)) return send(404, "text/plain", "");
  if (url.pathname.startsWith("/media/")) return send(200, TYPES.svg, picture(url.pathname), lasting);
  if (url.pathname === "/centre") {
    const css = readFileSync(dist + manifest()["work.css"], "utf8");
    return send(200, "text/html; charset=utf-8", `<!DOCTYPE html><html lang="en" data-theme="light"><meta name="viewport" content="width=device-width, initial-scale=1"><title>PIN</title><style>${css}</style><body class="work"><header class="wtop"></header><main><form method="post" action="/lock" class="panel" data-pin data-erase="Delete"><h1><label for="pin">Your PIN</label></h1><input class="in pin" id="pin" name="pin" type="password" inputmode="numeric" maxlength="6" autofocus><p class="row"><button class="btn now send">Open</button></p></form></main><script type="module" src="/assets/${manifest()["desk.js"]}"></script>`);
  }
  if (url.pathname === "/lock") return send(200, "text/html; charset=utf-8", "<!DOCTYPE html><html lang=en><title>Locked</title><h1>Locked</h1>");
  if (request.method === "GET" && /^\/work\/project_1\/type$/.test(url.pathname)) {
    if (url.searchParams.has("element")) world.element = url.searchParams.get("element");
    if (url.searchParams.has("language")) world.language = url.searchParams.get("language");
    return send(200, "text/html; charset=utf-8", pageOf(world), { "cache-control": "no-store" });
  }
  if (!url.pathname.startsWith("/work/")) return send(302, "text/plain", "", { location: "/work/project_1/type" });
  world.log.push([request.method, url.pathname + url.search, body]);
  if (world.delay) await new Promise((resolve) => setTimeout(resolve, world.delay));
  if (world.status) return send(world.status, "application/problem+json", JSON.stringify({ key: "test", title: "" }));
  const [status, reply] = api(world, request.method, url, body);
  if (world.lose && request.method === "PUT") {
    world.lose--;
    return request.socket.destroy();
  }
  send(status, status < 400 ? TYPES.json : "application/problem+json", reply === undefined ? "" : JSON.stringify(reply));
}

/** Starts it; gives its address and a way to stop it. */
export async function serve(world, port = 0) {
  const server = createServer((request, response) => {
    handle(world, request, response).catch((failure) => {
      console.error(failure);
      response.destroy();
    });
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = `http://localhost:${server.address().port}`;
  return { address, page: `${address}/work/project_1/type`, stop: () => (server.closeAllConnections(), server.close()) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { page } = await serve(new World(), 8790);
  console.log(`${page}\n${page}?element=kazi-resolve\n${page}?element=kazi-proofread&language=ur`);
}
