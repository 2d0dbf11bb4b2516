/* The calculator begins here: it asks the core whenever the form changes. All prices, totals and plans are the core's
   (bindings/wasm); nothing is computed in the page but places in a picture and what is saved in percent. BOOKS,
   {name: JSON text}, and CORE, the module in base64, are put before the scripts by tools/calculator.py. */

/* Shows one answer; what the core refuses is said in its place. */
function attempt(selectors, key, show) {
  try {
    return show();
  } catch (error) {
    if (!(error instanceof FaregateError)) {
      throw error;
    }
    selectors.forEach((selector) => find(selector).replaceChildren());
    find(selectors.at(-1)).replaceChildren(refusal(key, error));
    return null;
  }
}

function answer() {
  if (!find("#ask").checkValidity()) {
    return;
  }
  const question = readQuestion();
  const quote = attempt(["#total", "#bill"], "refused", () => showBill(question));
  if (quote === null) {
    ["#plan", "#curve", "#cliffs"].forEach((selector) => find(selector).replaceChildren());
    return;
  }
  attempt(["#plan"], "not_here", () => showPlan(question, quote));
  attempt(["#curve", "#cliffs"], "not_here", () => showCurve(question, quote));
}

/* The question is in the address, so that it can be kept and sent. */
function remember() {
  const asked = new URLSearchParams({ language, ...readForm() });
  history.replaceState(null, "", "#" + asked);
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
  document.title = say("title");
  document.querySelectorAll("[data-word]").forEach((place) => (place.textContent = say(place.dataset.word)));
  document
    .querySelectorAll("[data-language]")
    .forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.language === chosen)));
}

function show(given) {
  speak(given.language === "zh" || (given.language === undefined && navigator.language.startsWith("zh")) ? "zh" : "en");
  fillForm(given);
  remember();
  answer();
}

let waiting = 0;

function listen() {
  find("#ask").addEventListener("submit", (event) => event.preventDefault());
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (remember(), answer()), 60);
  };
  find("#ask").addEventListener("input", (event) => {
    if (event.target.tagName !== "SELECT") {
      later();
    }
  });
  find("#ask").addEventListener("change", (event) => {
    if (event.target.id === "book") {
      show({ language, book: event.target.value });
    } else if (event.target.id === "product") {
      show({ ...readForm(), language, at_once: undefined, materials: undefined });
    } else {
      later();
    }
  });
  document
    .querySelectorAll("[data-language]")
    .forEach((button) =>
      button.addEventListener("click", () => show({ ...readForm(), language: button.dataset.language })),
    );
  addEventListener("hashchange", () => show(fromAddress()));
}

const fromAddress = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

async function begin() {
  faregate = await loadFaregate(Uint8Array.from(atob(CORE), (letter) => letter.charCodeAt(0)));
  listen();
  show(fromAddress());
}

begin();
