/* What a document has besides its tables: read and checked. */
#include <string.h>

#include "server/report/report_paper.h"
#include "server/report/report_parts.h"

bool paper_find(const struct report *r, struct bytes text, struct paper_number *out)
{
	static const char *const units[] = { "units", "reported", "nil", "missing" };
	const uint8_t *dot = text.len == 0 ? NULL : memchr(text.at, '.', text.len);
	struct bytes column;
	size_t i;

	*out = (struct paper_number){ NULL, 0 };
	for (i = 0; i < sizeof units / sizeof units[0]; i++)
		if (bytes_equal(text, bytes_str(units[i]))) {
			out->column = i;
			return r->paper != NULL && r->paper->deadline != NULL;
		}
	if (dot == NULL)
		return false;
	out->table = report_table(r, (struct bytes){ text.at, (size_t)(dot - text.at) });
	if (out->table == NULL)
		return false;
	column = (struct bytes){ dot + 1, text.len - (size_t)(dot - text.at) - 1 };
	out->column = report_column(out->table, column);
	return out->column < out->table->column_count ? out->table->columns[out->column].summed :
							bytes_equal(column, bytes_str("count"));
}

static int need_number(struct reading *rd, json_t *v, struct paper_number *out)
{
	if (json_is_string(v) && paper_find(rd->r, bytes_str(json_string_value(v)), out))
		return 0;
	return reading_bad(rd, "\"%.60s\" is no sum of a table: TABLE.COLUMN or TABLE.count",
			   json_is_string(v) ? json_string_value(v) : "?");
}

/* Every placeholder of a text must mean something. */
static int ask_text(struct reading *rd, const char *text)
{
	static const char *const words[] = { "year", "quarter", "cutoff", "unit", "UNIT",
					     "missing_names", "nil_names", "totals", "members" };
	const char *p, *end;
	struct paper_number n;
	size_t i;

	for (p = text; text != NULL && (p = strchr(p, '{')) != NULL; p = end) {
		struct bytes name;

		end = strchr(p, '}');
		if (end == NULL)
			return reading_bad(rd, "\"%.40s\": a { without its }", p);
		name = (struct bytes){ (const uint8_t *)p + 1, (size_t)(end - p) - 1 };
		for (i = 0; i < sizeof words / sizeof words[0]; i++)
			if (bytes_equal(bytes_str(words[i]), name))
				break;
		if (i == sizeof words / sizeof words[0] && !paper_find(rd->r, name, &n))
			return reading_bad(rd, "{%.*s} means nothing here",
					   name.len > 60 ? 60 : (int)name.len, (const char *)name.at);
	}
	return 0;
}

/* A text with placeholders. */
static int load_text(struct reading *rd, json_t *j, const char *key, const char **out)
{
	int code = reading_text(rd, j, key, out);

	return code != 0 ? code : ask_text(rd, *out);
}

static int load_head(struct reading *rd, json_t *j, struct report_paper *p)
{
	json_t *head = json_object_get(j, "head"), *signer = json_object_get(j, "signer");
	int code = head == NULL ? 0 :
		reading_keys(rd, head, "superior agency number place type subject");

	if (code == 0)
		code = load_text(rd, head, "superior", &p->head.superior);
	if (code == 0)
		code = load_text(rd, head, "agency", &p->head.agency);
	if (code == 0)
		code = load_text(rd, head, "number", &p->head.number);
	if (code == 0)
		code = load_text(rd, head, "place", &p->head.place);
	if (code == 0)
		code = load_text(rd, head, "type", &p->head.type);
	if (code == 0)
		code = load_text(rd, head, "subject", &p->head.subject);
	if (code == 0 && signer != NULL)
		code = reading_keys(rd, signer, "authority title name");
	if (code == 0)
		code = load_text(rd, signer, "authority", &p->signer.authority);
	if (code == 0)
		code = load_text(rd, signer, "title", &p->signer.title);
	return code != 0 ? code : load_text(rd, signer, "name", &p->signer.name);
}

static int load_style(struct reading *rd, json_t *j, struct paper_block *b)
{
	static const struct {
		const char *name;
		enum document_style style;
	} styles[] = { { "basis", DOCUMENT_BASIS }, { "bullet", DOCUMENT_BULLET },
		       { "centred", DOCUMENT_CENTRED }, { "note", DOCUMENT_NOTE } };
	const char *style = NULL;
	json_t *level = json_object_get(j, "level");
	size_t i;
	int code = reading_text(rd, j, "style", &style);

	if (code != 0)
		return code;
	if (b->kind == PAPER_HEADING) {
		if (!json_is_integer(level) || json_integer_value(level) < 1 ||
		    json_integer_value(level) > 3)
			return reading_bad(rd, "a heading has a \"level\" from 1 to 3");
		b->style = DOCUMENT_HEADING_1 + (enum document_style)(json_integer_value(level) - 1);
		return 0;
	}
	b->style = b->kind == PAPER_COLLECT ? DOCUMENT_BULLET : DOCUMENT_BODY;
	for (i = 0; style != NULL && i < sizeof styles / sizeof styles[0]; i++)
		if (strcmp(style, styles[i].name) == 0) {
			b->style = styles[i].style;
			return 0;
		}
	return style == NULL ? 0 : reading_bad(rd, "\"style\" is basis, bullet, centred or note");
}

