#!/usr/bin/env python3
"""Changes the core in one place at a time and sees whether the C tests notice.

    tools/mutants.py [--sample N | --all] [--seed S] [--jobs J] [FILE …]
    tools/mutants.py --again        runs the mutants again that no test noticed in the last run; the figures are of all
    tools/mutants.py --more         goes on where the last run stopped, up to the sample that is asked for
    tools/mutants.py --report       prints figures and survivors of the last run, even if it was interrupted
    tools/mutants.py --list         prints the mutants and runs no test
    tools/mutants.py --tests 'test_p*' --all core/src/book/price.c   while the tests of one source are being written

A mutant is one source of core/src with one change: another comparison, a negated condition, another operator or
constant, a statement left out, another value returned. Its source is compiled as it stands in a scratch directory
(build/mutants), linked with the objects of the other sources, and the test programs that reach the changed line run
until one fails, crashes, or goes on for too long. A mutant that no test notices is run once more with the address and
undefined-behaviour sanitizers, as `make asan` runs the tests. A mutant that the compiler turns into the same
instructions at -O2 as the original is the same program and is not counted.

The sample is taken by the hash of seed and change, so that an edit elsewhere does not change it. Changes that make no
difference are listed, with the reason, in tools/mutants-equivalent.txt, by their text and not by line numbers. The
figures go to build/mutants/figures.md, the survivors to standard output.
"""

import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import queue
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EQUIVALENTS = ROOT / "tools" / "mutants-equivalent.txt"
ASSERTIONS = "-DFG_ASSERTIONS"  # with assertions a mutant that breaks one of them is noticed

TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<preprocessor>^[ \t]*\#(?:\\\n|[^\n])*)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<number>\.?[0-9](?:[eEpP][+-]|[0-9A-Za-z_.])*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)\Z")
KEYWORDS = {"return", "case", "else", "do", "if", "for", "while", "switch", "sizeof", "goto", "break", "continue"}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int

    @property
    def end(self):
        return self.start + len(self.text)


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    returns: str
    tokens: tuple  # the tokens of the function's body, braces included


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    function: str
    line: int
    start: int
    end: int
    replacement: str
    before: str  # the source lines that are touched, without superfluous white space
    after: str
    turn: int  # the number of this change among equal changes in the same function

    @property
    def change(self):
        return self.file, self.function, self.before, self.after

    def rank(self, seed):
        return hashlib.sha256(repr((seed, *self.change, self.turn)).encode()).digest()


def tokenize(source):
    tokens = []
    for match in TOKEN.finditer(source):
        if match.lastgroup not in ("skip", "preprocessor"):
            tokens.append(Token(match.lastgroup, match.group(), match.start()))
    return tokens


