// Looks through what index.js says there is: every word must be in a part; those that have it in
// their heading come first.
"use strict";
const field = document.getElementById("search");
const list = document.getElementById("found");
const up = document.documentElement.dataset.up;
const most = 12;

// On a small screen the pages are a list to open.
if (matchMedia("(width < 48rem)").matches) document.querySelector("nav details").open = false;

function worth(part, wanted) {
  const title = `${part.t} ${part.p}`.toLowerCase();
  const text = part.x.toLowerCase();
  let sum = 0;
  for (const word of wanted) {
    if (part.t.toLowerCase().includes(word)) sum += 8;
    else if (title.includes(word)) sum += 4;
    else if (text.includes(word)) sum += 1;
    else return 0;
  }
  return sum;
}

function around(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  return (at > 0 ? "…" : "") + text.slice(at, at + 140);
}

function found(part, word) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = up + part.f;
  link.textContent = part.t === part.p ? part.t : `${part.p}: ${part.t}`;
  const some = document.createElement("small");
  some.textContent = around(part.x, word);
  link.append(some);
  item.append(link);
  return item;
}

function look() {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const best = wanted.length === 0 ? [] : searched
    .map((part) => ({ part, worth: worth(part, wanted) }))
    .filter((f) => f.worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, most);
  list.replaceChildren(...best.map((f) => found(f.part, wanted[0])));
  if (wanted.length > 0 && best.length === 0) {
    const nothing = document.createElement("li");
    nothing.textContent = "Nothing is found.";
    list.append(nothing);
  }
  list.hidden = wanted.length === 0;
}

function step(by) {
  const links = [...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement) + by;
  if (at < 0) field.focus();
  else links[Math.min(at, links.length - 1)]?.focus();
}

field.addEventListener("input", look);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) field.focus();
  else if (event.key === "Escape") {
    field.value = "";
    look();
  } else if (list.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  else step(event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
});
