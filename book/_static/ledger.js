/* Hides the rows of the ledger that the reader did not ask for. Without it the table is complete. */
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("ledger-filter");
  const rows = [...document.querySelectorAll("#ledger-table tbody tr")];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const fields = ["paper", "kind", "verdict"];
  const chosen = (name) => document.getElementById(`ledger-${name}`).value;

  function filter() {
    const asked = chosen("text").toLowerCase().split(/\s+/);
    rows.forEach((row, i) => {
      const fits = fields.every((name) => ["", row.dataset[name]].includes(chosen(name)));
      row.hidden = !(fits && asked.every((word) => words[i].includes(word)));
    });
    const shown = rows.filter((row) => !row.hidden).length;
    document.getElementById("ledger-count").textContent = `${shown} of ${rows.length} claims`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter(); // the browser may have kept what was chosen before
});
