# `make install`: the library for those who embed it in C or C++, under PREFIX, in DESTDIR; LEDGER=no leaves the ledger
# out, and with it SQLite (FAREGATE_NO_LEDGER). `make release`: the core as one file.
#
# What is exported is what the headers declare, and nothing else: a program may hold another version of the core besides.

PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
INCLUDEDIR = $(PREFIX)/include
LICENSEDIR = $(PREFIX)/share/licenses/faregate
LEDGER = yes
INSTALL = install

VERSION := $(shell sed -n 's/^\#define FG_VERSION "\(.*\)"/\1/p' core/include/faregate.h)
# Until 1.0 a minor version may change the interface (CHANGELOG.md), so it is part of the name that programs ask for.
SONAME = libfaregate.so.$(basename $(VERSION))

# Without the ledger its functions stay, and say that there is none.
ifeq ($(LEDGER),yes)
LIBRARY_LIBS = $(CORE_LIBS)
else ifeq ($(LEDGER),no)
LIBRARY_FLAGS = -DFAREGATE_NO_LEDGER
else
$(error LEDGER is yes or no, not "$(LEDGER)")
endif
LIBRARY = build/library-$(LEDGER)
EXPORTED = -fvisibility=hidden -DFG_API='__attribute__((visibility("default")))'

.PHONY: library install uninstall release install-tests sizes stacks

library: $(LIBRARY)/$(SONAME) $(LIBRARY)/libfaregate.a $(LIBRARY)/faregate.pc

# Sections for each function, so that a program holds those that it calls.
$(LIBRARY)/%.o: core/%.c $(CORE)
	@mkdir -p $(@D)
	@$(CC) $(WARNINGS) $(OPTIMIZE) -fPIC -ffunction-sections -fdata-sections $(EXPORTED) $(LIBRARY_FLAGS) $(CORE_CFLAGS) -c -o $@ $<

$(LIBRARY)/$(SONAME): $(CORE_UNITS:core/%.c=$(LIBRARY)/%.o)
	@$(CC) -shared -Wl,-soname,$(SONAME) -Wl,-z,defs -o $@ $^ $(LIBRARY_LIBS)

$(LIBRARY)/libfaregate.a: $(CORE_UNITS:core/%.c=$(LIBRARY)/%.o)
	@rm -f $@ && ar rcs $@ $^

# Where CMake finds the headers: from the libraries up to PREFIX, so that what was moved is found, or where they are if
# one of the two is outside of it.
UP_TO_PREFIX = $(subst $() ,/,$(patsubst %,..,$(subst /, ,$(LIBDIR:$(PREFIX)/%=%))))
INSIDE_PREFIX = $(and $(filter $(PREFIX)/%,$(LIBDIR)),$(filter $(PREFIX)/%,$(INCLUDEDIR)))
CMAKE_INCLUDE = $(if $(INSIDE_PREFIX),$${_faregate_libdir}/$(UP_TO_PREFIX)/$(INCLUDEDIR:$(PREFIX)/%=%),$(INCLUDEDIR))

# The places are those of this installation, so they are filled in anew each time.
FILLED = sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' \
  -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' -e 's|@SONAME@|$(SONAME)|g' -e 's|@PRIVATE@|$(strip $(LIBRARY_LIBS))|g' \
  -e 's|@MINOR@|$(basename $(VERSION))|g' \
  -e 's|@CMAKE_INCLUDE@|$(CMAKE_INCLUDE)|g'

.PHONY: $(LIBRARY)/faregate.pc
$(LIBRARY)/faregate.pc: core/package/faregate.pc.in
	@mkdir -p $(@D)
	@$(FILLED) $< >$@
	@$(FILLED) core/package/faregateConfig.cmake.in >$(LIBRARY)/faregateConfig.cmake
	@$(FILLED) core/package/faregateConfigVersion.cmake.in >$(LIBRARY)/faregateConfigVersion.cmake

install: library
	@$(INSTALL) -d $(DESTDIR)$(INCLUDEDIR)/faregate $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(LIBDIR)/cmake/faregate \
	  $(DESTDIR)$(LICENSEDIR)
	@$(INSTALL) -m 644 core/include/*.h bindings/lua/faregate_lua.h $(DESTDIR)$(INCLUDEDIR)/faregate
	@$(INSTALL) -m 644 $(LIBRARY)/libfaregate.a $(DESTDIR)$(LIBDIR)
	@$(INSTALL) -m 755 $(LIBRARY)/$(SONAME) $(DESTDIR)$(LIBDIR)/libfaregate.so.$(VERSION)
	@ln -sf libfaregate.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	@ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libfaregate.so
	@$(INSTALL) -m 644 $(LIBRARY)/faregate.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	@$(INSTALL) -m 644 $(LIBRARY)/faregateConfig.cmake $(LIBRARY)/faregateConfigVersion.cmake \
	  $(DESTDIR)$(LIBDIR)/cmake/faregate
	@$(INSTALL) -m 644 LICENSE $(DESTDIR)$(LICENSEDIR)

uninstall:
	@rm -rf $(DESTDIR)$(INCLUDEDIR)/faregate $(DESTDIR)$(LIBDIR)/cmake/faregate $(DESTDIR)$(LICENSEDIR)
	@rm -f $(DESTDIR)$(LIBDIR)/libfaregate.a $(DESTDIR)$(LIBDIR)/libfaregate.so $(DESTDIR)$(LIBDIR)/$(SONAME) \
	  $(DESTDIR)$(LIBDIR)/libfaregate.so.$(VERSION) $(DESTDIR)$(LIBDIR)/pkgconfig/faregate.pc

RELEASE = build/release/faregate-$(VERSION)

release: build/ready
	@rm -rf $(RELEASE) && mkdir -p $(RELEASE)
	@tools/one_file.py core/faregate.c >$(RELEASE)/faregate.c
	@tools/one_file.py core/faregate_store.c >$(RELEASE)/faregate_store.c
	@cp core/include/*.h LICENSE $(RELEASE)
	@tar -C build/release -czf $(RELEASE).tar.gz faregate-$(VERSION)

install-tests: .venv/ready build/lua/faregate.so
	@$(STEP) install tools/check_install.sh

sizes: build/ready
	@tools/sizes.sh

stacks: build/plain/core.a
	@$(STEP) stacks tools/stacks.sh
