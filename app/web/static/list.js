/* The list with a keyboard: rows fetched when they are opened, reasons copied.
   Everything here is a link or a selection without it. */
const table = document.querySelector("table.list");
const rows = table ? [...table.tBodies] : [];
const keys = document.getElementById("keys");
const search = document.getElementById("q");
let at = -1;

const go = (to) => {
  if (!rows.length) return;
  rows[at]?.classList.remove("here");
  at = Math.min(Math.max(to, 0), rows.length - 1);
  rows[at].classList.add("here");
  rows[at].querySelector(".open-row").focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
};

const say = (link, open) => {
  link.setAttribute("aria-expanded", String(open));
  link.firstChild.data = open ? table.dataset.close : table.dataset.open;
  link.closest("tbody").classList.toggle("open", open);
};

const filled = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = page.querySelector("[data-opened]");
  if (!parts) throw new Error("no parts");
  for (const next of parts.querySelectorAll("input[name=next]")) {
    next.value = location.pathname + location.search;
  }
  return document.adoptNode(parts);
};

const alone = (body) => {
  const on = table.dataset.asOf;
  return `/obligations/${body.id.slice(2)}${on ? `?as_of=${on}` : ""}`;
};

const toggle = async (link) => {
  const body = link.closest("tbody");
  const before = body.querySelector("tr.opened");
  if (before) {
    before.remove();
    say(link, false);
    return;
  }
  const row = document.createElement("tr");
  row.className = "opened";
  const cell = row.insertCell();
  cell.colSpan = 6;
  cell.setAttribute("aria-busy", "true");
  body.append(row);
  say(link, true);
  try {
    cell.replaceChildren(await filled(alone(body)));
  } catch {
    cell.textContent = table.dataset.failed;
  }
  cell.removeAttribute("aria-busy");
};

const copy = async (button) => {
  const said = button.closest("td").querySelector(".sentence");
  try {
    await navigator.clipboard.writeText(said.textContent.trim());
    const label = button.textContent;
    button.textContent = table.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  } catch {
    getSelection().selectAllChildren(said);
  }
};

table?.addEventListener("click", (event) => {
  const link = event.target.closest("a.open-row");
  const button = event.target.closest("button.copy");
  if (button) copy(button);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  at = rows.indexOf(link.closest("tbody"));
  toggle(link);
});

const ACTS = {
  j: () => go(at + 1),
  ArrowDown: () => go(at + 1),
  k: () => go(at - 1),
  ArrowUp: () => go(at - 1),
  o: () => rows[at] && toggle(rows[at].querySelector(".open-row")),
  c: () => rows[at] && copy(rows[at].querySelector(".copy")),
  "/": () => search.focus(),
  "?": () => keys.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = event.key.startsWith("Arrow");
  const act = ACTS[event.key];
  // Arrows move between rows once a row was chosen; until then they scroll as ever.
  if (!act || (arrow && at < 0)) return;
  event.preventDefault();
  act();
});

for (const hidden of document.querySelectorAll(".copy, .keys-hint")) hidden.hidden = false;
