# Machines with musl, which need nothing of a distribution: all is linked statically, by a compiler that brings the C
# library. Part of the Makefile.

ZIG := build/portable/zig/bin/python -m ziglang
MUSL_MACHINES = musl-x86_64 musl-aarch64 musl-riscv64
TARGET_musl-x86_64 = x86_64-linux-musl
TARGET_musl-aarch64 = aarch64-linux-musl
TARGET_musl-riscv64 = riscv64-linux-musl
HOW_musl-x86_64 = run
RUN_musl-aarch64 = qemu-aarch64-static
RUN_musl-riscv64 = qemu-riscv64-static
LUAS_musl-x86_64 = lua5.1 lua5.3 lua5.4 lua5.5
LUAS_musl-aarch64 = lua5.1 lua5.3 lua5.4 lua5.5
LUAS_musl-riscv64 = lua5.1 lua5.3 lua5.4 lua5.5
SOURCES_lua5.1 = build/portable/lua-src/lua-5.1.5
SOURCES_lua5.3 = build/portable/lua-src/lua-5.3.6
SOURCES_lua5.4 = build/portable/lua-src/lua-5.4.9
SOURCES_lua5.5 = build/portable/lua-src/lua-5.5.1
SQLITE_SOURCES = build/portable/libsqlite3-sys/sqlite3

build/portable/zig/.ready: tools/portable/requirements.txt .venv/ready
	@"$$(tools/find_python.sh)" -m venv build/portable/zig
	@build/portable/zig/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

build/portable/sources-ready: tools/portable/sources.sh | $(READY)
	@tools/portable/sources.sh && touch $@

define musl_machine
NEEDS_portable/$(1) = build/portable/ready build/portable/zig/.ready build/portable/$(1)/libraries/.done
FLAGS_portable/$(1) = $(ZIG) cc -target $(TARGET_$(1)) -O1 -DFG_WITHOUT_AVX2 -D_UINTPTR_T -I$(SQLITE_SOURCES) -isystem build/portable/cmocka/include \
  -isystem build/portable/jansson/src -isystem build/portable/jansson/android -Lbuild/portable/$(1)/libraries -Wno-unused-command-line-argument
UNITS_portable/$(1) := $(CORE_UNITS)

build/portable/$(1)/libraries/.done: build/portable/zig/.ready build/portable/sources-ready
	@tools/portable/libraries.sh "$(ZIG)" $(TARGET_$(1)) $$(@D) && touch $$@

# The module is part of the interpreter: a program that is linked statically loads none.
build/portable/$(1)/lua%/host: $(LUA_SOURCES) build/portable/$(1)/core.a tests/lua/host.c tests/lua/failing.c $(BOOKS)
	@mkdir -p $$(@D)/faregate/books && cp $(BOOKS) $$(@D)/faregate/books
	@$(ZIG) cc -target $(TARGET_$(1)) -w -O1 -DLUA_USE_POSIX -DFAREGATE_INSIDE -Icore/include -I$$(SOURCES_lua$$*) -o $$@ \
	  tests/lua/host.c tests/lua/failing.c $(LUA_BINDING) build/portable/$(1)/core.a $$(SOURCES_lua$$*)/*.c \
	  -Lbuild/portable/$(1)/libraries -lsqlite3 -lm
endef
$(foreach machine,$(MUSL_MACHINES),$(eval $(call musl_machine,$(machine))))
