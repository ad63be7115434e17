"use strict";
// The frame: which page is shown, the state in the address, the theme. The figures: an output binding around Plotly.
(() => {
  // ---- pages: "#/name/state" shows a page; the state belongs to the page.
  const pages = [...document.querySelectorAll(".page")];
  const links = [...document.querySelectorAll("nav a[data-page]")];
  const states = {};

  function address() {
    const [, name, state] = location.hash.match(/^#\/([\w-]+)(?:\/(.*))?$/) || [];
    return { name: pages.some((p) => p.dataset.page === name) ? name : pages[0].dataset.page, state: state || "" };
  }

  function show() {
    const { name, state } = address();
    if (state) states[name] = state;
    for (const page of pages) {
      const wanted = page.dataset.page === name;
      if (page.hidden !== !wanted) {
        page.hidden = !wanted;
        if (window.jQuery) jQuery(page).trigger(wanted ? "shown" : "hidden");
      }
      if (wanted) document.title = `${document.getElementById(`link-${name}`).textContent} · allostasis`;
    }
    for (const link of links) {
      if (link.dataset.page === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      link.href = `#/${link.dataset.page}${states[link.dataset.page] ? `/${states[link.dataset.page]}` : ""}`;
    }
    dispatchEvent(new Event("resize"));
  }

  addEventListener("hashchange", () => {
    const before = pages.find((p) => !p.hidden);
    show();
    const { name, state } = address();
    if (state && before.dataset.page === name) sendState(name, state); // an address that was pasted or chosen
    if (before.dataset.page !== name) scrollTo(0, 0);
  });

  function sendState(name, state) {
    if (window.Shiny && Shiny.setInputValue) Shiny.setInputValue(`${name}-address`, state, { priority: "event" });
  }

  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });

  // ---- theme
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const drawnBoards = new Set();
  function label() {
    button.textContent = root.dataset.bsTheme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `${button.textContent} colours`);
  }
  button.addEventListener("click", () => {
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
    label();
    for (const board of drawnBoards) board.redraw();
  });
  label();

  // ---- figures: colours named "@arm0" or "@threshold/0.3" come from the style sheet, so that they follow its theme.
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
  const SETTINGS = {
    responsive: true, displaylogo: false, modeBarButtons: [["toImage", "resetScale2d"]], toImageButtonOptions: { scale: 2 },
  };

  // Plotly is read beside the page, which can be used meanwhile.
  const plotly = new Promise((done) => {
    const script = document.getElementById("plotly-script");
    if (window.Plotly || !script) done();
    else script.addEventListener("load", () => done());
  });

  function make(kind, text, name) {
    const element = document.createElement(kind);
    if (text) element.textContent = text;
    if (name) element.className = name;
    return element;
  }
  function list(items) {
    const made = make("ul");
    for (const item of items) made.append(make("li", item));
    return made;
  }

  class Board {
    constructor(place) {
      this.place = place;
      this.hidden = new Set();
      this.drawn = new Set();
      this.version = 0; // of what is drawn; a figure of a page that is hidden is drawn anew when it is seen
      this.value = null;
      this.seen = new IntersectionObserver((entries) => {
        for (const entry of entries) if (entry.isIntersecting) this.draw(entry.target);
      }, { rootMargin: "400px" });
      drawnBoards.add(this);
    }

    render(value) {
      const kept = this.value && JSON.stringify(value.arms.map((a) => a.name)) === JSON.stringify(this.value.arms.map((a) => a.name));
      if (!kept) this.hidden.clear();
      this.value = value;
      this.version += 1;
      this.specs = {};
      this.seen.disconnect();
      this.drawn.clear();
      for (const plot of this.place.querySelectorAll(".js-plotly-plot")) Plotly.purge(plot);
      const parts = value.arms.length ? [this.legend(value.arms)] : [];
      for (const section of value.sections) parts.push(this.section(section));
      this.place.replaceChildren(...parts);
      const plots = [...this.place.querySelectorAll(".plot")];
      if (plots.length) this.draw(plots[0]);
      for (const plot of plots) this.seen.observe(plot);
    }

    legend(arms) {
      const row = make("div", "", "legend");
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", "Arms shown in the figures");
      for (const arm of arms) {
        const chip = make("button", "", "chip");
        chip.type = "button";
        chip.setAttribute("aria-pressed", String(!this.hidden.has(arm.index)));
        const swatch = make("span", "", "swatch");
        swatch.setAttribute("aria-hidden", "true");
        swatch.style.borderTop = `3px ${arm.dash === "solid" ? "solid" : "dashed"} var(--arm${arm.colour})`;
        chip.append(swatch, make("span", arm.name));
        chip.addEventListener("click", () => {
          this.hidden.has(arm.index) ? this.hidden.delete(arm.index) : this.hidden.add(arm.index);
          chip.setAttribute("aria-pressed", String(!this.hidden.has(arm.index)));
          this.redraw();
        });
        row.append(chip);
      }
      return row;
    }

    section(section) {
      const card = make("section", "", "card-of-figures");
      const heading = make("h2", section.heading);
      heading.id = `${this.place.id}-${section.id}`;
      card.setAttribute("aria-labelledby", heading.id);
      card.append(heading);
      if (section.lead) card.append(make("p", section.lead, "lead"));
      const panels = make("div", "", section.wide ? "panels wide" : "panels");
      for (const panel of section.panels) {
        const figure = make("figure");
        if (panel.title) figure.append(make("h3", panel.title));
        const plot = make("div", "", "plot");
        plot.id = `${this.place.id}-${panel.id}`;
        plot.style.height = `${panel.height}px`;
        this.specs[plot.id] = panel.figure;
        figure.append(plot, make("figcaption", panel.label, "visually-hidden"));
        panels.append(figure);
      }
      card.append(panels);
      if (section.facts.length) {
        const facts = make("details", "", "facts");
        facts.append(make("summary", "In words"), list(section.facts));
        card.append(facts);
      }
      if (section.note) card.append(make("p", section.note, "note"));
      return card;
    }

    async draw(plot) {
      await plotly;
      if (!plot.isConnected || plot.version === this.version) return;
      plot.version = this.version;
      const spec = themed(this.specs[plot.id], "");
      for (const trace of spec.data) if (this.hidden.has((trace.meta || {}).arm)) trace.visible = false;
      if (this.range && this.value.linked && spec.layout.xaxis) spec.layout.xaxis.range = this.range.slice();
      spec.layout.font = { ...spec.layout.font, family: getComputedStyle(document.body).fontFamily };
      await Plotly.react(plot, spec.data, spec.layout, SETTINGS);
      plot.dataset.drawn = "yes";
      if (this.drawn.has(plot.id)) return;
      this.drawn.add(plot.id);
      plot.on("plotly_relayout", (change) => this.zoom(plot.id, change));
    }

    redraw() {
      this.version += 1;
      for (const plot of [...this.drawn].map((id) => document.getElementById(id))) if (plot.offsetParent) this.draw(plot);
    }

    // One zoom for all figures with the same x axis.
    async zoom(from, change) {
      if (this.linking || !this.value.linked) return;
      const range = change["xaxis.range"] || [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (range[0] === undefined && !change["xaxis.autorange"]) return;
      this.linking = true;
      const whole = range[0] === undefined;
      this.range = whole ? null : range.slice();
      const target = whole ? this.specs[from].layout.xaxis.range : range;
      for (const id of this.drawn) await Plotly.relayout(id, { "xaxis.range": target.slice() });
      this.linking = false;
    }
  }

  if (window.Shiny) {
    const binding = new Shiny.OutputBinding();
    const boards = new WeakMap();
    Object.assign(binding, {
      find: (scope) => jQuery(scope).find(".figure-output"),
      renderValue(place, value) {
        if (!boards.has(place)) boards.set(place, new Board(place));
        if (!value) {
          place.replaceChildren();
          return;
        }
        boards.get(place).range = null;
        boards.get(place).render(value);
      },
      renderError(place, error) {
        place.replaceChildren(make("p", error.message, "refusal"));
      },
      clearError() {},
    });
    Shiny.outputBindings.register(binding, "allostasis.figures");

    // A page writes its state into the address: {page, state}.
    Shiny.addCustomMessageHandler("allostasis-address", ({ page, state }) => {
      states[page] = state;
      const link = links.find((l) => l.dataset.page === page);
      if (link) link.href = `#/${page}/${state}`;
      if (address().name === page) history.replaceState(null, "", `#/${page}/${state}`);
    });
    // Mark what is wrong with an input: {id, wrong}; its message stands in the element "<id>-said".
    Shiny.addCustomMessageHandler("allostasis-invalid", ({ id, wrong }) => {
      const input = document.getElementById(id);
      if (input) input.setAttribute("aria-invalid", String(wrong));
    });
    // Show or hide an element: {id, shown, instead}; the focus in what is hidden goes to what stands instead.
    Shiny.addCustomMessageHandler("allostasis-shown", ({ id, shown, instead }) => {
      const element = document.getElementById(id);
      if (!element || element.hidden === !shown) return;
      if (!shown && element.contains(document.activeElement)) focus(instead);
      element.hidden = !shown;
    });
    // Bring what was asked for into view once it is there, where the form fills the screen: {id} of an output.
    let awaited = null;
    Shiny.addCustomMessageHandler("allostasis-scroll", ({ id }) => { awaited = id; });
    jQuery(document).on("shiny:value", ({ target }) => {
      if (target.id !== awaited) return;
      awaited = null;
      setTimeout(() => {
        const place = target.firstElementChild; // an output itself has no box
        if (place && place.getBoundingClientRect().top > innerHeight) place.scrollIntoView({ block: "start" });
      });
    });
    // Move the focus: {id}; what it is folded into is opened.
    function focus(id) {
      const element = document.getElementById(id);
      for (let up = element; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      if (element) element.focus();
    }
    Shiny.addCustomMessageHandler("allostasis-focus", ({ id }) => focus(id));
    // The field of a file has no place of its own; its button is brought into view with the focus.
    document.addEventListener("focusin", ({ target }) => {
      if (target.type === "file") target.closest(".btn-file").scrollIntoView({ block: "nearest" });
    });
    // A file that is too large is not sent; the page says so.
    document.addEventListener("change", (event) => {
      const most = event.target.type === "file" && event.target.closest("[data-most]");
      if (!most || !event.target.files.length || event.target.files[0].size <= Number(most.dataset.most)) return;
      event.stopImmediatePropagation();
      Shiny.setInputValue(`${event.target.id}_large`, event.target.files[0].size, { priority: "event" });
      event.target.value = "";
    }, true);
    jQuery(document).on("shiny:sessioninitialized", () => {
      const { name, state } = address();
      for (const page of pages) sendState(page.dataset.page, page.dataset.page === name ? state : "");
    });
    jQuery(document).on("shiny:disconnected", () => document.body.classList.add("disconnected"));
  }
  show();
})();
