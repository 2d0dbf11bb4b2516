/* What is shown: words in the language chosen, elements, tables. */

const find = (selector) => document.querySelector(selector);

let language = "en";

function say(key, values = {}) {
  const words = key.split(".").reduce((found, part) => found[part], WORDS[language]);
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/* Books are in one language; what they are called in another is among the words. */
const titleOf = (id, title) => WORDS[language].titles[id] ?? title;

function make(name, options = {}, ...children) {
  const { dataset, ...properties } = options;
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

/* Rows under heads; a head that begins with "#" is of numbers. A cell knows its head, for windows too narrow for
   columns. */
function table(heads, rows, caption) {
  const isNumber = heads.map((head) => head.startsWith("#"));
  const names = heads.map((head) => head.replace("#", ""));
  const cells = (name, texts) =>
    texts.map((text, i) =>
      make(
        name,
        {
          className: isNumber[i] ? "number" : "",
          scope: name === "th" ? "col" : "",
          dataset: name === "td" ? { head: names[i] } : {},
        },
        text,
      ),
    );
  return make(
    "div",
    { className: "wide" },
    make(
      "table",
      {},
      ...(caption === undefined ? [] : [make("caption", {}, caption)]),
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          ...cells("th", names),
        ),
      ),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row)))),
    ),
  );
}

/* What the core does not work out is no fault of the question; where in the price book that lies is told when it is
   pointed at. */
const refusal = (key, error) =>
  error.code === "unsupported"
    ? make("p", { className: "note", title: error.message }, say("unsupported"))
    : make("p", { className: "refusal", role: "alert" }, say(key, { message: error.message }));
