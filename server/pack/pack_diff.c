/* Comparing two versions of a pack, thing by thing. */
#include "server/pack/pack_diff.h"

#include <stdio.h>
#include <string.h>

#include "common/expr/expr.h"
#include "server/pack/publish_parts.h"

struct diff {
	enum lang lang;
	const struct schema *was, *is;
	json_t *out;
	bool failed;
};

static void tell(struct diff *d, const char *kind, const char *a, const char *b, const char *vi,
		 const char *en)
{
	char place[160];
	json_t *j;

	snprintf(place, sizeof place, "%s%s%s", a, b[0] == '\0' ? "" : ".", b);
	j = json_pack("{s:s, s:s, s:s}", "place", place, "kind", kind, "sentence",
		      d->lang == LANG_EN ? en : vi);
	if (j == NULL || json_array_append_new(d->out, j) != 0)
		d->failed = true;
}

static bool same_rule(const struct expr *a, const struct expr *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(expr_text(a), expr_text(b)) == 0;
}

/* The bits of roles and of states are places in lists that may have grown. */
static bool same_roles(const struct diff *d, uint64_t was, uint64_t is)
{
	uint64_t seen = 0;
	size_t i;

	for (i = 0; i < d->was->role_count; i++) {
		uint64_t bit = schema_role_bit(d->is, d->was->roles[i].number);

		if (((was >> i) & 1) != ((is & bit) != 0))
			return false;
		seen |= bit;
	}
	return (is & ~seen) == 0;
}

static bool same_states(const struct type *a, uint64_t was, const struct type *b, uint64_t is)
{
	uint64_t seen = 0;
	size_t i;

	if (a->workflow == NULL || b->workflow == NULL)
		return was == is;
	for (i = 0; i < a->workflow->state_count; i++) {
		int64_t number = a->workflow->states[i].number;
		uint64_t bit = state_bit(b->workflow, number);

		if (((was & state_bit(a->workflow, number)) != 0) != ((is & bit) != 0))
			return false;
		seen |= bit;
	}
	return (is & ~seen) == 0;
}

static void diff_choices(struct diff *d, const struct type *t, const struct field *was,
			 const struct field *is)
{
	size_t i;

	for (i = 0; is->list != NULL && i < is->list->count; i++) {
		const struct choice *c = &is->list->choices[i];
		const struct choice *old = list_choice(was->list, c->number);

		if (old == NULL)
			tell(d, "added", t->code, c->code, "Lựa chọn mới; hồ sơ cũ không đổi.",
			     "A new choice; old records stay as they are.");
		else if (c->to < old->to || c->from > old->from)
			tell(d, "stricter", t->code, c->code,
			     "Thời gian được chọn hẹp lại; hồ sơ cũ vẫn đọc được.",
			     "May be chosen for a shorter time; old records stay readable.");
	}
}

static bool same_with(const struct field *was, const struct field *is)
{
	size_t i;

	for (i = 0; i < is->with_count && i < was->with_count; i++)
		if (strcmp(was->with[i], is->with[i]) != 0)
			return false;
	return was->with_count == is->with_count;
}

static void diff_field(struct diff *d, const struct type *of, const struct type *t,
		       const struct field *was, const struct field *is)
{
	bool tighter = (is->has_max && (!was->has_max || is->max < was->max)) ||
		       (is->has_min && (!was->has_min || is->min > was->min)) ||
		       (is->digits != was->digits && is->digits != 0);

	bool asks = is->required || is->required_if != NULL;

	if (!asks && (was->required || was->required_if != NULL))
		tell(d, "looser", t->code, is->code, "Không còn bắt buộc.", "No longer required.");
	else if (is->required != was->required || !same_rule(was->required_if, is->required_if))
		tell(d, "stricter", t->code, is->code,
		     "Điều kiện bắt buộc đổi; hồ sơ cũ chỉ bị hỏi khi nộp hoặc ký lần tới.",
		     "When it is required has changed; old records are asked at the next submission "
		     "or signature only.");
	if (tighter)
		tell(d, "stricter", t->code, is->code,
		     "Giới hạn hẹp lại; giá trị cũ giữ nguyên, giá trị nhập mới phải theo.",
		     "Narrower bounds; old values stay, new ones must keep them.");
	if (!same_rule(was->derived, is->derived))
		tell(d, "rule", t->code, is->code,
		     "Cách tính đổi; số của mọi hồ sơ được tính lại khi công bố.",
		     "Derived in another way; worked out anew for all records when published.");
	if (!same_states(of, was->in, t, is->in) || !same_roles(d, was->by, is->by) ||
	    is->only_in != was->only_in || !same_with(was, is))
		tell(d, "rule", t->code, is->code, "Ai được sửa, lúc nào: đã đổi, kể cả với hồ sơ cũ.",
		     "Who may change it, and when, has changed; for old records too.");
	if (is->list != NULL)
		diff_choices(d, t, was, is);
}

