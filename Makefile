# Thin: cargo compiles, this puts things where an Apache administrator expects them. For GNU make.
#
#   make              the program, in this directory        make install     put it where configure said; DESTDIR=...
#   make support      htpasswd, rotatelogs and their kin    make uninstall   take it away, but for changed configuration
#   make check        all tests                             make clean       remove what was compiled
#   make run          serve the shipped documents           make distclean   remove what configure wrote, too
#   make lint docs    what changes must pass; the API       make bench       measure: test/bench/RESULTS.md
#
# V=1 shows commands. What configure decided is in config_vars.mk.

ifeq ($(wildcard config_vars.mk),)
$(error run ./configure first)
endif
include config_vars.mk

.SUFFIXES:
.PHONY: all support pages check check-units check-cases check-program check-mpms check-build check-apxs check-hosts bench install uninstall clean distclean run lint docs sbom licences dist check-dist deb

quiet := $(if $(filter 1,$(V)),,@)
# Where make was given -jN, cargo keeps to it.
jobs = $(patsubst -j%,--jobs %,$(filter-out -j,$(filter -j%,$(MAKEFLAGS))))
cargo = $(CARGO) $(1) --locked $(jobs) $(if $(filter 1,$(V)),--verbose)
# The generated workspace, and the source tree; neither leaves anything in the latter.
here := --manifest-path build/Cargo.toml --target-dir build/target
there := --manifest-path $(srcdir)/Cargo.toml --target-dir build/target
inventory = $(CARGO) run --locked --quiet --manifest-path $(srcdir)/Cargo.toml --target-dir build/configure \
  --config 'profile.dev.debug=false' --package httpd-configure --bin inventory --
built := build/target/$(TARGET)/$(PROFILE)/$(PROGRAM_NAME)
# Never --workspace: the core's library must be built for the program's sake, or it would have a standard library inside.
packages = --package httpd-program $(SHARED:%=--package so-%)
# Where modules can be loaded, their files and the core's library are put into place.
artifacts := build/artifacts.json
ifeq ($(DYNAMIC),yes)
messages := --message-format=json-render-diagnostics >$(artifacts)
collect = build/configure/debug/configure collect $(artifacts) $(RUSTC_PROGRAM) $(TARGET)
else
collect := :
endif

# A copy, for the linker may write into the file of a running server.
all:
	$(quiet)$(call cargo,build) $(here) --profile $(PROFILE) --target $(TARGET) $(packages) $(messages)
	$(quiet)$(collect)
	$(quiet)cmp -s $(built) $(PROGRAM_NAME) || \
	  { cp $(built) $(PROGRAM_NAME).new && mv -f $(PROGRAM_NAME).new $(PROGRAM_NAME); } || { rm -f $(PROGRAM_NAME).new; exit 1; }

$(PROGRAM_NAME):
	$(quiet)$(MAKE) all

# The companion programs: installing needs them, trying the server does not.
support:
	$(quiet)$(call cargo,build) $(there) --profile support --target $(TARGET) --package httpd-support --bins

# Manual pages and completions, from what the programs say of themselves. RUN=... runs a server that was built for another machine.
pages: $(PROGRAM_NAME)
	$(quiet)rm -rf build/pages
	$(quiet)$(call cargo,run) --quiet $(there) --profile support --target $(BUILD) --package httpd-support --bin pages -- \
	  -n '$(PROGRAM_NAME:.exe=)' build/pages $(RUN) ./$(PROGRAM_NAME)

# Every part runs, whatever became of the ones before.
check: all
	$(quiet)status=0; for part in units cases program; do \
	  $(MAKE) check-$$part || { status=1; failed="$$failed $$part"; }; done; \
	if [ $$status = 0 ]; then echo "make check: all passed"; else echo "make check: FAILED:$$failed" >&2; fi; exit $$status

check-units:
	$(quiet)$(call cargo,test) $(there) --workspace

# ARGS=mod_alias runs only what has that in its name; test/README.md has more.
check-cases:
	$(quiet)$(call cargo,run) $(here) --package httpd-check -- --source $(srcdir) $(ARGS)

check-program: $(PROGRAM_NAME)
	$(quiet)$(call cargo,run) $(here) --package httpd-check -- --source $(srcdir) --httpd ./$(PROGRAM_NAME) \
	  $(if $(filter yes,$(DYNAMIC)),--load build/run/modules.conf) $(ARGS)

# Every MPM that this host can have, each built and tested; MPMS="worker event" takes only those.
check-mpms:
	$(quiet)CARGO='$(CARGO)' MPMS='$(MPMS)' ARGS='$(ARGS)' sh $(srcdir)/test/check-mpms $(srcdir) build/mpms

