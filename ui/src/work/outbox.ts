// Errands wait here, on disk, and run one after the other in the order they were made. Each is tried until the server has
// answered it; that it is done once is the work of its answer id.

import { ask, type Outcome } from "./http";
import { memoryStore, type Store } from "./store";
import type { Errand, Refusal } from "./types";

export interface Ears {
  /** How many wait, and whether the line is up. */
  changed(waiting: number, line: boolean): void;
  done(errand: Errand, data: unknown): void;
  refused(errand: Errand, refusal: Refusal): void;
  signedOut(): void;
}

type NewErrand = Omit<Errand, "order" | "tried">;
type Writes = Parameters<Store["change"]>;

export class Outbox {
  private readonly spare = memoryStore();
  private running: Promise<void> | undefined;
  private again = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private last = 0;
  private flying = 0;
  private stopped = false;
  line = true;

  constructor(
    private readonly store: Store,
    private readonly ears: Ears,
    private readonly request: (method: string, url: string, body?: string) => Promise<Outcome> = ask,
  ) {}

  async waiting(): Promise<Errand[]> {
    const rows = await this.store.all("errands").catch(() => []);
    return [...rows, ...(await this.spare.all("errands"))].sort((a, b) => a.order - b.order);
  }

  /** Keeps an errand together with other changes, then runs it. A full disk must not lose it. */
  async add(errand: NewErrand, ...writes: Writes): Promise<Errand> {
    this.last = Math.max(this.last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
    const made: Errand = { ...errand, order: this.last, tried: false };
    try {
      await this.store.change(["put", "errands", made], ...writes);
    } catch {
      await this.spare.change(["put", "errands", made]);
    }
    await this.tell();
    void this.run();
    return made;
  }

  /** Takes an errand out that has never left this computer; false when it may have. */
  async withdraw(order: number): Promise<boolean> {
    const errand = (await this.waiting()).find((row) => row.order === order);
    if (!errand || errand.tried || this.flying === order) return false;
    await this.drop(order);
    return true;
  }

  /** Runs what waits. Called at any time, by any number of callers. */
  run(): Promise<void> {
    clearTimeout(this.timer);
    this.again = true;
    this.running ??= this.locked().finally(() => (this.running = undefined));
    return this.running;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Two tabs must not run the same errands side by side, where the browser can see to it. */
  private locked(): Promise<void> {
    return navigator.locks ? navigator.locks.request("kazi-outbox", () => this.drain()) : this.drain();
  }

  private async drain(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      for (let errand = (await this.waiting())[0]; errand && !this.stopped; errand = (await this.waiting())[0]) {
        if (!(await this.one(errand))) return;
      }
    }
  }

  /** Whether to go on with the next. */
  private async one(errand: Errand): Promise<boolean> {
    this.flying = errand.order;
    if (!errand.tried) await this.keep({ ...errand, tried: true });
    const outcome = await this.request(errand.method, errand.url, errand.body || undefined);
    this.flying = 0;
    if (outcome.is === "later") {
      this.line = outcome.line;
      await this.tell();
      this.retry(outcome.after);
      return false;
    }
    this.line = true;
    this.failures = 0;
    if (outcome.is === "signed-out") {
      this.stop();
      this.ears.signedOut();
      return false;
    }
    await this.drop(errand.order);
    if (outcome.is === "done") this.ears.done(errand, outcome.data);
    else this.ears.refused(errand, outcome.refusal);
    return true;
  }

  private retry(after: number): void {
    const pause = Math.min(60_000, 1000 * 2 ** this.failures++) * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => void this.run(), Math.max(after, pause));
  }

  private async keep(errand: Errand): Promise<void> {
    const spare = (await this.spare.get("errands", errand.order)) !== undefined;
    await (spare ? this.spare : this.store).change(["put", "errands", errand]).catch(() => {});
  }

  private async drop(order: number): Promise<void> {
    await this.spare.change(["delete", "errands", order]);
    await this.store.change(["delete", "errands", order]).catch(() => {});
    await this.tell();
  }

  private async tell(): Promise<void> {
    this.ears.changed((await this.waiting()).length, this.line);
  }
}
