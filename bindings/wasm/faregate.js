/* faregate for JavaScript: the core as a WebAssembly module, in a page, a worker or Node.js. One file without imports,
   so that a page that was opened from a folder can load it as a plain script:

     const faregate = await loadFaregate(bytes);       // the bytes of faregate.wasm
     const book = faregate.book(jsonText);
     book.quote({ image: { calls: 90000 } }, { at: "2025-01-01" }).total  // "16200.00"

   Money is a decimal string and is never rounded. A quantity, given or returned, is an integer, or a BigInt above 2^53.
   An instant is a text as in docs/timeline.md (local time of the book if it has no offset), or microseconds since 1970
   as a BigInt. What the core refuses is thrown as a FaregateError with its code, path and rule. */
(function (scope) {
  "use strict";

  class FaregateError extends Error {
    constructor({ code, message, path, rule }) {
      super((path ? path + ": " : "") + message);
      this.name = "FaregateError";
      this.code = code;
      this.path = path;
      this.rule = rule;
    }
  }

  const NO_TIME = -(2n ** 63n);
  const invalid = (path, message) => new FaregateError({ code: "invalid", message, path, rule: "" });

  /* Returns an integer of 64 bits as a BigInt. A Number above 2^53 is refused, because it may have been rounded. */
  function toInteger(name, value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) {
      return BigInt(value);
    }
    if (typeof value === "bigint" && value === BigInt.asIntN(64, value)) {
      return value;
    }
    throw invalid(name, "expected an integer, or a BigInt of 64 bits, not " + String(value));
  }

  /* Writes JSON: a BigInt becomes a number, and an undefined property is left out. */
  function toJson(value) {
    if (typeof value === "number" && Number.isInteger(value)) {
      return String(toInteger("", value));
    }
    if (Array.isArray(value)) {
      return "[" + value.map(toJson).join(",") + "]";
    }
    if (typeof value === "object" && value !== null) {
      const given = Object.entries(value).filter(([, part]) => part !== undefined);
      return "{" + given.map(([key, part]) => JSON.stringify(key) + ":" + toJson(part)).join(",") + "}";
    }
    return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  }

  /* Reads JSON; integers above 2^53 become BigInts. Before it is parsed, they are made texts that begin with a mark,
     and a text that begins with the mark anyway gets a second one. */
  function fromJson(text) {
    const marked = text.replace(/("(?:[^"\\]|\\.)*")(\s*:)?|-?\d{16,}/g, (token, string, colon) => {
      if (string !== undefined) {
        return colon === undefined && string.startsWith('"\\u0001') ? '"\\u0001' + string.slice(1) : token;
      }
      return Number.isSafeInteger(Number(token)) ? token : '"\\u0001' + token + '"';
    });
    return JSON.parse(marked, (key, value) => {
      if (typeof value !== "string" || value[0] !== "\u0001") {
        return value;
      }
      return value[1] === "\u0001" ? value.slice(1) : BigInt(value.slice(1));
    });
  }

  /* Returns the imports of the module: a monotonic clock, for the time limit of a search, and functions on files, which
     all fail because there are no files. */
  function imports(memory) {
    const none = () => 8; // "bad file descriptor"
    const clock = (id, precision, at) => {
      const elapsed = BigInt(Math.round(scope.performance.now() * 1e6));
      new DataView(memory().buffer).setBigUint64(at, elapsed, true);
      return 0;
    };
    return { wasi_snapshot_preview1: { clock_time_get: clock, fd_close: none, fd_seek: none, fd_write: none } };
  }

  class Book {
    #module;
    #address;

    constructor(module, address) {
      this.#module = module;
      this.#address = address;
      module.books.register(this, address);
    }

    get address() {
      return this.#address;
    }

    #ask(question, write) {
      return this.#module.ask((room) => question(this.#address, ...write(room)));
    }

    #instant(room, at) {
      if (at === undefined) {
        return BigInt(Date.now()) * 1000n;
      }
      if (typeof at === "bigint") {
        return toInteger("at", at);
      }
      const instant = this.#module.exports.instant(this.#address, ...room.text("at", at));
      if (instant === NO_TIME) {
        throw this.#module.error();
      }
      return instant;
    }

    /** Describes the book: products, meters, prices, packs, grants, policy. */
    describe() {
      return this.#ask(this.#module.exports.book_describe, () => []);
    }

    /** Returns the price of a quantity: {product, meter, quantity, tier_quantity?, days?, months?, at?,
        attributes?}. */
    price({ product, meter, quantity, tier_quantity = -1, days = 0, months = 0, at, attributes }) {
      return this.#ask(this.#module.exports.price, (room) => [
        ...room.text("product", product),
        ...room.text("meter", meter),
        toInteger("quantity", quantity),
        toInteger("tier_quantity", tier_quantity),
        toInteger("days", days),
        toInteger("months", months),
        this.#instant(room, at),
        ...room.json(attributes),
      ]);
    }

    /** Returns the cost over quantity, piece by piece: {product, meter?, pack?, packs?, free?, at?,
        attributes?, most?}. */
    curve({ product, meter, pack, packs = 0, free = 0, at, attributes, most = -1 }) {
      return this.#ask(this.#module.exports.curve, (room) => [
        ...room.text("product", product),
        ...room.text("meter", meter, true),
        ...room.text("pack", pack, true),
        toInteger("packs", packs),
        toInteger("free", free),
        this.#instant(room, at),
        ...room.json(attributes),
        toInteger("most", most),
      ]);
    }

    /** Returns the quantities at which buying more costs less: {product, meter?, free?, at?, attributes?, most?}. */
    cliffs({ product, meter, free = 0, at, attributes, most = -1 }) {
      return this.#ask(this.#module.exports.cliffs, (room) => [
        ...room.text("product", product),
        ...room.text("meter", meter, true),
        toInteger("free", free),
        this.#instant(room, at),
        ...room.json(attributes),
        toInteger("most", most),
      ]);
    }

    /** Returns what a basket of usage costs a new account with these attributes (docs/plan.md, "A basket"). */
    quote(basket, { months = 1, at, free = true, policy, attributes } = {}) {
      return this.#ask(this.#module.exports.quote, (room) => [
        ...room.json(basket),
        ...room.json(policy),
        ...room.json(attributes),
        toInteger("months", months),
        this.#instant(room, at),
        free ? 0 : 1,
      ]);
    }

    /** Returns the cheapest plan for a forecast, or the plan that `plan` names or lists (docs/plan.md); `seconds`
        limits the search. The `timeline` of a plan replays to its total. */
    cheapest(forecast, { plan, seconds = 0 } = {}) {
      const made = this.#ask(this.#module.exports.plan, (room) => [
        ...room.json(forecast),
        ...room.json(plan),
        toInteger("seconds", Math.round(seconds * 1e6)),
      ]);
      return { ...made, timeline: this.#module.timeline() };
    }
  }

  class Module {
    constructor(exports) {
      this.exports = exports;
      this.books = new scope.FinalizationRegistry((address) => exports.book_release(address));
    }

    #read(address, length) {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        new Uint8Array(this.exports.memory.buffer, address, length),
      );
    }

    #answer() {
      return this.#read(this.exports.answer_text(), this.exports.answer_length());
    }

    /* Returns the timeline of the plan that was made last. */
    timeline() {
      return fromJson(this.#read(this.exports.timeline_text(), this.exports.timeline_length()));
    }

    error() {
      return new FaregateError(fromJson(this.#answer()));
    }

    /* Calls `question`, which writes its texts into memory of the module by `room`; this memory is given back then.
       Returns the text of the answer. */
    askText(question) {
      const rooms = [];
      const place = (bytes) => {
        const address = this.exports.room(bytes.length + 1);
        if (address === 0) {
          throw new FaregateError({ code: "no_memory", message: "out of memory", path: "", rule: "" });
        }
        rooms.push(address);
        new Uint8Array(this.exports.memory.buffer, address, bytes.length).set(bytes);
        return [address, bytes.length];
      };
      const room = {
        bytes: place,
        text(name, value, optional) {
          if (typeof value !== "string" && !(optional && value === undefined)) {
            throw invalid(name, "expected a text");
          }
          return value === undefined ? [0, 0] : place(new TextEncoder().encode(value));
        },
        json: (value) => (value === undefined ? [0, 0] : place(new TextEncoder().encode(toJson(value)))),
      };
      try {
        if (question(room) !== 0) {
          throw this.error();
        }
        return this.#answer();
      } finally {
        rooms.forEach((address) => this.exports.give_back(address));
      }
    }

    ask(question) {
      return fromJson(this.askText(question));
    }

    load(json) {
      let address = 0;
      this.askText((room) => {
        address = this.exports.book_load(...room.text("book", json));
        return address === 0 ? 1 : 0;
      });
      return new Book(this, address);
    }
  }

  /** A loaded core, with a memory of its own. */
  class Faregate {
    #module;

    constructor(exports) {
      this.#module = new Module(exports);
    }

    /** Reads a price book from its JSON text; a bad one throws a FaregateError "invalid" with the path. */
    book(json) {
      return this.#module.load(json);
    }

    /** Returns all faults of a price book: [{path, message, line, column}]. */
    check(json) {
      return this.#module.ask((room) => this.#module.exports.book_check(...room.text("book", json)));
    }

    /** Lets timelines use a book by this name. */
    offer(name, book) {
      this.#module.askText((room) => {
        const address = room.text("name", name);
        return this.#module.exports.offer_book(...address, book.address);
      });
    }

    /** Replays a timeline, given as JSON text or its bytes, and returns outcomes and statement as JSON text
        (docs/timeline.md). */
    replayText(json) {
      return this.#module.askText((room) =>
        this.#module.exports.replay(...(typeof json === "string" ? room.text("timeline", json) : room.bytes(json))),
      );
    }

    /** Returns how many bytes of memory the core has taken; it gives none back to the system. */
    memoryBytes() {
      return this.#module.exports.memory.buffer.byteLength;
    }

    /** Replays a timeline, given as an object, and returns outcomes and statement as an object. */
    replay(timeline) {
      return fromJson(this.replayText(toJson(timeline)));
    }
  }

  /** Loads the core from the bytes of faregate.wasm. */
  async function loadFaregate(bytes) {
    let memory = null;
    const { instance } = await WebAssembly.instantiate(
      bytes,
      imports(() => memory),
    );
    memory = instance.exports.memory;
    instance.exports._initialize();
    return new Faregate(instance.exports);
  }

  const exported = { loadFaregate, FaregateError, parseExact: fromJson, writeExact: toJson };
  Object.assign(scope, exported);
  if (typeof module === "object") {
    module.exports = exported;
  }
})(globalThis);
