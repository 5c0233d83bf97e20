# dongbo: make demo | test | asan | sim | bench | fuzz | tidy | man | install | deps | clean
#
# One list of sources per library, found by wildcard in a layer's folders; every tests/unit/test_*.c
# is one test program. B is the build folder, so that plain and sanitizer builds
# never mix.

B ?= build
CC ?= gcc
CSTD = -std=c11 -D_POSIX_C_SOURCE=200809L
WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
       -Wpointer-arith -Wwrite-strings -Wvla
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
OPT ?= -O2 -g $(HARDEN)
LDHARDEN ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS_ALL = $(CSTD) $(WARN) $(OPT) $(CFLAGS) -I.
LDFLAGS_ALL = $(LDHARDEN) $(LDFLAGS)

Q = $(if $(V),,@)

PROTOCOL_SRC = $(wildcard protocol/*.c)
COMMON_SRC = $(wildcard common/*/*.c)
CLIENT_SRC = $(filter-out client/main.c,$(wildcard client/*.c client/*/*.c))
SERVER_SRC = $(filter-out server/main.c,$(wildcard server/*.c server/*/*.c))
TESTLIB_SRC = $(filter-out tests/lib/relay.c,$(wildcard tests/lib/*.c))
UNIT_TESTS = $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))

obj = $(patsubst %.c,$(B)/%.o,$(1))

LIB_PROTOCOL = $(B)/libprotocol.a
LIB_COMMON = $(B)/libcommon.a
LIB_CLIENT = $(B)/libclient.a
LIB_SERVER = $(B)/libserver.a
LIB_TEST = $(B)/libtest.a

LINK_PROTOCOL = -lsodium -lz
LINK_COMMON = -lsqlite3 -ljansson -lutf8proc -lzip -lexpat -lxlsxwriter -llzma -lpthread -lm
LINK_CLIENT = -lcurl
LINK_SERVER = -lmicrohttpd -lgnutls -lqrencode

all: $(B)/dongbo $(B)/dongbod

$(B)/%.o: %.c
	@mkdir -p $(dir $@)
	@$(if $(V),,echo "  CC $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

define archive
	@rm -f $@
	$(Q)ar rcs $@ $^
endef

$(LIB_PROTOCOL): $(call obj,$(PROTOCOL_SRC)) ; $(archive)
$(LIB_COMMON): $(call obj,$(COMMON_SRC)) ; $(archive)
$(LIB_CLIENT): $(call obj,$(CLIENT_SRC)) ; $(archive)
$(LIB_SERVER): $(call obj,$(SERVER_SRC)) ; $(archive)
$(LIB_TEST): $(call obj,$(TESTLIB_SRC)) ; $(archive)

$(B)/dongbo: $(B)/client/main.o $(LIB_CLIENT) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_CLIENT) $(LINK_COMMON) $(LINK_PROTOCOL)

$(B)/dongbod: $(B)/server/main.o $(LIB_SERVER) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_SERVER) $(LINK_COMMON) $(LINK_PROTOCOL)

# Tests of protocol/ link libprotocol, zlib and libsodium only: the link line is
# the proof that the layer stands alone (libcbor is an oracle of the tests). They
# share tests/lib/gen_*, which knows nothing but protocol/.
LIB_TEST_PROTOCOL = $(call obj,$(wildcard tests/lib/gen_*.c))
PROTOCOL_TESTS = $(foreach s,$(PROTOCOL_SRC),$(B)/tests/unit/test_$(notdir $(basename $(s))))
$(filter $(PROTOCOL_TESTS),$(UNIT_TESTS)): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(LIB_TEST_PROTOCOL) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka -lcbor $(LINK_PROTOCOL)

$(filter-out $(PROTOCOL_TESTS),$(UNIT_TESTS)): $(B)/tests/unit/%: $(B)/tests/unit/%.o \
		$(LIB_TEST) $(LIB_CLIENT) $(LIB_SERVER) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LINK_CLIENT) $(LINK_SERVER) $(LINK_COMMON) $(LINK_PROTOCOL)

unit: $(UNIT_TESTS)

# Fuzz targets. Here: seeded mutations, the same each time (tests/fuzz/corpus_main.c).
FUZZ_TARGETS = $(notdir $(basename $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_TESTS = $(patsubst %,$(B)/tests/fuzz/%,$(FUZZ_TARGETS))
$(FUZZ_TESTS): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/corpus_main.o \
		$(LIB_TEST) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_COMMON) $(LINK_PROTOCOL)

# With clang's libFuzzer, each target for FUZZ_SECONDS; the corpus stays and grows.
FUZZ_SECONDS ?= 60
FUZZ = B=$(B)/fuzz CC=clang LDHARDEN="-fsanitize=fuzzer,address,undefined" \
       OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
FUZZERS = $(patsubst %,$(B)/%,$(FUZZ_TARGETS))
$(FUZZERS): $(B)/%: $(B)/tests/fuzz/%.o $(LIB_TEST) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_COMMON) $(LINK_PROTOCOL)

fuzzers: $(FUZZERS)

fuzz: $(FUZZ_TESTS)
	@$(MAKE) --no-print-directory $(FUZZ) fuzzers
	@for t in $(FUZZ_TARGETS); do \
		corpus=$(B)/fuzz/corpus/$$t; \
		mkdir -p $$corpus && $(B)/tests/fuzz/$$t --write $$corpus && \
		$(B)/fuzz/$$t -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
			-artifact_prefix=$(B)/fuzz/$$t- $$corpus || exit 1; \
	done

E2E_TESTS = $(wildcard tests/e2e/[0-9]*.sh)

# What the scripts need beside the two programs: a bad link, a judge of JSON, bytes on a
# socket, and the sample year.
E2E_TOOLS = $(B)/relay $(B)/json_check $(B)/raw_http $(B)/sample $(B)/sheet_fill $(B)/bench-run

$(B)/relay: $(B)/tests/lib/relay.o
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^

$(B)/json_check: $(B)/tests/e2e/json_check.o
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ -ljansson

$(B)/sheet_fill: $(B)/tests/e2e/sheet_fill.o $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_COMMON) $(LINK_PROTOCOL)

$(B)/raw_http: $(B)/tests/e2e/raw_http.o $(LIB_TEST) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^

e2e: all $(E2E_TOOLS)
	B=$(B) sh tests/run.sh $(E2E_TESTS)

# What is tested in one build: unit tests, fuzz targets, the simulator, end-to-end
# scripts.
CHECKS = $(sort $(UNIT_TESTS)) $(sort $(FUZZ_TESTS)) tests/sim.sh $(E2E_TESTS)
built: all unit $(FUZZ_TESTS) $(B)/sim $(E2E_TOOLS) $(B)/sample

check: built
	B=$(B) sh tests/run.sh $(CHECKS)

# The same again under AddressSanitizer and UBSan, in a build folder of its own.
ASAN = B=$(B)-asan OPT="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" \
       LDHARDEN="-fsanitize=address,undefined"

asan:
	@$(MAKE) --no-print-directory $(ASAN) check

# Style: layers, sizes, banned calls (tests/tidy.sh).
tidy:
	@sh tests/tidy.sh

# Everything. The last line counts.
test: deps-test
	@$(MAKE) --no-print-directory -j$$(nproc) built
	@$(MAKE) --no-print-directory -j$$(nproc) $(ASAN) built
	@sh tests/run-both.sh $(B) $(B)-asan tests/tidy.sh $(CHECKS)

deps:
	@sh tests/install-deps.sh

deps-test:
	@sh tests/install-deps.sh test

# Installs, builds, and shows a district at work (tests/demo.sh). DEMO_LANG=en is
# English first; DEMO_KEEP=1 leaves its server running.
demo: deps
	@$(MAKE) --no-print-directory -j$$(nproc) all $(B)/relay $(B)/sample
	@B=$(B) sh tests/demo.sh
	@B=$(B) sh tests/demo-year.sh

# The simulator: real client and server in one process, a bad network, power cuts.
# One seed is one run, bit for bit: build/sim --seed N --verbose shows it.
SEEDS ?= 1-200
SIM_SRC = $(wildcard tests/sim/*.c)

$(B)/sim: $(call obj,$(SIM_SRC)) $(LIB_TEST) $(LIB_CLIENT) $(LIB_SERVER) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_CLIENT) $(LINK_SERVER) $(LINK_COMMON) $(LINK_PROTOCOL)

sim: $(B)/sim
	$(B)/sim --seeds $(SEEDS)

# The sample year: real client and server again, a district's records from November 2021
# to January 2023 (tests/sample/sample.h).
SAMPLE_DIR ?= $(B)/sample-year
SAMPLE_SRC = $(wildcard tests/sample/*.c)

$(B)/sample: $(call obj,$(SAMPLE_SRC)) $(LIB_TEST) $(LIB_CLIENT) $(LIB_SERVER) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_CLIENT) $(LINK_SERVER) $(LINK_COMMON) $(LINK_PROTOCOL)

sample: $(B)/sample
	@[ $(SAMPLE_DIR) != $(B)/sample-year ] || rm -rf $(B)/sample-year
	$(B)/sample --dir $(SAMPLE_DIR)

# Benchmarks, against baselines in the same run; figures go to results.jsonl, the plan of
# each query of a report to plans.txt.
BENCH_SRC = $(filter-out tests/bench/look.c,$(wildcard tests/bench/*.c))
BENCH_FLAGS ?=

$(B)/bench-run: $(call obj,$(BENCH_SRC)) $(LIB_CLIENT) $(LIB_SERVER) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_CLIENT) $(LINK_SERVER) $(LINK_COMMON) $(LINK_PROTOCOL)

bench: all $(B)/bench-run
	@mkdir -p $(B)/bench && rm -rf $(B)/bench/work && mkdir $(B)/bench/work
	$(B)/bench-run $(BENCH_FLAGS) $(B)/bench/work $(B)/bench/results.jsonl $(B)/bench/plans.txt
	@grep -c "ms, asked" $(B)/bench/plans.txt | sed 's|$$| queries, their plans in $(B)/bench/plans.txt|'
	@rm -rf $(B)/bench/work

# The protocol's vectors. Once written they are the truth: run this when the format
# changes, and read the difference.
VECTORS_SRC = $(wildcard tests/vectors/*.c)

$(B)/make-vectors: $(call obj,$(VECTORS_SRC)) $(LIB_TEST) $(LIB_COMMON) $(LIB_PROTOCOL)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LINK_COMMON) $(LINK_PROTOCOL)

vectors: $(B)/make-vectors
	$(B)/make-vectors protocol/vectors

# Manual pages in both languages, out of what --help prints.
MAN_PAGES = $(B)/man/man1/dongbo.1 $(B)/man/vi/man1/dongbo.1 \
            $(B)/man/man8/dongbod.8 $(B)/man/vi/man8/dongbod.8

$(B)/man/man1/dongbo.1: $(B)/dongbo common/cli/man.sh
	$(Q)mkdir -p $(dir $@) && sh common/cli/man.sh $< 1 en >$@
$(B)/man/vi/man1/dongbo.1: $(B)/dongbo common/cli/man.sh
	$(Q)mkdir -p $(dir $@) && sh common/cli/man.sh $< 1 vi >$@
$(B)/man/man8/dongbod.8: $(B)/dongbod common/cli/man.sh
	$(Q)mkdir -p $(dir $@) && sh common/cli/man.sh $< 8 en >$@
$(B)/man/vi/man8/dongbod.8: $(B)/dongbod common/cli/man.sh
	$(Q)mkdir -p $(dir $@) && sh common/cli/man.sh $< 8 vi >$@

man: $(MAN_PAGES)

# Below PREFIX, or into DESTDIR for whoever makes a package.
PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share

install: all man
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin $(SHARE)/dongbo $(SHARE)/doc/dongbo
	install -m 0755 $(B)/dongbo $(DESTDIR)$(PREFIX)/bin
	install -m 0755 $(B)/dongbod $(DESTDIR)$(PREFIX)/sbin
	for page in $(MAN_PAGES:$(B)/%=%); do \
		install -D -m 0644 $(B)/$$page $(SHARE)/$$page || exit 1; \
	done
	install -m 0644 common/packs/*.json common/packs/*.txt common/packs/*.csv common/packs/*.md $(SHARE)/dongbo
	install -m 0644 README.md CHANGELOG.md protocol/SPEC.md server/nginx.conf.example \
		server/dongbod.service.example $(SHARE)/doc/dongbo

clean:
	rm -rf build build-*

.PHONY: all unit built check e2e asan fuzz fuzzers tidy test deps deps-test sim sample vectors man install \
	demo clean
.SECONDARY:

-include $(shell test -d $(B) && find $(B) -name '*.d')
