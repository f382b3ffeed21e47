// Terms show what they come to while they are typed, by the page's own route: the same
// computation as the button "Compute". Fields that the chosen term has no use for step aside.
const form = document.getElementById("register");
const focus = document.getElementById("focus");
if (focus) document.getElementById(focus.value)?.focus();

const USES = {
  within: ["value", "unit", "trigger"],
  before: ["value", "unit", "trigger"],
  until: ["on", "at"],
  none: ["no_term"],
};
const OPTIONAL = ["value", "unit", "trigger", "on", "at", "no_term"];

function arrange(select) {
  const prefix = select.name.slice(0, -"term".length);
  const used = USES[select.value] ?? USES.within;
  for (const name of OPTIONAL) {
    const input = document.getElementById(`field-${prefix}${name}`);
    const wrong = input?.getAttribute("aria-invalid") === "true";
    input?.closest(".field").toggleAttribute("hidden", !used.includes(name) && !wrong);
  }
}

let asked = 0;

async function compute() {
  const turn = ++asked;
  const said = new FormData(form);
  said.set("act", "compute");
  for (const part of document.querySelectorAll(".derived")) part.classList.add("waiting");
  let page = null;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(said) });
    if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    // The line is down: what stands there stays, and the button still computes.
  }
  if (turn !== asked) return;
  for (const part of document.querySelectorAll(".derived")) {
    part.classList.remove("waiting");
    const found = page?.getElementById(part.id);
    if (found) part.replaceChildren(...found.childNodes);
  }
  const live = document.getElementById("live");
  const reached = document.querySelector(".derived .reached");
  live.textContent = reached ? reached.textContent : "";
}

if (form?.dataset.step === "terms") {
  const kinds = [...form.querySelectorAll('select[name$="term"]')];
  kinds.forEach(arrange);
  let timer = 0;
  form.addEventListener("input", (event) => {
    const name = event.target.name ?? "";
    if (kinds.includes(event.target)) arrange(event.target);
    if (name === "same_term") {
      form.querySelector('button[value="compute"]').click();
    } else if (/(^try_|_(term|value|unit|trigger|on|at)$)/.test(name)) {
      clearTimeout(timer);
      timer = setTimeout(compute, 300);
    }
  });
}
