/* What the core answers, shown: the bill, the cheapest plan, the curve. */

const PLAN_SECONDS = 2;

const count = (value) => groupDigits(value);

/* Why a line costs what it does: the core's own sentence, or its numbers where the language is another. */
function explain(line, money) {
  if (language === "en") {
    return line.explanation;
  }
  if (line.kind !== "usage") {
    return line.explanation
      .replace("held", "个")
      .replace("in packs", "来自资源包")
      .replace("free", "免费")
      .replace(/month(s)?/, "个月")
      .replace("days", "天");
  }
  const parts = [
    line.free > 0 && `免费 ${count(line.free)}`,
    line.packs > 0 && `资源包 ${count(line.packs)}`,
    line.capacity > 0 && `由已购能力承担 ${count(line.capacity)}`,
    line.postpaid > 0 &&
      `后付费 ${count(line.postpaid)}${line.unit_price === null ? "" : ` × ${money(line.unit_price)}`}`,
  ];
  return parts.filter(Boolean).join("，") || "0";
}

const nameOfLine = (line) => say(`kinds.${line.kind}`, line);

function linesTable(lines, text, money) {
  const quantityOf = (line) => count(line.quantity ?? line.units ?? "");
  const rows = lines.map((line) => [
    nameOfLine(line),
    quantityOf(line),
    line.unit_price === null || line.unit_price === undefined ? "" : groupDigits(line.unit_price),
    money(line.amount),
    explain(line, money),
    ruleOf(line.rule, text),
  ]);
  return table(
    [say("what"), "#" + say("quantity"), "#" + say("price"), "#" + say("amount"), say("why"), say("rule")],
    rows,
  );
}

/* The ids of rules, with what they are in the book's own words when they are pointed at. */
const ruleOf = (rule, text) =>
  make(
    "abbr",
    {
      title: (rule ?? "")
        .split(", ")
        .map((id) => text.sources?.[id] ?? id)
        .join("\n"),
    },
    rule ?? "",
  );

/* Months with the same bill, one after the other, as one. */
function alike(months) {
  const found = [];
  for (const { month, amount, lines } of months) {
    const bill = writeExact(lines);
    const before = found.at(-1);
    if (before !== undefined && before.bill === bill) {
      before.last = month;
      before.times += 1;
    } else {
      found.push({ first: month, last: month, times: 1, amount, lines, bill });
    }
  }
  return found;
}

function showBill(question) {
  const { book, text, months, free, account, start } = question;
  const quote = book.quote(basketOf(question), { months, at: `${start}-01`, free, attributes: account });
  const money = (amount) => showMoney(amount, quote.currency);
  find("#total").textContent = say(months === 1 ? "total_of_month" : "total_of_months", {
    months,
    total: money(quote.total),
  });
  find("#bill").replaceChildren(
    ...alike(quote.months).map(({ first, last, times, amount, lines }, i) => {
      const name = times === 1 ? first : say("months_alike", { first, last, times });
      const each = times === 1 ? money(amount) : say("each", { amount: money(amount) });
      const summary = make("summary", {}, name, make("span", { className: "amount" }, each));
      return make("details", { open: i === 0 }, summary, linesTable(lines, text, money));
    }),
  );
  return quote;
}

const nameOfOrder = (order) => say(order.pack === undefined ? "kinds.capacity" : "kinds.pack", order);

function showPlan(question, quote) {
  if (question.product.event) {
    find("#plan").replaceChildren(make("p", { className: "note" }, say("plan_of_event")));
    return;
  }
  const plan = question.book.cheapest(forecastOf(question), { seconds: PLAN_SECONDS });
  const money = (amount) => showMoney(amount, plan.currency);
  const saved = subtractMoney(quote.total, plan.total);
  const saves = toPico(saved) > 0n;
  const orders = plan.orders.map((order) => [
    order.month,
    nameOfOrder(order),
    count(order.quantity),
    money(order.amount),
  ]);
  const heads = [say("month"), say("bought"), "#" + say("quantity"), "#" + say("amount")];
  const values = {
    total: money(plan.total),
    saved: money(saved),
    percent: saves ? percentOf(saved, quote.total) : "0",
  };
  find("#plan").replaceChildren(
    make("p", { className: saves ? "saving good" : "saving" }, say(saves ? "saves" : "saves_nothing", values)),
    orders.length === 0 ? make("p", {}, say("no_orders")) : table(heads, orders),
    make(
      "p",
      { className: "note" },
      plan.proven ? say("proven") : say("gap", { seconds: PLAN_SECONDS, gap: money(plan.gap) }),
    ),
  );
}

function showCurve({ book, text, product, calls, attributes, start }, quote) {
  const granted = quote.grants.filter((grant) => grant.product === product.id && grant.month === start);
  const way = {
    product: product.id,
    free: granted.reduce((sum, grant) => sum + Number(grant.units), 0),
    at: `${start}-01`,
    attributes,
  };
  const cliffs = book.cliffs(way);
  const shown = book.curve(way);
  const upToHere = book.curve({ ...way, most: calls });
  const curve = calls > shown.most ? upToHere : shown;
  const here = calls > 0 ? upToHere.pieces.at(-1).last : null;
  const money = (amount) => showMoney(amount, text.currency);
  const label = say("curve_label", { here: count(calls), cost: here === null ? "0" : money(here) });
  const width = Math.min(900, Math.max(320, find("#curve").clientWidth));
  const picture = drawCurve({
    curve,
    cliffs,
    here: calls,
    cost: here,
    width,
    language,
    currency: text.currency,
    label,
  });
  find("#curve").replaceChildren(
    ...(picture === null ? [] : [picture]),
    ...(way.free > 0 ? [make("p", { className: "note" }, say("curve_free", { free: count(way.free) }))] : []),
  );
  const rows = cliffs.map((cliff) => [
    `${count(cliff.from)} – ${count(cliff.to)}`,
    `${count(cliff.buy)} = ${money(cliff.amount)}`,
    money(cliff.saves),
  ]);
  find("#cliffs").replaceChildren(
    cliffs.length === 0
      ? make("p", { className: "note" }, say("no_cliffs"))
      : table([say("from_to"), say("buys"), "#" + say("at_most")], rows, say("cliffs")),
  );
}