def matching(tokens, at):
    """The index of the bracket that closes the bracket at `at`."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].text in "([{":
            depth += 1
        elif tokens[index].text in ")]}":
            depth -= 1
            if depth == 0:
                return index
    return len(tokens) - 1


def opening(tokens):
    """The index of the bracket that the last token closes."""
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        depth += (tokens[index].text == ")") - (tokens[index].text == "(")
        if depth == 0:
            return index
    return 0


def functions(tokens):
    """Finds the functions. Tables and types at file scope are not mutated, because a change in most of them makes
    another table and not an error."""
    found = []
    begin = index = 0
    while index < len(tokens):
        text = tokens[index].text
        if text == "{":
            close = matching(tokens, index)
            head = tokens[begin:index]
            opened = opening(head) if head and head[-1].text == ")" else 0
            if opened > 0 and head[opened - 1].kind == "word":
                returns = " ".join(token.text for token in head[: opened - 1] if token.text not in ("static", "inline"))
                found.append(Function(head[opened - 1].text, returns, tuple(tokens[index : close + 1])))
                begin = close + 1
            index = close
        elif text == ";":
            begin = index + 1
        index += 1
    return found


SWAPS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="], "&=": ["|="], "++": ["--"], "--": ["++"],
}  # fmt: skip
BINARY_OR_UNARY = {"+", "-", "*", "&"}
ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=", ">>=", "++", "--"}
INTEGER_TYPES = {
    "int", "long", "unsigned", "size_t", "int32_t", "int64_t", "uint32_t", "uint64_t", "fg_time", "fg_int128"
}  # fmt: skip


def is_binary(tokens, index):
    before = tokens[index - 1]
    return (
        before.kind in ("number", "text")
        or before.text in (")", "]")
        or (before.kind == "word" and before.text not in KEYWORDS)
    )


def spaced(source, token):
    """Whether blanks stand on both sides of a token, as the house style sets them around a binary operator, but not
    around the asterisk of a pointer."""
    return source[token.start - 1].isspace() and source[token.end].isspace()


def skipped_spans(tokens):
    """The places of assertions, and of declarations of arrays with their sizes, such as `char text[40]`, where nothing
    is changed."""
    spans = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if token.text in ("FG_ASSERT", "static_assert", "_Static_assert") and following == "(":
            spans.append((index, matching(tokens, index + 1)))
        elif token.kind == "word" and following == "[" and index > 0:
            before = tokens[index - 1]
            if (before.kind == "word" and before.text not in KEYWORDS) or (
                before.text == "*"
                and tokens[index - 2].kind == "word"
                and tokens[index - 2].text not in KEYWORDS
                and before.start + 1 == token.start
                and tokens[index - 2].end < before.start
            ):
                spans.append((index, matching(tokens, index + 1)))
        elif token.text == "{" and following == "0" and tokens[index + 2].text == "}":
            spans.append((index, index + 2))
    return spans


def for_headers(tokens):
    return [(i, matching(tokens, i + 1)) for i, token in enumerate(tokens) if token.text == "for"]


def within(spans, index):
    return any(first <= index <= last for first, last in spans)


def token_changes(source, tokens):
    """Yields changes of single tokens, as (start, end, replacement)."""
    skipped = skipped_spans(tokens)
    headers = for_headers(tokens)
    for index, token in enumerate(tokens):
        if within(skipped, index):
            continue
        if token.kind == "sign" and token.text in SWAPS:
            if token.text in BINARY_OR_UNARY and not (is_binary(tokens, index) and spaced(source, token)):
                continue
            if token.text in ("++", "--") and within(headers, index):
                continue  # because that makes an endless loop in most cases
            for replacement in SWAPS[token.text]:
                yield token.start, token.end, replacement
        elif token.text == "!":
            yield token.start, token.end, ""
        elif token.text in ("true", "false"):
            yield token.start, token.end, "false" if token.text == "true" else "true"
        elif token.kind == "number" and (match := INTEGER.match(token.text)):
            digits = match.group(1)
            value = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
            for other in {value + 1, 1 if value == 0 else 0}:
                yield token.start, token.end, f"{other}{match.group(2)}"


def condition_changes(tokens):
    for index, token in enumerate(tokens):
        if token.text in ("if", "while") and tokens[index + 1].text == "(":
            close = matching(tokens, index + 1)
            inside = [inner.text for inner in tokens[index + 2 : close]]
            comparisons = sum(text in ("==", "!=", "<", "<=", ">", ">=") for text in inside)
            alone = not {"&&", "||"} & set(inside)
            if not (alone and (comparisons == 1 or inside[0] == "!")) and inside != ["0"]:
                # A single comparison, or a single !, is left out, because changing it is the same as negating the
                # condition.
                start, end = tokens[index + 1].end, tokens[close].start
                yield start, end, None


def is_declaration(statement):
    words = [token.text for token in statement[:3]] + ["", "", ""]
    if statement[0].text in ("const", "static", "struct", "enum", "union", "extern", "unsigned", "typedef"):
        return True
    if statement[0].kind != "word" or statement[0].text in KEYWORDS:
        return False
    if statement[1:] and statement[1].kind == "word":
        return True
    return (
        words[1] == "*"
        and statement[2].kind in ("word", "sign")
        and statement[2].text != "="
        and (statement[1].end == statement[2].start)
    )


def statement_changes(source, function):
    tokens = function.tokens
    begin = 1
    index = 1
    while index < len(tokens):
        text = tokens[index].text
        if text in ("(", "["):
            index = matching(tokens, index)
        elif text == "{" and tokens[index - 1].text in ("=", ")", ",") and begin < index:
            before = tokens[begin].text
            if before in ("if", "for", "while", "switch", "else", "do"):
                begin = index + 1
            else:
                index = matching(tokens, index)  # to the end of a value in braces
        elif text in ("{", "}"):
            begin = index + 1
        elif text == ":" and tokens[begin].text in ("case", "default"):
            begin = index + 1
        elif text == ";":
            statement = tokens[begin:index]
            if statement:
                yield from changes_of_statement(source, function, statement)
            begin = index + 1
        index += 1


def changes_of_statement(source, function, statement):
    first, start, end = statement[0], statement[0].start, statement[-1].end
    if first.text == "return":
        if len(statement) > 1:
            value = source[statement[1].start : end]
            for replacement in other_values(function.returns, value):
                yield start, end, f"return {replacement}"
        else:
            yield start, end, ""
    elif first.text in ("break", "continue"):
        yield start, end, ""
    elif first.text in ("FG_ASSERT", "goto", "typedef", "case", "default") or is_declaration(statement):
        return
    elif len(statement) > 1 and first.text == "(" and statement[1].text == "void":
        return
    elif statement[1:] and (statement[1].text == "(" or any(token.text in ASSIGNMENTS for token in statement)):
        yield start, end, ""


def other_values(returns, value):
    """Values that a function may return by mistake in place of `value`."""
    if value in ("true", "false") or INTEGER.match(value):
        return []  # constants are changed as tokens
    if returns == "bool":
        return [f"!({value})"]
    if returns == "fg_status":
        return ["FG_INVALID"] if value == "FG_OK" else [f"(({value}), FG_OK)"]
    if "*" in returns:
        return [] if value == "NULL" else ["NULL"]
    if returns.split(" ")[-1] in INTEGER_TYPES:
        return [f"({value}) + 1"]
    return []


def mutants_of(file, source):
    starts = [0] + [match.end() for match in re.finditer("\n", source)]
    seen = {}
    for function in functions(tokenize(source)):
        tokens = function.tokens
        changes = list(token_changes(source, tokens)) + list(condition_changes(tokens))
        changes += list(statement_changes(source, function))
        for start, end, replacement in sorted(set(changes), key=repr):
            if replacement is None:
                replacement = f"!({source[start:end]})"
            line = source.count("\n", 0, start)
            first = starts[line]
            last = source.find("\n", end)

            def collapse(text):
                return " ".join(text.split())

            before = collapse(source[first:last])
            after = collapse(source[first:start] + replacement + source[end:last])
            key = (function.name, before, after)
            turn = seen[key] = seen.get(key, -1) + 1
            yield Mutant(file, function.name, line + 1, start, end, replacement, before, after, turn)


def read_equivalents(path):
    """Reads {(file, function, before, after): reason}. An entry is a line `FILE FUNCTION`, a line `- BEFORE`, a line `+
    AFTER`, and the reason below them; a blank line ends it. One reason may serve several pairs of lines."""
    entries = {}
    place, before, pairs = None, None, []
    for line in path.read_text().splitlines() + [""] if path.exists() else []:
        if line.startswith("#"):
            continue
        if line.startswith("- "):
            before = line[2:]
        elif line.startswith("+ ") or line == "+":
            pairs.append((*place, before, line[2:]))
        elif line and not pairs:
            place = tuple(line.split())
        elif line:
            for pair in pairs:
                entries[pair] = f"{entries[pair]} {line}" if pair in entries else line
        else:
            place, before, pairs = None, None, []
    return entries


def pkg_config(*packages):
    answer = subprocess.run(["pkg-config", "--cflags", "--libs", *packages], capture_output=True, text=True, check=True)
    return shlex.split(answer.stdout)


class Build:
    """One set of compiler options. The core is a shared library of one object per source, so that a mutant costs one
    compilation and one link; the test programs are linked only once."""

    def __init__(self, directory, tree, compiler, libraries):
        self.directory, self.tree, self.compiler, self.libraries = directory, tree, compiler, libraries
        directory.mkdir(parents=True, exist_ok=True)

    def object(self, file):
        return self.directory / (file.replace("/", "-")[: -len(".c")] + ".o")

    def compile(self, file, source, output):
        """Compiles from standard input, so that the name of the file is the same for a mutant and its original."""
        folder = str(pathlib.Path(file).parent)
        command = [*self.compiler, "-std=c11", "-w", "-fPIC", "-Icore/include", "-iquote", folder,
                   "-x", "c", "-c", "-o", str(output), "-"]  # fmt: skip
        return subprocess.run(command, cwd=self.tree, input=source.encode(), stderr=subprocess.DEVNULL).returncode == 0

    def link(self, objects, output):
        command = [*self.compiler, "-shared", "-o", str(output), *map(str, objects), *self.libraries, "-pthread"]
        return subprocess.run(command, cwd=self.tree, stderr=subprocess.DEVNULL).returncode == 0

    def all(self, files, programs, jobs):
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            texts = [(self.tree / file).read_text() for file in files]
            compiled = list(pool.map(self.compile, files, texts, map(self.object, files)))
            if not all(compiled) or not self.link(map(self.object, files), self.directory / "libfaregate.so"):
                sys.exit("mutants: the core does not compile as it stands")
            if not all(pool.map(self.program, programs)):
                sys.exit("mutants: a test program does not compile as it stands")

    def program(self, name):
        shared = sorted(str(path.relative_to(self.tree)) for path in (self.tree / "tests" / "c").glob("[!t]*.c"))
        sources = [f"tests/c/{name}.c", *(shared if name.startswith("test_ledger_") else ["tests/c/support.c"])]
        command = [*self.compiler, "-std=c11", "-w", "-Icore/include", "-Icore/src", *sources,
                   "-o", str(self.directory / name), f"-L{self.directory}", "-lfaregate", *self.libraries,
                   "-pthread"]  # fmt: skip
        return subprocess.run(command, cwd=self.tree).returncode == 0


def limits(cpu_seconds, memory):
    def set_limits():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, 1 << 30))
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    return set_limits


def run_program(program, place, library, seconds, memory=4 << 30, **environment):
    """Runs a test program until its first failure; returns whether it passed."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library), "FAREGATE_SHORT": "1", "CMOCKA_TEST_ABORT": "1",
                   **environment}  # fmt: skip
    process = subprocess.Popen([str(program)], cwd=place, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=limits(int(2 + 5 * seconds), memory))  # fmt: skip
    try:
        return process.wait(timeout=15 + 10 * seconds) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # and the processes that it forked
        except ProcessLookupError:
            pass
        process.wait()


