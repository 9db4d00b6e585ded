// A server with something of everything in it, and people of every role who are signed in.
import { PASSWORD, PIN, letter } from "./program.mjs";

const SECRET = "water the mango tree";

const until = async (what) => {
  for (let tries = 0; tries < 600; tries++) {
    const found = await what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it did not come to that: ${what}`);
};

/** A scanned page, as far as a browser can make one: a heading, two lines, a picture and a page number. */
async function scan(browser) {
  const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
  await page.setContent(`<body style="margin:120px;font:34px/1.6 'DejaVu Serif',serif;background:#fff;color:#111">
    <h1 style="font-size:48px">The Well</h1><p>Wema sold water at the crossroads; she drew it from</p><p>a well that her grandmother had dug long before.</p>
    <svg width="700" height="300" viewBox="0 0 700 300"><rect x="4" y="4" width="692" height="292" fill="none" stroke="#111" stroke-width="8"/><circle cx="200" cy="150" r="110" fill="#333"/><path d="M360 260 500 40 640 260z" fill="#555"/></svg>
    <p style="position:absolute;bottom:60px;left:600px">7</p></body>`);
  const bytes = await page.screenshot();
  await page.close();
  return bytes;
}

async function upload(call, project, name, bytes) {
  await call("POST", `/api/v1/projects/${project}/sources?name=${name}`, bytes, "application/octet-stream");
  return until(async () => {
    const sources = await call("GET", `/api/v1/projects/${project}/sources`);
    return sources.every(({ state }) => ["split", "refused"].includes(state)) && sources;
  });
}

/** Signs in with e-mail and password, through the page. */
export async function staff(browser, base, email, password, options = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill("[name=email]", email);
  await page.fill("[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.click("main form button, form button")]);
  await page.close();
  return context;
}

/** A computer of a centre, and somebody who has given a PIN there. */
export async function desk(browser, base, code) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  await context.request.post(`${base}/centre/enrol`, { form: { code } });
  return context;
}

export async function worker(browser, base, computer, person) {
  const context = await browser.newContext({ serviceWorkers: "block", storageState: await computer.storageState() });
  const reply = await context.request.post(`${base}/centre/${person}`, { form: { pin: PIN }, maxRedirects: 0 });
  if (reply.status() !== 303) throw new Error(`the PIN of ${person}: ${reply.status()} ${await reply.text()}`);
  return context;
}

/** Asks as somebody in a browser would, with a body in JSON. */
async function ask(context, method, address, data) {
  const reply = await context.request.fetch(address, { method, data, headers: { accept: "application/json" } });
  if (!reply.ok()) throw new Error(`${method} ${address}: ${reply.status()} ${await reply.text()}`);
  return reply.status() === 204 ? null : reply.json();
}

const answerId = () => {
  const hex = Date.now().toString(16).padStart(12, "0") + "7" + crypto.randomUUID().replaceAll("-", "").slice(13);
  return `answer_${hex}`;
};

/** Gives one answer to whatever comes next at a stage. */
export async function answer(context, base, project, stage, of) {
  const { tasks } = await ask(context, "GET", `${base}/work/${project}/${stage}/next?count=1`);
  const id = answerId();
  await ask(context, "PUT", `${base}/work/answers/${id}`, { task: tasks[0].task, answer: of(tasks[0]), seconds: 4 });
  return id;
}

/** Fills a server; what comes back says who is signed in, and where things are. */
export async function fill(program, browser) {
  const { base, office: call } = program;
  const client = (await call("POST", "/api/v1/organisations", { name: "Sample Library Trust", kind: "client" })).id;
  const organisation = `/api/v1/organisations/${client}/people`;
  await call("POST", organisation, { name: "Ruth Beispiel", email: "ruth@library.example", password: SECRET, roles: ["client", "client_lead"] });
  const place = await centre(call);
  const people = `/api/v1/centres/${place.id}/people`;
  const leader = { name: "Lulu Mfano", email: "lulu@centre.example", password: SECRET, pin: PIN, roles: ["team_leader"] };
  leader.id = (await call("POST", people, leader)).id;
  const reviewer = (await call("POST", people, { name: "Chausiku Sampuli", pin: PIN, roles: ["reviewer"] })).id;
  const describer = (await call("POST", people, { name: "Dalila Mfano", pin: PIN, roles: ["reviewer"] })).id;
  for (const stage of ["resolve", "proofread", "describe"]) {
    for (const one of [reviewer, describer]) await call("POST", `${people}/${one}/certificates`, { service: "digitisation", stage });
  }
  const device = await call("POST", `/api/v1/centres/${place.id}/devices`, { name: "Desk 2" });

  const computer = await desk(browser, base, place.code);
  const [amina, baraka, danish] = await Promise.all(place.people.map((person) => worker(browser, base, computer, person)));
  const sign = async (person) => worker(browser, base, computer, person);
  const as = {
    guest: await browser.newContext({ serviceWorkers: "block" }),
    desk: computer,
    operator: await staff(browser, base, "operator@localhost", PASSWORD),
    client: await staff(browser, base, "ruth@library.example", SECRET),
    leader: await staff(browser, base, leader.email, SECRET),
    worker: amina,
    urdu: danish,
    reviewer: await sign(reviewer),
  };
  // Somebody to whom the centre's lead has written, who does nothing else.
  const told = [];
  for (const [role, name, language] of [["told", "Zuhura Sampuli", "en"], ["toldUrdu", "Zarina Namoona", "ur"]]) {
    told.push((await call("POST", people, { name, pin: PIN, language, roles: ["worker"] })).id);
    as[role] = await sign(told.at(-1));
  }
  const notice = (await call("POST", `/api/v1/centres/${place.id}/messages`, { body: "Leo chai ni saa kumi.\nKaribuni wote.", language: "sw", people: told, hours: 24 })).id;

  // A running project with answers, one item that is stuck, and one that waits.
  const running = await questions(call, place.id, client, ["Animals", "cat", "Monday", "goat", "seven", "hen", "May"]);
  for (const one of [amina, baraka]) {
    const { tasks } = await ask(one, "GET", `${base}/work/${running}/answer/next?count=1`);
    await ask(one, "POST", `${base}/work/tasks/${tasks[0].task}/report`, { reason: "broken" });
  }
  const lent = async (who) => (await ask(who, "GET", `${base}/work/${running}/answer/next?count=1`)).tasks[0].task;

  // A page for each of two people to type, for a line is lent to one at a time; one on which two differ, one to proofread; a draft with a file that was refused; a delivery.
  const picture = await scan(browser);
  const scanned = (title) => digitise(call, place.id, client, title, picture);
  const [book, urduBook] = [await scanned("The Well at the Crossroads"), await scanned("The Well, a second time")];
  const [doubtful, typed] = [await scanned("The Fig Tree"), await scanned("A School Book")];
  await typeAll([amina, baraka], base, doubtful, (who, number) => `line ${number} as ${who ? "he" : "she"} reads it`);
  await typeAll([amina, baraka], base, typed, (_, number) => `line ${number} of the page`);
  // A page is proofread once its figure is described, by somebody else.
  await answer(await sign(describer), base, typed, "describe", () => ({ is: "alt", short: "A circle and a triangle in a frame." }));
  const draft = await project(call, { service: "questions", name: "Shops of Kisumu", spec: { question: "Is it open?" } }, client);
  const [source] = await upload(call, draft, "rows.csv", "id,text\n1,Amani Books\n2,Baraka Shop\n");
  await upload(call, draft, "broken.csv", "\u0000\u0001\u0002");
  const delivered = await questions(call, place.id, client, ["Farm animals", "cow"]);
  for (const one of [amina, baraka, danish]) await answer(one, base, delivered, "answer", () => ({ choice: 0 }));
  await until(async () => (await call("GET", `/api/v1/projects/${delivered}`)).state === "delivered");
  // A page and a row that are delivered and looked at, and a delivery that was accepted.
  const read = await scanned("The Ferry");
  await typeAll([amina, baraka], base, read, (_, number) => `line ${number} of the page`);
  await answer(await sign(describer), base, read, "describe", () => ({ is: "alt", short: "A circle and a triangle in a frame." }));
  const text = "Wema sold water at the <i>crossroads</i>; she drew it from a well that her grandmother had dug long before.";
  const blocks = [{ type: "heading1", text: "The Well" }, { type: "paragraph", text }, { type: "figure", text: "", figure: 1 }];
  await answer(await sign(reviewer), base, read, "proofread", () => ({ is: "page", blocks, page_number: "7" }));
  const accepted = await questions(call, place.id, client, ["Birds", "hen", "goose", "stone"]);
  for (const one of [amina, baraka, danish]) {
    for (let row = 0; row < 3; row++) await answer(one, base, accepted, "answer", () => ({ choice: 0 }));
  }
  for (const project of [read, accepted]) {
    await until(async () => (await call("GET", `/api/v1/projects/${project}`)).state === "delivered");
  }
  for (const project of [read, delivered, accepted]) {
    const { sample } = await call("POST", `/api/v1/projects/${project}/sample`, { way: "plan" });
    for (let number = 1; project === accepted && number <= sample.sampled; number++) {
      await call("PUT", `/api/v1/projects/${project}/sample/items/${number}`, { sample: sample.id, verdict: "right" });
    }
  }
  await call("POST", `/api/v1/projects/${accepted}/accept`);

  // Answers that were not accepted: a second look is asked for of one of Amina's, and not yet of another and of Danish's.
  const unsure = await questions(call, place.id, client, ["Birds of the lake", "heron", "stork", "reed"]);
  const unpaid = [];
  for (const [who, ...others] of [[amina, danish, baraka], [danish, amina, baraka], [amina, danish, baraka]]) {
    unpaid.push(await answer(who, base, unsure, "answer", () => ({ choice: 0 })));
    for (const one of others) {
      const { tasks } = await ask(one, "GET", `${base}/work/${unsure}/answer/next?count=1`);
      await ask(one, "POST", `${base}/work/tasks/${tasks[0].task}/report`, { reason: "broken" });
    }
  }
  for (const id of unpaid) {
    await call("POST", `/api/v1/projects/${unsure}/answers/${id}/reject`, { reason: "made_up", note: "The picture shows reed, and no bird." });
  }
  const [contested] = unpaid;
  await form(amina, `${base}/work/not-accepted/${contested}`, { plea: "right" }, /./);

  // Instructions that changed while people worked by them.
  const versions = await questions(call, place.id, client, ["Farm tools", "hoe", "plough"]);
  for (const one of [amina, danish]) await answer(one, base, versions, "answer", () => ({ choice: 0 }));
  for (const [instructions, instructions_changed] of [["Look at the word.\nA tool is no animal.", "Tools are no animals."], ["Look at the whole word.\nA tool is no animal, also where it is named after one.", "Names of animals in a word do not count."]]) {
    const { version } = await call("GET", `/api/v1/projects/${versions}`);
    await call("PATCH", `/api/v1/projects/${versions}`, { version, instructions, instructions_changed });
  }

  // A pilot that is being worked on. The answers that people may still look at are their last ones.
  const pilot = await questions(call, place.id, client, ["Shops of the lake", ...Array.from({ length: 30 }, (_, row) => `Shop ${row}`)], false);
  await call("POST", `/api/v1/projects/${pilot}/pilot`, { items: 20 });
  const given = await answer(amina, base, running, "answer", () => ({ choice: 0 }));
  const urduAnswer = await answer(danish, base, running, "answer", () => ({ choice: 0 }));

  // What a living wage is there; a draft that pays less.
  await call("PUT", `/api/v1/centres/${place.id}/living-wage`, { hour: "183.17", currency: "KES", source: "WageIndicator, Kenya", as_of: "September 2019" });
  const cheap = await questions(call, place.id, client, ["Cheap questions", "cat", "dog"], false, "0.20");

  // Somebody who was asked in and has not come yet, and somebody who forgot the password.
  const invited = { name: "Juma Mfano", email: "juma@library.example", role: "client", language: "en" };
  const team = `${base}/organisations/${client}/team`;
  const invitation = await form(as.operator, team, invited, /href="\/invitations\/([^/"]+)\/revoke"/);
  const invitationKey = await letter(program.data, /invitation\?key=([0-9a-f]+)/);
  await as.guest.request.post(`${base}/forgotten`, { form: { email: leader.email } });
  const forgottenKey = await letter(program.data, /forgotten\/new\?key=([0-9a-f]+)/);
  // What people ask for who are no clients yet: one waits, one is declined.
  const enquiry = { organisation_name: "School of the Hill", name: "Imani Mfano", email: "imani@school.example", service: "digitisation", amount: "12 books of 300 pages", needed_by: "March", said: "Scans of school books.\nEPUB wanted." };
  for (const organisation_name of [enquiry.organisation_name, "A Shop of Lamps"]) {
    await as.guest.request.post(`${base}/ask`, { form: { ...enquiry, organisation_name } });
  }
  const [declined, asking] = (await call("GET", "/api/v1/enquiries")).enquiries;
  await call("POST", `/api/v1/enquiries/${declined.id}/decline`, { reason: "No people are free before May." });
  const mail = await (await as.operator.request.get(`${base}/mail`, { headers: { accept: "text/html" } })).text();

  // The page that shows the key for an app.
  await as.operator.request.post(`${base}/account/second-factor/begin`, { form: { begin_password: PASSWORD } });
  const key = await form(as.operator, `${base}/keys`, { name: "Catalogue", scope: "projects:read" }, /href="\/keys\/([^/"]+)\/revoke"/);
  const [item] = (await call("GET", `/api/v1/projects/${running}/stuck`)).items;

  await call("PUT", `/api/v1/projects/${accepted}/deletion`, { due_at: (Date.now() + 30 * 24 * 3600e3) * 1000 });

  // Questions: one about the item that is stuck, answered; one that is settled.
  const questions_of = `/api/v1/projects/${running}/questions`;
  const asked = { subject: "A word that is cut off", text: "The scan ends in the middle of this word.\nShall it be left out?", item: item.item };
  const question = (await call("POST", questions_of, asked)).id;
  await as.client.request.post(`${base}/projects/${running}/questions/${question}`, { form: { text: "Yes, leave it out." } });
  const settled = (await call("POST", questions_of, { subject: "More files", text: "Will more files come?" })).id;
  await call("PUT", `${questions_of}/${settled}/settled`, { settled: true });

  // Web hooks of the client: one that nobody answers, tried out, and one that is held.
  const hooked = (address) => ask(as.client, "POST", `${base}/api/v1/hooks`, { address, events: ["project.delivered", "item.stuck"] });
  const hook = (await hooked("http://127.0.0.1:9/kazi")).id;
  await ask(as.client, "POST", `${base}/api/v1/hooks/${hook}/try`);
  const held = (await hooked("https://catalogue.example/a/long/address/for/what/happens/in/the/library?from=kazi")).id;
  await ask(as.client, "PATCH", `${base}/api/v1/hooks/${held}`, { held: true });
  await until(async () => (await ask(as.client, "GET", `${base}/api/v1/hooks/${hook}/sent`)).messages[0].tries > 0);
  return {
    base, as, notice, running, cheap, versions, unsure, contested, unpaid: unpaid[2], book, urduBook, doubtful, typed, draft, delivered, read, accepted, pilot, given, urduAnswer, client, key, invitation, invitationKey, forgottenKey,
    hook, held, question, settled, asking: asking.id, declined: declined.id,
    letter: /href="\/mail\/(mail_[^"]+)"/.exec(mail)[1], place: place.id, partner: place.partner,
    person: place.people[0], leader: leader.id, reviewer, device: device.id, source: source.id, item: item.item,
    task: await lent(amina), urduTask: await lent(danish), call,
  };
}

/** A centre with people who know how to answer questions, and the code of a computer. */
export async function centre(call) {
  const partner = (await call("POST", "/api/v1/organisations", { name: "Mfano Partners", kind: "partner" })).id;
  const id = (await call("POST", `/api/v1/organisations/${partner}/centres`, { name: "Mfano Centre", utc_offset_minutes: 180 })).id;
  const path = `/api/v1/centres/${id}/people`;
  const people = [];
  for (const [name, picture, language] of [["Amina Sampuli", "bird-fill", "en"], ["Baraka Mfano", "boat-fill", "sw"], ["Danish Namoona", "tree-fill", "ur"]]) {
    const person = (await call("POST", path, { name, picture, language, pin: PIN, roles: ["worker"] })).id;
    for (const [service, stage] of [["questions", "answer"], ["digitisation", "type"]]) {
      await call("POST", `${path}/${person}/certificates`, { service, stage });
    }
    people.push(person);
  }
  const { code } = await call("POST", `/api/v1/centres/${id}/devices`, { name: "Desk 1" });
  return { id, partner, people, code };
}

/** A running project of one scanned page. */
async function digitise(call, centre, client, title, picture) {
  const id = await project(call, { service: "digitisation", name: title, spec: { title } }, client);
  await call("PUT", `/api/v1/projects/${id}/centres`, [centre]);
  await upload(call, id, "page.png", picture);
  await call("POST", `/api/v1/projects/${id}/start`);
  return id;
}

/** Has every line typed by everybody who is asked for it. */
async function typeAll(people, base, project, text) {
  const numbers = new Map();
  for (const [who, context] of people.entries()) {
    for (;;) {
      const { tasks } = await ask(context, "GET", `${base}/work/${project}/type/next?count=1`);
      if (!tasks.length) break;
      const picture = /\/media\/[^"]+/.exec(tasks[0].screen.html)[0];
      if (!numbers.has(picture)) numbers.set(picture, numbers.size + 1);
      const answer = { is: "line", text: text(who, numbers.get(picture)) };
      await ask(context, "PUT", `${base}/work/answers/${answerId()}`, { task: tasks[0].task, answer, seconds: 9 });
    }
  }
}

/** A running project of questions about these rows. */
async function questions(call, centre, client, [name, ...rows], start = true, pay = "0.80") {
  const id = await project(call, { service: "questions", name, spec: { question: "Is this an animal?" }, pay: { answer: pay } }, client);
  await call("PUT", `/api/v1/projects/${id}/centres`, [centre]);
  await upload(call, id, "rows.csv", `id,text\n${rows.map((row, number) => `${number},${row}`).join("\n")}\n`);
  if (start) await call("POST", `/api/v1/projects/${id}/start`);
  return id;
}

async function project(call, body, organisation) {
  return (await call("POST", "/api/v1/projects", { currency: "KES", organisation, ...body })).id;
}

/** Sends a form, then looks for something on the page of that address. */
async function form(context, address, fields, wanted) {
  await context.request.post(address, { form: fields });
  const page = await (await context.request.get(address, { headers: { accept: "text/html" } })).text();
  return wanted.exec(page)?.[1];
}
