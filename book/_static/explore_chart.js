/* What the explorables share: line charts that fill their box, and sliders that say what they stand at. */
window.companion = window.companion ?? {};

companion.chart = (() => {
  const SPACE = "http://www.w3.org/2000/svg";
  const HEIGHT = 210;
  const EDGE = { left: 52, right: 12, top: 12, bottom: 34 };

  function element(name, attributes, parent, text = "") {
    const made = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  const short = (x) => (x === 0 || (Math.abs(x) >= 0.001 && Math.abs(x) < 1e5) ? String(+x.toPrecision(3)) : x.toExponential(0));

  function linear(low, high, count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const ticks = [];
    for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
    return ticks;
  }

  function decades(low, high) {
    const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const every = Math.max(1, Math.ceil((last - first) / 5));
    const ticks = [];
    for (let power = first; power <= last; power += every) ticks.push(10 ** power);
    return ticks;
  }

  function range(lines, log, given) {
    if (given) return given;
    const values = lines.flatMap((line) => line.y).filter((y) => Number.isFinite(y) && (!log || y > 0));
    let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [log ? 1 : 0, 1];
    if (log) return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high) + 1e-9)];
    if (low === high) [low, high] = [low - 1, high + 1];
    const air = 0.05 * (high - low);
    return [low - air, high + air];
  }

  /* Draws lines [{ style, x, y, dots }] into `host`; `at` is a place on the x axis to mark. */
  function draw(host, { lines, xLabel, label, log = false, range: given, at }) {
    const width = Math.max(host.clientWidth, 240);
    const svg = element("svg", { width, height: HEIGHT, role: "img", "aria-label": label }, document.createDocumentFragment());
    const xs = lines.flatMap((line) => line.x);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [low, high] = range(lines, log, given);
    const scale = log ? Math.log10 : (y) => y;
    const px = (x) => EDGE.left + ((x - left) / (right - left)) * (width - EDGE.left - EDGE.right);
    const bounded = (y) => Math.min(Math.max(y, low), high);
    const share = (y) => (scale(bounded(y)) - scale(low)) / (scale(high) - scale(low));
    const py = (y) => HEIGHT - EDGE.bottom - share(y) * (HEIGHT - EDGE.top - EDGE.bottom);
    for (const y of log ? decades(low, high) : linear(low, high, 4)) {
      element("line", { class: "rule", x1: EDGE.left, x2: width - EDGE.right, y1: py(y), y2: py(y) }, svg);
      element("text", { x: EDGE.left - 6, y: py(y) + 4, "text-anchor": "end" }, svg, short(y));
    }
    for (const x of linear(left, right, width < 420 ? 4 : 8)) {
      element("text", { x: px(x), y: HEIGHT - EDGE.bottom + 16, "text-anchor": "middle" }, svg, short(x));
    }
    element("text", { x: width - EDGE.right, y: HEIGHT - 3, "text-anchor": "end" }, svg, xLabel);
    if (at !== undefined) element("line", { class: "mark", x1: px(at), x2: px(at), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }, svg);
    for (const { style, x, y, dots } of lines) {
      const seen = x.map((_, i) => i).filter((i) => Number.isFinite(y[i]) && (!log || y[i] > 0));
      if (dots) for (const i of seen) element("circle", { class: style, cx: px(x[i]), cy: py(y[i]), r: 3 }, svg);
      else element("polyline", { class: style, points: seen.map((i) => `${px(x[i]).toFixed(1)},${py(y[i]).toFixed(1)}`).join(" ") }, svg);
    }
    host.replaceChildren(svg);
  }

  return { draw, short };
})();

/* Calls `update` with the sliders' values, by name, now and whenever one of them or the page's width changes.
   A slider with data-power stands for powers of ten. */
companion.sliders = (root, update) => {
  const inputs = [...root.querySelectorAll("input[type=range]")];
  const value = (input) => ("power" in input.dataset ? 10 ** Number(input.value) : Number(input.value));
  let waiting = false;
  function refresh() {
    waiting = false;
    const values = Object.fromEntries(inputs.map((input) => [input.name, value(input)]));
    for (const input of inputs) {
      const shown = companion.chart.short(values[input.name]);
      root.querySelector(`output[for="${input.id}"]`).textContent = shown;
      input.setAttribute("aria-valuetext", shown);
    }
    update(values);
  }
  function ask() {
    if (!waiting) requestAnimationFrame(refresh);
    waiting = true;
  }
  root.addEventListener("input", ask);
  let width = root.clientWidth;
  new ResizeObserver(() => {
    if (root.clientWidth !== width) ask();
    width = root.clientWidth;
  }).observe(root);
  root.hidden = false;
  refresh();
};
