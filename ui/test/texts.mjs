// Reads the Fluent files as far as the harness needs them: values, and plurals by $count.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const locales = fileURLToPath(new URL("../../locales/", import.meta.url));

function read(language) {
  const messages = {};
  for (const file of readdirSync(locales + language)) {
    let key;
    for (const line of readFileSync(`${locales}${language}/${file}`, "utf8").split("\n")) {
      const start = /^([a-z][\w-]*) = ?(.*)$/.exec(line);
      if (start) messages[(key = start[1])] = start[2];
      else if (key && /^[\s}]/.test(line)) messages[key] += `\n${line}`;
    }
  }
  return messages;
}

export function textsOf(language) {
  const english = read("en");
  const own = language === "en" ? english : { ...english, ...read(language) };
  const rules = new Intl.PluralRules(language);
  const t = (key, values = {}) => {
    let text = own[key] ?? `?${key}?`;
    const forms = [...text.matchAll(/\[(\w+)\] (.*)/g)];
    if (forms.length) {
      const kind = rules.select(values.count ?? values.minutes ?? 0);
      text = (forms.find(([, name]) => name === kind) ?? forms.at(-1))[2];
    }
    return text.replace(/\{ \$(\w+) \}/g, (_, name) => `\u2068${values[name]}\u2069`).trim();
  };
  const keys = readFileSync(`${locales}en/script.ftl`, "utf8").matchAll(/^([a-z][\w-]*) = (.*)$/gm);
  const script = Object.fromEntries(
    [...keys].map(([, key, value]) => [key, value.includes("$count") ? [t(key, { count: 1 }), t(key, { count: 2 })] : t(key)]),
  );
  return { t, script, lang: language, dir: language === "ur" ? "rtl" : "ltr" };
}
