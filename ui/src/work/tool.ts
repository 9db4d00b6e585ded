// What every tool is: a custom element around the plain form of a task.

import { answerOf, read, write } from "./fields";
import type { Fields } from "./types";

export abstract class Tool extends HTMLElement {
  /** Called once the task is in the page, before a draft is put back. */
  begin(_data: unknown): void {}

  /** What the form holds, to be put back after a reload. */
  fields(): Fields {
    return read(this);
  }

  /** Puts a draft back. */
  restore(fields: Fields): void {
    write(this, fields);
    this.refresh();
  }

  /** Called after fields were changed from outside: brings what shows in line with them. */
  refresh(): void {}

  /** The answer. */
  answer(sender?: HTMLElement | null): Record<string, unknown> {
    return answerOf(this, sender);
  }

  /** The key of the text that says what is missing; nothing when the answer can go. */
  lack(_sender?: HTMLElement | null): string | undefined {
    return undefined;
  }

  /** Whether its own buttons send, so that the page needs no other. */
  get sends(): boolean {
    return false;
  }

  /** Puts the caret where work begins. The page must not jump. */
  enter(): void {
    this.querySelector<HTMLElement>("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea")?.focus({
      preventScroll: true,
    });
  }

  protected all<E extends HTMLElement>(selector: string): E[] {
    return [...this.querySelectorAll<E>(selector)];
  }

  protected one<E extends HTMLElement>(selector: string): E | null {
    return this.querySelector<E>(selector);
  }

  /** Tells the shell that a script changed a field. */
  protected changed(): void {
    this.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
