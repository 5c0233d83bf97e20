/* Comparing two versions of a pack, thing by thing. */
#include "server/pack_diff.h"

#include <stdio.h>
#include <string.h>

#include "common/expr.h"
#include "server/publish_parts.h"

struct diff {
	enum lang lang;
	json_t *out;
	bool failed;
};

static void tell(struct diff *d, const char *kind, const char *a, const char *b, const char *vi,
		 const char *en)
{
	char place[120];
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

static void diff_field(struct diff *d, const struct type *t, const struct field *was,
		       const struct field *is)
{
	bool tighter = (is->has_max && (!was->has_max || is->max < was->max)) ||
		       (is->has_min && (!was->has_min || is->min > was->min)) ||
		       (is->digits != was->digits && is->digits != 0);

	if ((is->required && !was->required) || !same_rule(was->required_if, is->required_if))
		tell(d, is->required || is->required_if != NULL ? "stricter" : "looser", t->code,
		     is->code, "Điều kiện bắt buộc đổi; hồ sơ cũ chỉ bị hỏi khi nộp hoặc ký lần tới.",
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
	if (is->in != was->in || is->by != was->by || is->only_in != was->only_in)
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
		else if (!same_rule(old->must, is->checks[i].must) || old->on != is->checks[i].on)
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

static void diff_workflow(struct diff *d, const struct type *was, const struct type *is)
{
	size_t i;

	for (i = 0; is->workflow != NULL && was->workflow != NULL &&
		    i < is->workflow->state_count; i++) {
		const struct state *st = &is->workflow->states[i];
		const struct state *old = workflow_state(was->workflow, st->number);

		if (old == NULL)
			tell(d, "added", is->code, st->code, "Trạng thái mới.", "A new state.");
		else if (old->open != st->open)
			tell(d, "rule", is->code, st->code,
			     "Mở hay khóa: đã đổi, kể cả với hồ sơ đang ở trạng thái này.",
			     "Whether it is open has changed; also for records that are in it.");
	}
	for (i = 0; was->workflow != NULL && is->workflow != NULL &&
		    i < was->workflow->move_count; i++) {
		const struct move *m = &was->workflow->moves[i];
		const struct state *from = workflow_state(was->workflow, m->from);

		if (workflow_move(is->workflow, m->from, m->to) == NULL)
			tell(d, "stricter", is->code, from->code,
			     "Một bước chuyển từ trạng thái này được bỏ.",
			     "A move from this state is gone.");
	}
}

static void diff_type(struct diff *d, const struct type *was, const struct type *is)
{
	size_t i;

	for (i = 0; i < is->field_count; i++) {
		const struct field *old = type_field(was, is->fields[i].number);

		if (old == NULL)
			tell(d, "added", is->code, is->fields[i].code,
			     "Mục mới; hồ sơ cũ để trống.", "A new field; empty in old records.");
		else
			diff_field(d, is, old, &is->fields[i]);
	}
	if (is->edit != was->edit)
		tell(d, "rule", is->code, "", "Ai được nhập loại này: đã đổi.",
		     "Who may enter this type has changed.");
	diff_checks(d, was, is);
	diff_workflow(d, was, is);
}

static int load(struct bytes json, struct schema **out, struct err *e)
{
	int code = schema_new(out, e);

	return code != 0 ? code : schema_add(*out, json, e);
}

int pack_diff(struct bytes was_json, struct bytes is_json, enum lang lang, json_t **out,
	      struct err *e)
{
	struct diff d = { .lang = lang, .out = json_array() };
	struct schema *was = NULL, *is = NULL;
	size_t i;
	int code = load(was_json, &was, e);

	if (code == 0)
		code = load(is_json, &is, e);
	if (code == 0)
		code = publish_keeps(was, is, e);
	for (i = 0; code == 0 && i < is->type_count; i++) {
		const struct type *old = schema_type(was, is->types[i]->number);

		if (old == NULL)
			tell(&d, "added", is->types[i]->code, "", "Loại hồ sơ mới.",
			     "A new record type.");
		else
			diff_type(&d, old, is->types[i]);
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