# Other hosts than this one, as far as they can be tried here; HOSTS="x86_64-unknown-haiku" takes only those.
check-hosts:
	$(quiet)CARGO='$(CARGO)' HOSTS='$(HOSTS)' sh $(srcdir)/test/check-hosts $(srcdir) build/hosts

# Modules linked in and in files of their own, and MPMs in files; ROWS="shared mpms" takes only those.
check-build:
	$(quiet)CARGO='$(CARGO)' ROWS='$(ROWS)' MPMS='$(MPMS)' ARGS='$(ARGS)' sh $(srcdir)/test/check-build $(srcdir) build/matrix

# The server that was installed, below PREFIX: modules are made for it with its apxs, loaded and called.
check-apxs:
	$(quiet)sh $(srcdir)/test/check-apxs '$(or $(PREFIX),$(prefix))' '$(abspath $(srcdir))' '$(CURDIR)'

# test/bench/RESULTS.md: the hot path in pieces, then this program beside nginx and Apache. BENCH="--httpd ../event/httpd" adds others.
bench: $(PROGRAM_NAME)
	$(quiet)$(call cargo,bench) $(there) --package httpd-bench > build/bench.txt
	$(quiet)$(call cargo,run) $(there) --release --package httpd-bench -- --httpd ./$(PROGRAM_NAME) $(BENCH) \
	  --pieces build/bench.txt --report $(srcdir)/test/bench/RESULTS.md

# Only the owner of this folder compiles, also when root installs.
install:
	$(quiet)if [ -O build ]; then $(MAKE) all support pages; elif [ "$$(id -u)" = 0 ]; then \
	  su -s /bin/sh "$$(ls -ld build | awk '{ print $$3 }')" -c '$(MAKE) all support pages' || true; fi
	$(quiet)sh $(srcdir)/srclib/configure/install.sh install build/install.list '$(DESTDIR)' '$(installbuilddir)'

uninstall:
	$(quiet)sh $(srcdir)/srclib/configure/install.sh uninstall - '$(DESTDIR)' '$(installbuilddir)'

run: all
	$(quiet)mkdir -p build/run/logs
	@echo "The shipped documents, until you press Ctrl-C; the server says below at which address."
	$(quiet)./$(PROGRAM_NAME) -d '$(CURDIR)/build/run' -f httpd.conf -D FOREGROUND

lint:
	$(quiet)$(CARGO) fmt --manifest-path $(srcdir)/Cargo.toml --all --check
	$(quiet)$(call cargo,clippy) $(there) --workspace --all-targets -- --deny warnings
	$(quiet)if $(CARGO) deny --version >/dev/null 2>&1; then cd $(srcdir) && $(CARGO) deny check; \
	else echo "make lint: deny.toml was not checked: there is no cargo-deny here"; fi

docs:
	$(quiet)$(call cargo,doc) $(there) --workspace --no-deps
	@echo "build/target/doc/httpd/index.html"

# What the program is made of: a bill of materials (CycloneDX), and the licences.
sbom:
	$(quiet)$(inventory) sbom build httpd-program $(TARGET) >build/sbom.cdx.json.new && mv build/sbom.cdx.json.new build/sbom.cdx.json
	@echo "build/sbom.cdx.json"

licences:
	$(quiet)$(inventory) licences build httpd-program $(TARGET)

# The sources with every crate they need: what it makes is configured and built without a network.
dist:
	$(quiet)sh $(srcdir)/srclib/configure/dist.sh $(srcdir) $(VERSION) $(CARGO)

# The same, tried: unpacked elsewhere, with no network and an empty home for cargo. Root can cut the network off; so can users, where
# the kernel lets them.
check-dist: dist
	$(quiet)sh $(srcdir)/test/check-dist build/weir-httpd-$(VERSION).tar.gz build/dist-check

# A package for Debian and its kin, of a build that was configured with --enable-layout=Debian.
deb: all support pages
	$(quiet)sh $(srcdir)/srclib/configure/deb.sh

clean:
	rm -rf $(PROGRAM_NAME) build/target build/run/logs

distclean:
	rm -rf $(PROGRAM_NAME) build config.cache config.log config.nice config.status config_vars.mk
	$(quiet)if [ ! . -ef $(srcdir) ]; then rm -f Makefile; fi

# A change of what configure reads runs it again.
tracked := $(wildcard $(LAYOUT_FILE) $(addprefix $(srcdir)/,configure Cargo.toml Cargo.lock srclib/configure/src/*.rs templates/* \
  templates/*/* modules modules/* modules/*/*/Cargo.toml modules/mpm/*/*.conf))

config_vars.mk: config.status ;

config.status: $(tracked)
	@echo "$(notdir $(firstword $?)) changed: configuring again"
	$(quiet)sh ./config.nice --quiet
