/* Numbers for people, without floating point where they are money. */

/* "1234567.80" to "1,234,567.80". */
function groupDigits(text) {
  const [whole, fraction] = String(text).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : grouped + "." + fraction;
}

const SYMBOLS = { CNY: "¥", USD: "$", EUR: "€" };

function showMoney(amount, currency) {
  return (SYMBOLS[currency] ?? currency + " ") + groupDigits(amount);
}

/* A decimal text as an integer of 10^-12, the finest that amounts come in. */
function toPico(amount) {
  const [whole, fraction = ""] = amount.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

/* An integer of 10^-12 as a decimal text of at least two digits behind the point. */
function fromPico(pico) {
  const digits = String(pico < 0n ? -pico : pico).padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0{1,10}$/, "");
  return (pico < 0n ? "-" : "") + digits.slice(0, -12) + "." + fraction;
}

const subtractMoney = (a, b) => fromPico(toPico(a) - toPico(b));

/* How much of `whole` a part is, in percent with one digit. */
function percentOf(part, whole) {
  const tenths = (toPico(part) * 1000n) / toPico(whole);
  return `${tenths / 10n}.${tenths % 10n}`;
}

/* The positions of a slider are even steps of the logarithm, which come out as numbers of two digits. */
const POSITIONS = 1000;

function fromPosition(position, most) {
  if (position <= 0) {
    return 0;
  }
  const exact = Math.exp((Math.log(most) * position) / POSITIONS);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  return Math.min(most, Math.round(exact / unit) * unit);
}

function toPosition(value, most) {
  return value <= 0 ? 0 : Math.min(POSITIONS, Math.max(1, Math.round((Math.log(value) / Math.log(most)) * POSITIONS)));
}
