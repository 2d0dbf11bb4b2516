/* The form as questions to the core: a basket, a forecast (docs/plan.md). */

function readQuestion() {
  const form = readForm();
  const { book, text } = bookNamed(form.book);
  const product = usedNow();
  const now = new Date();
  const attributes = (of) => {
    const those = (text.attributes ?? []).filter((attribute) => (attribute.of ?? "usage") === of);
    const read = (attribute, value) => (attribute.whole ? Number(value) : value);
    return those.length === 0
      ? undefined
      : Object.fromEntries(those.map((one) => [one.id, read(one, form[`attribute-${one.id}`])]));
  };
  return {
    book,
    text,
    product,
    capacity: capacityOf(product),
    start: `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`,
    calls: Number(form.calls),
    at_once: Number(form.at_once ?? 0),
    materials: Number(form.materials ?? 0),
    months: Number(form.months),
    free: form.free === "1",
    attributes: attributes("usage"),
    account: attributes("account"),
  };
}

function basketOf({ product, capacity, calls, at_once, materials, attributes }) {
  const usage = attributes === undefined ? calls : { quantity: calls, attributes };
  if (product.event) {
    return { [product.id]: usage };
  }
  const bought =
    capacity && at_once > capacity.limit
      ? { [capacity.meter]: { quantity: at_once, [capacity.byMonth ? "months" : "days"]: capacity.byMonth ? 1 : 31 } }
      : {};
  return { [product.id]: { [product.meter]: usage, ...bought, ...(materials > 0 ? { materials } : {}) } };
}

function forecastOf({ product, capacity, start, calls, at_once, materials, months }) {
  const each = (value) => Array(months).fill(value);
  return {
    product: product.id,
    start,
    calls: each(calls),
    ...(capacity && at_once > 0 ? { [`peak_${capacity.meter}`]: each(at_once) } : {}),
    ...(materials > 0 ? { materials } : {}),
  };
}
