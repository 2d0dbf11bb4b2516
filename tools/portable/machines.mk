# Other machines, each built and tested by `make portable-NAME`; all of them, with the table of docs/platforms.md, by
# `make portable`. Part of the Makefile, whose variants the machines are.

include tools/portable/musl.mk

# What is built for a machine runs on this one by an emulator of its processor, or as it is.
DEBIAN_MACHINES = armhf aarch64 i386 s390x
MACHINES = $(DEBIAN_MACHINES) $(MUSL_MACHINES)

TRIPLE_armhf = arm-linux-gnueabihf
TRIPLE_aarch64 = aarch64-linux-gnu
TRIPLE_i386 = i686-linux-gnu
TRIPLE_s390x = s390x-linux-gnu
LIBRARIES_armhf = $(TRIPLE_armhf)
LIBRARIES_aarch64 = $(TRIPLE_aarch64)
LIBRARIES_i386 = i386-linux-gnu
LIBRARIES_s390x = $(TRIPLE_s390x)
ROOT_armhf = build/portable/roots/armhf
ROOT_aarch64 = build/portable/roots/arm64
ROOT_i386 = build/portable/roots/i386
ROOT_s390x = build/portable/roots/s390x
# Words before a program. A processor of 64 bits runs what was built for i386, by the loader that came with it.
emulator = env QEMU_LD_PREFIX=$(CURDIR)/$(ROOT_$(1)) QEMU_SET_ENV=LD_LIBRARY_PATH=$(call libraries,$(1)) qemu-$(2)-static
libraries = $(CURDIR)/$(ROOT_$(1))/lib/$(LIBRARIES_$(1)):$(CURDIR)/$(ROOT_$(1))/usr/lib/$(LIBRARIES_$(1))
RUN_armhf = $(call emulator,armhf,arm)
RUN_aarch64 = $(call emulator,aarch64,aarch64)
RUN_i386 = $(CURDIR)/$(ROOT_i386)/lib/ld-linux.so.2 --library-path $(call libraries,i386)
RUN_s390x = $(call emulator,s390x,s390x)
HOW_i386 = run
LUAS_s390x = lua5.1 lua5.3 lua5.4

# Where a machine has 32 bits, clang makes 128 of them when it is told to (core/src/base/int128.c). The core asks for
# files and times of 64 bits itself; the tests, which look into folders, do not.
NARROW = -Xclang -fforce-enable-int128 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
NARROW_armhf = $(NARROW)
NARROW_i386 = $(NARROW)

# lld links for all but one.
LINKER_s390x = /usr/bin/s390x-linux-gnu-ld

build/portable/roots/%/.ready: tools/portable/debian_root.sh | $(READY)
	@tools/portable/debian_root.sh $* $(@D) && touch $@

build/portable/ready: tools/portable/setup.sh | $(READY)
	@mkdir -p $(@D) && tools/portable/setup.sh && touch $@

.SECONDARY: $(foreach machine,$(DEBIAN_MACHINES),$(ROOT_$(machine))/.ready)

define debian_machine
NEEDS_portable/$(1) = $(ROOT_$(1))/.ready $(if $(HOW_$(1)),,build/portable/ready)
FLAGS_portable/$(1) = $(CLANG) --target=$(TRIPLE_$(1)) --sysroot=$(ROOT_$(1)) $(or $(LINKER_$(1):%=--ld-path=%),-fuse-ld=lld) -Qunused-arguments -fPIC -O1 \
  $(NARROW_$(1))
UNITS_portable/$(1) := $(CORE_UNITS)
endef
$(foreach machine,$(DEBIAN_MACHINES),$(eval $(call debian_machine,$(machine))))
$(foreach machine,$(MACHINES),$(eval $(call variant,portable/$(machine))))

# The parts of a machine, each of which is a cell of the table.
how = $(or $(HOW_$(1)),emulated)
luas_of = $(or $(LUAS_$(1)),lua5.1 luajit lua5.3 lua5.4)
WITHOUT_VECTORS := $(filter-out test_vectors,$(C_TESTS))
# This machine's answers to the vectors, and its ledger: what all others must give.
build/portable/here/vectors: build/plain/test_vectors build/vectors/.done
	@rm -rf $@ && mkdir -p $@
	@FAREGATE_ANSWERS=$@ build/plain/test_vectors >build/portable/here/log 2>&1
	@touch $@
	@tools/portable/note.sh x86_64 vectors run build/portable/here/log

# What the checks run on this machine anyway, in the same table; and Lua 5.5, LÖVE and nginx.
HERE_LUAS = lua5.1 luajit lua5.3
.PHONY: portable-x86_64 portable-x86_64-c portable-x86_64-crash portable-x86_64-lua5.4 portable-x86_64-lua5.5 \
  $(HERE_LUAS:%=portable-x86_64-%)