static const struct check *check_of(const struct type *t, uint32_t number)
{
	size_t i;

	for (i = 0; i < t->check_count; i++)
		if (t->checks[i].number == number)
			return &t->checks[i];
	return NULL;
}

static void diff_checks(struct diff *d, const struct type *was, const struct type *is)
{
	char number[16];
	size_t i;

	for (i = 0; i < is->check_count; i++) {
		const struct check *old = check_of(was, is->checks[i].number);

		snprintf(number, sizeof number, "check %u", is->checks[i].number);
		if (old == NULL)
			tell(d, "stricter", is->code, number,
			     "Quy định mới; hồ sơ cũ chỉ bị hỏi khi có người sửa.",
			     "A new check; old records are asked only when somebody changes them.");
		else if (!same_rule(old->must, is->checks[i].must) ||
			 !same_states(was, old->on, is, is->checks[i].on))
			tell(d, "rule", is->code, number,
			     "Quy định đổi; hồ sơ cũ chỉ bị hỏi khi có người sửa.",
			     "A changed check; old records are asked only when somebody changes them.");
	}
	for (i = 0; i < was->check_count; i++) {
		snprintf(number, sizeof number, "check %u", was->checks[i].number);
		if (check_of(is, was->checks[i].number) == NULL)
			tell(d, "looser", is->code, number, "Quy định được bỏ.",
			     "The check is gone.");
	}
}

static void diff_states(struct diff *d, const struct workflow *was, const struct workflow *is)
{
	size_t i;

	for (i = 0; i < is->state_count; i++) {
		const struct state *st = &is->states[i];
		const struct state *old = workflow_state(was, st->number);

		if (old == NULL)
			tell(d, "added", is->code, st->code, "Trạng thái mới.", "A new state.");
		else if (old->open != st->open)
			tell(d, "rule", is->code, st->code,
			     "Mở hay khóa: đã đổi, kể cả với hồ sơ đang ở trạng thái này.",
			     "Whether it is open has changed; also for records that are in it.");
		if (old != NULL && (old->filed != st->filed || old->good != st->good ||
				    old->answered != st->answered || old->final != st->final))
			tell(d, "rule", is->code, st->code,
			     "Ý nghĩa của trạng thái đổi: thời hạn và báo cáo tính theo ý nghĩa mới.",
			     "What the state means has changed: deadlines and reports go by the new "
			     "meaning.");
	}
}

/* Between states that old records know; that a new state has moves goes without saying. */
static void diff_moves(struct diff *d, const struct workflow *was, const struct workflow *is)
{
	const struct move *m, *old;
	char step[90];
	size_t i;

	for (i = 0; i < is->move_count; i++) {
		m = &is->moves[i];
		old = workflow_move(was, m->from, m->to);
		snprintf(step, sizeof step, "%s>%s", workflow_state(is, m->from)->code,
			 workflow_state(is, m->to)->code);
		if (old == NULL && workflow_state(was, m->from) != NULL &&
		    workflow_state(was, m->to) != NULL)
			tell(d, "added", is->code, step, "Bước chuyển mới.", "A new move.");
		else if (old != NULL && (!same_roles(d, old->by, m->by) || old->complete != m->complete ||
					 old->remark != m->remark || old->sign != m->sign ||
					 old->other != m->other))
			tell(d, "rule", is->code, step,
			     "Bước chuyển đổi: ai được chuyển, hoặc cần những gì để chuyển.",
			     "A changed move: who may take it, or what it asks for.");
	}
	for (i = 0; i < was->move_count; i++) {
		m = &was->moves[i];
		snprintf(step, sizeof step, "%s>%s", workflow_state(was, m->from)->code,
			 workflow_state(was, m->to)->code);
		if (workflow_move(is, m->from, m->to) == NULL)
			tell(d, "stricter", is->code, step, "Bước chuyển được bỏ.",
			     "The move is gone.");
	}
}

/* Types share workflows: each is compared once, with the first of its types. */
static void diff_workflow(struct diff *d, const struct schema *s, const struct type *was,
			  const struct type *is)
{
	size_t i;

	if (was->workflow == NULL || is->workflow == NULL)
		return;
	for (i = 0; s->types[i] != is; i++)
		if (s->types[i]->workflow == is->workflow)
			return;
	diff_states(d, was->workflow, is->workflow);
	diff_moves(d, was->workflow, is->workflow);
}

static const struct warning *warning_of(const struct type *t, const char *code)
{
	size_t i;

	for (i = 0; i < t->warning_count; i++)
		if (strcmp(t->warnings[i].code, code) == 0)
			return &t->warnings[i];
	return NULL;
}

static void diff_warnings(struct diff *d, const struct type *was, const struct type *is)
{
	const struct warning *w, *old;
	size_t i;

	for (i = 0; i < is->warning_count; i++) {
		w = &is->warnings[i];
		old = warning_of(was, w->code);
		if (old == NULL)
			tell(d, "added", is->code, w->code,
			     "Lưu ý mới: hồ sơ cũ không đạt thành việc cần xử lý ngay khi công bố.",
			     "A new warning: old records that don't hold become tasks when published.");
		else if (!same_rule(old->must, w->must) ||
			 !same_states(was, old->on, is, w->on))
			tell(d, "rule", is->code, w->code,
			     "Lưu ý đổi: mọi hồ sơ cũ được xét lại ngay khi công bố.",
			     "A changed warning: all old records are asked again when published.");
	}
	for (i = 0; i < was->warning_count; i++)
		if (warning_of(is, was->warnings[i].code) == NULL)
			tell(d, "looser", is->code, was->warnings[i].code,
			     "Lưu ý được bỏ; việc đang mở vì nó không còn.",
			     "The warning is gone, and the tasks that it opened.");
}

static void diff_type(struct diff *d, const struct schema *s, const struct type *was,
		      const struct type *is)
{
	size_t i;

	for (i = 0; i < is->field_count; i++) {
		const struct field *old = type_field(was, is->fields[i].number);

		if (old == NULL)
			tell(d, "added", is->code, is->fields[i].code,
			     "Mục mới; hồ sơ cũ để trống.", "A new field; empty in old records.");
		else
			diff_field(d, was, is, old, &is->fields[i]);
	}
	if (!same_roles(d, was->edit, is->edit))
		tell(d, "rule", is->code, "", "Ai được nhập loại này: đã đổi.",
		     "Who may enter this type has changed.");
	if (is->as_of != was->as_of)
		tell(d, "rule", is->code, "", "Ngày dùng để xét lựa chọn còn hiệu lực: đã đổi.",
		     "The day on which choices must be valid has changed.");
	diff_checks(d, was, is);
	diff_warnings(d, was, is);
	diff_workflow(d, s, was, is);
}

/* What stands across records. */
static void diff_constants(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i;

	for (i = 0; i < is->constant_count; i++) {
		const struct constant *c = &is->constants[i];
		const struct constant *old = schema_constant(was, bytes_str(c->code));

		if (old != NULL && !value_equal(&old->value, &c->value))
			tell(d, "rule", "constants", c->code,
			     "Giá trị đổi: quy định và cách tính dùng nó theo giá trị mới, kể cả với hồ "
			     "sơ cũ.",
			     "Its value has changed: checks and derived values that use it follow, for "
			     "old records too.");
	}
}

static bool same_texts(const char **a, size_t n, const char **b, size_t m)
{
	size_t i;

	for (i = 0; n == m && i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return n == m;
}

static bool same_reads_of(const struct role *a, const struct role *b)
{
	size_t i;

	for (i = 0; a->of_count == b->of_count && i < a->of_count; i++)
		if (strcmp(a->of[i].unit, b->of[i].unit) != 0 ||
		    !same_texts(a->of[i].units, a->of[i].unit_count, b->of[i].units, b->of[i].unit_count) ||
		    !same_texts(a->of[i].types, a->of[i].type_count, b->of[i].types, b->of[i].type_count))
			return false;
	return a->of_count == b->of_count;
}

static void diff_roles(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i;

	for (i = 0; i < is->role_count; i++) {
		const struct role *r = &is->roles[i], *old = schema_role(was, r->number);

		if (old == NULL)
			tell(d, "added", "roles", r->code, "Vai trò mới.", "A new role.");
		else if (old->reads_all != r->reads_all || old->writes != r->writes ||
			 old->writes_all != r->writes_all ||
			 !same_texts(old->reads, old->read_count, r->reads, r->read_count) ||
			 !same_reads_of(old, r))
			tell(d, "rule", "roles", r->code, "Quyền xem hoặc ghi của vai trò này đổi.",
			     "What this role reads or writes has changed.");
	}
}

static void diff_rollups(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i;

	for (i = 0; i < is->rollup_count; i++) {
		const struct rollup *r = &is->rollups[i], *old = schema_rollup(was, r->number);

		if (old != NULL && (!same_rule(old->value, r->value) ||
				    !same_rule(old->where, r->where) || old->by != r->by ||
				    old->from->number != r->from->number))
			tell(d, "rule", "rollups", r->code,
			     "Cách cộng đổi; cộng lại từ mọi hồ sơ khi công bố.",
			     "Added up in another way; anew from all records when published.");
	}
}

static bool same_keys(const struct duplicate *a, const struct duplicate *b)
{
	size_t i, k;

	for (i = 0; a->key_count == b->key_count && i < a->key_count; i++) {
		const struct duplicate_key *x = &a->keys[i], *y = &b->keys[i];

		if (x->type->number != y->type->number || x->count != y->count ||
		    x->part_count != y->part_count || x->depth != y->depth)
			return false;
		for (k = 0; k < x->count; k++)
			if (!same_rule(x->list[k], y->list[k]))
				return false;
		for (k = 0; k < x->part_count; k++)
			if (x->part_ends[k] != y->part_ends[k])
				return false;
		for (k = 0; k < x->depth; k++)
			if (x->rows[k]->number != y->rows[k]->number)
				return false;
	}
	return a->key_count == b->key_count;
}

static void diff_duplicates(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i, k;

	for (i = 0; i < is->duplicate_count; i++) {
		const struct duplicate *dup = &is->duplicates[i];

		for (k = 0; k < was->duplicate_count; k++)
			if (strcmp(was->duplicates[k].code, dup->code) == 0)
				break;
		if (k == was->duplicate_count)
			tell(d, "added", "duplicates", dup->code,
			     "Dấu hiệu trùng mới: hồ sơ cũ trùng nhau thành việc cần xử lý ngay khi công "
			     "bố.",
			     "A new sign of being there twice: old records that share it become tasks "
			     "when published.");
		else if (!same_keys(&was->duplicates[k], dup))
			tell(d, "rule", "duplicates", dup->code,
			     "Dấu hiệu trùng đổi: mọi hồ sơ cũ được so lại khi công bố.",
			     "Told by something else: all old records are compared again when published.");
	}
}

static bool same_deadline(const struct deadline *a, const struct deadline *b)
{
	size_t i;

	for (i = 0; i < 4; i++)
		if (a->days[i].month != b->days[i].month || a->days[i].day != b->days[i].day)
			return false;
	return a->type->number == b->type->number && same_rule(a->where, b->where) &&
	       same_rule(a->exempt, b->exempt) &&
	       same_texts(a->kinds, a->kind_count, b->kinds, b->kind_count) && a->rule == b->rule &&
	       a->inclusive == b->inclusive && a->year_offset == b->year_offset &&
	       a->once == b->once && a->since == b->since && a->year == b->year && a->on == b->on &&
	       a->per_quarter == b->per_quarter;
}

static void diff_deadlines(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i;

	for (i = 0; i < is->deadline_count; i++) {
		const struct deadline *due = &is->deadlines[i];
		const struct deadline *old = schema_deadline(was, bytes_str(due->code));

		if (old == NULL)
			tell(d, "added", "deadlines", due->code, "Thời hạn mới.", "A new deadline.");
		else if (!same_deadline(old, due))
			tell(d, "rule", "deadlines", due->code,
			     "Thời hạn đổi: các kỳ đã qua cũng được xét theo cách mới.",
			     "A changed deadline: periods gone by are looked at in the new way, too.");
	}
}

/* What the new version has no more. */
static void diff_gone(struct diff *d, const struct schema *was, const struct schema *is)
{
	size_t i, k;

	for (i = 0; i < was->deadline_count; i++)
		if (schema_deadline(is, bytes_str(was->deadlines[i].code)) == NULL)
			tell(d, "looser", "deadlines", was->deadlines[i].code,
			     "Thời hạn được bỏ: không còn đơn vị nào bị nhắc hay tính chậm vì nó, kể cả các kỳ "
			     "đã qua.",
			     "The deadline is gone: nobody is reminded of it or late by it any more, for "
			     "periods gone by either.");
	for (i = 0; i < was->duplicate_count; i++) {
		for (k = 0; k < is->duplicate_count; k++)
			if (strcmp(is->duplicates[k].code, was->duplicates[i].code) == 0)
				break;
		if (k == is->duplicate_count)
			tell(d, "looser", "duplicates", was->duplicates[i].code,
			     "Dấu hiệu trùng được bỏ; việc đang mở vì nó không còn.",
			     "The sign of being there twice is gone, and the tasks that it opened.");
	}
}

static int named(const struct pack_version *v, int code, struct err *e)
{
	if (code != 0 && v->name != NULL)
		err_wrap(e, "%s", v->name);
	return code;
}

/* The old one stands as it is; the new one is somebody's work. */
static int load(const struct pack_version *old, const struct pack_version *new, struct schema **was,
		struct schema **is, struct err *e)
{
	int code = schema_new(was, e);

	if (code == 0)
		code = named(old, schema_add(*was, old->json, e), e);
	if (code == 0)
		code = schema_new(is, e);
	return code == 0 ? named(new, schema_add_new(*is, new->json, e), e) : code;
}

/* What is not kept is a mistake of the new one. */
static int ask_kept(const struct schema *was, const struct schema *is,
		    const struct pack_version *new, struct err *e)
{
	struct json_text pack;
	int code = json_text_read(&pack, new->json, e);

	if (code != 0)
		return code;
	code = publish_keeps(was, is, &pack, e);
	json_decref(pack.root);
	return named(new, code, e);
}

int pack_diff(const struct pack_version *old, const struct pack_version *new, enum lang lang,
	      json_t **out, struct err *e)
{
	struct diff d = { .lang = lang, .out = json_array() };
	struct schema *was = NULL, *is = NULL;
	size_t i;
	int code = load(old, new, &was, &is, e);

	if (code == 0)
		code = ask_kept(was, is, new, e);
	d.was = was;
	d.is = is;
	for (i = 0; code == 0 && i < is->type_count; i++) {
		const struct type *before = schema_type(was, is->types[i]->number);

		if (before == NULL)
			tell(&d, "added", is->types[i]->code, "", "Loại hồ sơ mới.",
			     "A new record type.");
		else
			diff_type(&d, is, before, is->types[i]);
	}
	if (code == 0) {
		diff_constants(&d, was, is);
		diff_roles(&d, was, is);
		diff_rollups(&d, was, is);
		diff_duplicates(&d, was, is);
		diff_deadlines(&d, was, is);
		diff_gone(&d, was, is);
	}
	schema_free(was);
	schema_free(is);
	if (code == 0 && (d.out == NULL || d.failed))
		code = err_set(e, ERR_NOMEM, "pack");
	if (code != 0)
		json_decref(d.out);
	else
		*out = d.out;
	return code;
}
