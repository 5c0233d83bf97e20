/* What all units read: rates and documents compared with the originals, catalogues, notices,
 * calls, extensions. */
#include "tests/sample/diary.h"
#include "tests/sample/story.h"

#include <stdio.h>
#include <string.h>

#include "common/calendar/calendar.h"
#include "common/query/query.h"
#include "server/remind.h"

/* ---- What two persons decide ---- */

static void move(struct sample *s, enum desk desk, struct rid id, const char *state,
		 const char *remark)
{
	struct hand h;

	hand_officer(&h, s, desk, 0);
	hand_move(&h, id, state, remark);
	hand_save(&h);
}

/* One officer proposes, another agrees: the states in turn, by the second one first. */
static void agree(struct sample *s, struct rid id, const char *states, const char *remark)
{
	enum desk desk = DESK_PNV2;
	char state[40];
	size_t n;

	for (; *states != '\0'; states += n + (states[n] == ' ')) {
		n = strcspn(states, " ");
		snprintf(state, sizeof state, "%.*s", (int)n, states);
		move(s, desk, id, state, remark);
		desk = desk == DESK_PNV ? DESK_PNV2 : DESK_PNV;
	}
}

/* ---- Calls ---- */

static const struct call {
	const char *day, *code, *title, *type, *due, *closed;
} calls[] = {
	{ "2021-12-06", "DG-2021", "Đánh giá, xếp loại năm 2021", "evaluation_year", "31/12/2021",
	  "2022-01-14" },
	{ "2022-02-14", "TH-2022", "Đăng ký nhu cầu thu hút năm 2022", "attract_need", "15/03/2022",
	  "2022-04-01" },
	{ "2022-02-28", "BD-2022-1", "Bồi dưỡng chuyển đổi số", "course", "25/03/2022", "2022-04-08" },
	{ "2022-05-18", "BD-2022-2", "Bồi dưỡng quản lý giáo dục tại Nhật Bản", "course", "10/06/2022",
	  "2022-06-24" },
	{ "2022-09-22", "BD-2022-3", "Bồi dưỡng kỹ năng lãnh đạo cấp phòng", "course", "14/10/2022", NULL },
	{ "2022-11-14", "TH-2023", "Đăng ký nhu cầu thu hút năm 2023", "attract_need", "10/12/2022", NULL },
	{ "2022-12-05", "DG-2022", "Đánh giá, xếp loại năm 2022", "evaluation_year", "31/12/2022", NULL },
};
enum { CALLS = sizeof calls / sizeof calls[0] };
static struct rid records[CALLS];

static void open_call(struct sample *s, void *arg, int n)
{
	const struct call *c = arg;
	char day[16];
	struct hand h;

	hand_officer(&h, s, DESK_PNV, 0);
	records[n] = hand_add(&h, "round", "code=%s|title=%s|expects=%s|from=%s|due=%s|note=Đơn vị không "
			      "có thì gửi \"không phát sinh\".", c->code, c->title, c->type,
			      sample_today(s, day), c->due);
	hand_save(&h);
	agree(s, records[n], "in_force", NULL);
}

/* Every computer that has a link hears of it the same day. */
static void all_hear(struct sample *s, void *arg, int n)
{
	(void)arg;
	(void)n;
	machine_sync_all(s);
}

static void close_call(struct sample *s, void *arg, int n)
{
	(void)arg;
	move(s, DESK_PNV, records[n], "closing", NULL);
	if (calls[n].closed != NULL)
		move(s, DESK_PNV2, records[n], "closed", NULL);
}

struct rid story_round(struct sample *s, const char *code)
{
	size_t i;

	for (i = 0; i < CALLS; i++)
		if (strcmp(calls[i].code, code) == 0 && records[i].op != 0)
			return records[i];
	sample_die(s, "no call %s yet", code);
}

bool story_heard(struct sample *s, struct dossier *p)
{
	struct machine *m = &s->machines[p->unit];
	struct rid round = story_round(s, p->batch->note);
	struct record rec;
	struct arena a;
	int code;

	machine_sync(s, m);
	arena_init(&a, (size_t)1 << 20);
	code = query_record(&m->client.replica, 0, round, &a, &rec, NULL);
	arena_release(&a);
	return code == 0;
}

