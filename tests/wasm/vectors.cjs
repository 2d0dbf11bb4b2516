/* Runs the shared vectors (tests/vectors/README.md) through the module: `node vectors.cjs MODULE ANSWERS`. Every answer
   is written into the directory ANSWERS, where it is compared with those of the other languages. */
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const root = path.join(__dirname, "..", "..");
const { loadFaregate, FaregateError, parseExact } = require(path.join(root, "bindings/wasm/faregate.js"));

const read = (...parts) => fs.readFileSync(path.join(root, ...parts));
const readJson = (...parts) => parseExact(read(...parts).toString());

/* The value that a JSON pointer names; undefined if there is none. */
function at(value, pointer) {
  const keys = pointer.split("/").slice(1);
  return keys.reduce((found, key) => {
    const name = key.replace(/~1/g, "/").replace(/~0/g, "~");
    return found !== null && typeof found === "object" && Object.hasOwn(found, name) ? found[name] : undefined;
  }, value);
}

const isAbsence = (expected) =>
  expected !== null && typeof expected === "object" && Object.keys(expected).length === 1 && expected.absent === true;

function expectAll(expect, answer) {
  assert.ok(Object.keys(expect).length > 0);
  for (const [pointer, expected] of Object.entries(expect)) {
    const found = at(answer, pointer);
    assert.deepStrictEqual(found, isAbsence(expected) ? undefined : expected, pointer);
  }
}

async function main(file, answers) {
  const faregate = await loadFaregate(fs.readFileSync(file));
  const books = new Map();
  for (const name of fs.readdirSync(path.join(root, "books")).filter((book) => !book.includes(".schema."))) {
    const book = faregate.book(read("books", name).toString());
    books.set(path.basename(name, ".json"), book);
    faregate.offer(path.basename(name, ".json"), book);
  }

  const kinds = {
    timeline({ expect }, input) {
      const answer = faregate.replayText(read("build/vectors", input));
      fs.writeFileSync(path.join(answers, input), answer);
      expectAll(expect, parseExact(answer));
    },
    timeline_error({ error }, input) {
      assert.throws(
        () => faregate.replayText(read("build/vectors", input)),
        (refusal) => {
          assert.ok(refusal instanceof FaregateError && refusal.message !== "");
          assert.deepStrictEqual({ code: refusal.code, path: refusal.path }, error);
          fs.writeFileSync(path.join(answers, input), `${refusal.code} ${refusal.path}\n`);
          return true;
        },
      );
    },
    price({ price: { book, ...query }, expect }) {
      let answer;
      try {
        answer = books.get(book).price(query);
      } catch (refusal) {
        assert.ok(refusal instanceof FaregateError, refusal);
        answer = { error: refusal.code };
      }
      expectAll(expect, answer);
    },
  };

  let passed = 0;
  for (const [name, count] of Object.entries(readJson("tests/vectors/manifest.json"))) {
    const { cases } = readJson("tests/vectors", name);
    assert.strictEqual(cases.length, count, `${name}: the manifest counts another number of cases`);
    cases.forEach((vector, number) => {
      const kind = Object.keys(kinds).find((key) => Object.hasOwn(vector, key));
      assert.ok(kind !== undefined, `${name} ${number}: a case of no kind that is known`);
      const input = `${path.basename(name, ".json")}-${String(number).padStart(3, "0")}.json`;
      try {
        kinds[kind](vector, input);
      } catch (failure) {
        failure.message = `${input} (${vector.name}): ${failure.message}`;
        throw failure;
      }
      passed += 1;
    });
  }
  console.log(`${passed} passed`);
}

main(...process.argv.slice(2)).catch((failure) => {
  console.error(failure);
  process.exitCode = 1;
});
