// The element around a task: shows tasks one after the other, keeps what is written, sends what is done.

import { Drafts } from "./drafts";
import { ask } from "./http";
import { mintAnswerId } from "./ids";
import { keysOf } from "./keys";
import { Lock } from "./lock";
import { dropMedia, hasMedia, keepMedia, keepPage } from "./offline";
import { Outbox } from "./outbox";
import { Panel } from "./panel";
import { mediaOf, Queue } from "./queue";
import { listenButton } from "./speech";
import { openStore, type Store } from "./store";
import { sayer, type Say } from "./texts";
import { Tool } from "./tool";
import type { Errand, Fields, Given, Refusal, Sent, Start, Taken, Task } from "./types";

/** How long a sent answer can be taken back. */
const GRACE = 30_000;
/** A second press this soon after a task appeared was meant for the one before. */
const SETTLE = 300;
const HEARTBEAT = 60_000;

export class Work extends HTMLElement {
  private store!: Store;
  private drafts!: Drafts;
  private outbox!: Outbox;
  private queue!: Queue;
  private panel!: Panel;
  private say!: Say;
  private form!: HTMLFormElement;
  private screen!: HTMLElement;
  private task: Task | undefined;
  private correcting = false;
  private sent: Sent | undefined;
  private shownAt = 0;
  /** Until then a press was meant for the task before. */
  private settled = 0;
  private earlier = 0;
  private busy = false;
  private touched = false;
  private verdicts = new Map<number, (done: boolean, refusal?: Refusal) => void>();
  /** Drafts, outbox and queue are there. Whoever is quicker than the disk waits here: nothing that was pressed is lost. */
  private ready!: Promise<void>;

  connectedCallback(): void {
    const page = `<!DOCTYPE html>${document.documentElement.outerHTML}`;
    const start = JSON.parse(this.querySelector("[data-start]")!.textContent!) as Start;
    this.form = this.querySelector("[data-form]")!;
    this.screen = this.querySelector("[data-screen]")!;
    const first: Task = { ...start.task, screen: { ...start.task.screen, html: this.screen.innerHTML } };
    this.say = sayer(start.texts, document.documentElement.lang);
    this.panel = new Panel(this, this.say);
    this.bind();
    this.ready = this.open(first, start).catch((failure: unknown) => console.error(failure));
    void keepPage(this.dataset["worker"]!, page);
  }

  private get tool(): Tool | undefined {
    return this.screen.firstElementChild instanceof Tool ? this.screen.firstElementChild : undefined;
  }

  private async open(first: Task, start: Start): Promise<void> {
    this.begin(first);
    this.store = await openStore(this.dataset["worker"]!);
    this.drafts = new Drafts(this.store, (well) => this.panel.saved(well));
    this.outbox = new Outbox(this.store, {
      changed: (waiting, line) => this.panel.waiting(waiting, line, this.queue.length),
      done: (errand, data) => this.arrived(errand, data),
      refused: (errand, refusal) => void this.bounced(errand, refusal),
      signedOut: () => this.panel.shut("signed-out"),
    });
    this.queue = new Queue(this.store, `/work/${this.dataset["project"]}/${this.dataset["stage"]}/next`, this.outbox);
    await this.queue.load();
    this.panel.money(start.today, start.hour);
    await this.sentToday(0);
    this.panel.waiting((await this.outbox.waiting()).length, true, this.queue.length);
    const draft = await this.drafts.get(first.task);
    // A page from the cache, or one fetched before the outbox was empty, may bring back what is done.
    if (await this.queue.isDone(first.task)) await this.next();
    // What was written before the store was open must not be lost to an older draft.
    else if (this.touched) this.noteDraft();
    else if (draft) this.resume(draft.fields, draft.seconds);
    this.queue.current = this.task?.task;
    void this.outbox.run();
    void this.fetchAhead();
    setInterval(() => void this.beat(), HEARTBEAT);
  }

  /** The task is in the page: makes it work. */
  private begin(task: Task): void {
    this.task = task;
    this.touched = false;
    this.shownAt = performance.now();
    this.earlier = 0;
    this.form.querySelector<HTMLInputElement>("input[name=task]")!.value = task.task;
    this.panel.task(task, this.tool?.sends ?? false);
    this.tool?.begin(task.screen.data);
    this.tool?.enter();
  }