def make_place(place, tree):
    """Makes a directory for test programs to run in, with the books and vectors that they read."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "build" / "ledgers").mkdir(parents=True)
    for name in ("books", "tests", "core", "examples", "docs"):
        (place / name).symlink_to(tree / name)
    (place / "build" / "vectors").symlink_to(tree / "build" / "vectors")


def tidy_up(directory):
    """Removes what a failed test has left in its directory, and unmounts what it has mounted there."""
    for line in reversed(pathlib.Path("/proc/self/mounts").read_text().splitlines()):
        if line.split()[1].startswith(f"{directory}/"):
            subprocess.run(["umount", line.split()[1]])
    for left in directory.iterdir():
        shutil.rmtree(left, ignore_errors=True)


# Writes down the coverage of child processes too, which end by _exit.
COVERED_EXIT = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>
void __gcov_dump(void);
void _exit(int status) { __gcov_dump(); syscall(SYS_exit_group, status); __builtin_unreachable(); }
"""


class Coverage:
    """Knows which test programs reach which line of the core."""

    def __init__(self, directory, places, tree, programs, files, libraries, jobs):
        self.reach = {file: {} for file in files}  # by file, and within it by line: the programs
        build = Build(directory / "coverage", tree, ["gcc", "-O0", "--coverage"], libraries)
        hook = build.object("exit.c")
        build.compile("core/src/exit.c", COVERED_EXIT, hook)
        build.all(files, programs, jobs)
        build.link([*map(build.object, files), hook], build.directory / "libfaregate.so")
        self.build, self.places = build, places
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for program, reached in zip(programs, pool.map(self.of_program, programs)):
                for file, lines in reached.items():
                    for line, count in lines.items():
                        programs_of_line = self.reach[file].setdefault(line, [])
                        if count:
                            programs_of_line.append(program)
        shutil.rmtree(build.directory)  # because gcovr of `make coverage` would find the counters in it

    def of_program(self, program):
        place = self.places / program
        make_place(place, self.build.tree)
        counts = place / "counts"
        run_program(self.build.directory / program, place, self.build.directory, 60, GCOV_PREFIX=str(counts))
        reached = {}
        names = {self.build.object(file).stem: file for file in self.reach}
        for data in counts.rglob("*.gcda"):
            if data.stem not in names:
                continue
            shutil.copy(self.build.directory / f"{data.stem}.gcno", data.parent)
            text = subprocess.run(["gcov", "--json-format", "--stdout", data.name], cwd=data.parent,
                                  capture_output=True, text=True).stdout  # fmt: skip
            lines = reached.setdefault(names[data.stem], {})
            for entry in json.loads(text)["files"]:
                if entry["file"].endswith("<stdin>"):
                    for line in entry["lines"]:
                        lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
        shutil.rmtree(place)
        return reached

    def programs(self, file, line):
        """The programs that reach a line. A line without instructions of its own belongs to the statement above it."""
        lines = self.reach[file]
        while line > 0 and line not in lines:
            line -= 1
        return lines.get(line, [])


