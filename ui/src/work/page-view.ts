// The page around a line, opened over the task; its picture is fetched when it is asked for.

const SVG = "http://www.w3.org/2000/svg";

const shape = (name: string, attributes: Record<string, string>): SVGElement => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

/** Makes `a[data-page]` open the page here. Without script it opens the picture. */
export function pageView(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-page]");
    if (!link?.dataset["size"]) return;
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "page";
    const [width = "1", height = "1"] = link.dataset["size"].split(" ");
    const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": link.textContent?.trim() ?? "" });
    svg.append(shape("image", { href: link.href, width, height }));
    const [x, y, w, h] = (link.dataset["box"] ?? "").split(" ");
    const here = h && shape("rect", { x: x!, y: y!, width: w!, height: h, class: "here" });
    if (here) svg.append(here);
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.tabIndex = 0;
    sheet.append(svg);
    dialog.append(sheet);
    root.append(dialog);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus({ preventScroll: true });
    });
    dialog.showModal();
    if (here) sheet.scrollTop = here.getBoundingClientRect().top - sheet.getBoundingClientRect().top - sheet.clientHeight / 3;
  });
}
