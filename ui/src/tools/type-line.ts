// Type a line as one sees it.

import { letters } from "../work/letters";
import { Marks } from "../work/marks";
import { pageView } from "../work/page-view";
import { Tool } from "../work/tool";
import { start } from "../work/work";

class TypeLine extends Tool {
  private readonly marks = new Marks(this);

  override begin(): void {
    const field = this.one<HTMLInputElement>("[name=text]")!;
    letters(this, () => field);
    this.marks.begin(() => this.changed());
    pageView(this);
  }

  override answer(): Record<string, unknown> {
    const answer = super.answer();
    // A line that is marked empty has no text, whatever was tried before.
    if (this.marks.value === "blank") answer["text"] = "";
    return answer;
  }

  override lack(): string | undefined {
    return this.marks.value || this.one<HTMLInputElement>("[name=text]")!.value.trim() ? undefined : "answer-empty";
  }
}

start("kazi-type-line", TypeLine);
