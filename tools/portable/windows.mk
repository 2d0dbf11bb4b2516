# Windows of 64 bits: built by mingw-w64 and run by wine, each part by `make portable-windows-PART`. Part of the
# Makefile.

WINDOWS = build/portable/windows
WINDOWS_CC = x86_64-w64-mingw32-gcc
WINE = env WINEPREFIX=$(CURDIR)/build/portable/wine WINEDEBUG=-all $(or $(shell command -v wine64),/usr/lib/wine/wine64)
WINDOWS_FROM = build/portable
WINDOWS_SQLITE = $(WINDOWS_FROM)/libsqlite3-sys/sqlite3
WINDOWS_FLAGS = $(WARNINGS) $(OPTIMIZE) -Icore/include -I$(WINDOWS_SQLITE)
# cmocka's header asks for the formats of Microsoft's printf, and calls another.
WINDOWS_TEST_FLAGS = $(WINDOWS_FLAGS) -O1 -Wno-format -Icore/src -I$(WINDOWS_FROM)/cmocka/include \
  -I$(WINDOWS_FROM)/jansson/src -I$(WINDOWS_FROM)/jansson/android
WINDOWS_CORE = $(CORE_UNITS:core/%.c=$(WINDOWS)/objects/%.o) $(WINDOWS)/objects/sqlite3.o
WINDOWS_SHARED = $(SHARED:tests/c/%=$(WINDOWS)/objects/%.o) $(WINDOWS)/objects/cmocka.o $(WINDOWS)/objects/jansson.a
# These kill, fork, mount, ask for functions of a POSIX system or stand before them; tests/crash kills on Windows too.
POSIX_TESTS = test_bill_threads test_far_clock test_ledger_check test_ledger_disk test_ledger_kept test_ledger_names \
  test_ledger_refused test_ledger_shared test_ledger_stopped
WINDOWS_TESTS := $(filter-out $(POSIX_TESTS) test_vectors,$(C_TESTS))

$(WINDOWS_FROM)/windows-ready: tools/portable/windows_setup.sh | $(READY)
	@mkdir -p $(@D) && tools/portable/windows_setup.sh && touch $@

# The folder that stands for a disk of Windows is made by the first program that wine runs.
WINE_READY = $(WINDOWS_FROM)/wine-ready
$(WINE_READY): $(WINDOWS_FROM)/windows-ready
	@$(WINE) cmd /c exit >/dev/null 2>&1 && touch $@

$(CORE_UNITS:core/%.c=$(WINDOWS)/objects/%.o): $(WINDOWS)/objects/%.o: core/%.c $(CORE) | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(WINDOWS_CC) $(WINDOWS_FLAGS) -c -o $@ $<

$(WINDOWS)/objects/sqlite3.o: | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(WINDOWS_CC) $(OPTIMIZE) -w -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_FTS5 -c -o $@ $(WINDOWS_SQLITE)/sqlite3.c

$(WINDOWS)/objects/cmocka.o: | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(WINDOWS_CC) -O1 -w -I$(WINDOWS_FROM)/cmocka/include -c -o $@ $(WINDOWS_FROM)/cmocka/src/cmocka.c

