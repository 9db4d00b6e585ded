// The PIN pad of the sign-in page, and wiping what another worker left in the caches.

import { wipe } from "./work/offline";

/** `<form data-pin>` with `input[name=pin]`, `.dots` of spans, buttons `data-digit`, `data-erase`. */
function pad(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("[name=pin]")!;
  const dots = [...form.querySelectorAll<HTMLElement>(".dots span")];
  const show = () => {
    dots.forEach((dot, index) => {
      dot.classList.toggle("f", index < field.value.length);
      dot.classList.toggle("c", index === field.value.length);
    });
    const image = form.querySelector(".dots");
    image?.setAttribute("aria-label", (image.getAttribute("aria-label") ?? "").replace(/\d+/, String(field.value.length)));
    if (field.value.length === dots.length) form.requestSubmit();
  };
  const press = (key: string | undefined) => {
    if (key && /^\d$/.test(key)) field.value = (field.value + key).slice(0, dots.length);
    else if (key === "erase") field.value = field.value.slice(0, -1);
    else return;
    show();
  };
  form.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-digit], [data-erase]");
    press(button?.dataset["digit"] ?? (button ? "erase" : undefined));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
    press(event.key === "Backspace" ? "erase" : event.key);
  });
  field.addEventListener("input", show);
  show();
}

void wipe();
document.querySelectorAll<HTMLFormElement>("form[data-pin]").forEach(pad);
