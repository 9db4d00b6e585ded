// The PIN pad of the sign-in page, and wiping what another worker left in the caches.

import { wipe } from "./work/offline";

function made<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

/**
 * Puts dots and big digits around `input[name=pin]` of `form[data-pin]`; `data-erase` is the word on the key that
 * deletes. The field keeps the focus, so that a keyboard types as ever; the last digit sends.
 */
function pad(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("[name=pin]")!;
  const length = field.maxLength > 0 ? field.maxLength : 6;
  const dots = made("div", "dots");
  dots.setAttribute("aria-hidden", "true");
  dots.dir = "ltr";
  for (let count = 0; count < length; count++) dots.append(made("span", ""));
  const keys = made("div", "pad");
  keys.dir = "ltr";
  for (const key of [..."123456789", "", "0", "erase"]) {
    if (!key) {
      keys.append(made("span", ""));
      continue;
    }
    const button = made("button", key === "erase" ? "btn quiet w" : "btn quiet");
    button.type = "button";
    button.value = key;
    button.textContent = key === "erase" ? (form.dataset["erase"] ?? "⌫") : key;
    // Digits in the letters of the script around them would be hard to know again.
    if (key !== "erase") button.lang = "en";
    keys.append(button);
  }
  field.classList.add("hide");
  field.after(dots, keys);

  let sent = false;
  const show = () => {
    [...dots.children].forEach((dot, index) => {
      dot.classList.toggle("f", index < field.value.length);
      dot.classList.toggle("c", index === field.value.length);
    });
    if (field.value.length < length || sent) return;
    sent = true;
    form.requestSubmit();
  };
  const press = (key: string) => {
    field.value = key === "erase" ? field.value.slice(0, -1) : (field.value + key).slice(0, length);
    show();
  };
  keys.addEventListener("click", (event) => {
    const button = (event.target as Element).closest("button");
    if (button) press(button.value);
  });
  field.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Backspace") press("erase");
    else if (/^\d$/.test(event.key)) press(event.key);
  });
  show();
}

void wipe();
document.querySelectorAll<HTMLFormElement>("form[data-pin]").forEach(pad);
