// Settle a difference: take one of the answers, or write the right one.

import { letters } from "../work/letters";
import { Marks } from "../work/marks";
import { pageView } from "../work/page-view";
import { Tool } from "../work/tool";
import { start } from "../work/work";

class Resolve extends Tool {
  private readonly marks = new Marks(this);
  private field!: HTMLInputElement;

  override begin(): void {
    this.field = this.one<HTMLInputElement>("[name=text]")!;
    for (const button of this.all<HTMLButtonElement>("[data-take]")) {
      // Without script it sends; here it only chooses, and Enter must not press it.
      button.type = "button";
      button.addEventListener("click", () => {
        this.field.value = button.dataset["take"]!;
        this.marks.clear();
        this.changed();
        this.refresh();
      });
    }
    this.field.addEventListener("input", () => this.refresh());
    letters(this, () => this.field);
    this.marks.begin(() => this.changed());
    pageView(this);
    this.refresh();
  }

  /** Marks the answer that the field holds. */
  override refresh(): void {
    for (const button of this.all<HTMLButtonElement>("[data-take]")) {
      const on = button.dataset["take"] === this.field.value && !this.marks.value;
      button.setAttribute("aria-pressed", String(on));
      button.classList.toggle("quiet", !on);
      button.closest(".opt")?.classList.toggle("on", on);
    }
  }

  override answer(): Record<string, unknown> {
    const answer = super.answer();
    delete answer["take"];
    return answer;
  }

  override lack(): string | undefined {
    return this.marks.value || this.field.value.trim() ? undefined : "answer-empty";
  }

  /** One key decides here, so the caret stays out of the field. */
  override enter(): void {
    const first = this.one<HTMLElement>("[data-take]");
    (first ?? this.field).focus({ preventScroll: true });
  }
}

start("kazi-resolve", Resolve);
