/* Ticks of a table: all of the page at once, and how many are ticked. Works by delegation, for
   the table is drawn anew while files arrive. */

const boxes = () => [...document.querySelectorAll('#exhibits input[name="exhibit"]')];
const count = new Intl.NumberFormat(document.documentElement.lang);
let last = null;

const show = () => {
  const all = boxes();
  const ticked = all.filter((each) => each.checked).length;
  const whole = document.getElementById("tick-all");
  if (whole) {
    whole.checked = ticked > 0 && ticked === all.length;
    whole.indeterminate = ticked > 0 && ticked < all.length;
  }
  for (const said of document.querySelectorAll(".ticked")) said.textContent = said.dataset.ticked.replace("{n}", count.format(ticked));
};

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.name !== "exhibit") return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = target.checked;
  }
  last = target;
  show();
});
document.addEventListener("change", (event) => {
  if (event.target.id === "tick-all") {
    for (const each of boxes()) each.checked = event.target.checked;
  }
  if (event.target.id === "tick-all" || event.target.name === "exhibit") {
    const chosen = document.querySelector('#exhibits input[name="scope"][value="ticked"]');
    if (chosen) chosen.checked = true;
  }
  show();
});
const whole = document.getElementById("tick-all");
if (whole) whole.closest("label").hidden = false;
new MutationObserver(() => {
  const fresh = document.getElementById("tick-all");
  if (fresh) fresh.closest("label").hidden = false;
}).observe(document.querySelector("main"), { childList: true });
show();
