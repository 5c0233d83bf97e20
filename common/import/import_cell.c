/* A cell as the value of a field. What a spreadsheet has done to a value, such as
 * making a date of 12/3 or cutting leading zeros off, is told rather than guessed. */
#include <stdio.h>
#include <string.h>

#include "common/import/import_parts.h"
#include "common/text/date.h"

enum { MEMBERS_MAX = 256, PRECISE_DIGITS = 15 };

/* What a cell is asked for as. */
struct asked {
	struct import *im;
	struct import_table *t;
	const struct sheet_row *row;
	struct import_column *c;
	struct cell cell;
	struct bytes text;
	struct import_value *out;
};

static void bad(struct asked *q, int code, const char *text)
{
	q->out->bad = true;
	import_bad(q->im, q->t, q->row->number, q->c, code, "%s", text);
}

#define BAD(q, code, vi, en) bad(q, code, IMPORT_TEXT((q)->im, vi, en))

/* field_parse, with what is wrong told. */
static int parse(struct asked *q, struct bytes text, struct value *out)
{
	int code = field_parse(q->c->field, text, &q->im->row, out, q->im->e);

	if (code == 0 || code == ERR_NOMEM)
		return code;
	q->out->bad = true;
	import_bad_value(q->im, q->t, q->row->number, q->c, text, q->im->e);
	return 0;
}

/* A number of a spreadsheet, with the point as a comma: "1.125" is not 1125. */
static int parse_number(struct asked *q)
{
	struct bytes copy = arena_copy(&q->im->row, q->text);
	uint8_t *point = copy.at == NULL ? NULL : memchr((void *)(uintptr_t)copy.at, '.', copy.len);

	if (copy.at == NULL)
		return err_set(q->im->e, ERR_NOMEM, "cell");
	if (point != NULL)
		*point = ',';
	return parse(q, copy, &q->out->v);
}

/* A number where a text is wanted: what it looked like is lost if it began with 0. */
static int number_as_text(struct asked *q)
{
	const struct field *f = q->c->field;
	struct bytes text = q->text;
	char padded[100];

	if (text.len > PRECISE_DIGITS) {
		BAD(q, ERR_BAD_VALUE, "ô là số và quá dài nên các chữ số cuối đã mất. Định dạng cột là Văn "
				      "bản (Text) rồi gõ lại.",
		    "the cell is a number, and too long: its last digits are lost. Format the column as "
		    "Text and type it again.");
		return 0;
	}
	if (text.len + 1 < f->digits) {
		BAD(q, ERR_BAD_VALUE, "ô là số nên các số 0 ở đầu đã mất. Định dạng cột là Văn bản (Text) rồi gõ "
				      "lại.",
		    "the cell is a number and has lost its leading zeros. Format the column as Text and type "
		    "it again.");
		return 0;
	}
	if (f->digits > 0 && f->digits < sizeof padded && text.len + 1 == f->digits) {
		snprintf(padded, sizeof padded, "0%.*s", (int)text.len, (const char *)text.at);
		text = arena_copy(&q->im->row, bytes_str(padded));
		if (text.at == NULL)
			return err_set(q->im->e, ERR_NOMEM, "cell");
		q->c->padded++;
	}
	return parse(q, text, &q->out->v);
}

static int date_cell(struct asked *q)
{
	enum field_kind kind = q->c->field->kind;
	int64_t year;
	unsigned month, day;

	if (kind == FIELD_DATE) {
		q->out->v = value_date(q->cell.day);
	} else if (kind == FIELD_MONTH) {
		date_civil(q->cell.day, &year, &month, &day);
		q->out->v = value_int(year * 12 + month - 1);
	} else {
		BAD(q, ERR_BAD_VALUE, "bảng tính đã đổi ô này thành ngày. Định dạng cột là Văn bản (Text) rồi "
				      "gõ lại.",
		    "the spreadsheet has made a date of this cell. Format the column as Text and type it "
		    "again.");
	}
	return 0;
}

