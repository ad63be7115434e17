"use strict";
// Draws the figures: colours named "@arm0" or "@threshold/0.3" come from the style sheet, so that they follow its theme.
(() => {
  const specs = JSON.parse(document.getElementById("figures").textContent);
  const ids = Object.keys(specs);
  const hidden = new Set();
  const settings = {
    responsive: true,
    displaylogo: false,
    modeBarButtons: [["toImage", "resetScale2d"]],
    toImageButtonOptions: { scale: 2 },
  };
  let printing = false;
  let linking = false;

  const variable = (name) => getComputedStyle(document.body).getPropertyValue(`--${name}`).trim();

  function tint(text) {
    const [name, opacity] = text.slice(1).split("/");
    const hex = variable(name);
    if (opacity === undefined) return hex;
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    return `rgba(${r},${g},${b},${opacity})`;
  }

  const COLOURS = new Set(["color", "fillcolor", "gridcolor", "linecolor", "tickcolor", "bgcolor", "bordercolor", "activecolor", "spikecolor"]);
  function themed(value, key) {
    if (typeof value === "string") return COLOURS.has(key) && value.startsWith("@") ? tint(value) : value;
    if (Array.isArray(value)) return typeof value[0] === "number" ? value.slice() : value.map((v) => themed(v, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, themed(v, k)]));
  }

  function figure(id) {
    const spec = themed(specs[id], "");
    for (const trace of spec.data) if (hidden.has((trace.meta || {}).arm)) trace.visible = false;
    const shown = document.getElementById(id);
    const range = shown.layout && shown.layout.xaxis && shown.layout.xaxis.range;
    if (range) spec.layout.xaxis.range = range.slice();
    spec.layout.font.family = getComputedStyle(document.body).fontFamily;
    return spec;
  }

  const drawn = new Set();
  async function draw(id) {
    const spec = figure(id);
    await Plotly.react(id, spec.data, spec.layout, settings);
    if (drawn.has(id)) return;
    drawn.add(id);
    document.getElementById(id).on("plotly_relayout", (change) => linkZoom(id, change));
  }

  // One zoom for all where every figure has the same time axis; a page of unlike axes says data-zoom="own".
  const linked = document.body.dataset.zoom !== "own";
  async function linkZoom(from, change) {
    if (linking || !linked) return;
    const range = change["xaxis.range"] || [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    const whole = change["xaxis.autorange"];
    if (range[0] === undefined && !whole) return;
    linking = true;
    const target = whole || range[0] === undefined ? specs[from].layout.xaxis.range : range;
    for (const id of ids) if (drawn.has(id)) await Plotly.relayout(id, { "xaxis.range": target.slice() });
    linking = false;
  }

  const pause = () => new Promise((done) => setTimeout(done, 0));
  async function drawAll(gently) {
    for (const id of ids) {
      await draw(id);
      if (gently) await pause();
    }
    document.documentElement.dataset.plots = "drawn";
  }

  for (const chip of document.querySelectorAll(".chip")) {
    chip.addEventListener("click", () => {
      const arm = Number(chip.dataset.arm);
      hidden.has(arm) ? hidden.delete(arm) : hidden.add(arm);
      chip.setAttribute("aria-pressed", String(!hidden.has(arm)));
      drawAll(true);
    });
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => printing || drawAll(true));
  addEventListener("beforeprint", () => {
    printing = true;
    document.body.classList.add("printing");
    for (const id of ids) {
      const spec = figure(id);
      const frame = document.getElementById(id).parentElement;
      Plotly.react(id, spec.data, { ...spec.layout, width: frame.closest(".wide") ? 680 : 330 }, settings);
    }
  });
  addEventListener("afterprint", () => {
    printing = false;
    document.body.classList.remove("printing");
    drawAll(true);
  });

  // The table of parameters, where the page has one: filter by text, sort by column.
  function tabulate(table) {
    const rows = [...table.tBodies[0].rows];
    const input = document.getElementById("filter");
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        count += row.hidden ? 0 : 1;
      }
      document.getElementById("shown").textContent = wanted.length ? `${count} of ${rows.length}` : "";
    });
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) =>
      heading.firstElementChild.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of headings) other.setAttribute("aria-sort", "none");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].textContent;
        const compare = (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
        const numbers = (a, b) => Number(key(a)) - Number(key(b));
        rows.sort(column === 1 ? numbers : compare);
        if (down) rows.reverse();
        table.tBodies[0].append(...rows);
      }),
    );
  }
  const parameters = document.getElementById("parameters");
  if (parameters) tabulate(parameters);

  drawAll(true);
})();
