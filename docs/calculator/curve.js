/* The picture of a curve: cost over quantity, both axes logarithmic, with the cliffs shaded and the quantity in question
   marked. Amounts become floating-point numbers here, where they are places in a picture. */
const PICTURE = { height: 340, left: 64, right: 14, top: 16, bottom: 34 };

function element(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

function scaleOf(least, most, from, to) {
  const span = Math.log(most) - Math.log(least) || 1;
  return (value) => from + ((Math.log(Math.max(value, least)) - Math.log(least)) / span) * (to - from);
}

/* Powers of ten within, as many as there is room for. */
function ticks(least, most, room) {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first + 1) / room));
  const found = [];
  for (let power = first; power <= last; power += step) {
    found.push(10 ** power);
  }
  return found;
}

const shortNumber = (value, language) =>
  new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(value);

function drawCurve({ curve, cliffs, here, cost, width, language, currency, label }) {
  const { height, left, right, top, bottom } = PICTURE;
  const points = curve.pieces.flatMap(({ from, to, first, last }) => [
    [Number(from), Number(first)],
    [Number(to), Number(last)],
  ]);
  const costs = points.map(([, amount]) => amount).filter((amount) => amount > 0);
  const xs = points.map(([quantity]) => quantity).filter((quantity) => quantity > 0);
  if (costs.length === 0 || xs.length === 0) {
    return null;
  }
  const most = { x: Math.max(...xs), y: Math.max(...costs) };
  const least = { x: Math.max(1, most.x / 1e5), y: Math.max(Math.min(...costs), most.y / 1e5) };
  const x = scaleOf(least.x, most.x, left, width - right);
  const y = scaleOf(least.y, most.y, height - bottom, top);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });

  for (const at of ticks(least.x, most.x, width / 60)) {
    svg.append(
      element("line", { class: "axis", x1: x(at), x2: x(at), y1: top, y2: height - bottom }),
      element("text", { x: x(at), y: height - bottom + 18, "text-anchor": "middle" }, shortNumber(at, language)),
    );
  }
  for (const at of ticks(least.y, most.y, 7)) {
    svg.append(
      element("line", { class: "axis", x1: left, x2: width - right, y1: y(at), y2: y(at) }),
      element(
        "text",
        { x: left - 8, y: y(at) + 4, "text-anchor": "end" },
        (SYMBOLS[currency] ?? "") + shortNumber(at, language),
      ),
    );
  }
  for (const cliff of cliffs) {
    const from = x(Math.max(Number(cliff.from), least.x));
    const to = x(Number(cliff.buy));
    if (to > left) {
      svg.append(
        element("rect", {
          class: "cliff",
          x: from,
          width: Math.max(1, to - from),
          y: top,
          height: height - bottom - top,
        }),
      );
    }
  }
  let before = null;
  for (const piece of curve.pieces) {
    const steps = 40;
    const [from, to] = [Math.max(Number(piece.from), least.x), Number(piece.to)];
    if (to < least.x) {
      continue;
    }
    const slope =
      to === Number(piece.from) ? 0 : (Number(piece.last) - Number(piece.first)) / (to - Number(piece.from));
    const path = [];
    for (let i = 0; i <= steps; i++) {
      const at = from * (to / from) ** (i / steps);
      const amount = Number(piece.first) + slope * (at - Number(piece.from));
      path.push(`${x(at).toFixed(1)},${y(amount).toFixed(1)}`);
    }
    if (before !== null && before !== path[0]) {
      const [[x1, y1], [x2, y2]] = [before.split(","), path[0].split(",")];
      svg.append(element("line", { class: "jump", x1, y1, x2, y2 }));
    }
    svg.append(element("polyline", { class: "cost", points: path.join(" ") }));
    before = path[path.length - 1];
  }
  if (here >= least.x && here <= most.x && cost !== null) {
    const [cx, cy] = [x(here), y(Number(cost))];
    const left_side = cx > width / 2;
    svg.append(
      element("line", { class: "here-line", x1: cx, x2: cx, y1: cy, y2: height - bottom }),
      element("circle", { class: "here", cx, cy, r: 5 }),
      element(
        "text",
        {
          class: "here-label",
          x: cx + (left_side ? -10 : 10),
          y: Math.max(top + 12, cy - 8),
          "text-anchor": left_side ? "end" : "start",
        },
        showMoney(cost, currency),
      ),
    );
  }
  return svg;
}
