// Half-done answers. A change is on disk within 400 ms, under the task it was made for: what the timer saves was read
// from the fields when the change happened, so that a late timer cannot put the next task's empty fields over it.

import type { Store } from "./store";
import type { Draft } from "./types";

export const DELAY = 300;

export class Drafts {
  private pending: Draft | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly saved: (well: boolean) => void,
  ) {}

  get(task: string): Promise<Draft | undefined> {
    return this.store.get("drafts", task).catch(() => undefined);
  }

  /** Notes what the fields hold now; it is saved soon. */
  note(draft: Draft): void {
    if (this.pending && this.pending.task !== draft.task) void this.flush();
    this.pending = draft;
    this.timer ??= setTimeout(() => void this.flush(), DELAY);
  }

  /** Saves what was noted, at once. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const draft = this.pending;
    this.pending = undefined;
    if (!draft) return;
    try {
      await this.store.change(["put", "drafts", draft]);
      this.saved(this.store.lasting);
    } catch {
      this.saved(false);
    }
  }

  /** Forgets what was noted for a task that has been sent. */
  forget(task: string): void {
    if (this.pending?.task !== task) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending = undefined;
  }
}