  private resume(fields: Fields, seconds: number): void {
    this.earlier = seconds;
    this.tool?.restore(fields);
    this.tool?.enter();
  }

  private async show(task: Task, fields?: Fields): Promise<void> {
    if (!customElements.get(task.screen.element)) return location.reload();
    this.screen.innerHTML = task.screen.html;
    this.queue.current = task.task;
    this.settled = performance.now() + SETTLE;
    this.begin(task);
    const draft = fields ? { fields, seconds: 0 } : await this.drafts.get(task.task);
    if (draft && this.task === task && !this.touched) this.resume(draft.fields, draft.seconds);
  }

  private async next(): Promise<void> {
    this.correcting = false;
    const task = await this.queue.shift(this.outbox.line);
    if (task) {
      await this.show(task);
      void this.fetchAhead();
      return;
    }
    this.task = this.queue.current = undefined;
    this.panel.empty("tasks-loading");
    await this.fetchAhead();
    if (this.task) return;
    const late = await this.queue.shift(this.outbox.line);
    if (late) return this.show(late);
    this.panel.empty(this.outbox.line ? "tasks-none" : "line-down-no-tasks");
    // Without line the next try is the outbox's; with it, new work may come.
    setTimeout(() => void (this.task ?? this.next()), 20_000);
  }

  private async fetchAhead(): Promise<void> {
    const reply = await this.queue.refill();
    if (reply === "signed-out") return this.panel.shut("signed-out");
    if (reply === "no-line") this.outbox.line = false;
    else if (reply) this.panel.money(reply.today, reply.hour);
    if (!(await keepMedia(mediaOf(this.task).concat(this.queue.media())))) this.outbox.line = false;
  }

  /** A picture did not come. Where the line is down the task waits for it, behind those whose pictures are here. */
  private async lost(): Promise<void> {
    await this.ready;
    const { task } = this;
    const media = mediaOf(task);
    // What is here and cannot be drawn, or is not there at all, can be reported.
    if (!task || this.correcting || (await hasMedia(media))) return;
    const line = await keepMedia(media);
    const here = await hasMedia(media);
    if (this.task !== task || (line && !here)) return;
    if (here) return this.show(task, this.tool?.fields());
    await this.drafts.flush();
    this.outbox.line = false;
    this.queue.current = undefined;
    await this.queue.unshift(task);
    await this.next();
  }

  /** Drops pictures that nothing here needs any more; an answer that can be taken back still needs its own. */
  private drop(task: Task | undefined): void {
    const needed = mediaOf(this.task).concat(mediaOf(this.sent?.task), this.queue.media());
    void dropMedia(mediaOf(task).filter((url) => !needed.includes(url)));
  }

  private seconds(): number {
    return this.earlier + (performance.now() - this.shownAt) / 1000;
  }

  private noteDraft(): void {
    this.touched = true;
    if (!this.task || !this.tool || !this.drafts) return;
    this.drafts.note({ task: this.task.task, fields: this.tool.fields(), seconds: Math.round(this.seconds()) });
  }

  /** Sends the answer: from here on it is safe on this computer, and the next task appears. */
  private async send(sender?: HTMLElement | null): Promise<void> {
    const { task, tool } = this;
    if (!task || !tool || this.busy || performance.now() < this.settled) return;
    const lack = tool.lack(sender);
    if (lack) return this.panel.toast(this.say(lack));
    this.busy = true;
    try {
      await this.ready;
      // The page may have brought back what another one has done: then this was not for the task that shows now.
      if (this.task !== task) return;
      const id = mintAnswerId();
      const fields = tool.fields();
      const body = JSON.stringify({ task: task.task, answer: tool.answer(sender), seconds: Math.round(this.seconds()) });
      this.drafts.forget(task.task);
      if (task.practice) return await this.practise(task, id, body);
      const correct = this.correcting;
      const errand = await this.outbox.add(
        { kind: correct ? "correct" : "answer", method: "PUT", url: `/work/answers/${id}${correct ? "?correct=1" : ""}`, body, task: task.task },
        ["delete", "drafts", task.task],
        ["delete", "tasks", task.task],
        ["put", "done", { task: task.task, at: Date.now() }],
      );
      const spent = correct ? task : this.sent?.task;
      if (!correct) {
        this.sent = { task, fields, id, order: errand.order, at: Date.now() };
        this.panel.takeBack(GRACE);
      }
      await this.next();
      this.drop(spent);
    } finally {
      this.busy = false;
    }
  }

