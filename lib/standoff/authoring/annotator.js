// The annotator's front end. It draws what Python holds (`page`: text and codebook; `shown`: marks,
// actors, findings) and asks Python for steps; offsets are UTF-16 units, which Python converts.
// What belongs to the person's view alone (selected words, open tab, layers shown) is kept here.

const PATIENCE = 6000; // milliseconds until a silent kernel is spoken of
const WORD = /[\p{L}\p{N}\p{M}](?:[\p{L}\p{N}\p{M}]|['’\-\u00ad\u200c\u200d](?=[\p{L}\p{N}]))*|\p{Extended_Pictographic}\S*/gu;
const GROUPS = ["sourcing", "framing", "chronology", "actors"]; // layers with a colour of their own
const KEYS = [
  ["← → ↑ ↓", "previous or next word, sentence"],
  ["Shift + arrows", "select more; with Alt, by one character"],
  [",", "keep these words and select another piece"],
  ["a letter, or Enter", "label the selected words: type to filter, ↑ ↓, Enter"],
  ["Space", "the mark at these words; again for the next one there"],
  ["+", "add the selected words to the mark as another piece"],
  ["=", "give the mark the selected words instead"],
  ["Delete", "remove the mark"],
  ["1, 2, 3", "the mark, the drafts, what is to do"],
  ["Enter, E, Backspace", "among drafts: confirm, edit, reject; ↑ ↓ for another"],
  ["Ctrl + Z, Ctrl + Y", "undo, redo"],
  ["Esc", "back to the text; stop tying"],
];

/** Make an element: attributes, listeners (`onclick`), and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

const shorten = (words, most = 60) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
const quoted = (words, most = 60) => (/^["“„«‘]/.test(words) ? shorten(words, most) : `“${shorten(words, most)}”`);
/** A day in words, for a wrong one passes easily in digits; other values as they are. */
const inWords = (value) => {
  const day = /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T00:00Z`) : NaN;
  const parts = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return Number.isNaN(Number(day)) ? value : day.toLocaleDateString("en-GB", parts);
};
const group = (layer) => (GROUPS.includes(layer) ? layer : "other");
let made = 0;

class Annotator {
  constructor(model, el) {
    this.model = model;
    this.words = []; // selected stretches, the last of which moves with the arrow keys
    this.anchor = 0; // where the selection began
    this.selected = null; // id of a mark
    this.tying = null; // {id, name}: the next mark or words become this role or relation
    this.tab = "mark";
    this.draft = 0; // place in the list of drafts
    this.hidden = new Set(); // layers that are not shown
    this.number = Math.floor(Math.random() * 1e9); // of questions, apart from those of other views
    this.waiting = null;
    this.ident = `standoff-${++made}`;
    this.build(el);
    this.readPage();
    if (this.drafts.length) this.tab = "drafts";
    this.draw();
    if (this.page.stale) this.notify("refused", this.page.stale);
  }

  // --- what is there ---

  get page() { return this.model.get("page"); }
  get shown() { return this.model.get("shown"); }
  get drafts() { return this.shown.drafts ?? []; }
  mark(id) { return this.shown.marks.find((mark) => mark.id === id); }
  label(name) { return this.page.labels[name] ?? { title: name, layer: "other", kind: "span", attributes: [], roles: {}, relations: [] }; }
  text(fragments) { return fragments.map(([start, end]) => this.page.text.slice(start, end)).join(" … "); }

  readPage() {
    const { text, zones } = this.page;
    this.tokens = [...text.matchAll(WORD)].map((found) => [found.index, found.index + found[0].length])
      .filter(([start]) => zones.some((zone) => zone.start <= start && start < zone.end));
    this.root.querySelector(".title").textContent = this.page.title;
    this.root.querySelector(".coder").textContent = `coder ${this.page.coder} · saved in ${this.page.file}`;
  }

  /** Ask Python for a step; its answer comes as a new `shown`. */
  ask(what, more = {}) {
    this.number += 1;
    this.model.send({ do: what, number: this.number, ...more });
    clearTimeout(this.waiting);
    this.root.classList.add("busy");
    this.waiting = setTimeout(() => this.notify("error",
      "The kernel has not answered. It may be busy, or have ended. Everything up to your last step is in " +
      `${this.page.file}: restart the kernel and run this cell again to go on.`), PATIENCE);
  }

  /** Python has carried out a step, of this view or another. */
  answered() {
    const { number, selected, message } = this.shown;
    clearTimeout(this.waiting);
    this.root.classList.remove("busy");
    this.notify();
    if (this.mark(this.selected) == null) this.selected = null;
    if (number === this.number) {
      for (const [kind, words] of Object.entries(message)) this.notify(kind, words);
      if (!Object.keys(message).length) this.done(selected);
    }
    this.draft = Math.max(0, Math.min(this.draft, this.drafts.length - 1));
    this.draw();
    if (this.then) { const then = this.then; this.then = null; then(); }
  }

  done(selected) {
    if (selected && this.mark(selected)) this.selected = selected;
    const mark = this.mark(this.selected);
    const open = mark ? this.shown.findings.filter((one) => one.id === mark.id && !one.remark).length : 0;
    const what = mark ? `${this.label(mark.label).title}, “${shorten(mark.words)}”` : "Done";
    this.say(open ? `${what}; ${open} to do` : what);
  }

  say(words) { this.live.textContent = words; }

  notify(kind, words) {
    this.notice.replaceChildren();
    this.notice.className = `notice ${kind ?? ""}`;
    this.notice.hidden = !words;
    if (!words) return;
    this.notice.append(make("span", {}, words));
    if (kind === "outside") this.notice.append(make("button", { onclick: () => this.ask("reload") }, "Reload"));
    this.notice.append(make("button", { "aria-label": "Close this message", class: "plain", onclick: () => this.notify() }, "✕"));
  }

  // --- the frame ---

  build(el) {
    const button = (name, words, title, onclick) => make("button", { class: name, title, onclick }, words);
    this.paper = make("div", {
      class: "paper", tabindex: 0, role: "application", "aria-roledescription": "article to annotate",
      "aria-label": "Article. Arrow keys choose words, letters label them, question mark lists the keys.",
      onkeydown: (event) => this.key(event), onmouseup: (event) => this.mouse(event),
    });
    this.panel = make("div", { class: "body", id: `${this.ident}-panel`, role: "tabpanel" });
    this.tabs = make("div", { role: "tablist", class: "tabs", "aria-label": "What is shown beside the text" });
    this.notice = make("div", { class: "notice", role: "alert", hidden: true });
    this.live = make("div", { class: "live", "aria-live": "polite" });
    this.help = make("dialog", { class: "keys", "aria-label": "Keys" }, make("h3", {}, "Keys"),
      make("dl", {}, KEYS.map(([keys, what]) => make("div", {}, make("dt", {}, keys), make("dd", {}, what)))),
      make("form", { method: "dialog" }, make("button", {}, "Close")));
    this.layers = make("div", { class: "layers", role: "group", "aria-label": "Layers shown in the text" });
    this.root = make("div", {
      class: "standoff-annotator", "data-lm-suppress-shortcuts": "true",
      onkeydown: (event) => this.anywhere(event),
    },
    make("div", { class: "bar" },
      make("div", { class: "about" }, make("strong", { class: "title" }), make("span", { class: "coder" })),
      this.layers,
      make("div", { class: "buttons" },
        button("undo", "Undo", "Ctrl+Z", () => this.ask("undo")),
        button("redo", "Redo", "Ctrl+Y", () => this.ask("redo")),
        button("help", "Keys", "?", () => this.help.showModal()))),
    this.notice,
    make("div", { class: "desk" }, this.paper, make("div", { class: "side" }, this.tabs, this.panel)),
    this.live, this.help);
    el.append(this.root);
  }

  draw() {
    const held = this.root.contains(document.activeElement), focus = held && document.activeElement.dataset.focus;
    this.drawBar();
    this.drawText();
    this.drawTabs();
    this.drawPanel();
    if (focus) this.root.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    if (held && !this.root.contains(document.activeElement)) this.enterPanel(); // else keys would go to the notebook
  }

  /** Put the focus on the list that is shown beside the text, or on the text. */
  enterPanel() {
    (this.panel.querySelector(".list") ?? this.paper).focus({ preventScroll: true });
  }

  drawBar() {
    this.root.querySelector(".undo").disabled = !this.shown.undo;
    this.root.querySelector(".redo").disabled = !this.shown.redo;
    const used = Object.keys(this.page.layers).filter((layer) =>
      Object.values(this.page.labels).some((one) => one.layer === layer && !["zone", "sentence"].includes(one.kind)));
    this.layers.replaceChildren(...used.map((layer) => make("label", { class: group(layer) },
      make("input", {
        type: "checkbox", checked: !this.hidden.has(layer), "data-focus": `layer-${layer}`,
        onchange: (event) => {
          if (event.target.checked) this.hidden.delete(layer); else this.hidden.add(layer);
          this.draw();
        },
      }), layer)));
  }

  // --- the text ---

  /** What is marked in the text: marks, roles of the selected one, drafts. */
  stretches() {
    const found = [];
    const add = (fragments, name, id = null) => fragments.forEach(([start, end]) => found.push({ start, end, name, id }));
    const parts = new Map(this.shown.marks.flatMap((mark) => mark.roles.map(([role, id]) => [id, role.toLowerCase()])));
    for (const mark of this.shown.marks) {
      const label = this.label(mark.label);
      if (this.hidden.has(label.layer)) continue;
      const kind = label.kind === "event" && Object.keys(label.roles).includes("Content") ? "cue" : label.kind;
      add(mark.fragments, `m ${group(label.layer)} ${kind} is-${mark.label.toLowerCase()} ${parts.get(mark.id) ?? ""}`, mark.id);
    }
    const mark = this.tab === "mark" && this.mark(this.selected);
    if (mark) {
      for (const [, id] of [...mark.roles, ...mark.relations]) {
        const other = this.mark(id);
        if (other) add(other.fragments, "tied");
      }
      add(mark.fragments, "selected");
    }
    this.drafts.forEach((draft, number) => {
      const now = this.tab === "drafts" && number === this.draft ? " now" : "";
      add(draft.fragments, `draft ${group(this.label(draft.label).layer)}${now}`);
      for (const [role, places] of Object.entries(draft.roles)) {
        places.forEach((place) => add(place, `draft part ${role.toLowerCase()} ${group(this.label(draft.label).layer)}${now}`));
      }
    });
    for (const one of this.shown.findings) add(one.place, "missing");
    return found;
  }

  drawText() {
    const all = this.stretches();
    this.segments = [];
    const top = this.paper.scrollTop;
    const bidi = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(this.page.text);
    this.paper.replaceChildren(...this.page.zones.map((zone) => {
      const here = all.filter((one) => one.start < zone.end && zone.start < one.end);
      const bounds = [...new Set([zone.start, zone.end, ...here.flatMap((one) => [one.start, one.end])])]
        .filter((at) => zone.start <= at && at <= zone.end).sort((a, b) => a - b);
      const words = make("div", { class: "words", dir: bidi ? "auto" : null });
      for (let number = 0; number + 1 < bounds.length; number += 1) {
        const [start, end] = [bounds[number], bounds[number + 1]];
        const over = here.filter((one) => one.start <= start && end <= one.end);
        const first = over.some((one) => one.start === start), last = over.some((one) => one.end === end);
        const node = document.createTextNode(this.page.text.slice(start, end));
        const names = new Set(over.flatMap((one) => one.name.split(" ")));
        words.append(make("span", { class: `${[...names].join(" ")}${first ? " first" : ""}${last ? " last" : ""}` }, node));
        this.segments.push({ start, end, node, ids: over.filter((one) => one.id).sort((a, b) => (a.end - a.start) - (b.end - b.start)).map((one) => one.id) });
      }
      const outside = !zone.counts;
      return make("div", { class: `part ${zone.label.toLowerCase()}${outside ? " outside" : ""}` },
        outside ? make("span", { class: "zone" }, zone.name) : null, words);
    }));
    this.paper.scrollTop = top;
    this.paintWords();
  }

  /** The segment that holds an offset. */
  segment(at) {
    return this.segments.find((one) => one.start <= at && at < one.end) ?? this.segments.findLast((one) => one.end <= at);
  }

  range([start, end]) {
    const from = this.segment(start), to = this.segment(end - 1), range = document.createRange();
    range.setStart(from.node, start - from.start);
    range.setEnd(to.node, Math.min(end, to.end) - to.start);
    return range;
  }

  paintWords() {
    const name = `${this.ident}-words`;
    if (!CSS.highlights) return;
    if (!document.getElementById(name)) {
      this.sheet = make("style", { id: name }, `::highlight(${name}) { background: var(--pick); color: var(--pick-text); }`);
      this.root.append(this.sheet);
    }
    if (this.words.length && this.segments.length) CSS.highlights.set(name, new Highlight(...this.words.map((one) => this.range(one))));
    else CSS.highlights.delete(name);
  }

  show([start, end]) {
    const box = this.range([start, end]).getBoundingClientRect(), frame = this.paper.getBoundingClientRect();
    if (box.top < frame.top + 30) this.paper.scrollTop += box.top - frame.top - 80;
    else if (box.bottom > frame.bottom - 30) this.paper.scrollTop += box.bottom - frame.bottom + 120;
  }

  choose(words, { keep = false } = {}) {
    this.words = keep ? [...this.words, ...words] : words;
    this.paintWords();
    if (words.length) this.show(words.at(-1));
    if (this.tab !== "mark") this.tab = "mark";
    this.drawTabs();
    this.drawPanel();
    this.say(this.words.length ? `“${shorten(this.text(this.words))}”${this.announced()}` : "");
  }

  /** What the selected words carry, for who hears the page. */
  announced() {
    const at = this.words.at(-1)[0];
    const titles = this.marksAt(at).map((id) => this.label(this.mark(id).label).title);
    return titles.length ? `, marked ${titles.join(", ")}` : "";
  }

  marksAt(at) { return (this.segment(at)?.ids ?? []).filter((id) => this.mark(id)); }

  /** The offset in the text of a place in the page. */
  offset(node, at) {
    const segment = this.segments.find((one) => one.node === node);
    if (segment) return segment.start + at;
    const range = document.createRange();
    range.setStart(node, at);
    const after = this.segments.find((one) => range.comparePoint(one.node, 0) >= 0);
    return after ? after.start : this.page.text.length;
  }

  mouse(event) {
    const selection = document.getSelection();
    if (selection.rangeCount && !selection.isCollapsed && this.paper.contains(selection.anchorNode)) {
      const range = selection.getRangeAt(0);
      const words = [[this.offset(range.startContainer, range.startOffset), this.offset(range.endContainer, range.endOffset)]];
      selection.removeAllRanges();
      this.anchor = words[0][0];
      if (words[0][0] < words[0][1]) this.chosen(words, event.ctrlKey || event.metaKey);
      return;
    }
    if (!selection.rangeCount || !this.paper.contains(selection.anchorNode)) return;
    const at = this.offset(selection.anchorNode, selection.anchorOffset);
    const marks = this.marksAt(at);
    if (this.tying && marks.length) return this.tie(marks);
    if (marks.length) {
      const next = marks[(marks.indexOf(this.selected) + 1) % marks.length];
      return this.select(next);
    }
    const word = this.tokens.find(([start, end]) => start <= at && at <= end);
    if (word) { this.anchor = word[0]; this.chosen([word], event.ctrlKey || event.metaKey); }
  }

  chosen(words, keep) {
    if (this.tying) {
      this.ask("tie words", { ...this.tying, fragments: words });
      this.tying = null;
      return;
    }
    this.choose(words, { keep });
  }

  tie(marks) {
    const { id, name } = this.tying;
    const own = this.label(this.mark(id).label);
    const allowed = own.roles[name] ?? this.page.relations[name]?.b ?? [];
    const target = marks.find((one) => one !== id && allowed.includes(this.mark(one).label));
    if (!target) return this.notify("refused", `${name} leads to: ${allowed.map((one) => this.label(one).title).join(", ")}. None is marked there.`);
    this.tying = null;
    this.words = [];
    this.ask("tie", { id, name, target });
  }

  select(id) {
    this.selected = id;
    this.words = [];
    this.tab = "mark";
    this.draw();
    const mark = this.mark(id);
    if (!mark) return;
    this.show(mark.fragments[0]);
    this.say(`${this.label(mark.label).title}, “${shorten(mark.words)}”`);
  }

  // --- keys ---

  /** Keys that work everywhere in the annotator. */
  anywhere(event) {
    const typing = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing) {
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey && this.shown.undo) this.ask("undo");
      else if ((key === "y" || (key === "z" && event.shiftKey)) && this.shown.redo) this.ask("redo");
      else return;
    } else if (event.key === "Escape") {
      this.tying = null;
      this.draw();
      this.paper.focus();
    } else if (!typing && "123".includes(event.key) && event.key) {
      this.open(["mark", "drafts", "todo"]["123".indexOf(event.key)]);
    } else if (!typing && event.key === "?") {
      this.help.showModal();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const arrows = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
    const mark = this.mark(this.selected);
    if (event.key in arrows) {
      const by = event.altKey ? "letter" : /Up|Down/.test(event.key) ? "sentence" : "word";
      this.step(arrows[event.key], by, event.shiftKey);
    } else if (event.key === "Enter") this.enter();
    else if (event.key === " ") this.cycle();
    else if (event.key === ",") { this.words = [...this.words, this.words.at(-1)]; this.say("Kept. Select another piece."); }
    else if (event.key === "+" && mark && this.words.length) this.ask("extend", { id: mark.id, fragments: this.words });
    else if (event.key === "=" && mark && this.words.length) this.ask("move", { id: mark.id, fragments: this.words });
    else if (["Delete", "Backspace"].includes(event.key) && mark && this.tab === "mark") this.ask("remove", { id: mark.id });
    else if (event.key.length === 1 && /\p{L}/u.test(event.key) && !event.altKey) this.enter(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move the selection, or its end, by words, sentences or letters. */
  step(by, unit = "word", more = false) {
    const now = this.words.at(-1), tokens = this.tokens;
    if (!tokens.length) return;
    if (!now) {
      const mark = this.mark(this.selected);
      const start = mark ? mark.fragments[0][0] : this.page.zones.find((zone) => zone.counts)?.start ?? 0;
      const first = tokens.find(([, end]) => end > start) ?? tokens[0];
      this.anchor = first[0];
      return this.choose([first]);
    }
    const forward = now[0] >= this.anchor, edge = forward ? now[1] : now[0];
    let word;
    if (unit === "letter") {
      const end = Math.max(this.anchor + 1, edge + by);
      return this.choose([...this.words.slice(0, -1), [this.anchor, end]]);
    }
    const place = tokens.findIndex(([start, end]) => (forward ? end >= edge && start < edge : start >= edge));
    if (unit === "word") word = tokens[Math.max(0, Math.min(tokens.length - 1, place + by))];
    else {
      const starts = this.page.sentences, at = tokens[place][0];
      const start = by > 0 ? starts.find((one) => one > at) ?? at : starts.findLast((one) => one < (more ? at : tokens[place][0])) ?? 0;
      word = tokens.find(([, end]) => end > start) ?? tokens[place];
    }
    if (!more) this.anchor = word[0];
    const base = tokens.find(([start]) => start === this.anchor) ?? [this.anchor, this.anchor];
    const span = more ? [Math.min(this.anchor, word[0]), Math.max(base[1], word[1])] : word;
    if (more && word[0] < this.anchor) span[1] = base[1];
    this.choose([...(more || this.words.length > 1 ? this.words.slice(0, -1) : []), span]);
  }

  /** Label the selected words; while tying, tie them. */
  enter(typed = "") {
    if (this.tying) {
      const marks = this.words.length ? this.marksAt(this.words.at(-1)[0]) : [];
      const { id, name } = this.tying;
      const allowed = this.label(this.mark(id).label).roles[name] ?? this.page.relations[name]?.b ?? [];
      if (marks.some((one) => one !== id && allowed.includes(this.mark(one).label))) return this.tie(marks);
      if (this.words.length) this.chosen(this.words);
      return;
    }
    if (!this.words.length) return;
    this.open("mark", false);
    const input = this.panel.querySelector("input[data-focus=label]");
    if (!input) return;
    input.focus();
    input.value = typed;
    input.dispatchEvent(new Event("input"));
  }

  /** Select the marks at the chosen words, one after the other. */
  cycle() {
    const at = this.words.length ? this.words.at(-1)[0] : this.mark(this.selected)?.fragments[0][0];
    if (at == null) return;
    const marks = this.marksAt(at);
    if (!marks.length) return this.say("Nothing is marked here.");
    this.select(marks[(marks.indexOf(this.selected) + 1) % marks.length]);
  }

  // --- the panel ---

  open(tab, focus = true) {
    this.tab = tab;
    this.draw();
    if (focus) (this.panel.querySelector(".list") ?? this.panel.querySelector("input, select, button") ?? this.paper).focus();
    if (tab === "drafts") this.showDraft();
  }

  drawTabs() {
    const open = this.shown.findings.length;
    const names = { mark: "Mark", drafts: `Drafts ${this.drafts.length || ""}`, todo: `To do ${open || ""}` };
    this.tabs.replaceChildren(...Object.entries(names).map(([tab, name]) => make("button", {
      role: "tab", "aria-selected": String(tab === this.tab), "aria-controls": `${this.ident}-panel`,
      "data-focus": `tab-${tab}`, tabindex: tab === this.tab ? 0 : -1, onclick: () => this.open(tab),
      onkeydown: (event) => {
        const by = { ArrowRight: 1, ArrowLeft: 2 }[event.key];
        if (!by) return;
        const all = Object.keys(names);
        this.tab = all[(all.indexOf(this.tab) + by) % 3];
        this.draw();
        this.tabs.querySelector("[aria-selected=true]").focus();
      },
    }, name.trim())));
  }

  drawPanel() {
    const drawn = { mark: () => this.words.length ? this.newMark() : this.oneMark(), drafts: () => this.listDrafts(), todo: () => this.listFindings() };
    this.panel.replaceChildren(...[drawn[this.tab]()].flat().filter(Boolean));
  }

  /** A field in which typing filters a list. */
  combo({ name, title, options, pick, create, placeholder }) {
    const id = `${this.ident}-${name}`;
    const list = make("ul", { role: "listbox", id, "aria-label": title, class: "options" });
    const about = make("p", { class: "about-option" });
    let found = [], active = 0;
    const paint = () => {
      list.querySelectorAll("[role=option]").forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
      const now = list.querySelectorAll("[role=option]")[active];
      now?.scrollIntoView({ block: "nearest" });
      if (now) input.setAttribute("aria-activedescendant", now.id);
      about.textContent = found[active]?.about ?? "";
    };
    const filter = () => {
      const words = input.value.trim().toLowerCase();
      const fits = (one) => [one.title, ...(one.also ?? [])].some((each) => each.toLowerCase().includes(words));
      const starts = (one) => [one.title, ...(one.also ?? [])].some((each) => each.toLowerCase().startsWith(words));
      found = options.filter(fits).sort((a, b) => (words ? Number(starts(b)) - Number(starts(a)) : 0));
      if (create && words) found.push({ title: `New: “${input.value.trim()}”`, about: "", create: input.value.trim() });
      let before;
      list.replaceChildren(...found.flatMap((one, number) => {
        const item = make("li", { role: "option", id: `${id}-${number}`, class: one.group ?? "", onmousedown: (event) => { event.preventDefault(); take(number); } },
          make("i", { class: "dot" }), one.title, one.more ? make("small", {}, one.more) : null);
        const head = !words && one.head && one.head !== before ? make("li", { role: "presentation", class: "head" }, one.head) : null;
        before = one.head;
        return head ? [head, item] : [item];
      }));
      active = 0;
      paint();
    };
    const take = (number) => { const one = found[number]; if (one) (one.create ? create(one.create) : pick(one)); };
    const input = make("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-label": title, autocomplete: "off",
      placeholder, "data-focus": name, oninput: filter,
      onkeydown: (event) => {
        const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (by) { active = (active + by + found.length) % Math.max(found.length, 1); paint(); }
        else if (event.key === "Enter") take(active);
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    });
    filter();
    return make("div", { class: "combo" }, input, list, about);
  }

  labelOptions() {
    const order = Object.keys(this.page.layers);
    return Object.entries(this.page.labels).filter(([, one]) => !["zone", "sentence"].includes(one.kind))
      .sort(([, a], [, b]) => order.indexOf(a.layer) - order.indexOf(b.layer))
      .map(([name, one]) => ({ name, title: one.title, also: [name], about: one.definition, group: group(one.layer), head: one.layer }));
  }

  newMark() {
    const mark = this.mark(this.selected), label = mark && this.label(mark.label);
    const parts = mark ? [
      ...Object.keys(label.roles).map((name) => [`as ${name}`, "tie words", { id: mark.id, name }]),
      ...label.relations.filter((name) => this.page.relations[name].b.includes("Actor")).map((name) => [`as ${name}`, "tie words", { id: mark.id, name }]),
      ["as another piece", "extend", { id: mark.id }],
      ["instead of its words", "move", { id: mark.id }],
    ] : [];
    const fragments = this.words;
    return [
      make("h3", { class: "quote" }, quoted(this.text(this.words), 120)),
      mark && make("div", { class: "join" }, make("p", {}, `To ${label.title} ${quoted(mark.words, 30)}:`),
        parts.map(([words, what, more]) => make("button", { class: "small", "data-focus": `join-${words}`, onclick: () => { this.words = []; this.ask(what, { ...more, fragments }); this.paper.focus(); } }, words))),
      this.combo({
        name: "label", title: "Label of the selected words", placeholder: "Label: type to filter", options: this.labelOptions(),
        pick: (one) => { this.words = []; this.ask("mark", { label: one.name, fragments }); this.paper.focus(); },
      }),
    ];
  }

  oneMark() {
    const mark = this.mark(this.selected);
    if (!mark) {
      return [make("p", { class: "hint" }, "Select words to mark them, or click a mark to see and change it."),
        make("p", { class: "hint" }, `${this.shown.marks.length} marks so far. Press ? for the keys.`)];
    }
    const label = this.label(mark.label), findings = this.shown.findings.filter((one) => one.id === mark.id);
    return [
      make("h3", { class: `kind ${group(label.layer)}` }, make("i", { class: "dot" }), label.title,
        mark.attributes.Origin ? make("small", {}, mark.attributes.Origin) : null),
      make("p", { class: "quote" }, quoted(mark.words, 160)),
      findings.length ? make("ul", { class: "findings" }, findings.map((one) => make("li", {}, this.inWords(one)))) : null,
      ...this.ties(mark, label),
      label.registry === "actors" ? this.actors(mark) : null,
      label.registry === "edtf" ? this.value(mark) : null,
      ...label.attributes.map((name) => this.attribute(mark, name)),
      this.inTime(mark, label),
      this.remark(mark),
      make("details", { class: "other-label" }, make("summary", { "data-focus": "other-label" }, "Another label"),
        this.combo({ name: "relabel", title: "Another label", placeholder: "Label: type to filter", options: this.labelOptions(), pick: (one) => this.ask("relabel", { id: mark.id, label: one.name }) })),
      make("button", { class: "remove", "data-focus": "remove", onclick: () => { this.ask("remove", { id: mark.id }); this.paper.focus(); } }, "Remove this mark"),
    ];
  }

  /** A finding about a mark that is shown: its words need not be repeated. */
  inWords(finding) {
    return finding.message.replace(/^.{1,50}? \(\w+\) /s, "").replace(/; expected one$/, "");
  }

  field(name, title, ...children) {
    return make("fieldset", { class: "field" }, make("legend", { title }, name), ...children);
  }

  attribute(mark, name) {
    const { values, required, definition } = this.page.attributes[name], now = mark.attributes[name];
    const set = (value) => this.ask("attribute", { id: mark.id, name, value });
    if (Object.keys(values).length > 8) {
      return this.field(name, definition, make("select", { "data-focus": `set-${name}`, "aria-label": name, onchange: (event) => set(event.target.value || null) },
        make("option", { value: "" }, "—"),
        Object.entries(values).map(([value, about]) => make("option", { value, title: about, selected: value === now }, value))));
    }
    const id = `${this.ident}-${name}`;
    const chips = Object.entries(values).map(([value, about]) => make("label", { class: "chip", title: about },
      make("input", { type: "radio", name: id, value, checked: value === now, "data-focus": `set-${name}-${value}`, onchange: () => set(value) }), value));
    const none = now && !required ? make("button", { class: "plain", "aria-label": `No ${name}`, title: `No ${name}`, onclick: () => set(null) }, "✕") : null;
    return this.field(required && !now ? `${name} · to do` : name, definition, make("div", { class: "chips", role: "radiogroup", "aria-label": name }, chips, none));
  }

  actors(mark) {
    const known = new Map(this.shown.actors.map((one) => [one.id, one.name]));
    const linked = mark.refers.map((id) => make("li", {}, known.get(id) ?? id,
      make("button", { class: "plain", "aria-label": `Unlink ${known.get(id) ?? id}`, onclick: () => this.ask("refer", { id: mark.id, keys: mark.refers.filter((one) => one !== id) }) }, "✕")));
    const words = mark.words.toLowerCase();
    const near = (one) => Number([one.name, ...one.spellings].some((each) => each.toLowerCase().includes(words) || words.includes(each.toLowerCase())));
    const options = this.shown.actors.filter((one) => !mark.refers.includes(one.id)).sort((a, b) => near(b) - near(a))
      .map((one) => ({ name: one.id, title: one.name, also: [one.id, ...one.spellings], more: one.spellings.slice(0, 2).join(", ") }));
    const search = this.combo({
      name: "actor", title: "Link to an actor", placeholder: "Actor: search, or a new name", options, create: (name) => this.newActor(mark, name),
      pick: (one) => this.ask("refer", { id: mark.id, keys: [...mark.refers, one.name] }),
    });
    return this.field(mark.refers.length ? "Actor" : "Actor · to do", "", linked.length ? make("ul", { class: "linked" }, linked) : null,
      mark.refers.length ? make("details", {}, make("summary", { "data-focus": "another-actor" }, "Another actor"), search) : search);
  }

  newActor(mark, name) {
    const kind = make("select", { "aria-label": "Kind", "data-focus": "new-kind" }, make("option", {}, "unknown"), this.page.kinds.map((one) => make("option", {}, one)));
    const title = make("input", { type: "text", value: name, "aria-label": "Name" });
    const country = make("input", { type: "text", value: "unknown", "aria-label": "Country" });
    const named = make("input", { type: "checkbox", checked: true });
    const form = make("form", { class: "new-actor", onsubmit: (event) => {
      event.preventDefault();
      this.ask("actor", { id: mark.id, name: title.value, kind: kind.value, country: country.value, named: named.checked });
      this.paper.focus();
    } }, make("label", {}, "Name ", title), make("label", {}, "Kind ", kind), make("label", {}, "Country ", country),
      make("label", { title: "Not for “many experts” or “residents”" }, named, " a reader could tell whom to ask"), make("button", {}, "Add to actors.toml"));
    this.panel.querySelector("input[data-focus=actor]").closest(".combo").replaceWith(form);
    kind.focus();
  }

  value(mark) {
    return this.field("Date or duration", "EDTF date such as 2017-04-14, or ISO duration such as P20Y",
      make("input", { type: "text", value: mark.refers[0] ?? "", placeholder: "2017-04-14, 2017-04, P20Y", "aria-label": "Date or duration", "data-focus": "value",
        onchange: (event) => this.ask("refer", { id: mark.id, keys: event.target.value.trim() ? [event.target.value.trim()] : [] }) }),
      mark.refers[0] && inWords(mark.refers[0]) !== mark.refers[0] ? make("p", { class: "hint" }, inWords(mark.refers[0])) : null);
  }

  remark(mark) {
    return this.field("Remark", "", make("input", { type: "text", value: mark.note, "aria-label": "Remark", "data-focus": "remark",
      onchange: (event) => this.ask("remark", { id: mark.id, words: event.target.value }) }));
  }

  /** What a mark is tied to under one name, to go there or to untie it. */
  tied(mark, name, pairs) {
    const items = pairs.filter(([each]) => each === name).map(([, id]) => {
      const other = this.mark(id), zone = this.page.zones.find((one) => one.id === id);
      const words = other?.words ?? (zone ? this.page.text.slice(zone.start, zone.end) : id);
      return make("li", {},
        make("button", { class: "link", onclick: () => this.select(id), disabled: !other }, shorten(words, 48)),
        make("button", { class: "plain", "aria-label": `Untie ${name} ${words}`, onclick: () => this.ask("tie", { id: mark.id, name, target: id }) }, "✕"));
    });
    return items.length ? make("ul", { class: "linked" }, items) : null;
  }

  begin(mark, name) {
    this.tying = { id: mark.id, name };
    this.words = [];
    this.draw();
    this.paper.focus();
    this.say(`Choose the ${name}: click a mark or select words; with the keyboard, arrows and Enter.`);
  }

  choosing(name) { return this.tying?.name === name; }

  /** Roles and relations of a mark, and buttons to tie more. */
  ties(mark, label) {
    const button = (name) => make("button", { class: "small", "aria-pressed": String(this.choosing(name)), "data-focus": `tie-${name}`, onclick: () => this.begin(mark, name) },
      this.choosing(name) ? "click a mark, or select words …" : "+ choose");
    const relations = label.relations.filter((name) => this.page.relations[name].layer !== "chronology");
    return [
      ...Object.keys(label.roles).map((name) => this.field(name, "", this.tied(mark, name, mark.roles), button(name))),
      ...relations.map((name) => this.field(name, this.page.relations[name].definition, this.tied(mark, name, mark.relations),
        this.toZones(mark, name) ?? button(name))),
    ];
  }

  /** A choice of zones, if a relation leads to nothing else; null if the text has none of them. */
  toZones(mark, name) {
    const labels = this.page.relations[name].b;
    if (!labels.every((one) => this.label(one).kind === "zone")) return null;
    const zones = this.page.zones.filter((zone) => labels.includes(zone.label));
    if (!zones.length) return make("p", { class: "hint" }, "The text has nothing that it could lead to.");
    return make("select", { "aria-label": name, "data-focus": `tie-${name}`, onchange: (event) => this.ask("tie", { id: mark.id, name, target: event.target.value }) },
      make("option", { value: "" }, "+ choose …"),
      zones.map((zone) => make("option", { value: zone.id }, shorten(this.page.text.slice(zone.start, zone.end), 40))));
  }

  inTime(mark, label) {
    const names = label.relations.filter((name) => this.page.relations[name].layer === "chronology");
    if (!names.length) return null;
    const held = names.flatMap((name) => {
      const list = this.tied(mark, name, mark.relations);
      list?.querySelectorAll("li").forEach((item) => item.prepend(make("b", {}, `${name} `)));
      return list ? [list] : [];
    });
    const now = names.find((name) => this.choosing(name));
    return this.field("In time", "", held, now ? make("p", { class: "hint" }, `${now}: click the other event or time; Esc stops.`) : null,
      make("select", { "aria-label": "Link in time", "data-focus": "tie-time", onchange: (event) => event.target.value && this.begin(mark, event.target.value) },
        make("option", { value: "" }, "+ link in time …"), names.map((name) => make("option", { value: name, selected: name === now }, name))));
  }

  // --- drafts and what is to do ---

  list(name, items, active, empty, onkeydown) {
    if (!items.length) return make("p", { class: "hint" }, empty);
    return make("ul", { role: "listbox", tabindex: 0, class: `list ${name}`, "aria-label": name, "data-focus": name, "aria-activedescendant": `${this.ident}-${name}-${active}`, onkeydown },
      items.map((item, number) => { item.id = `${this.ident}-${name}-${number}`; item.setAttribute("role", "option"); item.setAttribute("aria-selected", String(number === active)); return item; }));
  }

  listDrafts() {
    const items = this.drafts.map((draft, number) => make("li", { class: group(this.label(draft.label).layer), onclick: () => { this.draft = number; this.draw(); this.showDraft(); } },
      make("span", {}, make("i", { class: "dot" }), make("b", {}, this.label(draft.label).title), ` ${quoted(draft.words, 60)}`),
      Object.entries(draft.roles).map(([role, places]) => make("small", {}, `${role}: ${places.map((one) => quoted(this.text(one), 70)).join(", ")}`)),
      make("small", {}, [Object.entries(draft.attributes).map(([name, value]) => (name === "refers" ? inWords(value) : `${name} ${value}`)).join(", "), draft.rule].filter(Boolean).join(" · "))));
    const list = this.list("drafts", items, this.draft, this.page.stale || "No drafts are left. python -m standoff draft makes them.", (event) => this.draftKey(event));
    requestAnimationFrame(() => this.panel.querySelector(".drafts [aria-selected=true]")?.scrollIntoView({ block: "nearest" }));
    if (!items.length) return [list];
    const button = (words, what) => make("button", { class: "small", tabindex: -1, onclick: () => this.decide(what) }, words);
    return [
      make("p", { class: "hint" }, "Proposals by rule, the most reliable first. They are incomplete: read the text for what has none."),
      make("div", { class: "decide" }, button("Confirm ⏎", "confirm"), button("Edit E", "edit"), button("Reject ⌫", "reject")),
      list,
    ];
  }

  draftKey(event) {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) { this.draft = Math.max(0, Math.min(this.drafts.length - 1, this.draft + by)); this.draw(); this.showDraft(); }
    else if (event.key === "Enter") this.decide("confirm");
    else if (event.key.toLowerCase() === "e" && !event.ctrlKey && !event.metaKey) this.decide("edit");
    else if (["Backspace", "Delete"].includes(event.key)) this.decide("reject");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  showDraft() {
    const draft = this.drafts[this.draft];
    if (!draft) return;
    this.show(draft.fragments[0]);
    this.say(`Draft ${this.draft + 1} of ${this.drafts.length}: ${this.label(draft.label).title}, “${shorten(draft.words)}”`);
  }

  /** Confirm, edit or reject the draft; editing confirms it and opens the mark. */
  decide(what) {
    const draft = this.drafts[this.draft];
    if (!draft || this.root.classList.contains("busy")) return;
    this.ask(what === "reject" ? "reject" : "accept", { draft: draft.id });
    this.then = () => {
      if (what === "edit") { this.tab = "mark"; this.words = []; this.draw(); this.panel.querySelector("button, input, select")?.focus(); return; }
      this.draw();
      this.enterPanel();
      this.showDraft();
    };
  }

  listFindings() {
    const go = (one) => {
      if (one.id && this.mark(one.id)) this.select(one.id);
      else if (one.place.length) { this.choose(one.place); this.paper.focus(); }
    };
    const items = this.shown.findings.map((one) => make("li", { class: one.remark ? "remark" : "", onclick: () => go(one) }, one.message.replace(/; expected one$/, "")));
    this.finding = Math.max(0, Math.min(this.finding ?? 0, items.length - 1));
    return [this.list("to-do", items, this.finding, "Nothing: the coding passes the check.", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) { this.finding = Math.max(0, Math.min(items.length - 1, this.finding + by)); this.draw(); }
      else if (event.key === "Enter") { go(this.shown.findings[this.finding]); this.panel.querySelector("button, input, select")?.focus(); }
      else return;
      event.preventDefault();
      event.stopPropagation();
    })];
  }
}

export default {
  render({ model, el }) {
    const annotator = new Annotator(model, el);
    const shown = () => annotator.answered();
    const page = () => { annotator.words = []; annotator.readPage(); };
    model.on("change:page", page);
    model.on("change:shown", shown);
    return () => {
      model.off("change:page", page);
      model.off("change:shown", shown);
      CSS.highlights?.delete(`${annotator.ident}-words`);
      clearTimeout(annotator.waiting);
    };
  },
};