static int load_condition(struct reading *rd, json_t *j, struct paper_block *b)
{
	json_t *yes = json_object_get(j, "if"), *no = json_object_get(j, "unless");

	if (yes == NULL && no == NULL)
		return 0;
	b->has_condition = true;
	b->unless = no != NULL;
	return need_number(rd, b->unless ? no : yes, &b->condition);
}

static int find_table(struct reading *rd, json_t *j, const char *key,
		      const struct report_table **out)
{
	const char *name = json_string_value(json_object_get(j, key));

	*out = name == NULL ? NULL : report_table(rd->r, bytes_str(name));
	return *out != NULL ? 0 : reading_bad(rd, "\"%s\" names a table that is not there", key);
}

static int load_collect(struct reading *rd, json_t *j, struct paper_block *b)
{
	const char *field = NULL;
	int code = source_load(rd, j, &b->source);

	if (code == 0)
		code = reading_text(rd, j, "collect", &field);
	if (code == 0)
		code = source_expr(rd, b->source, field, false, false, &b->field);
	if (code == 0 && expr_gives(b->field) != EXPR_TEXT)
		code = reading_bad(rd, "\"collect\" is a text");
	return code != 0 ? code : load_text(rd, j, "none", &b->text);
}

static int load_block(struct reading *rd, json_t *j, struct paper_block *b)
{
	int code = reading_keys(rd, j, "heading level text style table collect none if unless "
				SOURCE_KEYS);

	if (code != 0)
		return code;
	if (json_object_get(j, "heading") != NULL) {
		b->kind = PAPER_HEADING;
		code = load_text(rd, j, "heading", &b->text);
	} else if (json_object_get(j, "text") != NULL) {
		b->kind = PAPER_TEXT;
		code = load_text(rd, j, "text", &b->text);
	} else if (json_object_get(j, "table") != NULL) {
		b->kind = PAPER_TABLE;
		code = find_table(rd, j, "table", &b->table);
	} else if (json_object_get(j, "collect") != NULL) {
		b->kind = PAPER_COLLECT;
		code = load_collect(rd, j, b);
	} else {
		code = reading_bad(rd, "a block is a heading, text, table or collect");
	}
	if (code == 0)
		code = load_style(rd, j, b);
	return code != 0 ? code : load_condition(rd, j, b);
}

static int load_body(struct reading *rd, json_t *j, struct report_paper *p)
{
	json_t *list;
	size_t n;
	int code = reading_array(rd, j, "body", PAPER_BLOCKS_MAX, &list, &n);

	p->blocks = arena_array(rd->a, n + 1, sizeof *p->blocks);
	if (p->blocks == NULL)
		return reading_nomem(rd);
	while (p->block_count < n && code == 0) {
		code = load_block(rd, json_array_get(list, p->block_count),
				  &p->blocks[p->block_count]);
		p->block_count++;
	}
	return code;
}

static int load_annexes(struct reading *rd, json_t *j, struct report_paper *p)
{
	json_t *list, *one;
	size_t n;
	int code = reading_array(rd, j, "annexes", REPORT_TABLES_MAX, &list, &n);

	p->annexes = arena_array(rd->a, n + 1, sizeof *p->annexes);
	if (p->annexes == NULL)
		return reading_nomem(rd);
	while (p->annex_count < n && code == 0) {
		struct paper_annex *a = &p->annexes[p->annex_count];

		one = json_array_get(list, p->annex_count++);
		code = reading_keys(rd, one, "table number belongs");
		if (code == 0)
			code = find_table(rd, one, "table", &a->table);
		if (code == 0)
			code = load_text(rd, one, "number", &a->number);
		if (code == 0)
			code = load_text(rd, one, "belongs", &a->belongs);
	}
	return code;
}

static int load_recipients(struct reading *rd, json_t *j, struct report_paper *p)
{
	json_t *list;
	size_t n;
	int code = reading_array(rd, j, "recipients", PAPER_LINES_MAX, &list, &n);

	p->recipients = arena_array(rd->a, n + 1, sizeof *p->recipients);
	if (p->recipients == NULL)
		return reading_nomem(rd);
	while (p->recipient_count < n && code == 0) {
		const char *line = json_string_value(json_array_get(list, p->recipient_count));

		if (line == NULL)
			return reading_bad(rd, "\"recipients\" holds texts");
		p->recipients[p->recipient_count] = arena_str(rd->a, bytes_str(line));
		if (p->recipients[p->recipient_count++] == NULL)
			return reading_nomem(rd);
		code = ask_text(rd, line);
	}
	return code;
}

