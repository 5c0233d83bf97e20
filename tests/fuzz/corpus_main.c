/* Runs a fuzz target without libFuzzer: each run mutates one of the target's samples,
 * and its number is all that decides how, so a run that died dies again.
 *
 *   fuzz_x [--runs FIRST-LAST] [--verbose]   the number before each run
 *   fuzz_x --write FOLDER                    samples as files, for libFuzzer
 *   fuzz_x FILE...                           these inputs, as they are */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/gen_bytes.h"

enum { RUNS = 8000, SAMPLES = 64, INPUT_MAX = 64 * 1024 };

static struct arena arena;

static void make_sample(uint64_t number, struct buf *out)
{
	struct gen g = gen_of(number, &arena);

	buf_clear(out);
	fuzz_sample(&g, out);
	if (out->failed)
		abort();
	arena_clear(&arena);
}

/* Puts a run of bytes into the middle. */
static void insert(struct buf *b, size_t at, const uint8_t *from, size_t n)
{
	if (n > INPUT_MAX - b->len || buf_grow(b, n) == NULL)
		return;
	memmove(b->at + at + n, b->at + at, b->len - n - at);
	memcpy(b->at + at, from, n);
}

static void delete(struct buf *b, size_t at, size_t n)
{
	memmove(b->at + at, b->at + at + n, b->len - at - n);
	b->len -= n;
}

/* One change somewhere; other is a second sample to take pieces from. */
static void mutate(struct gen *g, struct buf *b, const struct buf *other)
{
	static const uint8_t seams[] = { 0x00, 0x01, 0x7f, 0x80, 0x81, 0xff, 0xc3, 0x1f, 0x40 };
	uint8_t noise[16];
	size_t at = gen_below(g, b->len + 1), n = 1 + gen_below(g, 16), from;

	gen_fill(g, noise, sizeof noise);
	if (n > b->len - at)
		n = b->len - at;
	switch (n == 0 ? 0 : gen_below(g, 8)) {
	case 0:
		insert(b, at, noise, 1 + gen_below(g, sizeof noise));
		break;
	case 1:
		delete(b, at, n);
		break;
	case 2:
		b->at[at] ^= (uint8_t)(1 << gen_below(g, 8));
		break;
	case 3:
		b->at[at] = seams[gen_below(g, sizeof seams)];
		break;
	case 4:
		b->at[at] = (uint8_t)(b->at[at] + gen_below(g, 9) - 4);
		break;
	case 5:
		memcpy(noise, b->at + at, n);
		insert(b, gen_below(g, b->len + 1), noise, n);
		break;
	case 6:
		memcpy(b->at + at, noise, n);
		break;
	default:
		from = gen_below(g, other->len + 1);
		n = gen_below(g, other->len - from + 1);
		insert(b, at, other->at + from, n > 200 ? 200 : n);
	}
}

/* Every sixteenth input is noise, every sixteenth a sample as it is. */
static void make_input(uint64_t number, struct buf *b, struct buf *other)
{
	struct gen g = gen_of(number ^ (uint64_t)1 << 40, &arena);
	uint64_t kind = gen_below(&g, 16);
	size_t n;

	if (kind == 0) {
		buf_clear(b);
		n = gen_below(&g, 200);
		gen_fill(&g, buf_grow(b, n), n);
		return;
	}
	make_sample(number % SAMPLES, b);
	if (kind == 1)
		return;
	make_sample(gen_below(&g, SAMPLES), other);
	for (n = 1 + gen_below(&g, 6); n > 0; n--)
		mutate(&g, b, other);
}

static void run(struct bytes in)
{
	struct bytes exact = gen_exact(in);

	LLVMFuzzerTestOneInput(exact.at, exact.len);
	gen_free(exact);
}

static void run_all(uint64_t first, uint64_t last, bool verbose)
{
	struct buf b, other;
	uint64_t i;

	buf_init(&b, 16 * INPUT_MAX);
	buf_init(&other, 16 * INPUT_MAX);
	for (i = first; i <= last; i++) {
		if (verbose)
			fprintf(stderr, "run %llu\n", (unsigned long long)i);
		make_input(i, &b, &other);
		run(buf_view(&b));
	}
	buf_release(&b);
	buf_release(&other);
	printf("runs %llu-%llu\n", (unsigned long long)first, (unsigned long long)last);
}

static int write_samples(const char *folder)
{
	struct buf b;
	int i, code = 0;

	buf_init(&b, 16 * INPUT_MAX);
	for (i = 0; i < SAMPLES && code == 0; i++) {
		char name[1000];
		FILE *f;

		make_sample((uint64_t)i, &b);
		snprintf(name, sizeof name, "%s/sample-%02d", folder, i);
		f = fopen(name, "wb");
		if (f == NULL || fwrite(b.at, 1, b.len, f) != b.len)
			code = 1;
		if (f != NULL && fclose(f) != 0)
			code = 1;
		if (code != 0)
			perror(name);
	}
	buf_release(&b);
	return code;
}

static int run_file(const char *name)
{
	FILE *f = fopen(name, "rb");
	uint8_t chunk[4096];
	struct buf b;
	size_t n;
	int code = 0;

	buf_init(&b, LIMIT_MESSAGE);
	while (f != NULL && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(&b, chunk, n);
	if (f == NULL || ferror(f) || b.failed)
		code = 1;
	if (code != 0)
		perror(name);
	else
		run(buf_view(&b));
	if (f != NULL)
		fclose(f);
	buf_release(&b);
	return code;
}

int main(int argc, char **argv)
{
	unsigned long long first = 1, last = RUNS;
	bool verbose = false;
	int i, files = 0, code = 0;

	arena_init(&arena, LIMIT_MEMORY);
	for (i = 1; i < argc && code == 0; i++) {
		if (strcmp(argv[i], "--verbose") == 0) {
			verbose = true;
		} else if (strcmp(argv[i], "--write") == 0 && i + 1 < argc) {
			code = write_samples(argv[++i]);
			files++;
		} else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
			if (sscanf(argv[++i], "%llu-%llu", &first, &last) != 2)
				code = 2;
		} else {
			code = run_file(argv[i]);
			files++;
		}
	}
	if (files == 0 && code == 0)
		run_all(first, last, verbose);
	arena_release(&arena);
	return code;
}