/* ---- Reminders ---- */

/* As dongbod round remind does, on the day before the last. */
static void remind(struct sample *s, void *arg, int n)
{
	const struct agenda_item *it;
	struct agenda_item *items;
	struct timely_table table;
	struct calendar *calendar = NULL;
	const struct units *units;
	struct schema *schema;
	struct arena a;
	struct err e = { 0 };
	size_t count = 0;
	struct timeliness t = { .r = &s->server.replica, .stream = ANY_STREAM, .now = s->time };
	struct remind r = { .officer = &s->officers[DESK_PNV].key, .now = s->time,
			    .by = bytes_str(s->officers[DESK_PNV].name) };

	arena_init(&a, (size_t)64 << 20);
	sample_need(s, replica_schema_now(t.r, &schema, &e), &e, "schema");
	sample_need(s, units_now(t.r, &units, &e), &e, "units");
	sample_need(s, calendar_load(t.r, schema, units, &calendar, &e), &e, "calendar");
	t.schema = r.schema = schema;
	t.units = units;
	t.calendar = calendar;
	sample_need(s, agenda_find(calendar, bytes_str(arg), n, &a, &items, &count, &e), &e, arg);
	it = &items[0];
	sample_need(s, agenda_table(&t, it, &a, &table, &e), &e, arg);
	r.about = it;
	r.table = &table;
	sample_need(s, server_remind(&s->server, &r, &e), &e, arg);
	if (r.written == 0)
		sample_die(s, "%s: nobody to remind", (const char *)arg);
	calendar_free(calendar);
	arena_release(&a);
}

/* ---- Decisions on deadlines ---- */

static void extend(struct sample *s, void *arg, int n)
{
	static const char *const what[] = {
		"deadline=t2|period=2022|new_day=26/11/2021|units=08776,TH-QUANGYEN,MN-QUANGYEN|"
		"reason=Khu cách ly y tế, chưa họp được đơn vị",
		"deadline=t4|period=2022|accept=có|units=TH_THCS-BACHLUU|"
		"reason=Mất đường truyền từ 09/12 đến 19/12, báo cáo đã ký đúng hạn",
		"deadline=BD-2022-3|new_day=18/10/2022|reason=Sở Nội vụ lùi thời gian nộp danh sách",
	};
	struct rid id;
	struct hand h;

	(void)arg;
	hand_officer(&h, s, DESK_PNV, 0);
	id = hand_add(&h, "extension", "%s", what[n]);
	hand_save(&h);
	agree(s, id, "in_force", NULL);
}

/* ---- Notices ---- */

static void notice(struct sample *s, void *arg, int n)
{
	static const struct {
		enum desk desk;
		const char *text;
	} list[] = {
		{ DESK_PNV, "title=Triển khai Nghị quyết số 06/2021/NQ-HĐND|body=Đề nghị các đơn vị nghiên cứu "
			    "kế hoạch, phổ biến trong tháng 11/2021 và đăng ký nhu cầu đúng hạn." },
		{ DESK_VP, "title=Mẫu đề xuất đặt hàng chuyên gia|body=Đề xuất năm sau gửi trước ngày 20 "
			   "tháng 10; việc cấp thiết gửi ngay, nêu rõ lý do." },
		{ DESK_TCKH, "title=Chứng từ chi trả|body=Chỉ chi trả sau khi được cấp kinh phí; ghi đủ số "
			     "phiếu chi, ngày chi." },
	};
	char day[16];
	struct hand h;

	(void)arg;
	hand_officer(&h, s, list[n].desk, 0);
	hand_add(&h, "notice", "%s|date=%s", list[n].text, sample_today(s, day));
	hand_save(&h);
}

/* ---- Rates, documents, catalogues: one officer enters, a second puts into force ---- */

/* The n-th record of a district type that is a draft. */
static struct rid draft_of(struct sample *s, const char *type, size_t n)
{
	struct query_options o = { .type = bytes_str(type), .state = bytes_str("draft") };
	struct rid id = RID_NONE;
	struct err e = { 0 };
	json_t *list = NULL;
	uint64_t stream;
	const char *full;

