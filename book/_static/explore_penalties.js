/* One weight between its data and a penalty: gradient descent under L1, the smoothed L1 of Zhu et al. (14), (16),
   L2, and the soft threshold. */
window.companion = window.companion ?? {};

companion.penalties = (() => {
  const START = 1;
  const clip = (x, bound) => Math.min(Math.max(x, -bound), bound);

  /* The step of each method from w, where `data` is the derivative of (w - goal)^2 / 2. */
  const STEPS = {
    l1: (w, data, { rate, strength }) => w - rate * (data + strength * Math.sign(w)),
    sl1: (w, data, { rate, strength, alpha }) => w - rate * (data + strength * clip(w / alpha, 1)),
    l2: (w, data, { rate, strength }) => w - rate * (data + strength * w),
    prox: (w, data, { rate, strength }) => {
      const moved = w - rate * data;
      return moved - clip(moved, rate * strength);
    },
  };

  /* Returns the weight at every step, from 1 on, by method. */
  function run(settings, steps) {
    const course = {};
    for (const [name, step] of Object.entries(STEPS)) {
      course[name] = [START];
      for (let k = 0; k < steps; k++) {
        const w = course[name][k];
        course[name].push(step(w, w - settings.goal, settings));
      }
    }
    return course;
  }

  return { run };
})();

document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("explore-penalties");
  if (!root) return;
  const { draw, short } = companion.chart;
  const STEPS = 60, LAST = 20;
  const host = (name) => root.querySelector(`[data-chart="${name}"]`);
  const styles = { l2: "line-3", l1: "line-1", prox: "line-2", sl1: "line-0" };
  companion.sliders(root, (settings) => {
    const course = companion.penalties.run(settings, STEPS);
    const k = course.l1.map((_, i) => i);
    const lines = (from) => Object.entries(styles).map(([name, style]) => ({ style, x: k.slice(from), y: course[name].slice(from) }));
    draw(host("weight"), { lines: lines(0), xLabel: "step", label: "The weight at every step under four penalties", range: [-0.6, 1.1] });
    draw(host("end"), { lines: lines(STEPS - LAST), xLabel: "step", label: "The same in the last steps, enlarged", range: [-0.15, 0.25] });
    for (const [name, path] of Object.entries(course)) {
      const last = path.slice(-LAST), swing = Math.max(...last) - Math.min(...last);
      root.querySelector(`[data-value="${name}"]`).textContent = short(+path[STEPS].toFixed(4));
      root.querySelector(`[data-swing="${name}"]`).textContent = short(+swing.toFixed(4));
    }
    const factor = 1 - settings.rate * (1 + settings.strength / settings.alpha);
    root.querySelector("[data-factor]").textContent = short(factor);
    root.querySelector("[data-settles]").textContent = Math.abs(factor) < 1 ? "it settles" : "it swings";
  });
});
