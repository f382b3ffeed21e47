/* The workspace's uploads: three files at a time, each told in words, none lost by a lost line,
   a closed lid or a session that ended. Without this script the page's plain form does it. */

import { base64, Paused, Refused, Sending } from "./tus.js";
import { FILES_MAX, ofDrop, ofInput } from "./dropped.js";

const AT_ONCE = 3;
const ASK_AGAIN_MS = 4_000;
const REFRESH_MS = 5_000;
const KEPT_MS = 7 * 24 * 3_600_000;
const NAMED_MAX = 20;

const box = document.getElementById("uploading");
const words = box.dataset;
const byId = (id) => document.getElementById(id);
const language = document.documentElement.lang;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_found, name) => values[name]);
const count = new Intl.NumberFormat(language);
const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const octet = language === "fr" ? "o" : "B";
const size = (bytes) => {
  if (bytes < 1e6) return `${count.format(bytes && Math.max(1, Math.round(bytes / 1000)))}\u00a0k${octet}`;
  return bytes < 1e9 ? `${tenths.format(bytes / 1e6)}\u00a0M${octet}` : `${tenths.format(bytes / 1e9)}\u00a0G${octet}`;
};
/* "Pièce 2" before "Pièce 10": what arrives first is numbered first where no name says it. */
const inOrder = new Intl.Collator(language, { numeric: true });
const make = (tag, text = "", className = "") => {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};

/* What this browser remembers of the draft: which file goes to which upload. */
const KEY = `bordereau-uploads:${words.production}`;
const kept = {
  read() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "{}");
      const since = Date.now() - KEPT_MS;
      return Object.fromEntries(Object.entries(found).filter(([, each]) => each.at > since));
    } catch {
      return {};
    }
  },
  write(found) {
    try {
      if (Object.keys(found).length) localStorage.setItem(KEY, JSON.stringify(found));
      else localStorage.removeItem(KEY);
    } catch { /* A full or forbidden store: only a reload would have needed it. */ }
  },
  set(mark, said) { this.write({ ...this.read(), [mark]: { ...said, at: Date.now() } }); },
  drop(mark) {
    const { [mark]: _gone, ...rest } = this.read();
    this.write(rest);
  },
};
const markOf = ({ file, path }) => JSON.stringify([path, file.name, file.size, file.lastModified]);

/* Who sends: the token of the session, and a new one after somebody signed in again. */
const session = {
  token: words.csrf,
  asking: null,
  renewed(signal) {
    this.asking ??= this.ask().finally(() => { this.asking = null; });
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Paused()), { once: true });
      this.asking.then(resolve, reject);
    });
  },
  async ask() {
    for (;;) {
      try {
        const answer = await fetch(location.pathname, { redirect: "manual", headers: { Accept: "text/html" } });
        if (answer.status === 200) {
          const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("uploading");
          if (!found) throw new Refused(words.deposited);
          this.token = found.dataset.csrf;
          renewForms(this.token);
          byId("signed-out").hidden = true;
          return;
        }
        byId("signed-out").hidden = false;
        byId("signed-out-other").hidden = ![403, 404].includes(answer.status);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ASK_AGAIN_MS);
        window.addEventListener("focus", () => { clearTimeout(timer); resolve(); }, { once: true });
      });
    }
  },
};
const renewForms = (token) => {
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = token;
};

/* One file on the list. It has a line while it is on its way, and keeps it if it fails. */
class Item {
  constructor(found, categories, unpack) {
    this.file = found.file;
    this.path = found.path;
    this.mark = markOf(found);
    this.categories = categories;
    this.unpack = unpack;
    this.sent = 0;
    this.state = "waiting";
  }

  get metadata() {
    const said = { filename: this.file.name, filetype: this.unpack ? "application/zip" : this.file.type };
    if (this.path.includes("/")) said.relativePath = this.path;
    if (this.categories) said.category_id = this.categories;
    if (this.unpack) said.unpack = "true";
    return Object.entries(said).filter(([, value]) => value)
      .map(([key, value]) => `${key} ${base64(value)}`).join(",");
  }

  line() {
    if (this.row) return;
    this.row = make("li");
    const name = make("bdi", this.path, "name");
    this.bar = make("progress");
    this.bar.max = Math.max(this.file.size, 1);
    this.bar.setAttribute("aria-label", this.path);
    this.said = make("span", "", "said");
    this.row.append(name, this.bar, this.said);
    byId("upload-files").append(this.row);
    this.show();
  }

  show(text = "") {
    if (!this.row) return;
    this.bar.value = this.sent;
    this.said.textContent = text || fill(words.sent, { done: size(this.sent), all: size(this.file.size) });
  }

  gone() {
    this.row?.remove();
    this.row = null;
  }