	sample_need(s, query_list(&s->server.replica, &o, &list, &e), &e, type);
	full = json_string_value(json_object_get(json_array_get(json_object_get(list, "records"), n),
						 "id"));
	if (full == NULL || !record_full_parse(bytes_str(full), &stream, &id))
		sample_die(s, "no draft of %s", type);
	json_decref(list);
	return id;
}

static struct rid put(struct sample *s, const char *type, const char *text)
{
	struct hand h;
	struct rid id;

	hand_officer(&h, s, DESK_PNV, 0);
	id = hand_add(&h, type, "%s", text);
	hand_save(&h);
	return id;
}

/* The resolution itself and the plan are at hand: what comes with the pack is compared
 * where an original was found; an old rate and an old document are out of force. */
static void compare(struct sample *s, void *arg, int n)
{
	struct rid id = draft_of(s, "legal_doc", 0);
	struct hand h;

	(void)arg;
	(void)n;
	hand_officer(&h, s, DESK_PNV, 0);
	hand_edit(&h, id, "verified=có|subject=Về một số chính sách thu hút, đào tạo, trọng dụng người có "
		  "tài năng của tỉnh|valid_from=15/08/2021");
	hand_save(&h);
	move(s, DESK_PNV2, id, "in_force", NULL);
	id = put(s, "legal_doc", "number=1368/QĐ-UBND|date=15/06/2018|issuer=UBND huyện Sông Lô|"
		 "doc_type=decision|subject=Quy định tạm thời về hỗ trợ đi học|valid_to=14/08/2021|verified=có");
	agree(s, id, "in_force ending retired", "Được thay thế bởi Nghị quyết số 06/2021/NQ-HĐND.");
	id = put(s, "rate", "policy=iii5|code=course_home|group=Bồi dưỡng|label=Hỗ trợ bồi dưỡng trong nước|"
		 "amount=12000000|unit=một người|valid_from=15/08/2021|source=Thông báo của Sở Nội vụ|"
		 "verified=có|verified_by=Trần Văn Soát");
	move(s, DESK_PNV2, id, "in_force", NULL);
	id = put(s, "rate", "policy=iii4|code=pg_old|group=Sau tốt nghiệp|label=Mức hỗ trợ cũ sau tốt nghiệp "
		 "thạc sĩ|amount=15000000|unit=một người|valid_to=14/08/2021|source=Quyết định "
		 "1368/QĐ-UBND|verified=có|verified_by=Trần Văn Soát");
	agree(s, id, "in_force ending retired", "Hết hiệu lực khi có nghị quyết mới.");
}

static void catalogue(struct sample *s, void *arg, int n)
{
	static const char *const text[] = {
		"list=disciplines|code=du_lich|label=Du lịch|source=Đề nghị của Phòng Văn hóa và Thông tin",
		"list=cert_issuers|code=telc|label=telc GmbH (tiếng Đức)|source=Đề nghị của Trường THCS Tam Sơn",
		"list=cert_issuers|code=toeic_vn|label=IIG Việt Nam|source=Đề nghị của Phòng Giáo dục và Đào tạo",
	};
	struct rid id;
	int i;

	(void)arg;
	(void)n;
	for (i = 0; i < 3; i++) {
		id = put(s, "catalogue", text[i]);
		if (i > 0)
			agree(s, id, i == 1 ? "in_force" : "in_force ending retired",
			      "Đơn vị tổ chức thi, không phải tổ chức cấp.");
	}
}