$(WINDOWS)/objects/jansson.a: tools/portable/jansson_windows.h | $(WINDOWS_FROM)/windows-ready
	@rm -rf $@ $(@D)/jansson && mkdir -p $(@D)/jansson && cp $< $(@D)/jansson/jansson_private_config.h
	@cd $(@D)/jansson && $(WINDOWS_CC) -O1 -w -DHAVE_CONFIG_H -I. -I$(CURDIR)/$(WINDOWS_FROM)/jansson/android \
	  -I$(CURDIR)/$(WINDOWS_FROM)/jansson/src -c $(CURDIR)/$(WINDOWS_FROM)/jansson/src/*.c
	@x86_64-w64-mingw32-ar rcs $@ $(@D)/jansson/*.o

$(WINDOWS)/objects/%.o: tests/c/%.c $(wildcard tests/c/*.h) $(CORE) | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(WINDOWS_CC) $(WINDOWS_TEST_FLAGS) -c -o $@ $<

$(WINDOWS)/test_%.exe: $(WINDOWS)/objects/test_%.o $(WINDOWS_CORE) $(WINDOWS_SHARED)
	@$(WINDOWS_CC) -o $@ $^

$(WINDOWS)/across.exe: tests/portable/across.c $(WINDOWS_CORE)
	@$(WINDOWS_CC) $(WINDOWS_FLAGS) -Icore/src -o $@ $^ && cp $@ $(@:.exe=)

$(WINDOWS)/crash.exe: $(wildcard tests/crash/*.c) $(WINDOWS_CORE)
	@$(WINDOWS_CC) $(WINDOWS_FLAGS) -o $@ $^

.SECONDARY: $(C_TESTS:%=$(WINDOWS)/objects/%.o) $(SHARED:tests/c/%=$(WINDOWS)/objects/%.o)

.PHONY: portable-windows portable-windows-c portable-windows-vectors portable-windows-ledger portable-windows-crash \
  portable-windows-wheel
WINDOWS_LUAS = lua5.1 luajit lua5.3 lua5.4
portable-windows: portable-windows-c portable-windows-vectors portable-windows-ledger portable-windows-crash \
  $(WINDOWS_LUAS:%=portable-windows-%) portable-windows-wheel

portable-windows-c: $(WINDOWS_TESTS:%=$(WINDOWS)/%.exe) vectors
	@tools/portable/cell.sh windows c emulated env FAREGATE_SHORT=1 tools/portable/each.sh "$(WINE)" \
	  $(WINDOWS_TESTS:%=$(WINDOWS)/%.exe)

portable-windows-vectors: $(WINDOWS)/test_vectors.exe vectors build/portable/here/vectors
	@rm -rf $(WINDOWS)/vectors && mkdir -p $(WINDOWS)/vectors
	@tools/portable/cell.sh windows vectors emulated bash -c 'FAREGATE_ANSWERS=$(WINDOWS)/vectors \
	  $(WINE) $(WINDOWS)/test_vectors.exe && diff -r build/portable/here/vectors $(WINDOWS)/vectors'

portable-windows-ledger: $(WINDOWS)/across.exe build/plain/across
	@tools/portable/cell.sh windows ledger emulated tools/portable/ledger.sh $(WINDOWS) "$(WINE)"

portable-windows-crash: $(WINDOWS)/crash.exe
	@tools/portable/cell.sh windows crash emulated $(WINE) $(WINDOWS)/crash.exe 60

# Each Lua is a library by the name that its own makefiles give it, and a module asks for it by that name: one module
# serves Lua 5.1 and LuaJIT. What stands for the interpreter is tests/lua/host.c.
WINDOWS_SOURCES_lua5.1 = $(WINDOWS_FROM)/lua-src/lua-5.1.5
WINDOWS_SOURCES_lua5.3 = $(WINDOWS_FROM)/lua-src/lua-5.3.6
WINDOWS_SOURCES_lua5.4 = $(WINDOWS_FROM)/lua-src/lua-5.4.9
WINDOWS_SOURCES_luajit = $(WINDOWS_FROM)/luajit-src/luajit2/src
WINDOWS_LIBRARY_lua5.1 = lua51.dll
WINDOWS_LIBRARY_lua5.3 = lua53.dll
WINDOWS_LIBRARY_lua5.4 = lua54.dll
WINDOWS_LIBRARY_luajit = lua51.dll
windows_lua = $(WINDOWS)/$(1)/$(WINDOWS_LIBRARY_$(1))

$(foreach lua,lua5.1 lua5.3 lua5.4,$(call windows_lua,$(lua))): $(WINDOWS)/lua5%: | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(WINDOWS_CC) -O2 -w -shared -DLUA_BUILD_AS_DLL -o $@ $(WINDOWS_SOURCES_$(notdir $(@D)))/*.c

$(WINDOWS)/luajit/lua51.dll: | $(WINDOWS_FROM)/windows-ready
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory -s -C $(WINDOWS_SOURCES_luajit) HOST_CC=gcc CROSS=x86_64-w64-mingw32- \
	  TARGET_SYS=Windows BUILDMODE=dynamic lua51.dll >/dev/null
	@cp $(WINDOWS_SOURCES_luajit)/lua51.dll $@

# A module for a Lua, what its tests load, and LuaFileSystem, which stands for the shell.
define windows_module
$(WINDOWS)/$(1)/faregate.dll: $(call windows_lua,$(1)) $(LUA_SOURCES) $(WINDOWS_CORE) $(BOOKS)
	@mkdir -p $$(@D)/faregate/books && cp $(BOOKS) $$(@D)/faregate/books
	@$(WINDOWS_CC) $(WINDOWS_FLAGS) -static-libgcc -shared -I$(WINDOWS_SOURCES_$(1)) -o $$@ $(LUA_BINDING) \
	  $(WINDOWS_CORE) $(call windows_lua,$(1))
	@$(WINDOWS_CC) $(WARNINGS) -shared -I$(WINDOWS_SOURCES_$(1)) -o $$(@D)/failing.dll tests/lua/failing.c \
	  $(call windows_lua,$(1))
	@$(WINDOWS_CC) -O2 -w -shared -I$(WINDOWS_SOURCES_$(1)) -o $$(@D)/lfs.dll $(WINDOWS_FROM)/lua-filesystem/src/lfs.c \
	  $(call windows_lua,$(1))

endef
$(foreach lua,lua5.1 lua5.3 lua5.4,$(eval $(call windows_module,$(lua))))

# LuaJIT is tested with the module for Lua 5.1, as it is.
$(WINDOWS)/luajit/.same: $(WINDOWS)/lua5.1/faregate.dll
	@mkdir -p $(@D) && cp -r $(<D)/faregate.dll $(<D)/failing.dll $(<D)/lfs.dll $(<D)/faregate $(@D)/ && touch $@

define windows_specs
.PHONY: portable-windows-$(1)
$(WINDOWS)/$(1)/host.exe: tests/lua/host.c $(call windows_lua,$(1))
	@$(WINDOWS_CC) $(WARNINGS) -I$(WINDOWS_SOURCES_$(1)) -o $$@ $$^

portable-windows-$(1): $(WINDOWS)/$(1)/host.exe $(WINDOWS)/$(1)/$(if $(filter luajit,$(1)),.same,faregate.dll) vectors \
  build/portable/here/vectors
	@tools/portable/cell.sh windows $(1) emulated tools/portable/windows_specs.sh $(WINDOWS)/$(1) \
	  $(WINDOWS)/answers/$(1) "$(WINE)"
endef
$(foreach lua,$(WINDOWS_LUAS),$(eval $(call windows_specs,$(lua))))

build/portable/windows-python/.ready: tools/portable/windows_python.sh | $(WINDOWS_FROM)/windows-ready
	@tools/portable/windows_python.sh $(@D) && touch $@

$(WINDOWS)/_core.pyd: build/portable/windows-python/.ready $(WINDOWS_CORE) $(PYTHON_BINDING)
	@$(WINDOWS_CC) $(filter-out -Wpedantic,$(WARNINGS)) -O2 -s -static-libgcc -shared -DPy_LIMITED_API=0x030b0000 \
	  -Icore/include -isystem $(<D)/include -o $@ $(wildcard bindings/python/*.c) $(WINDOWS_CORE) $(<D)/libs/python3.lib

portable-windows-wheel: $(WINDOWS)/_core.pyd build/portable/wheels/any build/portable/wheel-tools/.ready vectors \
  build/portable/here/vectors
	@tools/wheel.sh $< $(PLATFORM_windows)
	@tools/portable/cell.sh windows wheel emulated tools/portable/wheel_tests.sh $(PLATFORM_windows) 3.14 \
	  $(WINDOWS)/wheel-tests "$(WINE) build/portable/windows-python/python.exe"
