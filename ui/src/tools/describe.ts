// Say what a figure shows, for those who cannot see it.

import { pageView } from "../work/page-view";
import { Tool } from "../work/tool";
import { start } from "../work/work";

class Describe extends Tool {
  override begin(): void {
    for (const box of this.boxes()) {
      box.addEventListener("change", () => {
        if (box.checked) for (const other of this.boxes()) other.checked = other === box;
        this.refresh();
      });
    }
    pageView(this);
    this.refresh();
  }

  private boxes(): HTMLInputElement[] {
    return this.all("input[type=checkbox]");
  }

  private get bare(): boolean {
    return this.boxes().some((box) => box.checked);
  }

  /** What needs no words takes none. */
  override refresh(): void {
    for (const text of this.all<HTMLTextAreaElement>("textarea")) text.readOnly = this.bare;
  }

  override answer(): Record<string, unknown> {
    const answer = super.answer();
    if (this.bare) {
      answer["short"] = "";
      delete answer["long"];
    }
    return answer;
  }

  override lack(): string | undefined {
    return this.bare || this.one<HTMLTextAreaElement>("[name=short]")?.value.trim() ? undefined : "answer-empty";
  }
}

start("kazi-describe", Describe);
