/* The module from JavaScript: `FAREGATE_WASM=… node --test tests/wasm/`. Amounts are by hand, from the price guide. */
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { before, test } = require("node:test");
const root = path.join(__dirname, "..", "..");
const { loadFaregate, parseExact, writeExact } = require(path.join(root, "bindings/wasm/faregate.js"));

const bookText = (name) => fs.readFileSync(path.join(root, "books", `${name}.json`), "utf8");
let faregate;
let book;

before(async () => {
  faregate = await loadFaregate(fs.readFileSync(process.env.FAREGATE_WASM));
  book = faregate.book(bookText("tencent-facefusion"));
});

test("a price, with its line", () => {
  const price = book.price({ product: "image", meter: "calls", quantity: 90_000 });
  assert.strictEqual(price.amount, "16200.00"); // 90,000 at 0.18
  assert.deepStrictEqual(price.lines, [{ units: 90_000, unit_price: "0.18", tier: 10_000, amount: "16200.00" }]);
});

test("capacity by the day and by the month", () => {
  const query = { product: "image", meter: "qps", quantity: 60 };
  assert.strictEqual(book.price({ ...query, days: 5 }).amount, "25500.00"); // 60 × 5 × 85
  assert.strictEqual(book.price({ ...query, months: 2 }).amount, "240000.00"); // 60 × 2 × 2,000
});

test("attributes say how many units, and which rule prices them", () => {
  const claude = faregate.book(bookText("anthropic-claude"));
  const query = { product: "input", meter: "tokens", quantity: 2, attributes: { input: 1_000, inference: "us" } };
  assert.strictEqual(claude.price(query).amount, "0.011"); // 2,000 × 5 ÷ 1,000,000 × 1.1
  assert.throws(() => claude.price({ ...query, attributes: { inference: "mars" } }), { code: "unknown_value" });
  assert.throws(() => claude.price({ ...query, attributes: [] }), { code: "invalid" });
});

test("a quote: what a fresh account pays", () => {
  const at = "2025-01-10";
  assert.strictEqual(book.quote({ image: { calls: 90_000 } }, { at, months: 2 }).total, "32040.00"); // 2 × 89,000 × 0.18
  assert.strictEqual(book.quote({ image: { calls: 90_000 } }, { at, free: false }).total, "16200.00");
  const lambda = faregate.book(bookText("aws-lambda-provisioned"));
  const calls = { call: { quantity: 7_440_000, attributes: { ms: 2_000, mb: 1_024 } } };
  // as the vendor prints it: 1.49 + 248.00, nothing of it free
  assert.strictEqual(lambda.quote(calls, { at, attributes: { "free-tier": "used-elsewhere" } }).total, "249.49");
});

test("a curve and its cliffs", () => {
  const curve = book.curve({ product: "image", most: 20_000 });
  assert.deepStrictEqual(
    curve.pieces.map(({ from, to, first, last }) => [from, to, first, last]),
    [
      [0, 9_999, "0.00", "2399.76"],
      [10_000, 20_000, "1800.00", "3600.00"],
    ],
  );
  const [cliff] = book.cliffs({ product: "image", most: 20_000 });
  assert.deepStrictEqual([cliff.from, cliff.to, cliff.buy, cliff.amount], [7_501, 9_999, 10_000, "1800.00"]);
});

test("the cheapest plan", () => {
  // 12 × (10,000 − 1,000 free) = 108,000 calls: one pack of 100,000 for 10,000 and one of 10,000 for 1,500
  const plan = book.cheapest({ product: "image", start: "2025-01", calls: Array(12).fill(10_000) });
  assert.strictEqual(plan.total, "11500.00");
  assert.strictEqual(plan.proven, true);
  assert.deepStrictEqual(plan.orders.map(({ pack }) => pack).sort(), ["calls-100k", "calls-10k"]);
  assert.strictEqual(faregate.replay(plan.timeline).statement.spent.total, "11500.00");
});

test("quantities beyond 2^53", () => {
  assert.throws(() => book.price({ product: "image", meter: "calls", quantity: 2 ** 53 }), { path: "quantity" });
  assert.throws(() => book.price({ product: "image", meter: "calls", quantity: 1.5 }), { path: "quantity" });
  assert.throws(() => book.price({ product: "image", meter: "calls", quantity: 2n ** 63n }), { path: "quantity" });
  const price = book.price({ product: "image", meter: "calls", quantity: 9_007_199_254_740_993n });
  assert.strictEqual(price.units, 9_007_199_254_740_993n);
  assert.strictEqual(price.amount, "180143985094819.86"); // × 0.02
});

test("exact JSON, there and back", () => {
  const value = {
    a: [1, 9_007_199_254_740_993n, -(2n ** 63n)],
    "\u00010": "\u00011",
    b: 'x":12345678901234567890',
    c: null,
  };
  assert.deepStrictEqual(parseExact(writeExact(value)), value);
  assert.strictEqual(writeExact({ a: undefined, b: [2n ** 60n] }), '{"b":[1152921504606846976]}');
});

test("what is refused has code, path and rule", () => {
  assert.throws(() => book.price({ product: "imagf", meter: "calls", quantity: 1 }), {
    name: "FaregateError",
    code: "unknown_product",
  });
  assert.throws(() => faregate.book("{"), { code: "invalid" });
  assert.throws(() => faregate.book(5), { code: "invalid", path: "book" });
  assert.throws(() => book.quote({ image: { calls: 1 } }, { at: "yesterday" }), { code: "invalid", path: "at" });
  assert.throws(() => faregate.replay({ book: "none", commands: [] }), { code: "unknown_book" });
  assert.ok(faregate.check("{}").length > 0);
});

test("times are the book's own", () => {
  const by = (at) => book.quote({ image: { calls: 1 } }, { at }).months[0].month;
  assert.strictEqual(by("2025-01-31T23:30:00"), "2025-01");
  assert.strictEqual(by("2025-01-31T16:30:00Z"), "2025-02"); // 00:30 of the next day in China
  assert.strictEqual(by(1_735_689_600_000_000n), "2025-01");
});

test("a thousand questions take no more memory than a few", () => {
  const ask = () => {
    book.quote({ image: { calls: 90_000 } }, { months: 12, at: "2025-01-01" });
    book.cheapest({ product: "image", start: "2025-01", calls: [10_000] });
    assert.throws(() => faregate.book('{"format":'));
  };
  ask();
  const held = faregate.memoryBytes();
  for (let i = 0; i < 1000; i++) {
    ask();
  }
  assert.ok(faregate.memoryBytes() - held <= 65_536 * 2, `${faregate.memoryBytes()} after ${held}`);
});