class Judge:
    """Compiles mutants and runs the tests on them."""

    def __init__(self, directory, places, tree, files, programs, jobs):
        self.tree, self.files, self.jobs = tree, files, jobs
        libraries = pkg_config("jansson", "sqlite3", "cmocka")
        self.plain = Build(directory / "plain", tree, ["gcc", "-O0", ASSERTIONS], libraries)
        self.plain.all(files, programs, jobs)
        self.sanitized = Build(directory / "asan", tree,
                               ["gcc", "-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined",
                                "-fno-sanitize-recover=all", ASSERTIONS], libraries)  # fmt: skip
        self.optimized = Build(directory / "optimized", tree, ["gcc", "-O2"], libraries)
        self.sanitizing = threading.Lock()
        self.places = queue.Queue()
        for number in range(jobs):
            place = places / f"worker-{number}"
            make_place(place, tree)
            self.places.put(place)
        times = {program: self.time_of(program) for program in programs}
        self.seconds = {program: seconds for program, seconds in times.items() if seconds is not None}
        programs = list(self.seconds)
        self.coverage = Coverage(directory, places, tree, programs, files, libraries, jobs)
        self.noticed_by = {}  # how many mutants were noticed, by (file, program)

    def time_of(self, program):
        place = self.places.get()
        started = time.monotonic()
        passed = run_program(self.plain.directory / program, place, self.plain.directory, 60)
        self.places.put(place)
        if not passed:
            print(f"mutants: {program} does not pass as it stands and is left out", file=sys.stderr)
        return time.monotonic() - started if passed else None

    def in_order(self, file, programs):
        """Sorts programs by how many mutants of a file they have noticed for the time that they take, the best
        first."""

        def worth(program):
            return (self.noticed_by.get((file, program), 0) + 0.5) / (self.seconds[program] + 0.02)

        return sorted(programs, key=worth, reverse=True)

    def library(self, build, mutant, source, place):
        """Links the shared library with the changed source; false if that source does not compile."""
        output = place / "mutant.o"
        objects = [output if file == mutant.file else build.object(file) for file in self.files]
        return build.compile(mutant.file, source, output) and build.link(objects, place / "libfaregate.so")

    def judge(self, mutant):
        """Judges a mutant: `invalid`, `same` (as a program), the name of the test program that noticed it, `unreached`
        or `survived`."""
        original = (self.tree / mutant.file).read_text()
        source = original[: mutant.start] + mutant.replacement + original[mutant.end :]
        place = self.places.get()
        try:
            return self.judge_in(mutant, original, source, place)
        finally:
            tidy_up(place / "build" / "ledgers")
            self.places.put(place)

    def judge_in(self, mutant, original, source, place):
        if not self.library(self.plain, mutant, source, place):
            return "invalid"
        programs = self.coverage.programs(mutant.file, mutant.line)
        for program in self.in_order(mutant.file, programs):
            if not run_program(self.plain.directory / program, place, place, self.seconds[program]):
                key = mutant.file, program
                self.noticed_by[key] = self.noticed_by.get(key, 0) + 1
                return program
        if self.is_same(mutant, original, source, place):
            return "same"
        if not programs:
            return "unreached"
        return self.sanitize(mutant, source, place, programs)

    def is_same(self, mutant, original, source, place):
        objects = place / "original.o", place / "changed.o"
        for text, output in zip((original, source), objects):
            self.optimized.compile(mutant.file, text, output)
        return objects[0].read_bytes() == objects[1].read_bytes()

    def sanitize(self, mutant, source, place, programs):
        with self.sanitizing:
            if not (self.sanitized.directory / "done").exists():
                self.sanitized.all(self.files, list(self.seconds), self.jobs)
                (self.sanitized.directory / "done").touch()
        if not self.library(self.sanitized, mutant, source, place):
            return "survived"
        options = {"ASAN_OPTIONS": "detect_leaks=1:hard_rss_limit_mb=3000:allocator_may_return_null=1"}
        for program in self.in_order(mutant.file, programs):
            if self.seconds[program] < 1 and not run_program(
                self.sanitized.directory / program, place, place, 10 * self.seconds[program] + 2, memory=None, **options
            ):
                return f"{program} (sanitized)"
        return "survived"