static int number_cell(struct asked *q)
{
	switch (q->c->field->kind) {
	case FIELD_TEXT:
		return number_as_text(q);
	case FIELD_DATE:
		BAD(q, ERR_BAD_VALUE, "ô là số, không phải ngày. Gõ lại dạng ngày/tháng/năm, ví dụ 01/03/2026.",
		    "the cell is a number, not a date. Type it as day/month/year, such as 01/03/2026.");
		return 0;
	default:
		return parse_number(q);
	}
}

static bool next_member(struct bytes *rest, const char *ends, struct bytes *out)
{
	size_t i;

	while (rest->len > 0) {
		for (i = 0; i < rest->len && strchr(ends, rest->at[i]) == NULL; i++)
			;
		*out = (struct bytes){ rest->at, i };
		rest->at += i;
		rest->len -= i;
		if (rest->len > 0) {
			rest->at++;
			rest->len--;
		}
		while (out->len > 0 && *out->at == ' ') {
			out->at++;
			out->len--;
		}
		if (out->len > 0)
			return true;
	}
	return false;
}

static int add_member(struct asked *q, struct bytes text)
{
	if (q->out->count == MEMBERS_MAX) {
		BAD(q, ERR_LIMIT, "quá nhiều lựa chọn trong một ô.", "there are too many choices in one cell.");
		return 0;
	}
	return parse(q, text, &q->out->members[q->out->count++]);
}

/* Members with ; or line breaks between them; a comma will do where what stands between
 * them is no choice as a whole, for labels have commas, too. */
static int set_cell(struct asked *q)
{
	struct bytes rest = q->text, part, word;
	struct value whole;
	int code = 0;

	q->out->members = arena_array(&q->im->row, MEMBERS_MAX, sizeof *q->out->members);
	if (q->out->members == NULL)
		return err_set(q->im->e, ERR_NOMEM, "cell");
	while (code == 0 && !q->out->bad && next_member(&rest, ";\n\r", &part)) {
		if (memchr(part.at, ',', part.len) == NULL ||
		    field_parse(q->c->field, part, &q->im->row, &whole, NULL) == 0) {
			code = add_member(q, part);
			continue;
		}
		while (code == 0 && !q->out->bad && next_member(&part, ",", &word))
			code = add_member(q, word);
	}
	return code;
}

static int text_cell(struct asked *q)
{
	if (q->c->field->kind == FIELD_SET)
		return set_cell(q);
	if (q->c->field->kind == FIELD_REF)
		return import_ref(q->im, q->t, q->row, q->c, q->text, q->out);
	return parse(q, q->text, &q->out->v);
}

static int take(struct asked *q)
{
	if (q->c->field->derived != NULL) {
		q->out->given = false;
		return 0;
	}
	switch (q->cell.kind) {
	case CELL_ERROR:
		BAD(q, ERR_BAD_VALUE, "ô có công thức báo lỗi hoặc chưa tính. Mở bảng tính, sửa rồi lưu lại.",
		    "the cell has a formula that fails or was not worked out. Open the spreadsheet, correct "
		    "it and save it.");
		return 0;
	case CELL_DATE:
		return date_cell(q);
	case CELL_NUMBER:
		/* Codes of choices and short ids may be made of digits. */
		if (q->c->field->list == NULL && q->c->field->kind != FIELD_REF)
			return number_cell(q);
		break;
	default:
		break;
	}
	return text_cell(q);
}

int import_cell(struct import *im, struct import_table *t, const struct sheet_row *row,
		struct import_column *c, struct import_value *out)
{
	struct asked q = { im, t, row, c, sheet_cell(row, c->at), BYTES_NONE, out };
	int code;

	*out = (struct import_value){ .v = VALUE_OF_NULL };
	code = import_text(im, t, c, &q.cell, &im->row, &q.text);
	if (code == ERR_NOMEM)
		return code;
	out->given = q.text.len > 0 || code != 0;
	if (code == ERR_BAD_VALUE)
		BAD(&q, code, "không chắc chữ trong ô này viết bằng phông nào. Gõ lại bằng phông Unicode.",
		    "it is not sure in which font this cell is written. Type it again in Unicode.");
	else if (code != 0)
		BAD(&q, code, "chữ trong ô này không đọc được. Gõ lại bằng phông Unicode.",
		    "the text of this cell can't be read. Type it again in Unicode.");
	if (!out->given || out->bad)
		return 0;
	return take(&q);
}
