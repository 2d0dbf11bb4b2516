/* The form: the price books there are, what can be used of one, and the fields that ask for it. */

const MOST_CALLS = 1e8;
const MOST_MATERIALS = 5000;

let faregate = null;
const loaded = new Map(); // by name: {book, text}

function bookNamed(name) {
  if (!loaded.has(name)) {
    loaded.set(name, { book: faregate.book(BOOKS[name]), text: JSON.parse(BOOKS[name]) });
  }
  return loaded.get(name);
}

/* What can be used: products with a price, and events that are used as one. */
function usables(text) {
  const events = (text.events ?? []).map((event) => ({
    id: event.id,
    title: event.title ?? event.id,
    unit: event.id,
    event: true,
  }));
  return [...events, ...text.products];
}

function usedNow() {
  const { text } = bookNamed(find("#book").value);
  return usables(text).find(({ id }) => id === find("#product").value);
}

/* The capacity of a product that a slider asks for: the first that is sold by months or days. */
function capacityOf(product) {
  const sold = product.capacity === undefined ? (product.capacities ?? []) : [product.capacity];
  const first = sold.find(({ month, day }) => month !== undefined || day !== undefined);
  return (
    first && {
      meter: first.id ?? first.meter,
      limit: first.limit ?? 0,
      most: first.max_held ?? 300,
      byMonth: first.month !== undefined,
    }
  );
}

function fillSelect(select, options, chosen) {
  select.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
  if (options.some(([value]) => value === chosen)) {
    select.value = chosen;
  }
}

/* A slider with the number it stands for beside it; both are the one field `id`. */
function addAmount(into, { id, label, help, value, most, even, least = 0 }) {
  const number = make("input", {
    type: "number",
    id,
    name: id,
    min: least,
    max: even ? most : 1e15,
    step: 1,
    value,
    required: true,
  });
  const range = make("input", { type: "range", min: even ? least : 0, max: even ? most : POSITIONS, step: 1 });
  const show = () => {
    range.value = even ? number.value : toPosition(Number(number.value), most);
    range.setAttribute("aria-valuetext", groupDigits(number.value));
  };
  range.setAttribute("aria-label", label);
  range.addEventListener("input", () => {
    number.value = even ? range.value : fromPosition(Number(range.value), most);
    show();
  });
  number.addEventListener("input", show);
  show();
  const small = help === undefined ? [] : [make("small", {}, help)];
  into.append(
    make(
      "div",
      { className: "field" },
      make("label", { htmlFor: id }, label),
      make("div", { className: "slider" }, range, number),
      ...small,
    ),
  );
}

/* "calls" of a product, "message" of an event. */
const unitOf = (product) => product.meter ?? product.id;

function fillAmounts(given) {
  const into = find("#amounts");
  const product = usedNow();
  const capacity = capacityOf(product);
  into.replaceChildren();
  addAmount(into, {
    id: "calls",
    label: say("calls", { unit: unitOf(product) }),
    value: given.calls ?? 90000,
    most: MOST_CALLS,
  });
  if (capacity) {
    const help = say(capacity.limit > 0 ? "at_once_help" : "at_once_none", {
      limit: capacity.limit,
      max: capacity.most,
    });
    addAmount(into, {
      id: "at_once",
      label: say("at_once", { meter: capacity.meter }),
      help,
      value: given.at_once ?? 0,
      most: capacity.most,
      even: true,
    });
  }
  if (product.materials) {
    addAmount(into, { id: "materials", label: say("materials"), value: given.materials ?? 0, most: MOST_MATERIALS });
  }
  addAmount(into, { id: "months", label: say("months"), value: given.months ?? 12, most: 36, even: true, least: 1 });
}

function fillAttributes(given) {
  const { text } = bookNamed(find("#book").value);
  find("#attributes").replaceChildren(
    ...(text.attributes ?? []).map((attribute) => {
      const id = `attribute-${attribute.id}`;
      const value = given[id] ?? attribute.default ?? (attribute.values ? attribute.values[0] : 1000);
      const label = attribute.title === undefined ? attribute.id : `${attribute.id} (${attribute.title})`;
      const input = attribute.values
        ? make("select", { id, name: id })
        : make("input", {
            id,
            name: id,
            value,
            type: attribute.whole ? "number" : "text",
            min: 0,
            step: 1,
            required: true,
          });
      if (attribute.values) {
        fillSelect(
          input,
          attribute.values.map((one) => [one, one]),
          value,
        );
      }
      return make("p", { className: "field" }, make("label", { htmlFor: id }, label), input);
    }),
  );
}

function fillForm(given) {
  fillSelect(
    find("#book"),
    Object.keys(BOOKS).map((name) => [name, titleOf(name, bookNamed(name).text.title)]),
    given.book ?? "tencent-facefusion",
  );
  const { text } = bookNamed(find("#book").value);
  fillSelect(
    find("#product"),
    usables(text).map(({ id, title }) => [id, titleOf(`${text.id}/${id}`, title ?? id)]),
    given.product,
  );
  find("#free").checked = given.free !== "0";
  fillAmounts(given);
  fillAttributes(given);
  find("#guide").textContent =
    text.as_of === undefined ? (text.about ?? "") : `${say("guide_of", { date: text.as_of })} ${text.about ?? ""}`;
}

/* What the form says, as texts. */
const readForm = () => ({ ...Object.fromEntries(new FormData(find("#ask"))), free: find("#free").checked ? "1" : "0" });
