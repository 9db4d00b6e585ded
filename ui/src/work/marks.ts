// "Empty line", "cannot read": boxes of which at most one is ticked.

export class Marks {
  constructor(private readonly root: ParentNode) {}

  private boxes(): HTMLInputElement[] {
    return [...this.root.querySelectorAll<HTMLInputElement>("input[name=mark]")];
  }

  /** The ticked one, or nothing. */
  get value(): string {
    return this.boxes().find((box) => box.checked)?.value ?? "";
  }

  clear(): void {
    for (const box of this.boxes()) box.checked = false;
  }

  begin(changed: () => void): void {
    for (const box of this.boxes()) {
      box.addEventListener("change", () => {
        if (box.checked) for (const other of this.boxes()) other.checked = other === box;
        changed();
      });
    }
  }
}
