// What the shell shows around the task: status, money, messages, windows.

import type { Say } from "./texts";
import type { Given, Refusal, Taken, Task, Today } from "./types";

export class Panel {
  /** How many answers wait. */
  count = 0;
  private note: HTMLElement | undefined;
  private noteTimer: ReturnType<typeof setTimeout> | undefined;
  private backTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly say: Say,
  ) {
    const saved = this.at("[data-saved]");
    if (saved) saved.hidden = false;
  }

  private at(selector: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(selector);
  }

  private put(selector: string, text: string): void {
    const element = this.at(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }

  saved(well: boolean): void {
    this.put("[data-saved] span", this.say(well ? "saved-here" : "not-saved"));
  }

  waiting(count: number, line: boolean, ahead: number): void {
    this.count = count;
    this.put("[data-waiting]", String(count));
    const down = this.at("[data-line]");
    if (!down) return;
    down.hidden = line && navigator.onLine;
    if (!down.hidden) this.put("[data-line]", ahead || count ? this.say("line-down", count) : this.say("line-down-no-tasks"));
  }

  sent(count: number): void {
    this.put("[data-sent-count]", String(count));
  }

  money(today?: Today, hour?: string | null): void {
    if (today) this.put("[data-today]", today.accepted);
    if (hour) this.put("[data-hour]", hour);
  }

  task(task: Task, sends: boolean): void {
    this.put("[data-pay]", task.pay.text ?? "");
    this.root.querySelectorAll("[data-problem]").forEach((one) => one.remove());
    const practice = this.at("[data-practice]");
    if (practice) practice.hidden = !task.practice;
    for (const link of this.root.querySelectorAll<HTMLAnchorElement>("a[data-dialog=skip], a[data-dialog=report]")) {
      link.href = `/work/tasks/${task.task}/${link.dataset["dialog"]}`;
    }
    const send = this.root.querySelector<HTMLButtonElement>("[data-send]");
    if (send) {
      send.disabled = false;
      send.hidden = sends;
    }
  }

  /** No task is there. */
  empty(key: string): void {
    const text = document.createElement("p");
    text.className = "asked";
    text.textContent = this.say(key);
    this.at("[data-screen]")!.replaceChildren(text);
    this.put("[data-pay]", "");
    const send = this.root.querySelector<HTMLButtonElement>("[data-send]");
    if (send) send.disabled = true;
  }

  takeBack(grace: number): void {
    clearTimeout(this.backTimer);
    const button = this.at("[data-do=take-back]");
    if (!button) return;
    button.hidden = grace === 0;
    if (grace) this.backTimer = setTimeout(() => (button.hidden = true), grace);
  }

  toast(text: string): void {
    if (!this.note) {
      this.note = document.createElement("p");
      this.note.className = "toast";
      this.note.setAttribute("role", "status");
      this.root.append(this.note);
    }
    this.note.textContent = text;
    this.note.hidden = false;
    clearTimeout(this.noteTimer);
    this.noteTimer = setTimeout(() => (this.note!.hidden = true), 8000);
  }

  /** Messages at their fields, or above the form. */
  problems({ title, problems }: Refusal): void {
    this.toast(title || this.say("answer-refused"));
    for (const { field, message } of problems) {
      const input = field && this.root.querySelector<HTMLElement>(`[data-screen] [name="${CSS.escape(field)}"]`);
      const text = document.createElement("p");
      text.className = "err-text";
      text.dataset["problem"] = "";
      text.textContent = message;
      if (!input) this.at("[data-screen]")!.append(text);
      else {
        input.after(text);
        input.focus({ preventScroll: true });
      }
    }
  }

  /** Shuts the page: nobody can read or send until someone signs in. */
  shut(key: string): void {
    if (this.at(".shut")) return;
    this.root.querySelectorAll<HTMLDialogElement>("dialog[open]").forEach((one) => one.close());
    for (const child of this.root.children) child.toggleAttribute("inert", true);
    this.at("[data-screen]")!.hidden = true;
    const cover = document.createElement("div");
    cover.className = "shut";
    cover.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.className = "h2";
    text.textContent = this.say(key);
    const link = document.createElement("a");
    link.className = "btn now";
    link.href = "/lock";
    link.textContent = this.say("open-again");
    cover.append(text, link);
    this.root.append(cover);
  }

  /** Opens a window; `chosen` gets the value of the button that closed it. False where there is no such window. */
  window(name: string, chosen?: (value: string) => void): boolean {
    const dialog = this.root.querySelector<HTMLDialogElement>(`dialog#${name}`);
    if (!dialog?.showModal) return false;
    dialog.returnValue = "";
    if (chosen) dialog.addEventListener("close", () => dialog.returnValue && chosen(dialog.returnValue), { once: true });
    if (!dialog.open) dialog.showModal();
    return true;
  }

  /** Shows how a practice task went, and waits for "next"; whoever has passed goes on to paid work instead. */
  feedback({ feedback }: Taken): Promise<void> {
    if (!feedback) return Promise.resolve();
    const area = document.createElement("div");
    area.className = feedback.right ? "note" : "note wait";
    area.setAttribute("role", "status");
    area.innerHTML = feedback.html;
    const onward = area.querySelector("a");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = this.say("next-task");
    if (!onward) area.append(button);
    const screen = this.at("[data-screen]")!;
    screen.append(area);
    screen.classList.add("told");
    const send = this.at("[data-send]");
    if (send) send.hidden = true;
    area.scrollIntoView({ block: "nearest" });
    // One key goes on.
    (onward ?? button).focus({ preventScroll: true });
    return new Promise((resolve) =>
      button.addEventListener(
        "click",
        () => {
          screen.classList.remove("told");
          resolve();
        },
        { once: true },
      ),
    );
  }

  /** Lets the worker choose one of the last answers. */
  choose(given: Given[]): Promise<Given | undefined> {
    const dialog = this.root.querySelector<HTMLDialogElement>("dialog#last")!;
    const list = dialog.querySelector("ol")!;
    return new Promise((resolve) => {
      list.className = "lasts";
      list.replaceChildren(
        ...given.map((answer) => {
          const row = document.createElement("li");
          const text = document.createElement("span");
          text.textContent = answer.summary;
          text.dir = "auto";
          const state = document.createElement("span");
          state.className = "soft";
          state.textContent = answer.text;
          row.append(text, state);
          if (answer.open) {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "btn quiet";
            button.textContent = this.say("correct-answer");
            button.addEventListener("click", () => {
              resolve(answer);
              dialog.close();
            });
            row.append(button);
          }
          return row;
        }),
      );
      if (!given.length) list.textContent = this.say("nothing-sent");
      dialog.addEventListener("close", () => resolve(undefined), { once: true });
      dialog.showModal();
    });
  }
}
