// What a reader would stumble over on the page as it stands; findings() returns one sentence each.
window.bookChecks = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const brief = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const file = (address) => address.split("/").pop();
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

  // Resolves when formulas, images and fonts are in place, so that the checks see what a reader sees.
  async function settled() {
    all("details").forEach((fold) => (fold.open = true));
    all("img[loading=lazy]").forEach((image) => (image.loading = "eager"));
    if (window.MathJax?.startup) await window.MathJax.startup.promise;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }

  // Each view is drawn afresh, without the half-finished colours of a transition.
  function stopTransitions() {
    const style = document.createElement("style");
    style.textContent = "*, ::before, ::after { transition: none !important; animation: none !important }";
    document.head.append(style);
  }

  function sidewaysScroll() {
    const frame = document.documentElement;
    const width = Math.max(frame.scrollWidth, document.body.scrollWidth);
    if (width <= frame.clientWidth) return [];
    const clips = (element) => getComputedStyle(element).overflowX !== "visible";
    const clipped = (element) => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (clips(box)) return true;
      }
      return false;
    };
    const reach = (element) => {
      const { left, right } = element.getBoundingClientRect();
      return clips(element) ? right : left + element.scrollWidth;
    };
    const wide = all("body *").filter((e) => reach(e) > frame.clientWidth + 1 && !clipped(e));
    const guilty = wide
      .filter((e) => !wide.some((other) => other !== e && e.contains(other)))
      .slice(0, 3)
      .map((e) => [e.localName, ...e.classList].join("."));
    return [`page scrolls sideways: ${width} > ${frame.clientWidth} (${guilty.join(", ")})`];
  }

  function rawMarkup() {
    const markup = /\$\$|\\\(|\\\[|\\(begin|frac|mathbb|text)\{|\{(glue|cite|numref|ref|eq|doc|math)\b|:::|^\s*#{1,6} \w/;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      if (text.parentElement.closest("script, style, pre, code, mjx-container, noscript, template")) continue;
      if (markup.test(text.data)) found.push(`raw markup left in the text: ${brief(text.data)}`);
    }
    return found;
  }

  function formulas() {
    const cutOff = (formula) => {
      const box = formula.closest("div.math") ?? formula.parentElement;
      const lefts = all("mjx-c", formula).map((glyph) => glyph.getBoundingClientRect().left);
      return shown(formula) && Math.min(...lefts) + box.scrollLeft < box.getBoundingClientRect().left - 2;
    };
    return [
      ...all("mjx-merror").map((error) => `MathJax error: ${brief(error.textContent)}`),
      ...all(".math").filter((e) => !e.querySelector("mjx-container")).map((e) => `formula not typeset: ${brief(e.textContent)}`),
      ...all("mjx-container[display=true]").filter(cutOff).map((e) => `formula cut off at its left: ${brief(e.textContent)}`),
    ];
  }

  function images() {
    // A file name is what Sphinx puts there when nobody wrote a text.
    const unnamed = (image) => !image.alt.trim() || /_images\/|\.(png|svg|jpe?g)$/.test(image.alt);
    return [
      ...[...document.images].filter((i) => !i.naturalWidth).map((i) => `image missing: ${file(i.src)}`),
      ...all("img:not([alt])").map((i) => `image without an alt attribute: ${file(i.src)}`),
      ...all("article img[alt]").filter(unnamed).map((i) => `image without alternative text: ${file(i.src)}`),
      ...all("article img").filter((i) => !i.closest("figure")).map((i) => `image that is no figure: ${brief(i.alt)}`),
      ...all("article figure")
        .filter((f) => f.querySelector("img") && !/^Fig\. \d/.test(f.querySelector(".caption-number")?.textContent ?? ""))
        .map((f) => `figure without a number: ${f.id || brief(f.textContent)}`),
    ];
  }

  function structure() {
    const ids = new Map();
    for (const { id } of all("[id]")) ids.set(id, (ids.get(id) ?? 0) + 1);
    const found = [...ids].filter(([, times]) => times > 1).map(([id]) => `duplicate id: ${id}`);
    const headings = all("main :is(h1, h2, h3, h4, h5, h6)").filter(shown);
    const titles = headings.filter((h) => h.localName === "h1").length;
    if (titles !== 1) found.push(`${titles} headings of the first level`);
    let before = 0;
    for (const heading of headings) {
      const level = Number(heading.localName[1]);
      if (level > before + 1) found.push(`heading jumps from h${before} to h${level}: ${brief(heading.textContent)}`);
      before = level;
    }
    if (!document.title.trim()) found.push("page without a title");
    if (!document.documentElement.lang) found.push("page without a language");
    return found;
  }

  // -- Contrast as WCAG 2 defines it, against all backgrounds painted below the text ------------------
  const rgba = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { channels: [red, green, blue], alpha };
  };
  const over = (top, below) => top.channels.map((c, i) => c * top.alpha + below[i] * (1 - top.alpha));
  const luminance = (channels) => {
    const linear = channels.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const silent = "script, style, noscript, template, svg, .visually-hidden, :disabled";
  const says = (element) => [...element.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());

  function lowContrast() {
    const found = new Map();
    const visit = (element, below, opacity) => {
      if (element.matches(silent)) return;
      const style = getComputedStyle(element);
      if (style.display === "none") return;
      const behind = over(rgba(style.backgroundColor), below);
      const solid = opacity * Number(style.opacity);
      const formula = element.localName === "mjx-container"; // its glyphs are no text of the page
      if (formula || says(element)) judge(element, style, behind, solid);
      if (!formula) for (const child of element.children) visit(child, behind, solid);
    };
    const judge = (element, style, behind, opacity) => {
      const colour = rgba(style.color);
      const front = over({ ...colour, alpha: colour.alpha * opacity }, behind);
      const [dark, light] = [front, behind].map(luminance).sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio >= (large ? 3 : 4.5)) return;
      const box = element.getBoundingClientRect();
      if (!box.width || !box.height || !shown(element)) return;
      const kind = [element.localName, ...element.classList].join(".");
      if (found.has(kind)) return;
      found.set(kind, `low contrast ${ratio.toFixed(2)}: ${kind} "${brief(element.textContent)}"`);
    };
    visit(document.documentElement, [255, 255, 255], 1);
    return [...found.values()];
  }

  const checks = [sidewaysScroll, rawMarkup, formulas, images, structure, lowContrast];
  return {
    settled,
    stopTransitions,
    findings: () => checks.flatMap((check) => check()),
    links: () => [...new Set(all("a[href]").map((a) => a.href))],
  };
})();