/* What one officer alone has proposed by now, and what came to nothing. */
static void proposals(struct sample *s, void *arg, int n)
{
	static const struct {
		const char *type, *text, *states;
	} list[] = {
		{ "round", "code=BD-2023-1|title=Bồi dưỡng năm 2023, đợt 1|expects=course|due=31/03/2023", "" },
		{ "round", "code=BD-2022-4|title=Bồi dưỡng bổ sung|expects=course|units=PNV|due=30/12/2022",
		  "in_force ending" },
		{ "round", "code=BD-2022-5|title=Bồi dưỡng gọi nhầm|expects=course|units=PNV|due=30/12/2022",
		  "in_force ending retired" },
		{ "extension", "deadline=t2|period=2024|new_day=30/11/2023|reason=Đề nghị của xã Quang Yên", "" },
		{ "extension", "deadline=t2|period=2024|new_day=24/11/2023|units=08776|reason=Chưa họp được",
		  "in_force reopening" },
		{ "extension", "deadline=t2|period=2024|new_day=25/11/2023|units=08779|reason=Chưa họp được",
		  "in_force ending" },
		{ "extension", "deadline=t2|period=2024|new_day=27/11/2023|units=08782|reason=Ghi nhầm năm",
		  "in_force ending retired" },
		{ "rate", "policy=iii5|code=course_room|label=Hỗ trợ thuê phòng nghỉ|amount=300000|unit=một đêm|"
			  "source=Thông báo của Sở Tài chính", "in_force reopening" },
		{ "rate", "policy=iii5|code=course_book|label=Hỗ trợ tài liệu|amount=200000|unit=một người|"
			  "source=Thông báo của Sở Tài chính", "in_force ending" },
		{ "legal_doc", "number=02/HD-SNV|issuer=Sở Nội vụ|doc_type=other|subject=Hướng dẫn tạm thời",
		  "in_force reopening" },
		{ "legal_doc", "number=15/CV-SNV|issuer=Sở Nội vụ|doc_type=other|subject=Đôn đốc báo cáo",
		  "in_force ending" },
		{ "catalogue", "list=disciplines|code=logistics|label=Logistics|source=Đề nghị của Phòng Kinh tế "
			       "và Hạ tầng", "in_force reopening" },
		{ "catalogue", "list=disciplines|code=thu_y|label=Thú y|source=Đề nghị của xã Đôn Nhân",
		  "in_force ending" },
		{ "round", "code=BD-2022-6|title=Bồi dưỡng ghi trùng|expects=course|due=30/12/2022", "cancelled" },
		{ "extension", "deadline=t2|period=2024|new_day=28/11/2023|reason=Ghi trùng", "cancelled" },
		{ "rate", "policy=iii5|code=course_trip|label=Ghi trùng|source=Báo chí", "cancelled" },
		{ "legal_doc", "number=99/CV|issuer=Sở Nội vụ|doc_type=other|subject=Ghi trùng", "cancelled" },
		{ "catalogue", "list=disciplines|code=thu_y_2|label=Thú y|source=Ghi trùng", "cancelled" },
	};
	size_t i;

	(void)arg;
	(void)n;
	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		agree(s, put(s, list[i].type, list[i].text), list[i].states, "Ý kiến của Phòng Nội vụ.");
}

void story_master(void)
{
	int i;

	diary_add(sample_when("2021-11-09 09:00"), compare, NULL, 0);
	diary_add(sample_when("2022-03-02 09:00"), catalogue, NULL, 0);
	diary_add(sample_when("2021-11-10 08:00"), notice, NULL, 0);
	diary_add(sample_when("2022-09-12 08:00"), notice, NULL, 1);
	diary_add(sample_when("2022-02-10 08:00"), notice, NULL, 2);
	for (i = 0; i < CALLS; i++) {
		diary_add(sample_when(calls[i].day) + 8 * 3600, open_call,
			  (void *)(uintptr_t)&calls[i], i);
		diary_add(sample_when(calls[i].day) + 16 * 3600, all_hear, NULL, 0);
		if (calls[i].closed != NULL)
			diary_add(sample_when(calls[i].closed) + 16 * 3600, close_call, NULL, i);
	}
	diary_add(sample_when("2023-01-12 09:00"), close_call, NULL, 4);
	diary_add(sample_when("2023-01-12 10:00"), proposals, NULL, 0);
	diary_add(sample_when("2021-11-18 10:00"), extend, NULL, 0);
	diary_add(sample_when("2022-12-20 14:00"), extend, NULL, 1);
	diary_add(sample_when("2022-10-13 10:00"), extend, NULL, 2);
	diary_add(sample_when("2022-03-14 15:00"), remind, (void *)(uintptr_t)"TH-2022", 2022);
	diary_add(sample_when("2022-12-12 15:00"), remind, (void *)(uintptr_t)"t4", 2022);
	diary_add(sample_when("2022-12-19 15:00"), remind, (void *)(uintptr_t)"t4", 2022);
}
