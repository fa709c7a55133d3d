/* The augmented Lagrangian method of Wang, Zhang and Chen, arXiv 2402.13687, on a small problem in the page.
   The same steps in NumPy are explained on the page "The augmented Lagrangian method from scratch". */
window.companion = window.companion ?? {};

companion.alm = (() => {
  const TAU = 0.1, LAMBDA_U = 1e-8, MU = 1e-5, ETA_1 = 0.99, ETA_2 = 5 / 6, OUTER = 30, SWEEPS = 8;

  const zeros = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));
  const transposed = (M) => M[0].map((_, j) => M.map((row) => row[j]));
  const dot = (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  };
  const timesTransposed = (A, B) => A.map((row) => B.map((other) => dot(row, other)));
  const product = (A, B) => timesTransposed(A, transposed(B));
  const combined = (A, B, f) => A.map((row, i) => row.map((a, j) => f(a, B[i][j])));
  const inner = (A, B) => A.reduce((sum, row, i) => sum + dot(row, B[i]), 0);
  const squares = (M) => inner(M, M);
  const withDiagonal = (M, d) => M.map((row, i) => row.map((x, j) => (i === j ? x + d[i] : x)));

  /* Solves S Z = B for a symmetric positive definite S by Cholesky's factorisation. */
  function solve(S, B) {
    const n = S.length, F = zeros(n, n), Z = B.map((row) => [...row]);
    for (let j = 0; j < n; j++) {
      for (let i = j; i < n; i++) {
        let sum = S[i][j];
        for (let k = 0; k < j; k++) sum -= F[i][k] * F[j][k];
        F[i][j] = i === j ? Math.sqrt(sum) : sum / F[j][j];
      }
    }
    for (let c = 0; c < B[0].length; c++) {
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < i; k++) Z[i][c] -= F[i][k] * Z[k][c];
        Z[i][c] /= F[i][i];
      }
      for (let i = n - 1; i >= 0; i--) {
        for (let k = i + 1; k < n; k++) Z[i][c] -= F[k][i] * Z[k][c];
        Z[i][c] /= F[i][i];
      }
    }
    return Z;
  }

  /* Numbers from N(0, deviation^2), the same ones in every browser but for rounding. */
  function normal(seed, deviation) {
    let state = seed;
    const uniform = () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    return () => deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  /* Rain into a bucket that leaks and overflows, and the weights w = [W, V, b], a = [A, c] of the start. */
  function problem(steps, hidden) {
    const X = [], Y = [];
    for (let t = 0; t < steps; t++) {
      X.push([(t * 0.618034) % 1 < 0.3 ? 1 : 0]);
      Y.push([Math.min(0.8 * (t ? Y[t - 1][0] : 0) + X[t][0], 2)]);
    }
    const draw = normal(1, 0.9 / Math.sqrt(hidden));
    const W = zeros(hidden, hidden).map((row) => row.map(draw));
    const V = zeros(hidden, 1).map((row) => row.map(draw));
    const A = zeros(1, hidden).map((row) => row.map(draw));
    return { X, Y, w: W.map((row, i) => [...row, V[i][0], 0]), a: [[...A[0], 0]] };
  }

  function method({ X, Y, w }) {
    const T = X.length, r = w.length;
    const ridgeW = [...new Array(r).fill(TAU / r ** 2), TAU / r, TAU / r];
    const ridgeA = [...new Array(r).fill(TAU / r), TAU];
    const past = (H) => X.map((x, t) => [...(t ? H[t - 1] : new Array(r).fill(0)), ...x, 1]);
    const now = (H) => H.map((h) => [...h, 1]);
    const relu = (U) => U.map((u) => u.map((x) => Math.max(x, 0)));
    const minus = (A, B) => combined(A, B, (x, y) => x - y);
    const weighted = (M, ridge) => M.reduce((sum, row) => sum + row.reduce((part, x, j) => part + ridge[j] * x * x, 0), 0);

    const gaps = ({ w, H, U }) => [minus(U, timesTransposed(past(H), w)), minus(H, relu(U))]; // (2.4)
    const fit = ({ a, H }) => timesTransposed(now(H), a);
    const objective = (s) =>
      squares(minus(Y, fit(s))) / T + weighted(s.w, ridgeW) + weighted(s.a, ridgeA) + LAMBDA_U * squares(s.U); // (2.6)
    function value(s, xi, zeta, gamma) { // (3.1)
      const [C1, C2] = gaps(s);
      return objective(s) + inner(xi, C1) + inner(zeta, C2) + (gamma / 2) * (squares(C1) + squares(C2));
    }

    function rolledOut(w, a) {
      const U = [], H = [];
      for (let t = 0; t < T; t++) {
        const row = [...(t ? H[t - 1] : new Array(r).fill(0)), ...X[t], 1];
        U.push(w.map((weights) => dot(weights, row)));
        H.push(U[t].map((u) => Math.max(u, 0)));
      }
      return { w, a, H, U };
    }

    function weights({ H, U }, xi, gamma) { // (3.14)
      const PT = transposed(past(H)), QT = transposed(now(H));
      const left = withDiagonal(timesTransposed(PT, PT), ridgeW.map((x) => (2 / gamma) * x));
      const w = solve(left, product(PT, combined(U, xi, (u, x) => u + x / gamma)));
      const a = solve(withDiagonal(timesTransposed(QT, QT), ridgeA.map((x) => T * x)), product(QT, Y));
      return { w: transposed(w), a: transposed(a) };
    }

    function states({ w, a, U }, xi, zeta, gamma) { // (3.18)
      const W = w.map((row) => row.slice(0, r)), A = a.map((row) => row.slice(0, r)), scale = 2 / (T * gamma);
      const D2 = withDiagonal(product(transposed(A), A).map((row) => row.map((x) => scale * x)), new Array(r).fill(1));
      const D1 = combined(D2, product(transposed(W), W), (x, y) => x + y);
      const lift = product(Y.map((y) => y.map((x, i) => scale * (x - a[i][r]))), A);
      const d = relu(U).map((row, t) => row.map((x, i) => x - zeta[t][i] / gamma + lift[t][i]));
      const without = timesTransposed(X.map((x) => [...x, 1]), w.map((row) => row.slice(r)));
      const pull = product(U.map((row, t) => row.map((u, i) => u + xi[t][i] / gamma - without[t][i])), W);
      const early = d.slice(0, -1).map((row, t) => row.map((x, i) => x + pull[t + 1][i]));
      return [...transposed(solve(D1, transposed(early))), ...transposed(solve(D2, transposed(d.slice(-1))))];
    }

    function kinks({ w, H, U }, xi, zeta, gamma) { // (3.16), (3.21), (3.22)
      const q = 1 + (MU + 2 * LAMBDA_U) / gamma, pre = timesTransposed(past(H), w);
      return U.map((row, t) => row.map((u, i) => {
        const lean = pre[t][i] - xi[t][i] / gamma + (MU / gamma) * u;
        const right = Math.max(lean + H[t][i] + zeta[t][i] / gamma, 0) / (q + 1), left = Math.min(lean, 0) / q;
        return (q + 1) * right ** 2 >= q * left ** 2 ? right : left;
      }));
    }

    return { T, r, gaps, fit, objective, value, rolledOut, weights, states, kinks };
  }

  /* Returns a row per outer iteration, a row per sweep with the network's output, and the last point. */
  function run(given, { gamma, eta3, outer = OUTER, sweeps = SWEEPS }) {
    const m = method(given), rows = [], course = [];
    let s = m.rolledOut(given.w, given.a), xi = zeros(m.T, m.r), zeta = zeros(m.T, m.r), violation = 0;
    for (let k = 0; k < outer; k++) {
      for (let j = 0; j < sweeps; j++) {
        s = { ...s, ...m.weights(s, xi, gamma) };
        s.H = m.states(s, xi, zeta, gamma);
        s.U = m.kinks(s, xi, zeta, gamma);
        const gap = Math.sqrt(Math.max(...m.gaps(s).map(squares)));
        course.push({ objective: m.objective(s), violation: gap, gamma, w: s.w, a: s.a });
      }
      const row = { value: m.value(s, xi, zeta, gamma), objective: m.objective(s), gamma };
      const [C1, C2] = m.gaps(s), last = violation;
      xi = combined(xi, C1, (x, c) => x + gamma * c); // (3.7)
      zeta = combined(zeta, C2, (x, c) => x + gamma * c);
      violation = Math.sqrt(Math.max(squares(C1), squares(C2)));
      rows.push({ ...row, violation });
      if (!(violation <= ETA_1 * last)) { // (3.8), (3.9)
        gamma = Math.max(gamma / ETA_2, Math.sqrt(Math.max(squares(xi), squares(zeta))) ** (1 + eta3));
      }
    }
    return { rows, course, last: s, output: (w, a) => m.fit(m.rolledOut(w, a)).map(([y]) => y) };
  }

  return { problem, run };
})();

