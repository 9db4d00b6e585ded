// A question with fixed answers. Where the task is one choice, its buttons send, and a digit presses them.

import { Tool } from "../work/tool";
import { start } from "../work/work";

class Question extends Tool {
  override lack(sender?: HTMLElement | null): string | undefined {
    if (sender?.hasAttribute("name")) return undefined;
    const fields = this.all<HTMLInputElement>("input:not([type=hidden]), textarea, select");
    const given = fields.some((field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value.trim()));
    return given ? undefined : "answer-empty";
  }

  override get sends(): boolean {
    return this.one("button[name]") !== null;
  }

  /** Digits answer, so a field gets the caret only where there is nothing to press. */
  override enter(): void {
    if (!this.one("[data-key]")) super.enter();
  }
}

start("kazi-question", Question);
