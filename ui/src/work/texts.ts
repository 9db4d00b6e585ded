// The texts of the script, and the number in them.

export type Say = (key: string, count?: number) => string;

/** A text with a number comes in two forms, for 1 and for 2; the number stands between U+2068 and U+2069. */
export function sayer(texts: Record<string, string | [string, string]>, lang: string): Say {
  const rules = new Intl.PluralRules(lang);
  return (key, count = 0) => {
    const text = texts[key] ?? key;
    if (typeof text === "string") return text;
    return text[rules.select(count) === "one" ? 0 : 1].replace(/\u2068[^\u2069]*\u2069/, `\u2068${count}\u2069`);
  };
}