document.addEventListener("DOMContentLoaded", () => {
  const root = document.getElementById("explore-alm");
  if (!root) return;
  const { draw, short } = companion.chart;
  const host = (name) => root.querySelector(`[data-chart="${name}"]`);
  const moment = root.querySelector("input[name=sweep]");
  let key = "", found, given;
  companion.sliders(root, ({ gamma, eta3, hidden, steps, sweep }) => {
    if (key !== (key = [gamma, eta3, hidden, steps].join())) {
      given = companion.alm.problem(steps, hidden);
      found = companion.alm.run(given, { gamma, eta3 });
    }
    const { course } = found, at = course[sweep - 1], sweeps = course.map((_, i) => i + 1);
    const output = found.output(at.w, at.a), t = output.map((_, i) => i + 1);
    const along = (name) => ({ x: sweeps, y: course.map((row) => row[name]) });
    draw(host("fit"), {
      lines: [{ style: "dots", x: t, y: given.Y.map(([y]) => y), dots: true }, { style: "line-0", x: t, y: output }],
      xLabel: "step of the series", range: [0, 2.4], label: `Level of the bucket and the network's output after sweep ${sweep}`,
    });
    draw(host("course"), {
      lines: [{ style: "line-0", ...along("objective") }, { style: "line-1", ...along("violation") }],
      log: true, at: sweep, xLabel: "sweep", label: "Objective and violation after every sweep",
    });
    draw(host("gamma"), { lines: [{ style: "line-2", ...along("gamma") }], log: true, at: sweep, xLabel: "sweep", label: "Gamma in every sweep" });
    const words = { objective: at.objective, violation: at.violation, gamma: at.gamma };
    for (const [name, number] of Object.entries(words)) root.querySelector(`[data-value="${name}"]`).textContent = short(number);
  });

  const still = matchMedia("(prefers-reduced-motion: reduce)"), button = root.querySelector("button");
  const show = (sweep) => {
    moment.value = sweep;
    root.dispatchEvent(new Event("input"));
  };
  button.addEventListener("click", () => {
    if (still.matches) return show(moment.max);
    let sweep = 0;
    button.disabled = true;
    const forward = () => {
      show((sweep = Math.min(sweep + Math.ceil(sweep / 20) + 1, moment.max)));
      if (sweep < moment.max) setTimeout(forward, 60);
      else button.disabled = false;
    };
    forward();
  });
});