/* A number, or several that are added up. */
static int load_side(struct reading *rd, json_t *j, struct paper_number *out, size_t *count)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1;
	int code = 0;

	if (n == 0 || n > PAPER_TERMS_MAX)
		return reading_bad(rd, "\"equal\" adds up at most %d numbers", PAPER_TERMS_MAX);
	for (*count = 0; *count < n && code == 0; ++*count)
		code = need_number(rd, json_is_array(j) ? json_array_get(j, *count) : j,
				   &out[*count]);
	return code;
}

static int load_proofs(struct reading *rd, json_t *j, struct report_paper *p)
{
	json_t *list, *one, *equal;
	size_t n;
	int code = reading_array(rd, j, "proofs", PAPER_PROOFS_MAX, &list, &n);

	p->proofs = arena_array(rd->a, n + 1, sizeof *p->proofs);
	if (p->proofs == NULL)
		return reading_nomem(rd);
	while (p->proof_count < n && code == 0) {
		struct paper_proof *proof = &p->proofs[p->proof_count];

		one = json_array_get(list, p->proof_count++);
		equal = json_object_get(one, "equal");
		code = reading_keys(rd, one, "vi en equal");
		if (code == 0)
			code = reading_label(rd, one, &proof->label);
		if (code == 0 && json_array_size(equal) != 2)
			code = reading_bad(rd, "\"equal\" has two sides");
		if (code == 0)
			code = load_side(rd, json_array_get(equal, 0), proof->left,
					 &proof->left_count);
		if (code == 0)
			code = load_side(rd, json_array_get(equal, 1), proof->right,
					 &proof->right_count);
	}
	return code;
}

static int load_sets(struct reading *rd, json_t *sets, struct paper_submission *s)
{
	const char *name;
	json_t *v;
	int code;

	s->sets = arena_array(rd->a, json_object_size(sets) + 1, sizeof *s->sets);
	if (s->sets == NULL)
		return reading_nomem(rd);
	json_object_foreach(sets, name, v) {
		struct paper_set *set = &s->sets[s->set_count++];

		set->field = type_field_by_code(s->type, bytes_str(name));
		if (set->field == NULL || set->field->derived != NULL ||
		    set->field->kind == FIELD_LIST || set->field->kind == FIELD_REF ||
		    !json_is_string(v))
			return reading_bad(rd, "\"set\": %.40s is no plain field with a text", name);
		set->text = arena_str(rd->a, bytes_str(json_string_value(v)));
		if (set->text == NULL)
			return reading_nomem(rd);
		code = ask_text(rd, set->text);
		if (code != 0)
			return code;
		if (strcmp(set->text, "{year}") == 0)
			s->year = set->field;
		if (strcmp(set->text, "{cutoff}") == 0)
			s->cutoff = set->field;
	}
	return 0;
}

static int load_submission(struct reading *rd, json_t *j, struct report_paper *p)
{
	struct paper_submission *s = &p->submission;
	json_t *sub = json_object_get(j, "submission");
	const char *type = NULL, *state = NULL;
	const struct state *st;
	int code = sub == NULL ? 0 : reading_keys(rd, sub, "type state set");

	if (sub == NULL || code != 0)
		return code;
	code = reading_text(rd, sub, "type", &type);
	if (code == 0)
		code = reading_text(rd, sub, "state", &state);
	if (code != 0)
		return code;
	s->type = type == NULL ? NULL : schema_type_by_code(rd->s, bytes_str(type));
	if (s->type == NULL || s->type->apply == NULL || s->type->apply->version == NULL)
		return reading_bad(rd, "\"submission\" names no type with \"apply\" and \"version\"");
	if (state != NULL) {
		st = s->type->workflow == NULL ? NULL :
			workflow_state_by_code(s->type->workflow, bytes_str(state));
		if (st == NULL)
			return reading_bad(rd, "\"state\" is none of %s", type);
		s->state = st->number;
	}
	return load_sets(rd, json_object_get(sub, "set"), s);
}

int paper_load(struct reading *rd, json_t *j)
{
	static int (*const parts[])(struct reading *, json_t *, struct report_paper *) = {
		load_head, load_body, load_annexes, load_recipients, load_proofs, load_submission
	};
	struct report_paper *p = arena_alloc(rd->a, sizeof *p);
	size_t i;
	int code;

	if (p == NULL)
		return reading_nomem(rd);
	rd->r->paper = p;
	code = reading_deadline(rd, j, "deadline", &p->deadline);
	if (code == 0)
		code = load_text(rd, j, "draft", &p->draft);
	for (i = 0; i < sizeof parts / sizeof parts[0] && code == 0; i++) {
		rd->at = j;
		code = parts[i](rd, j, p);
	}
	return code;
}