UNNOTICED = ("survived", "unreached")


def table(mutants, verdicts, equivalents):
    rows = {}
    for mutant in mutants:
        verdict = verdicts[mutant]
        if verdict == "invalid":
            continue
        row = rows.setdefault(mutant.file, [0, 0, 0])
        row[0] += verdict not in ("same", *UNNOTICED)
        row[1] += verdict in UNNOTICED and mutant.change not in equivalents
        row[2] += verdict == "same" or verdict in UNNOTICED and mutant.change in equivalents
    total = [sum(column) for column in zip(*rows.values())] or [0, 0, 0]
    lines = ["| source | noticed | not noticed | equivalent | noticed of the rest |", "|---|---:|---:|---:|---:|"]
    for name, (noticed, unnoticed, equivalent) in [*sorted(rows.items()), ("all", total)]:
        share = f"{100 * noticed / (noticed + unnoticed):.0f} %" if noticed + unnoticed else ""
        lines.append(f"| {name.removeprefix('core/')} | {noticed} | {unnoticed} | {equivalent} | {share} |")
    return "\n".join(lines)


def tell_survivors(mutants, verdicts, equivalents):
    for mutant in sorted(mutants, key=lambda mutant: (mutant.file, mutant.line)):
        if verdicts[mutant] in UNNOTICED and mutant.change not in equivalents:
            reached = "" if verdicts[mutant] == "survived" else "  (reached by no test)"
            print(f"\n{mutant.file}:{mutant.line} {mutant.function}{reached}\n- {mutant.before}\n+ {mutant.after}")