  /** Practice is judged at once, so it needs the line. */
  private async practise(task: Task, id: string, body: string): Promise<void> {
    const outcome = await ask("PUT", `/work/answers/${id}`, body);
    if (outcome.is === "done") {
      await this.panel.feedback(outcome.data as Taken);
      await this.queue.finish(task.task);
      return this.next();
    }
    if (outcome.is === "signed-out") return this.panel.shut("signed-out");
    if (outcome.is === "refused") return this.panel.problems(outcome.refusal);
    this.panel.toast(this.say("line-down", (await this.outbox.waiting()).length));
  }

  private arrived(errand: Errand, data: unknown): void {
    this.verdicts.get(errand.order)?.(true);
    const taken = data as Taken | undefined;
    if (taken?.today) this.panel.money(taken.today);
    if (errand.kind === "answer") void this.sentToday(1);
    if (taken?.tasks) void this.queue.add(taken.tasks);
    if (taken?.late) this.panel.toast(this.say("answer-sent-late"));
    if (errand.kind === "take-back") void this.sentToday(-1);
  }

  /** How many answers this computer has sent for the worker today, with some more. */
  private async sentToday(more: number): Promise<void> {
    const day = new Date().toDateString();
    const note = (await this.store.get("notes", "sent").catch(() => undefined))?.value as { day: string; count: number } | undefined;
    const count = Math.max(0, (note?.day === day ? note.count : 0) + more);
    if (more) await this.store.change(["put", "notes", { key: "sent", value: { day, count } }]).catch(() => {});
    this.panel.sent(count);
  }

  private async bounced(errand: Errand, refusal: Refusal): Promise<void> {
    this.verdicts.get(errand.order)?.(false, refusal);
    if (errand.kind === "skip" || errand.kind === "report" || errand.kind === "take-back") return;
    const { status, key, title } = refusal;
    if (key === "other_bytes") return this.panel.toast(this.say("answer-other-kept"));
    if (status === 404 || status === 410) return this.panel.toast(this.say("task-gone"));
    if (status === 409) return this.panel.toast(title || this.say("task-gone"));
    // It can be mended: the task comes back with what was written.
    const sent = this.sent?.task.task === errand.task ? this.sent : undefined;
    if (!sent) return this.panel.toast(title || this.say("answer-refused"));
    await this.bringBack(sent);
    this.panel.problems(refusal);
  }

  /** Shows a sent task again, with what was written; the one at hand waits. */
  private async bringBack({ task, fields }: Sent): Promise<void> {
    await this.drafts.flush();
    await this.queue.unfinish(this.task, task);
    this.sent = undefined;
    this.panel.takeBack(0);
    await this.show(task, fields);
    this.noteDraft();
  }

  private async takeBack(): Promise<void> {
    await this.ready;
    const { sent } = this;
    if (!sent || Date.now() - sent.at > GRACE) return;
    this.sent = undefined;
    this.panel.takeBack(0);
    if (!(await this.outbox.withdraw(sent.order))) {
      const verdict = await this.errand("take-back", "DELETE", `/work/answers/${sent.id}`, "", sent.task.task);
      // An answer that the server never had is as good as taken back.
      if (verdict && verdict.status !== 404) return this.panel.toast(this.say("take-back-too-late"));
    }
    await this.bringBack(sent);
    this.panel.toast(this.say("taken-back"));
  }

  /** Adds an errand and waits a moment for its reply: the refusal, or nothing when it is done or still waits. */
  private async errand(kind: Errand["kind"], method: string, url: string, body: string, task: string): Promise<Refusal | undefined> {
    const { order } = await this.outbox.add({ kind, method, url, body, task });
    return new Promise<Refusal | undefined>((resolve) => {
      setTimeout(resolve, this.outbox.line ? 4000 : 0);
      this.verdicts.set(order, (done, refusal) => resolve(done ? undefined : refusal));
    }).finally(() => this.verdicts.delete(order));
  }