portable-x86_64: build/portable/here/vectors portable-x86_64-c portable-x86_64-crash $(HERE_LUAS:%=portable-x86_64-%) \
  portable-x86_64-lua5.4 portable-x86_64-lua5.5 portable-x86_64-wheel

portable-x86_64-c: $(WITHOUT_VECTORS:%=build/plain/%) vectors
	@tools/portable/cell.sh x86_64 c run env FAREGATE_SHORT=1 tools/portable/each.sh "" $(WITHOUT_VECTORS:%=build/plain/%)

portable-x86_64-crash: build/plain/crash
	@tools/portable/cell.sh x86_64 crash run build/plain/crash 60

portable-x86_64-lua5.4: lua-tests
	@tools/portable/note.sh x86_64 lua5.4 run build/log/lua.log

$(HERE_LUAS:%=portable-x86_64-%): portable-x86_64-%: tests-of-%
	@tools/portable/note.sh x86_64 $* run build/log/$*.log

portable-x86_64-lua5.5: luas vectors
	@tools/portable/cell.sh x86_64 lua5.5 run tools/portable/lua55.sh

portable-love portable-nginx: portable-%: python | $(READY)
	@$(STEP) $* tools/portable/$*.sh

# A ledger of one machine on the others.
define across
build/$(1)/across: build/$(1)/objects/tests/portable/across.o build/$(1)/core.a
	@$$(FLAGS_$(1)) -o $$@ $$^ $$(CORE_LIBS)
endef
$(foreach each,plain $(MACHINES:%=portable/%),$(eval $(call across,$(each))))

define machine_parts
.PHONY: portable-$(1) portable-$(1)-c portable-$(1)-vectors portable-$(1)-ledger portable-$(1)-crash

portable-$(1): portable-$(1)-c portable-$(1)-vectors portable-$(1)-ledger portable-$(1)-crash \
  $(foreach lua,$(call luas_of,$(1)),portable-$(1)-$(lua))

portable-$(1)-c: $(addprefix build/portable/$(1)/,$(WITHOUT_VECTORS)) vectors
	@tools/portable/cell.sh $(1) c $(call how,$(1)) env FAREGATE_SHORT=1 tools/portable/each.sh \
	  "$(RUN_$(1))" $(addprefix build/portable/$(1)/,$(WITHOUT_VECTORS))

portable-$(1)-vectors: build/portable/$(1)/test_vectors vectors build/portable/here/vectors
	@rm -rf build/portable/$(1)/vectors && mkdir -p build/portable/$(1)/vectors
	@tools/portable/cell.sh $(1) vectors $(call how,$(1)) bash -c 'FAREGATE_ANSWERS=build/portable/$(1)/vectors \
	  $(RUN_$(1)) build/portable/$(1)/test_vectors && diff -r build/portable/here/vectors build/portable/$(1)/vectors'

portable-$(1)-ledger: build/portable/$(1)/across build/plain/across
	@tools/portable/cell.sh $(1) ledger $(call how,$(1)) tools/portable/ledger.sh build/portable/$(1) "$(RUN_$(1))"

