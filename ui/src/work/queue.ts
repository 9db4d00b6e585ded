// The tasks fetched ahead, in order, on disk too.

import { ask } from "./http";
import { hasMedia } from "./offline";
import type { Outbox } from "./outbox";
import type { Store, Write } from "./store";
import type { Next, Task } from "./types";

/** How many tasks lie ready, and from how few on more are fetched. */
const AHEAD = 8;
const LOW = 5;
const DAY = 86_400_000;

/** The addresses of a task's pictures. */
export const mediaOf = (task: Task | undefined): string[] => task?.screen.media ?? [];

/** What asking for more gave; nothing where there was no need. */
export type Reply = Next | "signed-out" | "no-line" | undefined;

export class Queue {
  private tasks: Task[] = [];
  private asking: Promise<Reply> | undefined;
  /** The task in the page. */
  current: string | undefined;

  constructor(
    private readonly store: Store,
    private readonly url: string,
    private readonly outbox: Pick<Outbox, "waiting">,
  ) {}

  get length(): number {
    return this.tasks.length;
  }

  /** Takes up what an earlier page left, and forgets what is long done. */
  async load(): Promise<void> {
    try {
      const rows = await this.store.all("tasks");
      this.tasks = rows.filter(({ from }) => from === this.url).sort((a, b) => a.place - b.place);
      const old = (await this.store.all("done")).filter(({ at }) => Date.now() - at > 2 * DAY);
      if (old.length) await this.store.change(...old.map(({ task }): Write => ["delete", "done", task]));
    } catch {
      // An unreadable store: fetching begins anew.
    }
  }

  async isDone(task: string): Promise<boolean> {
    return (await this.store.get("done", task).catch(() => undefined)) !== undefined;
  }

  /** Takes the next task that is not done out. Without line it is one whose pictures are here; the others keep their places. */
  async shift(line = true): Promise<Task | undefined> {
    for (const task of [...this.tasks]) {
      const gone = task.task === this.current || (await this.isDone(task.task));
      if (!gone && !line && !(await hasMedia(mediaOf(task)))) continue;
      // Somebody else may have taken it meanwhile.
      if (!this.tasks.includes(task)) continue;
      this.tasks = this.tasks.filter((one) => one !== task);
      if (!gone) return task;
    }
    return undefined;
  }

  async unshift(task: Task): Promise<void> {
    this.tasks.unshift(task);
    await this.save();
  }

  /** Forgets the tasks that wait here: whoever leads the centre gave them to others. What was written for them is kept. */
  clear(): Promise<void> {
    return this.store.change(...this.tasks.splice(0).map(({ task }): Write => ["delete", "tasks", task])).catch(() => {});
  }

  /** Notes that a task is done without an errand. */
  async finish(task: string): Promise<void> {
    await this.store.change(["delete", "tasks", task], ["delete", "drafts", task], ["put", "done", { task, at: Date.now() }]).catch(() => {});
  }

  /** Makes `back` open again; the task at hand comes after it. */
  async unfinish(hand: Task | undefined, back: Task): Promise<void> {
    await this.store.change(["delete", "done", back.task]).catch(() => {});
    if (hand && hand.task !== back.task) this.tasks.unshift(hand);
    await this.save();
  }

  /** The pictures of the tasks that wait. */
  media(): string[] {
    return this.tasks.flatMap(mediaOf);
  }

  /** Fetches more when few are left. */
  refill(): Promise<Reply> {
    if (this.tasks.length >= LOW) return Promise.resolve(undefined);
    this.asking ??= this.fetch().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async fetch(): Promise<Reply> {
    const outcome = await ask("GET", `${this.url}?count=${AHEAD}`);
    if (outcome.is === "signed-out") return "signed-out";
    if (outcome.is !== "done") return outcome.is === "later" && !outcome.line ? "no-line" : undefined;
    const reply = outcome.data as Next;
    await this.add(reply.tasks);
    return reply;
  }

  /** Takes tasks in that are neither here nor done. */
  async add(tasks: Task[]): Promise<void> {
    const known = new Set([this.current, ...this.tasks.map(({ task }) => task), ...(await this.outbox.waiting()).map(({ task }) => task)]);
    for (const task of tasks) {
      if (!known.has(task.task) && !(await this.isDone(task.task))) this.tasks.push(task);
    }
    await this.save();
  }

  private async save(): Promise<void> {
    const rows = this.tasks.map((task, place): Write => ["put", "tasks", { ...task, place, from: this.url }]);
    if (rows.length) await this.store.change(...rows).catch(() => {});
  }
}
