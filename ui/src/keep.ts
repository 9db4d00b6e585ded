// What somebody writes stays until the server has it: kept in this tab while it is typed, put back when the page comes again
// without it (a line that broke, a session that ended), and forgotten once it stands on the page. The id of the form goes with
// it, so that what was sent after all is not said twice. Without script the form works the same, and keeps nothing.

export {};

interface Kept {
  id: string;
  fields: Record<string, string>;
}

const PREFIX = "kazi-kept:";

const read = (key: string): Kept | null => {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Kept | null;
  } catch {
    return null;
  }
};

// What is shown as said has arrived: its place on the page has the last part of its id.
for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))) {
  const place = read(key)?.id.split("_").at(-1);
  if (place && document.getElementById(`said-${place}`)) sessionStorage.removeItem(key);
}

const form = document.querySelector<HTMLFormElement>("form[data-keep]");
if (form) {
  const key = `${PREFIX}${form.dataset["keep"]}:${form.getAttribute("action")}`;
  const id = form.querySelector<HTMLInputElement>("input[name=id]");
  const inputs = [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input.in")];
  const kept = read(key);
  if (kept && id && inputs.every((input) => !input.value)) {
    id.value = kept.id;
    for (const input of inputs) input.value = kept.fields[input.name] ?? "";
  }
  form.addEventListener("input", () => {
    const fields = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
    sessionStorage.setItem(key, JSON.stringify({ id: id?.value ?? "", fields }));
  });
}
