# One test binary per tests/test_*.c; test objects stand on the link line, never in an archive
# (Criterion finds tests in a linker section, which an archive silently drops).
test_files := $(sort $(wildcard tests/test_*.c))
test_bins := $(patsubst tests/%.c,$(B)/tests/%,$(test_files))
fuzz_bins := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/*.c)))
SHARED ?= ../shared

$(B)/tests/%: tests/%.c $(B)/libevenscore.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I$(B) -DSHARED='"$(SHARED)"' -DOBJECTS='"$(B)/tests"' $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libevenscore.a $(LIBS) -lcriterion

# Scorers from elsewhere, which are held to what those of this build are.
objects := $(B)/tests/records.so $(B)/tests/hostile.so
$(B)/tests/records.so: docs/examples/records.c
$(B)/tests/hostile.so: tests/foreign/hostile.c
$(objects): $(B)/flags scorers/scorer.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -shared -fPIC -o $@ $(filter %.c,$^)
$(B)/tests/test_conformance $(B)/tests/test_foreign: $(objects)

-include $(wildcard $(B)/tests/*.d)

test-binaries: $(test_bins)
test: setup-test
	@$(MAKE) --no-print-directory all test-binaries
	@$(MAKE) --no-print-directory run-tests
run-tests: $(B)/evenscore test-binaries
	@tests/run $(B)

# Undefined behaviour ends a test, and so does a leak: without abort_on_error Criterion stays green.
# clang 14 cannot look for leaks while its OpenMP threads live; gcc can.
SANITIZE = -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
           -fsanitize=address,undefined,float-cast-overflow
LEAKS = $(if $(findstring clang,$(CC)),0,1)
SANITIZED = ASAN_OPTIONS=detect_leaks=$(LEAKS):abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1
sanitize: setup-test
	@$(SANITIZED) $(MAKE) --no-print-directory B=build/sanitize CFLAGS="$(SANITIZE)" CC=$(CC) run-tests

# tests/fuzz/NAME.c becomes build/fuzz/fuzz/NAME (libFuzzer, so clang).  make fuzz FUZZ_SECONDS=20
FUZZ_SECONDS ?= 20
$(B)/fuzz/%: tests/fuzz/%.c $(B)/libevenscore.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer -o $@ $< $(B)/libevenscore.a $(LIBS)
fuzz-binaries: $(fuzz_bins)
fuzz:
	@$(MAKE) --no-print-directory B=build/fuzz CC=clang CFLAGS="$(SANITIZE) -fsanitize=fuzzer-no-link" \
	  fuzz-binaries
	@for target in build/fuzz/fuzz/*; do [ -x $$target ] || continue; \
	  mkdir -p build/fuzz/corpus/$${target##*/}; \
	  $(SANITIZED) $$target -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1 -max_len=4096 \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus/$${target##*/} || exit 1; done

# Never a test: what is timed depends on who else is at work.
$(B)/bench/ours: tests/bench/ours.c $(B)/libevenscore.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I$(B) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libevenscore.a $(LIBS)
bench: $(B)/evenscore $(B)/bench/ours
	python3 tests/bench/run.py $(B) --write
bench-quick: $(B)/evenscore $(B)/bench/ours
	python3 tests/bench/run.py $(B) --quick

.PHONY: bench bench-quick test-binaries run-tests fuzz-binaries fuzz
