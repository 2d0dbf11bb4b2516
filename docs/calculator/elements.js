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

/* Rows under heads; a head that begins with "#" is of numbers. */
function table(heads, rows, caption) {
  const isNumber = heads.map((head) => head.startsWith("#"));
  const cells = (name, texts) =>
    texts.map((text, i) =>
      make(name, { className: isNumber[i] ? "number" : "", scope: name === "th" ? "col" : "" }, text),
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
          ...cells(
            "th",
            heads.map((head) => head.replace("#", "")),
          ),
        ),
      ),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row)))),
    ),
  );
}

const refusal = (key, error) =>
  make("p", { className: "refusal", role: "alert" }, say(key, { message: error.message }));
