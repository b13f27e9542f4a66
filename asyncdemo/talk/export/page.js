// Turns the long page into slides, and the last picture of each recording into a film. Nothing here is needed to read it.
"use strict";
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 8, HEIGHT = 15.4, BASE = 11.7;
  let here = 0, step = 0, players = new Map();

  // --- films ---------------------------------------------------------------------------------------------------------
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
  const cells = (text) => [...text].reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);

  const make = (kind, attributes, text) => {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const row = (spans) => spans.flatMap(([column, text, letters]) => {
    const width = cells(text) * CELL;
    const made = make("text", { x: column * CELL, y: BASE, textLength: width, class: letters }, text);
    return letters.includes("r") ? [make("rect", { x: column * CELL, y: 0, width, height: HEIGHT }), made] : [made];
  });

  class Picture {
    constructor(svg, film) {
      this.film = film;
      this.frames = film.frames[svg.dataset.shape];
      this.places = [...svg.querySelectorAll("g")];
      this.shown = this.places.map(() => -1);
    }
    show(at) {
      this.frames[at].forEach((number, place) => {
        if (this.shown[place] === number) return;
        this.places[place].replaceChildren(...row(this.film.rows[number]));
        this.shown[place] = number;
      });
    }
  }

  class Player {
    constructor(place) {
      const film = JSON.parse(document.getElementById(`film-${place.dataset.film}`).textContent);
      const svgs = [...place.querySelectorAll("svg")];
      this.every = film.every;
      this.pictures = svgs.map((svg) => new Picture(svg, film)); // of which one is seen, and which, may change
      this.last = this.pictures[0].frames.length - 1;
      this.at = this.last;
      this.timer = 0;
      this.seen = false;
      this.button = document.createElement("button");
      this.slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: this.last, step: 1 });
      this.slider.setAttribute("aria-label", "Moment of the recording");
      this.clock = document.createElement("output");
      const controls = document.createElement("div");
      controls.className = "controls";
      controls.append(this.button, this.slider, this.clock);
      svgs.at(-1).after(controls);
      this.button.addEventListener("click", () => (this.timer ? this.pause() : this.play()));
      this.slider.addEventListener("input", () => { this.pause(); this.show(+this.slider.value); });
      this.show(this.last);
      this.name();
    }
    show(at) {
      this.at = at;
      this.pictures.forEach((picture) => picture.show(at));
      this.slider.value = at;
      const seconds = (frames) => `${(frames * this.every).toFixed(0)} s`;
      this.clock.textContent = `${seconds(at)} of ${seconds(this.last)}`;
      this.slider.setAttribute("aria-valuetext", this.clock.textContent);
    }
    play() {
      if (this.at >= this.last) this.show(0);
      clearInterval(this.timer);
      this.timer = setInterval(() => {
        this.show(Math.min(this.at + 1, this.last));
        if (this.at >= this.last) this.pause();
      }, this.every * 1000);
      this.name();
    }
    pause() { clearInterval(this.timer); this.timer = 0; this.name(); }
    see(seen) { // what has come to be seen begins
      if (seen === this.seen) return;
      this.seen = seen;
      if (!seen) this.pause();
      else if (!calm) { this.show(0); this.play(); }
    }
    name() { this.button.textContent = this.timer ? "Pause" : this.at >= this.last ? "Play" : "Go on"; }
  }

  // --- slides --------------------------------------------------------------------------------------------------------
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const stepsOf = (slide) => +slide.dataset.steps;

  function draw() {
    const slide = slides[here];
    for (const part of slide.querySelectorAll(".part")) part.classList.toggle("later", +part.dataset.from > step);
    for (const table of slide.querySelectorAll("[data-grows]")) {
      const shown = step - table.closest(".part").dataset.from;
      table.querySelectorAll("tbody tr").forEach((row, number) => row.classList.toggle("later", number > shown));
    }
    for (const place of slide.querySelectorAll(".player")) players.get(place).see(!place.closest(".later"));
    for (const listing of slide.querySelectorAll(".code pre")) {
      const lines = [...listing.querySelectorAll(".line")];
      const dim = lines.map((line) => (line.dataset.dim || "").split(" ").includes(String(step)));
      const some = dim.includes(true);
      lines.forEach((line, number) => {
        line.classList.toggle("dim", dim[number]);
        line.classList.toggle("lit", some && !dim[number]);
      });
    }
    count.textContent = `${here + 1} / ${slides.length}`;
    back.disabled = here === 0 && step === 0;
    on.disabled = here === slides.length - 1 && step >= stepsOf(slide) - 1;
    nav.style.setProperty("--way", `${(100 * (here + 1)) / slides.length}%`);
  }

  function go(slide, toStep, quiet) {
    const from = slides[here];
    here = Math.max(0, Math.min(slides.length - 1, slide));
    step = Math.max(0, Math.min(stepsOf(slides[here]) - 1, toStep));
    const to = slides[here];
    if (from !== to || !to.classList.contains("here")) {
      from.classList.remove("here");
      to.classList.add("here");
      from.querySelectorAll(".player").forEach((place) => players.get(place)?.see(false));
      scrollTo(0, 0);
      for (const place of to.querySelectorAll(".player")) {
        if (!players.has(place)) players.set(place, new Player(place));
      }
      if (!quiet) to.querySelector("h2")?.focus({ preventScroll: true });
      history.replaceState(null, "", `#slide-${here + 1}`);
    }
    draw();
    if (from !== to || quiet) fit();
    else to.querySelector(`.part[data-from="${step}"]`)?.scrollIntoView({ block: "nearest" }); // what has come is seen
  }

  // Above the buttons there is room for all of a slide with a film: its picture has what the others leave. What somebody
  // has opened makes the page longer, and the picture no smaller.
  const LEAST = 11; // pixels of a row that can be read
  function fit() {
    const opened = [...slides[here].querySelectorAll("details[open]")];
    for (const box of opened) box.open = false;
    for (const svg of slides[here].querySelectorAll(".panels")) {
      svg.style.removeProperty("--room");
      const over = document.documentElement.scrollHeight - innerHeight;
      const height = svg.getBoundingClientRect().height;
      const least = LEAST * svg.querySelectorAll("g").length;
      if (over > 0 && height > 0) svg.style.setProperty("--room", `${Math.max(least, height - over)}px`);
    }
    for (const box of opened) box.open = true;
  }

  const forward = () => (step + 1 < stepsOf(slides[here]) ? go(here, step + 1) : here + 1 < slides.length && go(here + 1, 0));
  const backward = () => (step > 0 ? go(here, step - 1) : here > 0 && go(here - 1, Infinity));

  const nav = document.createElement("nav");
  nav.setAttribute("aria-label", "Slides");
  const [back, on] = ["Back", "Next"].map((name) => Object.assign(document.createElement("button"), { textContent: name }));
  const count = document.createElement("span");
  nav.append(back, count, on);
  back.addEventListener("click", backward);
  on.addEventListener("click", forward);

  const KEYS = {
    ArrowRight: forward, ArrowDown: forward, PageDown: forward, " ": forward,
    ArrowLeft: backward, ArrowUp: backward, PageUp: backward,
    Home: () => go(0, 0), End: () => go(slides.length - 1, Infinity),
  };
  // What is wider than its place, code or a table, moves to the sides.
  const moves = (target) => {
    const box = target.closest("pre, table");
    return box !== null && box.scrollWidth > box.clientWidth;
  };
  const takes = (target, key) => target.closest("input") || (target.closest("summary, button, a[href]") && key === " ")
    || (/^Arrow(Left|Right)$/.test(key) && moves(target));
  addEventListener("keydown", (event) => {
    const taken = takes(event.target, event.key);
    if (event.ctrlKey || event.metaKey || event.altKey || taken) return;
    const key = event.key === " " && event.shiftKey ? backward : KEYS[event.key];
    const below = document.documentElement.scrollHeight - innerHeight - scrollY;
    const scrolls = { ArrowDown: below, PageDown: below, ArrowUp: scrollY, PageUp: scrollY }[event.key] > 4;
    if (!key || scrolls) return; // a slide that is longer than the screen is first seen to its end
    event.preventDefault();
    key();
  });

  // A swipe turns; so does a tap on what does nothing itself: at the right on, at the left back. Who has zoomed in, or
  // moves a slider or what is wider than its place, looks around and turns nothing.
  let touch = null;
  const zoomed = () => (window.visualViewport?.scale ?? 1) > 1.05;
  const nothing = (target) => !target.closest("a, button, input, summary, details, pre, nav, .player");
  addEventListener("touchstart", (event) => { touch = event.touches.length === 1 && !zoomed() ? event.touches[0] : null; }, { passive: true });
  addEventListener("touchend", (event) => {
    if (!touch) return;
    const end = event.changedTouches[0], x = end.clientX - touch.clientX, y = end.clientY - touch.clientY;
    const began = touch.target;
    touch = null;
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) {
      if (began instanceof Element && !began.closest("input") && !moves(began)) (x < 0 ? forward : backward)();
    } else if (Math.abs(x) < 10 && Math.abs(y) < 10 && began instanceof Element && nothing(began)) {
      if (end.clientX > innerWidth * 0.6) forward();
      else if (end.clientX < innerWidth * 0.25) backward();
    }
  });

  const asked = () => Number((/^#slide-(\d+)$/.exec(location.hash) || [0, 1])[1]) - 1;
  addEventListener("resize", fit);
  addEventListener("hashchange", () => go(asked(), 0));
  addEventListener("beforeprint", () => document.querySelectorAll(".notes").forEach((notes) => { notes.open = true; }));
  document.documentElement.classList.add("js");
  document.body.append(nav);
  go(asked(), 0, true);
})();