def sources_of(names):
    if names:
        return [str(pathlib.Path(name).resolve().relative_to(ROOT)) for name in names]
    paths = (ROOT / "core" / "src").rglob("*.c")
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def copy_tree(tree):
    """Copies the checkout for the tests, so that it may be edited while they run."""
    shutil.rmtree(tree, ignore_errors=True)
    for name in ("core", "tests", "books", "examples", "docs"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "build" / "vectors", tree / "build" / "vectors")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="*", help="sources to change; all of core/src if none is named")
    parser.add_argument("--sample", type=int, default=1000, help="how many mutants that compile (1000)")
    parser.add_argument("--all", action="store_true", help="every mutant of these files")
    parser.add_argument("--seed", default="1", help="picks the sample (1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--again", action="store_true", help="only what the last run left unnoticed")
    parser.add_argument("--more", action="store_true", help="go on with the last run, up to --sample")
    parser.add_argument("--report", action="store_true", help="tell the last run again and do nothing")
    parser.add_argument("--tests", default="test_*", help="only these programs: patterns between commas (test_*)")
    parser.add_argument("--list", action="store_true", help="print the mutants and do nothing")
    parser.add_argument("--scratch", type=pathlib.Path, default=ROOT / "build" / "mutants")
    return parser.parse_args()


