# Evenscore: `make help` lists what can be made.  Objects go to $(B); B=build/asan keeps a second build.

VERSION := 0.1.0
B ?= build
CC = cc
CFLAGS = -O2 -g
PREFIX ?= /usr/local
DESTDIR ?=
# Folders of scorers that live elsewhere, compiled in as if they were in scorers/.
EXTRA_SCORERS ?=

# What `make demo` and `make test` install where it is missing (Debian's names).
NEEDS = gcc libc6-dev pkg-config libopenblas-dev liblapacke-dev libcsv-dev libinih-dev \
        libjansson-dev librandom123-dev libsleef-dev
TEST_NEEDS = libcriterion-dev python3 gnuplot-nox

# MPI=1 shares a run out over the ranks of mpirun (Open MPI: libopenmpi-dev openmpi-bin).
MPI ?=
PKGS = openblas lapacke jansson inih sleef $(if $(MPI),ompi-c)
WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# The same bytes everywhere: no fused multiply-add, no reassociation.
override CPPFLAGS += $(if $(MPI),-DES_MPI) -I. -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -DES_VERSION='"$(VERSION)"' \
                     $(filter-out -I/usr/include,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
override CFLAGS += -std=c11 -ffp-contract=off -fno-math-errno -fopenmp $(WARN)
# -rdynamic: shared objects of scorers call what the headers declare.
LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lm -ldl -rdynamic

# One file = one plug-in; files that start with _ are templates.
scorer_files := $(sort $(wildcard scorers/[a-z]*.c $(addsuffix /[a-z]*.c,$(EXTRA_SCORERS))))
dataset_files := $(sort $(wildcard datasets/[a-z]*.c))
report_files := $(sort $(wildcard reports/[a-z]*.c))
harness_files := $(sort $(wildcard harness/*/*.c))
ini_files := $(sort $(wildcard datasets/populations/*.ini datasets/processes/*.ini datasets/schemas/*.ini harness/studies/*.ini \
                       harness/studies/*.rules \
                       reports/html/[a-z]*.*))
# Arithmetic on blocks of people, compiled once for each width of vectors (harness/base/lanes.h).
lane_files := $(sort $(wildcard harness/base/lanes/*.c))
widths := any $(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),avx2 avx512)
lane_flags_any =
lane_flags_avx2 = -mavx2
lane_flags_avx512 = -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512
lane_objects := $(foreach width,$(widths),$(lane_files:%.c=$(B)/%.$(width).o))
lib_files := $(filter-out harness/cli/%,$(harness_files)) $(scorer_files) $(dataset_files) $(report_files)
object = $(patsubst %.c,$(B)/%.o,$(1))

all: evenscore

evenscore: $(B)/evenscore
	@cp -f $< $@

$(B)/evenscore: $(call object,$(filter harness/cli/%,$(harness_files))) $(B)/libevenscore.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libevenscore.a: $(call object,$(lib_files)) $(lane_objects) $(B)/embedded.o
	@rm -f $@
	@$(AR) rcs $@ $^

# Compiling anything waits for the check that the libraries are there, so that the first error a
# newcomer sees says what to type.
$(B)/%.o: %.c $(B)/flags | have-needs
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I$(B) $(CFLAGS) -MMD -MP -c -o $@ $<

define lane_rule
$(B)/harness/base/lanes/%.$(1).o: harness/base/lanes/%.c $(B)/flags | have-needs
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) $$(CFLAGS) -O3 -fno-trapping-math $$(lane_flags_$(1)) -DES_WIDTH=$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach width,$(widths),$(eval $(call lane_rule,$(width))))
$(B)/harness/base/lanes.o: override CPPFLAGS += $(if $(filter avx512,$(widths)),-DES_WIDE)

$(B)/embedded.o: $(B)/embedded.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<

$(B)/embedded.c: harness/base/embed.awk $(ini_files) $(B)/ini_list
	@awk -f harness/base/embed.awk $(ini_files) >$@.tmp && mv $@.tmp $@

# Generated lists are rewritten only when their content changes: make cannot see a deleted file.
define list_rule
$(B)/$(1): FORCE
	@mkdir -p $(B); printf '$(2)' $(3) >$$@.tmp; cmp -s $$@.tmp $$@ && rm $$@.tmp || mv $$@.tmp $$@
endef
names = $(sort $(basename $(notdir $(1))))
$(eval $(call list_rule,scorer_list.h,X(%s)\n,$(call names,$(scorer_files))))
$(eval $(call list_rule,dataset_list.h,X(%s)\n,$(call names,$(dataset_files))))
$(eval $(call list_rule,report_list.h,X(%s)\n,$(call names,$(report_files))))
$(eval $(call list_rule,ini_list,%s\n,$(ini_files)))
$(eval $(call list_rule,flags,%s\n,"$(CC) $(CPPFLAGS) $(CFLAGS)"))
$(B)/harness/model/registry.o: $(B)/scorer_list.h $(B)/dataset_list.h $(B)/report_list.h

FORCE:
-include $(patsubst %.o,%.d,$(call object,$(harness_files) $(lib_files)) $(lane_objects))

# --- tests -------------------------------------------------------------------------------------
include tests/tests.mk

# --- a fresh machine ----------------------------------------------------------------------------
have-needs:
	@[ -z "$(MPI)" ] || pkg-config --exists ompi-c || { \
	  echo "evenscore: MPI=1 wants Open MPI. On Debian or Ubuntu:  sudo apt-get install libopenmpi-dev openmpi-bin"; exit 1; }
	@for f in cblas.h lapacke.h jansson.h ini.h sleef.h csv.h Random123/philox.h; do \
	  echo "#include <$$f>" | $(CC) $(CPPFLAGS) -E -x c - >/dev/null 2>&1 || { \
	  echo "evenscore: $$f is missing. On Debian or Ubuntu:  sudo apt-get install $(NEEDS)"; exit 1; }; done

# Installs what is missing as root or through sudo; otherwise prints the exact line.
define install_missing
	@missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q ' installed' || echo $$p; done); \
	[ -z "$$missing" ] || { set -- $$missing; \
	if ! command -v apt-get >/dev/null; then echo "evenscore: install what your system calls: $$*"; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root=sudo; else \
	  echo "evenscore: please run:  sudo apt-get install $$*"; exit 1; fi; \
	echo "evenscore: installing $$*"; \
	$$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends "$$@" >/dev/null; }
endef

setup:
	$(call install_missing,$(NEEDS))
setup-test: setup
	$(call install_missing,$(TEST_NEEDS))

demo: setup
	@$(MAKE) --no-print-directory all
	./evenscore run

run: all
	./evenscore run

# Every format and figure of one study: docs/gallery.md (needs gnuplot; Chromium for the page's picture).
gallery: all
	docs/gallery/make.sh

# --- for authors ---------------------------------------------------------------------------------
new-scorer:
	@case "$(NAME)" in [a-z]*) ;; *) echo "usage: make new-scorer NAME=my_score   (lower case, digits, _)"; exit 2;; esac; \
	case "$(NAME)" in *[!a-z0-9_]*) echo "NAME=$(NAME): use lower-case letters, digits and _"; exit 2;; esac; \
	[ ! -e scorers/$(NAME).c ] || { echo "scorers/$(NAME).c is there already"; exit 2; }; \
	sed 's/template/$(NAME)/g' scorers/_template.c >scorers/$(NAME).c; \
	echo "scorers/$(NAME).c: fill in score(), then: make && ./evenscore run --scorer $(NAME)"

headers := scorers/scorer.h harness/base/status.h harness/base/frame.h harness/base/option.h \
           harness/base/random.h harness/base/text.h harness/base/math.h harness/base/keep.h
install: all install-headers
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 evenscore $(DESTDIR)$(PREFIX)/bin/evenscore
	install -m 644 docs/evenscore.1 $(DESTDIR)$(PREFIX)/share/man/man1/evenscore.1
# What authors of scorers need: the headers, and pkg-config's word where they are.
install-headers:
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/evenscore/scorers \
	  $(DESTDIR)$(PREFIX)/include/evenscore/harness/base
	for h in $(headers); do install -m 644 $$h $(DESTDIR)$(PREFIX)/include/evenscore/$$h || exit 1; done
	printf 'prefix=%s\nincludedir=$${prefix}/include/evenscore\n\nName: evenscore\nDescription: %s\nVersion: %s\nCflags: -I$${includedir}\n' \
	  '$(PREFIX)' 'Headers for authors of Evenscore scorers' '$(VERSION)' \
	  >$(DESTDIR)$(PREFIX)/lib/pkgconfig/evenscore.pc

compdb: clean
	bear -- $(MAKE) all
format:
	clang-format -i $$(git ls-files '*.c' '*.h')
print-%:
	@echo '$($*)'
clean:
	rm -rf build evenscore

help:
	@echo 'make demo              install what is missing, build, run the default study'
	@echo 'make test              install what is missing, build, run every test'
	@echo 'make                   build ./evenscore'
	@echo 'make run               build and run the default study'
	@echo 'make new-scorer NAME=x start scorers/x.c from the template'
	@echo 'make install           PREFIX=/usr/local DESTDIR= (program, man page, headers, pkg-config)'
	@echo 'make bench             times against numpy, scikit-learn, pandas and R; make bench-quick'
	@echo 'make gallery           docs/gallery.md and its figures anew'
	@echo 'make sanitize          the tests under ASan, UBSan and LeakSanitizer'
	@echo 'make format, compdb, clean, print-VARIABLE'
	@echo 'Variables: CC, CFLAGS, B (build folder), EXTRA_SCORERS (folders of more scorers), MPI=1 (Open MPI)'

.PHONY: gallery all demo run test sanitize setup setup-test have-needs new-scorer install install-headers compdb format clean help FORCE
.DELETE_ON_ERROR:
