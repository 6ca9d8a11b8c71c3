# One test binary per tests/test_*.c; test objects stand on the link line, never in an archive
# (Criterion finds tests in a linker section, which an archive silently drops).
test_files := $(sort $(wildcard tests/test_*.c))
test_bins := $(patsubst tests/%.c,$(B)/tests/%,$(test_files))
SHARED ?= ../shared

$(B)/tests/%: tests/%.c $(B)/libevenscore.a $(B)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I$(B) -DSHARED='"$(SHARED)"' $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libevenscore.a $(LIBS) -lcriterion

-include $(wildcard $(B)/tests/*.d)

test-binaries: $(test_bins)
test: setup-test
	@$(MAKE) --no-print-directory all test-binaries
	@tests/run $(B)

SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
sanitize: setup-test
	@$(MAKE) --no-print-directory B=build/sanitize CFLAGS="$(SANITIZE)" $(if $(CC),CC=$(CC)) build/sanitize/evenscore test-binaries
	@ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 tests/run build/sanitize

.PHONY: test-binaries