def write_verdicts(path, verdicts):
    entries = [(*mutant.change, mutant.turn, verdict) for mutant, verdict in verdicts.items()]
    path.write_text(json.dumps(entries, indent=0))


def read_verdicts(path, mutants):
    """Reads the verdicts of the last run, for those of its mutants that the sources still have."""
    entries = {tuple(change): verdict for *change, verdict in json.loads(path.read_text())}
    keys = {mutant: (*mutant.change, mutant.turn) for mutant in mutants}
    return {mutant: entries[key] for mutant, key in keys.items() if key in entries}


def judge_all(judge, candidates, wanted, jobs, known, path):
    """Judges candidates until `wanted` of them have compiled; returns these verdicts and the known ones, and writes
    both to a file."""
    verdicts, lock = {}, threading.Lock()
    remaining = iter(candidates)
    valid = 0

    def work():
        nonlocal valid
        while True:
            with lock:
                mutant = next(remaining, None) if valid < wanted else None
                valid += 1
            if mutant is None:
                return
            verdict = judge.judge(mutant)
            with lock:
                verdicts[mutant] = verdict
                valid -= verdict == "invalid"
                if len(verdicts) % 20 == 0:
                    write_verdicts(path, {**known, **verdicts})
                if sys.stderr.isatty() or len(verdicts) % 100 == 0:
                    left = sum(verdict in UNNOTICED for verdict in verdicts.values())
                    print(f"mutants: {len(verdicts)} tried, {left} not noticed", file=sys.stderr)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    write_verdicts(path, {**known, **verdicts})
    return {**known, **verdicts}


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("mutants: stopped"))  # so that places is removed
    equivalents = read_equivalents(EQUIVALENTS)
    sources = {file: (ROOT / file).read_text() for file in sources_of(options.files)}
    mutants = [mutant for file, source in sources.items() for mutant in mutants_of(file, source)]
    for change in equivalents:
        if change[0] in sources and change not in {mutant.change for mutant in mutants if mutant.file == change[0]}:
            place = " ".join(change[:2])
            print(f"mutants: no such change any more: {place}: {change[2]} -> {change[3]}", file=sys.stderr)
    candidates = sorted(mutants, key=lambda mutant: mutant.rank(options.seed))
    last_run = options.scratch / "verdicts.json"
    known = read_verdicts(last_run, mutants) if options.again or options.more or options.report else {}
    if options.again:
        candidates = [mutant for mutant in candidates
                      if known.get(mutant) in UNNOTICED and mutant.change not in equivalents]  # fmt: skip
    wanted = len(candidates) if options.all or options.again else options.sample
    if options.more:
        candidates = [mutant for mutant in candidates if mutant not in known]
        wanted -= sum(verdict != "invalid" for verdict in known.values())
    if options.list:
        for mutant in candidates[:wanted]:
            print(f"{mutant.file}:{mutant.line} {mutant.function}\n- {mutant.before}\n+ {mutant.after}")
        return 0
    verdicts = known if options.report else run(options, candidates, wanted, known, last_run)
    tell_survivors(verdicts, verdicts, equivalents)
    figures = table(verdicts, verdicts, equivalents)
    (options.scratch / "figures.md").write_text(figures + "\n")
    print(f"\n{figures}")
    return 0


def run(options, candidates, wanted, known, path):
    tree = options.scratch / "tree"
    copy_tree(tree)
    shutil.rmtree(options.scratch / "asan", ignore_errors=True)
    patterns = options.tests.split(",")
    programs = sorted({path.stem for pattern in patterns for path in (tree / "tests" / "c").glob(f"{pattern}.c")})
    # In memory if there is such a file system, because on a disk most of the time would go to syncs of ledgers.
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else options.scratch) as places:
        os.chmod(places, 0o755)  # because one of the tests reads files as another user
        judge = Judge(options.scratch, pathlib.Path(places), tree, sources_of([]), programs, options.jobs)
        print(f"mutants: {min(wanted, len(candidates))} of seed {options.seed}", file=sys.stderr)
        return judge_all(judge, candidates, wanted, options.jobs, known, path)


if __name__ == "__main__":
    sys.exit(main())