  fail(text) {
    this.state = "failed";
    this.line();
    this.bar.remove();
    this.row.classList.add("failed");
    this.said.textContent = `${words.failed} ${text}`;
    const again = make("button", words.again, "second");
    const leave = make("button", words.leave, "second");
    for (const [button, act] of [[again, () => queue.again(this)], [leave, () => queue.leave(this)]]) {
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent} ${this.path}`);
      button.addEventListener("click", act);
      this.row.append(" ", button);
    }
  }
}

const queue = {
  items: [],
  running: 0,
  stopped: null,
  refused: [],

  get busy() { return this.items.some((each) => each.state === "waiting" || each.state === "sending"); },

  add(found) {
    const categories = [...byId("upload-categories").querySelectorAll("input:checked")]
      .map((each) => each.value).join(",");
    const here = new Set(this.items.map((each) => each.mark));
    const fresh = found.files.filter((each) => !here.has(markOf(each)));
    fresh.sort((a, b) => inOrder.compare(a.path, b.path));
    for (const each of fresh) {
      const zip = /\.zip$/i.test(each.file.name) && byId("unpack").checked;
      this.items.push(new Item(each, categories, zip));
    }
    const told = [];
    if (found.litter) told.push(fill(words.litter, { n: count.format(found.litter) }));
    if (found.unread.length) told.push(fill(words.unread, { names: found.unread.slice(0, NAMED_MAX).join(", ") }));
    if (found.tooMany) told.push(fill(words.many, { n: count.format(FILES_MAX) }));
    if (found.files.length > fresh.length) told.push(fill(words.twice, { n: count.format(found.files.length - fresh.length) }));
    byId("upload-note").textContent = told.join(" ");
    byId("upload-note").hidden = !told.length;
    tellBefore();
    this.go();
  },

  go() {
    this.stopped ??= new AbortController();
    while (!this.stopped.signal.aborted && this.running < AT_ONCE) {
      const next = this.items.find((each) => each.state === "waiting");
      if (!next) break;
      this.send(next);
    }
    show();
  },

  async send(item) {
    this.running += 1;
    item.state = "sending";
    item.line();
    const { signal } = this.stopped;
    try {
      const done = await new Sending({
        file: item.file, metadata: item.metadata, endpoint: words.endpoint, session, signal,
        url: kept.read()[item.mark]?.url || "",
        told: {
          address: (url) => kept.set(item.mark, { url, path: item.path, size: item.file.size }),
          sent: (bytes) => { item.sent = bytes; item.show(); show(); },
          lost: (seconds) => item.show(fill(words.lost, { n: count.format(seconds) })),
        },
      }).run();
      item.state = "done";
      item.sent = item.file.size;
      kept.set(item.mark, { url: done.url, path: item.path, size: item.file.size, done: true });
      item.gone();
      if (done.present) tellPresent(item, done.present);
      if (done.refused) await tellRefused(item, done.url);
    } catch (error) {
      if (error instanceof Paused) {
        item.state = "waiting";
        item.show(words.paused);
      } else {
        item.fail(error instanceof Refused && error.message ? error.message : words.unreadable);
        announce(`${item.path}: ${words.failed}`);
      }
    }
    this.running -= 1;
    this.go();
    refreshSoon();
  },

  pause() {
    this.stopped.abort();
    show();
  },

  resume() {
    this.stopped = null;
    this.go();
  },

  again(item) {
    item.gone();
    item.state = "waiting";
    item.sent = 0;
    this.go();
  },

  async leave(item) {
    item.gone();
    this.items = this.items.filter((each) => each !== item);
    await giveUp(item.mark);
    show();
  },
};

const giveUp = async (mark) => {
  const url = kept.read()[mark]?.url;
  kept.drop(mark);
  if (url) {
    // What cannot be reached now is forgotten by the server when its time is over.
    await fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "Bordereau-Form": session.token } })
      .catch(() => {});
  }
};

const tellPresent = (item, n) => {
  const row = make("li");
  row.append(make("bdi", item.path, "name"), make("span", fill(words.present, { n: count.format(n) }), "said"));
  byId("upload-files").append(row);
};

const tellRefused = async (item, url) => {
  const answer = await fetch(url, { headers: { "Bordereau-Form": session.token } }).catch(() => null);
  const told = answer?.ok ? await answer.json() : { refused: [] };
  const row = make("li", "", "failed");
  row.append(make("bdi", item.path, "name"), make("span", fill(words.packed, { n: count.format(told.refused.length) }), "said"));
  const list = make("ul");
  for (const each of told.refused.slice(0, 100)) {
    const line = make("li");
    line.append(make("bdi", each.name), words.colon, " ", each.reason);
    list.append(line);
  }
  row.append(list);
  byId("upload-files").append(row);
};

/* All in all, in a bar with words; said aloud at each quarter and at the end. */
let quarter = -1;
const announce = (text) => { byId("upload-aloud").textContent = text; };
const show = () => {
  const { items } = queue;
  byId("upload-state").hidden = !items.length;
  if (!items.length) return;
  const done = items.filter((each) => each.state === "done").length;
  const failed = items.filter((each) => each.state === "failed").length;
  const all = items.reduce((n, each) => n + each.file.size, 0);
  const sent = items.reduce((n, each) => n + Math.min(each.sent, each.file.size), 0);
  const bar = byId("upload-all");
  bar.max = Math.max(all, 1);
  bar.value = all ? sent : Number(!queue.busy);
  const paused = queue.stopped?.signal.aborted ?? false;
  const values = {
    done: count.format(done), files: count.format(items.length), sent: size(sent), all: size(all), failed: count.format(failed),
  };
  const parts = [fill(words.progress, values)];
  if (failed) parts.push(fill(words.failures, values));
  if (paused && queue.busy) parts.push(words.paused);
  else if (!queue.busy) parts.push(failed ? words.some : words.ended);
  const told = parts.join(" ");
  byId("upload-said").textContent = told;
  const now = queue.busy ? Math.floor((4 * sent) / Math.max(all, 1)) : 5;
  if (now !== quarter) {
    quarter = now;
    announce(told);
  }
  byId("upload-pause").hidden = paused || !queue.busy;
  byId("upload-resume").hidden = !paused || !queue.busy;
  if (!queue.busy) byId("upload-leaving").hidden = true;
};

/* The page below, anew: what arrived is in it, unless somebody is at work there. */
let timer = 0;
const atWork = () => {
  const below = byId("exhibits");
  return below.contains(document.activeElement) || below.querySelector("input[name=exhibit]:checked") !== null;
};
const refreshSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, queue.busy ? REFRESH_MS : 150);
};
const refresh = async () => {
  if (atWork()) {
    byId("upload-stale").hidden = false;
    return;
  }
  const answer = await fetch(location.pathname + location.search).catch(() => null);
  if (!answer?.ok || answer.redirected || atWork()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["owed", "exhibits", "withheld"]) {
    const from = fresh.getElementById(id);
    if (from && byId(id)) byId(id).replaceWith(document.adoptNode(from));
  }
  byId("upload-stale").hidden = true;
};

/* What did not arrive whole before this page was opened. */
const before = () => {
  const here = new Set(queue.items.map((each) => each.mark));
  return Object.entries(kept.read()).filter(([mark, each]) => !each.done && !here.has(mark));
};
const tellBefore = () => {
  const waiting = before();
  byId("upload-before").hidden = !waiting.length;
  byId("before-said").textContent = fill(words.before, { n: count.format(waiting.length) });
  byId("before-names").replaceChildren(...waiting.slice(0, NAMED_MAX).map(([, each]) => {
    const line = make("li");
    line.append(make("bdi", each.path), ` (${size(each.size)})`);
    return line;
  }));
};

const zone = byId("drop");
const over = (on) => (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  zone.classList.toggle("over", on);
};
document.addEventListener("dragover", over(true));
document.addEventListener("dragleave", over(false));
document.addEventListener("drop", async (event) => {
  over(false)(event);
  if (event.dataTransfer?.types.includes("Files")) queue.add(await ofDrop(event.dataTransfer));
});
for (const [button, input] of [["choose-files", "files-chosen"], ["choose-folder", "folder-chosen"]]) {
  byId(button).addEventListener("click", () => byId(input).click());
  byId(input).addEventListener("change", () => {
    queue.add(ofInput(byId(input)));
    byId(input).value = "";
  });
}
byId("upload-pause").addEventListener("click", () => { queue.pause(); byId("upload-resume").focus(); });
byId("upload-resume").addEventListener("click", () => { queue.resume(); byId("upload-pause").focus(); });
byId("before-forget").addEventListener("click", async () => {
  for (const [mark] of before()) await giveUp(mark);
  tellBefore();
});

/* Nobody leaves, or deposits, in the middle of it without being told. */
let leaving = false;
window.addEventListener("beforeunload", (event) => { if (queue.busy && !leaving) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.to-deposit");
  if (!link || !queue.busy) return;
  event.preventDefault();
  byId("upload-leaving").hidden = false;
  byId("leave-wait").focus();
});
byId("leave-now").addEventListener("click", () => { leaving = true; });
byId("leave-wait").addEventListener("click", () => {
  byId("upload-leaving").hidden = true;
  byId("upload-pause").focus();
});

byId("plain-upload").hidden = true;
box.hidden = false;
tellBefore();