  /** Skips or reports the task at hand. */
  private async leave(kind: "skip" | "report", reason: string): Promise<void> {
    const { task } = this;
    if (!task || this.busy) return;
    this.busy = true;
    try {
      await this.ready;
      if (this.task === task) await this.leaveIt(kind, task, reason);
    } finally {
      this.busy = false;
    }
  }

  private async leaveIt(kind: "skip" | "report", task: Task, reason: string): Promise<void> {
    this.drafts.forget(task.task);
    await this.outbox.add(
      { kind, method: "POST", url: `/work/tasks/${task.task}/${kind}`, body: JSON.stringify({ reason }), task: task.task },
      ["delete", "drafts", task.task],
      ["delete", "tasks", task.task],
      ["put", "done", { task: task.task, at: Date.now() }],
    );
    if (kind === "report") this.panel.toast(this.say("report-thanks"));
    await this.next();
    this.drop(task);
  }

  private async lastOnes(): Promise<void> {
    await this.ready;
    const outcome = await ask("GET", "/work/answers?last=10");
    if (outcome.is === "signed-out") return this.panel.shut("signed-out");
    if (outcome.is !== "done") return this.panel.toast(this.say("line-down", (await this.outbox.waiting()).length));
    const given = await this.panel.choose((outcome.data as { answers: Given[] }).answers);
    if (!given) return;
    await this.drafts.flush();
    if (this.task && !this.correcting) await this.queue.unshift(this.task);
    this.correcting = true;
    await this.show(given.task);
  }

  private async beat(): Promise<void> {
    if (this.task && !this.correcting && !document.hidden && this.outbox.line) {
      const beat = await ask("POST", `/work/tasks/${this.task.task}/heartbeat`);
      if (beat.is === "refused" && beat.refusal.status === 410) {
        await Promise.all([this.drafts.flush(), this.queue.clear()]);
        this.panel.toast(this.say("task-recalled"));
        await this.next();
      }
    }
    void this.outbox.run();
  }

  private async lineUp(): Promise<void> {
    await this.outbox?.run();
    if (this.outbox && !this.task) await this.next();
  }

  private bind(): void {
    const lock = new Lock(async () => {
      await this.drafts?.flush();
      this.outbox?.stop();
    }, (key) => this.panel.shut(key));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send(event.submitter);
    });
    this.screen.addEventListener("error", () => void this.lost(), true);
    this.screen.addEventListener("input", () => this.noteDraft());
    this.screen.addEventListener("change", () => this.noteDraft());
    this.addEventListener("click", (event) => {
      const act = (event.target as Element).closest<HTMLElement>("[data-do], [data-dialog]");
      if (!act || event.defaultPrevented) return;
      const name = act.dataset["do"];
      if (name === "take-back") void this.takeBack();
      else if (name === "last") void this.lastOnes();
      else if (name === "lock") void lock.now();
      else if (!act.dataset["dialog"] || !this.window(act.dataset["dialog"])) return;
      event.preventDefault();
    });
    keysOf(this, this.screen, {
      send: () => this.form.requestSubmit(this.querySelector<HTMLButtonElement>("[data-send]")),
      help: () => this.window("help"),
    });
    const listen = this.querySelector<HTMLElement>("[data-do=listen]");
    if (listen) listenButton(listen, this, this.say("listen-stop"));
    addEventListener("online", () => void this.lineUp());
    addEventListener("offline", () => void this.outbox?.run());
    addEventListener("pagehide", () => void this.drafts?.flush());
    document.addEventListener("visibilitychange", () => void (document.hidden ? this.drafts?.flush() : this.outbox?.run()));
    addEventListener("beforeunload", (event) => {
      if (this.store?.lasting === false && this.panel.count > 0) event.preventDefault();
    });
  }

  /** Opens a window of the page; false where there is none of that name. */
  private window(name: string): boolean {
    const reason = name === "skip" || name === "report" ? (value: string) => void this.leave(name, value) : undefined;
    return this.panel.window(name, reason);
  }
}

/** Makes the tool and the element around it known. The tool comes first: the shell looks for it. */
export function start(name: string, tool: CustomElementConstructor): void {
  customElements.define(name, tool);
  if (!customElements.get("kazi-work")) customElements.define("kazi-work", Work);
}
