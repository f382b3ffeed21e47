/* Counts down by the server's clock: the page brought the time, the browser's stopwatch (which
   no wrong date can bend) carries it on. The words are the server's until the first tick. */

const STRAY_MS = 3_000;
const places = [...document.querySelectorAll(".countdown")];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_found, name) => values[name]);
let atServer = places.length ? Date.parse(places[0].dataset.now) : 0;
/* The server read its clock after this: what is shown may be a little less, never more. */
const opened = performance.getEntriesByType("navigation")[0];
let since = opened ? opened.requestStart : performance.now();
let between = Date.now() - performance.now();

const left = (place, now) => {
  const { dataset } = place;
  const seconds = Math.floor((Date.parse(dataset.due) - now) / 1000);
  if (seconds <= 0) return dataset.over;
  const values = {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor((seconds % 86_400) / 3600),
    minutes: Math.floor((seconds % 3600) / 60),
    seconds: seconds % 60,
  };
  if (values.days) return fill(dataset.days, values);
  return fill(values.hours ? dataset.hours : dataset.minutes, values);
};

const tick = () => {
  const now = atServer + performance.now() - since;
  for (const place of places) {
    const text = left(place, now);
    if (place.textContent !== text) place.textContent = text;
  }
};

/* A closed lid stops the stopwatch. Only that it and the clock came apart is read from the clock. */
const ask = async () => {
  const began = performance.now();
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".countdown");
  if (!found) return;
  atServer = Date.parse(found.dataset.now);
  since = began;
};
const look = () => {
  const apart = Date.now() - performance.now();
  if (Math.abs(apart - between) > STRAY_MS) {
    between = apart;
    ask();
  }
  tick();
};

if (places.length) {
  tick();
  setInterval(look, 1000);
}