build/portable/$(1)/crash: $(wildcard tests/crash/*.c) build/portable/$(1)/core.a
	@$$(FLAGS_portable/$(1)) $(WARNINGS) -Icore/include -o $$@ $$^ $$(CORE_LIBS)

portable-$(1)-crash: build/portable/$(1)/crash
	@tools/portable/cell.sh $(1) crash $(call how,$(1)) $(RUN_$(1)) build/portable/$(1)/crash 60
endef
$(foreach machine,$(MACHINES),$(eval $(call machine_parts,$(machine))))

define debian_luas
# A module of Lua and what its tests load, for each Lua of the machine.
.PRECIOUS: build/portable/$(1)/lua%/faregate.so
build/portable/$(1)/lua%/faregate.so: $(LUA_SOURCES) build/portable/$(1)/core.a $(BOOKS)
	@mkdir -p $$(@D)/faregate/books && cp $(BOOKS) $$(@D)/faregate/books
	@$$(FLAGS_portable/$(1)) $(WARNINGS) -shared -Icore/include -I$(ROOT_$(1))/usr/include/lua$$* -o $$@ \
	  $(LUA_BINDING) build/portable/$(1)/core.a $$(CORE_LIBS)
	@$$(FLAGS_portable/$(1)) $(WARNINGS) -shared -I$(ROOT_$(1))/usr/include/lua$$* -o $$(@D)/failing.so tests/lua/failing.c

portable-$(1)-lua%: build/portable/$(1)/lua%/faregate.so vectors build/portable/here/vectors
	@tools/portable/cell.sh $(1) lua$$* $(call how,$(1)) tools/portable/specs.sh build/portable/$(1)/lua$$* \
	  build/portable/$(1)/answers/lua$$* "$(RUN_$(1)) $(ROOT_$(1))/usr/bin/lua$$*"

portable-$(1)-luajit: build/portable/$(1)/lua5.1/faregate.so vectors build/portable/here/vectors
	@tools/portable/cell.sh $(1) luajit $(call how,$(1)) tools/portable/specs.sh build/portable/$(1)/lua5.1 \
	  build/portable/$(1)/answers/luajit "$(RUN_$(1)) $(ROOT_$(1))/usr/bin/luajit"
endef
$(foreach machine,$(DEBIAN_MACHINES),$(eval $(call debian_luas,$(machine))))

# The interpreter is its own loader's: the module is in it.
define musl_luas
.PRECIOUS: build/portable/$(1)/lua%/host
portable-$(1)-lua%: build/portable/$(1)/lua%/host vectors build/portable/here/vectors
	@tools/portable/cell.sh $(1) lua$$* $(call how,$(1)) tools/portable/specs.sh build/portable/$(1)/lua$$* \
	  build/portable/$(1)/answers/lua$$* "$(RUN_$(1)) build/portable/$(1)/lua$$*/host"
endef
$(foreach machine,$(MUSL_MACHINES),$(eval $(call musl_luas,$(machine))))

# The short form, a part of the tests: a machine of 32 bits, which a Debian of 64 runs as it is. What it needs is made
# ready before the tests begin; where that cannot be had, it says so.
NARROW_TESTS = test_int128 test_far_clock test_money test_ledger_life test_vectors
NARROW_ROOT := $(shell [ "$$(uname -m)" = x86_64 ] && grep -qs '^ID=debian$$' /etc/os-release && \
  { [ "$$(id -u)" -eq 0 ] || command -v mmdebstrap >/dev/null; } && echo $(ROOT_i386)/.ready)
CAN_NARROW := $(shell [ -e "$(NARROW_ROOT)" ] && $(ROOT_i386)/lib/ld-linux.so.2 --version >/dev/null 2>&1 && echo yes)
.PHONY: narrow narrow-root narrow-or-not narrow-here narrow-not
narrow: narrow-root
	@$(MAKE) --no-print-directory narrow-or-not

narrow-root:
	@[ -z "$(NARROW_ROOT)" ] || $(MAKE) --no-print-directory $(NARROW_ROOT) || true

narrow-or-not: $(if $(CAN_NARROW),narrow-here,narrow-not)

narrow-not:
	@echo "narrow: not tested, for this is no Debian with what programs of 32 bits need, or none that runs them"

narrow-here: $(NARROW_TESTS:%=build/portable/i386/%) vectors build/portable/here/vectors
	@rm -rf build/portable/i386/vectors && mkdir -p build/portable/i386/vectors
	@$(STEP) narrow bash -c 'FAREGATE_SHORT=1 FAREGATE_ANSWERS=build/portable/i386/vectors tools/portable/each.sh \
	  "$(RUN_i386)" $(NARROW_TESTS:%=build/portable/i386/%) && diff -r build/portable/here/vectors build/portable/i386/vectors'

include tools/portable/wheels.mk

# macOS: compiled and linked, for no emulator of it is to be had.
PROCESSOR_macos-x86_64 = x86_64
PROCESSOR_macos-arm64 = aarch64
MACOS_MACHINES = macos-x86_64 macos-arm64
.PHONY: $(MACOS_MACHINES:%=portable-%)
$(MACOS_MACHINES:%=portable-%): portable-%: build/portable/zig/.ready build/portable/sources-ready
	@tools/portable/cell.sh $* ledger compiled tools/portable/macos.sh "$(ZIG)" $(PROCESSOR_$*)
	@tools/portable/note.sh $* lua5.4 compiled build/log/$*-ledger.log

# WebAssembly: the module of `make wasm-tests`, run by Node.js, which has no processor of that kind either.
.PHONY: portable-wasm portable-wasm-vectors
portable-wasm: portable-wasm-vectors
portable-wasm-vectors: build/wasm/faregate.wasm vectors build/portable/here/vectors .venv/ready
	@rm -rf build/portable/wasm/vectors && mkdir -p build/portable/wasm/vectors
	@tools/portable/cell.sh wasm vectors emulated bash -c '$(NODE) tests/wasm/vectors.cjs $< build/portable/wasm/vectors && \
	  diff -r build/portable/here/vectors build/portable/wasm/vectors'
