// Every page of workers and reviewers, looked at: it stays within the screen, its targets are large enough, and where
// KAZI_SHOTS names a folder its picture is kept there.
import { mkdir } from "node:fs/promises";

export const SIZES = [[1024, 600], [360, 740]];

/** What is wrong with the page at the sizes; a `tall` one may be longer than the screen. */
export async function look(page, name, { tall = false } = {}) {
  const folder = process.env.KAZI_SHOTS;
  if (folder) await mkdir(folder, { recursive: true });
  const wrong = [];
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(120);
    if (folder) await page.screenshot({ path: `${folder}/${name}-${width}.png` });
    const { sideways, down, scrolled, small } = await page.evaluate(() => ({
      sideways: document.documentElement.scrollWidth - innerWidth,
      down: document.documentElement.scrollHeight - innerHeight,
      scrolled: scrollY,
      small: [...document.querySelectorAll("main .btn, footer .btn, main .tile")]
        .filter((one) => one.checkVisibility() && !one.closest(".about"))
        .map((one) => [one.innerText, one.getBoundingClientRect().height])
        .filter(([, high]) => high < 44),
    }));
    if (sideways > 0) wrong.push(`${name} at ${width} scrolls ${sideways} px sideways`);
    if (scrolled !== 0) wrong.push(`${name} at ${width} has jumped to ${scrolled}`);
    if (width === 1024 && !tall && down > 0) wrong.push(`${name} is ${down} px too high for ${height}`);
    for (const [text, high] of small) wrong.push(`${name} at ${width}: "${text}" is ${high} px high`);
  }
  return wrong;
}
