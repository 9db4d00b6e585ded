// After five minutes without a touch the screen locks. The half-done answer is on disk by then.

import { leave } from "./offline";

const IDLE = 5 * 60_000;
const TOUCHED = "kazi-touched";

export class Lock {
  private touched = Date.now();
  private written = 0;

  constructor(
    private readonly keep: () => Promise<void>,
    private readonly shut: (key: string) => void,
  ) {
    const before = Number(this.read());
    // A page that comes back from the cache after a pause is another one's to open.
    if (before && Date.now() - before > IDLE && !navigator.onLine) void this.now();
    for (const type of ["keydown", "pointerdown", "input", "wheel"]) {
      addEventListener(type, () => this.touch(), { capture: true, passive: true });
    }
    this.touch();
    setInterval(() => {
      if (Date.now() - this.touched > IDLE) void this.now();
    }, 5000);
  }

  private read(): string | null {
    try {
      return localStorage.getItem(TOUCHED);
    } catch {
      return null;
    }
  }

  private touch(): void {
    this.touched = Date.now();
    if (this.touched - this.written < 5000) return;
    this.written = this.touched;
    try {
      localStorage.setItem(TOUCHED, String(this.touched));
    } catch {
      // Private mode: the timer alone has to do.
    }
  }

  /** Keeps what is written, wipes what another could read, and goes to the lock. Without line the page stays shut. */
  async now(): Promise<void> {
    this.touched = Number.MAX_SAFE_INTEGER;
    await this.keep().catch(() => {});
    this.shut("locked-work-kept");
    await leave();
    const go = async () => {
      const reply = await fetch("/lock", { method: "POST" }).catch(() => undefined);
      if (reply) location.assign("/lock");
      return reply;
    };
    if (!(await go())) addEventListener("online", () => void go());
  }
}
