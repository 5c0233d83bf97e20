/* common/packs/pack.schema.json and the loaders say the same: the district's packs are valid
 * under it, what is spoiled in any of its places is refused by both, and each kind of object
 * has the same keys in both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/pack/pack.h"
#include "common/system/env.h"
#include "server/pack/publish.h"
#include "tests/lib/json_schema.h"

static json_t *schema;
static char why[500];
static struct err e;

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *j = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (j == NULL)
		fail_msg("%s: %d: %s", path, error.line, error.text);
	return j;
}

static int begin(void **state)
{
	(void)state;
	schema = load("common/packs/pack.schema.json");
	return 0;
}

static int end(void **state)
{
	(void)state;
	json_decref(schema);
	return 0;
}

/* A pack with everything, in the writing of a person: ' for ". */
#define FIELD(number, code, kind, more) "{'number':" #number ",'code':" #code ",'vi':'a','en':'a','kind':" \
	#kind "," more "}"
#define DUE(code, rule) "{'code':" #code ",'vi':'a','en':'a','type':'box','rule':{" rule "}}"
static const char good[] =
"{'$comment':['for','people'],'format':1,'pack':'mau','version':3,'vi':'Mẫu','en':'Sample',"
"'constants':[{'code':'factor','vi':'Hệ số','en':'Factor','value':2,'source':'KH','unverified':true}],"
"'registers':[{'code':'book','vi':'Sổ','en':'Book','yearly':true,'form':'{n}/{year}'},"
"{'code':'leased','vi':'Sổ','en':'Book','form':'{n}','lease':50,'unit':true}],"
"'lists':{'colours':{'vi':'Màu','en':'Colours','choices':["
"{'number':1,'code':'do','vi':'Đỏ','en':'Red','from':'2021-01-01','to':'2025-12-31'}]}},"
"'roles':[{'number':51,'code':'keeper','vi':'Thủ kho','en':'Keeper','reads':'own',"
"'reads_types':['box'],'reads_of':[{'unit':'PNV','units':['XA'],'types':['box']}],"
"'writes':'all'}],"
"'workflows':{'flow':{'reasons':'reasons','states':["
"{'number':1,'code':'mo','vi':'Mở','en':'Open','open':true},"
"{'number':2,'code':'lai','vi':'Lại','en':'Back','open':'named'},"
"{'number':3,'code':'dong','vi':'Đóng','en':'Closed','filed':true,'good':true,'answered':true,"
"'final':true}],"
"'moves':[{'from':'mo','to':'dong','by':['keeper'],'complete':true,'remark':true,'sign':true,"
"'other':true,'second':true}]},"
"'short':{'states':[{'number':1,'code':'new','vi':'a','en':'a','open':true},"
"{'number':2,'code':'old','vi':'a','en':'a'}],'moves':[{'from':'new','to':'old',"
"'by':['keeper'],'unsent':true}]}},"
"'types':[{'number':900,'code':'box','vi':'Hộp','en':'Box','section':'I','edit':['keeper'],"
"'title':['label'],'match':['label',['made','price']],'workflow':'flow',"
"'totals':{'year':'made','sum':'price'},'as_of':'made',"
"'nil':{'label':'không'},'lead':'PNV','copies':['VP'],"
"'apply':{'list':'things','record':'box','on':['dong'],'to':{'dong':'dong'},'set':{'label':'note'},"
"'version':'note'},"
"'fields':["
"{'number':9001,'code':'label','vi':'Nhãn','en':'Label','kind':'text','max':20,'required':true,"
"'also':['Tên']},"
"{'number':9002,'code':'colour','vi':'Màu','en':'Colour','kind':'choice','list':'colours'},"
"{'number':9003,'code':'made','vi':'Năm','en':'Made','kind':'year','required':'price > 0'},"
"{'number':9004,'code':'price','vi':'Giá','en':'Price','kind':'money','index':true},"
"{'number':9005,'code':'twice','vi':'Hai','en':'Twice','kind':'money','derived':'price * $factor'},"
"{'number':9006,'code':'n','vi':'Số','en':'Number','kind':'int','register':'book','by':['keeper'],"
"'in':['dong'],'only_in':true},"
"{'number':9007,'code':'things','vi':'Đồ','en':'Things','kind':'list','row':'thing'},"
"{'number':9008,'code':'reasons','vi':'Lý do','en':'Reasons','kind':'list','row':'thing'}],"
"'checks':[{'number':1,'must':'price >= 5','on':['dong'],'vi':'Rẻ','en':'Cheap'}],"
"'warnings':[{'code':'dear','must':'boxes < 5','on':['dong'],'vi':'Đắt','en':'Dear'}]},"
"{'number':901,'code':'thing','vi':'Món','en':'Thing','row':true,'title':['note'],'fields':["
"{'number':9010,'code':'box','vi':'Hộp','en':'Box','kind':'ref','to':'box'},"
"{'number':9011,'code':'note','vi':'Chữ','en':'Note','kind':'text','personal':false},"
"{'number':9012,'code':'field','vi':'Mục','en':'Field','kind':'text'},"
"{'number':9013,'code':'reason','vi':'Vì','en':'Reason','kind':'text'}]},"
"{'number':902,'code':'key','vi':'Khóa','en':'Key','edit':['keeper'],'fields':["
"{'number':9020,'code':'of','vi':'Của','en':'Of','kind':'ref','to':['box','key']},"
"{'number':9021,'code':'weight','vi':'Nặng','en':'Weight','kind':'decimal','scale':2},"
"{'number':9022,'code':'on','vi':'Ngày','en':'On','kind':'date'}]},"
"{'number':903,'code':'act','vi':'a','en':'a','edit':['keeper'],'people':true,"
"'apply':{'list':'answers','record':'about','by':'outcome','to':{'do':'dong'},'version':'at',"
"'amount':'sum',"
"'unit':'who'},'fields':["
FIELD(9030,'answers','list',"'row':'answer'")","
FIELD(9031,'digits','text',"'digits':12,'personal':true")","
FIELD(9032,'low','int',"'min':0,'max':9")"]},"
"{'number':904,'code':'answer','vi':'a','en':'a','row':true,'fields':["
FIELD(9040,'about','ref',"'to':['box']")","
FIELD(9041,'outcome','choice',"'list':'colours'")","
FIELD(9042,'at','text',"'max':40")","
FIELD(9043,'sum','money',"'min':0")","
FIELD(9044,'who','text',"'max':40")"]},"
"{'number':905,'code':'scan','vi':'a','en':'a','row':true,'file':{'hash':'hash','size':'size',"
"'name':'name',"
"'media':'media','kind':'kind'},'fields':["
FIELD(9050,'hash','text',"'max':64")","
FIELD(9051,'size','int',"'min':0")","
FIELD(9052,'name','text',"'max':90")","
FIELD(9053,'media','text',"'max':90")","
FIELD(9054,'kind','choice',"'list':'colours'")"]},"
"{'number':906,'code':'yearly','vi':'a','en':'a','edit':['keeper'],'figures':{'list':'lines',"
"'year':'year','cutoff':'until',"
"'code':'code','label':'label','value':'value','stated':'stated','from':[{'code':'f1','vi':'a','en':'a',"
"'type':'box','year':'made','where':'price > 0','value':'price'}]},'fields':["
FIELD(9060,'year','year',"'required':true")","
FIELD(9062,'until','date',"'index':false")","
FIELD(9061,'lines','list',"'row':'line'")"]},"
"{'number':907,'code':'line','vi':'a','en':'a','row':true,'fields':["
FIELD(9070,'code','text',"'max':40")","
FIELD(9071,'label','text',"'max':90")","
FIELD(9072,'value','int',"'min':0")","
FIELD(9073,'stated','int',"'min':0")"]},"
"{'number':908,'code':'call','vi':'a','en':'a','edit':['keeper'],'district':true,'fields':["
FIELD(9080,'code','text',"'max':40")","
FIELD(9081,'title','text',"'max':90")","
FIELD(9082,'expects','text',"'max':40")","
FIELD(9083,'units','text',"'max':90")","
FIELD(9084,'from','date',"'required':true")","
FIELD(9085,'due','date',"'required':true")","
FIELD(9086,'closed','bool',"'index':false")"]},"
"{'number':909,'code':'more','vi':'a','en':'a','edit':['keeper'],'district':true,'fields':["
FIELD(9090,'deadline','text',"'max':40")","
FIELD(9091,'period','text',"'max':40")","
FIELD(9092,'units','text',"'max':90")","
FIELD(9093,'new_day','date',"'required':false")","
FIELD(9094,'reason','text',"'max':90")","
FIELD(9095,'accept','bool',"'index':false")"]},"
"{'number':910,'code':'nudge','vi':'a','en':'a','edit':['keeper'],'workflow':'short','fields':["
FIELD(9100,'about','text',"'with':['text']")","
FIELD(9101,'day','date',"'required':true")","
FIELD(9102,'due','date',"'required':false")","
FIELD(9103,'text','text',"'max':90")","
FIELD(9104,'by','text',"'max':90")","
FIELD(9105,'what','text',"'max':90")"]},"
"{'number':911,'code':'settled','vi':'a','en':'a','edit':['keeper'],'fields':["
FIELD(9110,'task','text',"'max':40")","
FIELD(9111,'record','ref',"'to':'*'")","
FIELD(9112,'key','int',"'index':true")","
FIELD(9113,'fingerprint','int',"'index':true")","
FIELD(9114,'note','text',"'max':90")"]}],"
"'settlement':'settled','units':{'edit':['keeper'],'workflow':'flow','open':['phone']},"
"'calendar':{'rounds':'call','extensions':'more','reminders':{'type':'nudge','values':{'what':'a'},"
"'about':'about','day':'day','due':'due','text':'text','by':'by','state':'old'}},"
"'records':[{'key':'r1','type':'call','title':'a'}],"
"'documents':[{'code':'p1','vi':'a','en':'a','tables':[{'code':'t','vi':'a','en':'a',"
"'from':'box','columns':["
"{'code':'label','vi':'a','en':'a','value':'label'}]}]}],"
"'rollups':[{'number':1,'code':'boxes','vi':'Số','en':'Boxes','from':'key','by':'of','value':'weight',"
"'where':'weight > 0'}],"
"'duplicates':[{'code':'same','vi':'Trùng','en':'Same','keys':[{'type':'box','key':'label'},"
"{'type':'key','key':['of','weight']},"
"{'type':'act','rows':['answers'],'key':'sum'}]}],"
"'deadlines':["
"{'code':'d1','vi':'a','en':'a','type':'box','where':'price > 0','exempt':'price = 1','year':'made',"
"'units':['XA','PNV'],'since':'2021-11-01','rule':{'kind':'yearly','before':'10-20','year':-1}},"
"{'code':'d2','vi':'a','en':'a','type':'box','rule':{'kind':'quarterly','by':['03-20','06-20',"
"'09-20','12-20']}},"
"{'code':'d3','vi':'a','en':'a','type':'key','on':'on','rule':{'kind':'once','by':'2021-11-30'}},"
"{'code':'d4','vi':'a','en':'a','type':'box','rule':{'kind':'average','per_quarter':1}},"
"{'code':'d5','vi':'a','en':'a','type':'box','rule':{'kind':'ongoing'}},"
DUE('d6',"'kind':'yearly','by':'10-20','year':1")","
DUE('d7',"'kind':'quarterly','before':['03-20','06-20','09-20','12-20']")","
DUE('d8',"'kind':'once','before':'2021-11-30'")"],"
"'reports':[{'code':'o1','vi':'a','en':'a','tables':[{'code':'t','vi':'a','en':'a',"
"'from':'box','columns':["
"{'code':'label','vi':'a','en':'a','value':'label'}]}]}]}";

static json_t *read_good(const char *from, const char *to)
{
	char text[20000];
	const char *hit = strstr(good, from);
	json_error_t error;
	json_t *j;
	size_t i;
	int n;

	if (hit == NULL)
		fail_msg("%s is not in the pack", from);
	n = snprintf(text, sizeof text, "%.*s%s%s", (int)(hit - good), good, to, hit + strlen(from));
	assert_true(n > 0 && (size_t)n < sizeof text);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] == '\'')
			text[i] = '"';
	j = json_loads(text, 0, &error);
	if (j == NULL)
		fail_msg("%d: %s: %s", error.column, error.text, to);
	return j;
}

/* What the loaders say of a pack. */
static int check(const json_t *pack)
{
	char *text = json_dumps(pack, 0);
	int code;

	e = (struct err){ 0 };
	code = publish_check(NULL, bytes_str(text), &e);
	free(text);
	return code;
}

static void the_plan_is_valid(void **state)
{
	json_t *pack = load("common/packs/songlo-nq06.json");

	(void)state;
	if (!json_schema_valid(schema, pack, why, sizeof why))
		fail_msg("%s", why);
	json_decref(pack);
}

static void what_loads_is_valid(void **state)
{
	json_t *pack = read_good("", "");
	char *text = json_dumps(pack, 0);
	struct schema *s;

	(void)state;
	if (!json_schema_valid(schema, pack, why, sizeof why))
		fail_msg("%s", why);
	assert_int_equal(schema_new(&s, &e), 0);
	if (schema_add(s, bytes_str(text), &e) != 0)
		fail_msg("%s", e.subject);
	schema_free(s);
	free(text);
	json_decref(pack);
}

/* What is wrong, and a part of the place that must be named. */
static const struct {
	const char *from, *to, *place;
} wrongs[] = {
	{ "'format':1", "'format':2", "/format" },
	{ "'format':1", "'formats':1", "/" },
	{ "'pack':'mau'", "'pack':'Mau'", "/pack" },
	{ "'version':3", "'version':0", "/version" },
	{ "'version':3", "'version':'3'", "/version" },
	{ "'vi':'Mẫu'", "'vi':''", "/vi" },
	{ "'value':2", "'value':2.5", "/constants/0/value" },
	{ "'value':2,", "", "/constants/0" },
	{ "'form':'{n}/{year}'", "'form':'{year}'", "/registers/0/form" },
	{ "'colours':{", "'Colours':{", "/lists/Colours" },
	{ "'from':'2021-01-01'", "'from':'1/1/2021'", "/lists/colours/choices/0/from" },
	{ "'code':'do'", "'code':'đỏ'", "/lists/colours/choices/0/code" },
	{ "'choices':[{'number':1,", "'choices':[{'number':0,", "/lists/colours/choices/0/number" },
	{ "'reads':'own'", "'reads':'some'", "/roles/0/reads" },
	{ "'writes':'all'", "'writing':'all'", "/roles/0" },
	{ "'number':51", "'number':1000", "/roles/0/number" },
	{ "'open':'named'", "'open':'some'", "/workflows/flow/states/1/open" },
	{ "'filed':true", "'filled':true", "/workflows/flow/states/2/filled" },
	{ "'by':['keeper'],'complete'", "'complete'", "/workflows/flow/moves/0" },
	{ "'by':['keeper'],'complete'", "'by':[],'complete'", "/workflows/flow/moves/0/by" },
	{ "'number':900,", "'number':99,", "/types/0/number" },
	{ "'edit':['keeper'],'title'", "'title'", "/types/0" },
	{ "'match':['label',", "'match':['label',[],", "/types/0/match" },
	{ "'also':['Tên']", "'also':'Tên'", "/types/0/fields/0/also" },
	{ "'totals':{'year':'made','sum':'price'}", "'totals':{}", "/types/0/totals" },
	{ "'nil':{'label':'không'}", "'nil':{'label':1}", "/types/0/nil/label" },
	{ "'to':{'dong':'dong'},", "", "/types/0/apply" },
	{ "'row':true,", "'row':true,'edit':['keeper'],", "/types/1/edit" },
	{ "'number':9001", "'number':999", "/types/0/fields/0/number" },
	{ "'code':'label'", "'code':'type'", "/types/0/fields/0/code" },
	{ "'kind':'text','max'", "'kind':'words','max'", "/types/0/fields/0/kind" },
	{ "'kind':'choice','list':'colours'", "'kind':'choice'", "/types/0/fields/1" },
	{ "'kind':'choice','list':'colours'", "'kind':'text','list':'colours'",
	  "/types/0/fields/1/list" },
	{ "'required':'price > 0'", "'required':1", "/types/0/fields/2/required" },
	{ "'derived':'price * $factor'", "'derived':'price','required':true",
	  "/types/0/fields/4/required" },
	{ "'kind':'int','register'", "'kind':'money','register'", "/types/0/fields/5/kind" },
	{ "'in':['dong'],'only_in'", "'only_in'", "/types/0/fields/5" },
	{ "'kind':'list','row':'thing'},{'number':9008", "'kind':'list'},{'number':9008",
	  "/types/0/fields/6" },
	{ "'kind':'ref','to':'box'", "'kind':'ref'", "/types/1/fields/0" },
	{ "'kind':'decimal','scale':2", "'kind':'int','scale':2", "/types/2/fields/1/scale" },
	{ "'personal':false", "'persona':false", "/types/1/fields/1/persona" },
	{ "'must':'price >= 5',", "'left':'price',", "/types/0/checks/0" },
	{ "'checks':[{'number':1,", "'checks':[{'number':1000,", "/types/0/checks/0/number" },
	{ "'code':'dear',", "", "/types/0/warnings/0" },
	{ "'from':'key',", "", "/rollups/0" },
	{ "'key':['of','weight']", "'key':[]", "/duplicates/0/keys/1/key" },
	{ "'since':'2021-11-01'", "'since':'2021'", "/deadlines/0/since" },
	{ "'before':'10-20'", "'before':'10-20','by':'10-20'", "/deadlines/0/rule" },
	{ "'before':'10-20'", "'before':'20/10'", "/deadlines/0/rule" },
	{ "'03-20',", "", "/deadlines/1/rule" },
	{ "'by':'2021-11-30'", "'by':'11-30'", "/deadlines/2/rule" },
	{ "'per_quarter':1", "'per_quarter':0", "/deadlines/3/rule" },
	{ "'kind':'ongoing'", "'kind':'weekly'", "/deadlines/4/rule" },
	{ "'reports':[{'code':'o1',", "'reports':[{", "/reports/0" },
	{ "'reports':[", "'records':[{'type':'box'}],'reports':[", "/records/0" },
	{ "'reports':[", "'calendar':{'round':'box'},'reports':[", "/calendar/round" },
	{ "'reports':[", "'report':[", "/report" }
};

static void what_is_spoiled_is_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
		json_t *pack = read_good(wrongs[i].from, wrongs[i].to);

		if (json_schema_valid(schema, pack, why, sizeof why))
			fail_msg("valid: %s", wrongs[i].to);
		if (strncmp(why, wrongs[i].place, strlen(wrongs[i].place)) != 0)
			fail_msg("%s: %s instead of %s", wrongs[i].to, why, wrongs[i].place);
		if (check(pack) != ERR_BAD_PACK)
			fail_msg("the loaders take %s", wrongs[i].to);
		json_decref(pack);
	}
}

/* Schema and pack side by side: every object of the pack with the part of the schema that it
 * falls under. */
struct spot {
	const json_t *kind;        /* the object of the schema */
	json_t *object;            /* one of the pack */
};

static struct spot spots[400];
static size_t spot_count;
static json_t *all_keys;           /* of all kinds */

static const json_t *resolve(const json_t *s)
{
	const char *ref = json_string_value(json_object_get(s, "$ref"));

	return ref == NULL ? s : json_object_get(json_object_get(schema, "$defs"),
						 strrchr(ref, '/') + 1);
}

static void walk(const json_t *s, json_t *j);

/* Whether a deadline's rule is the one that this part of "oneOf" says. */
static bool is_rule(const json_t *s, const json_t *rule)
{
	const json_t *kind = json_object_get(json_object_get(s, "properties"), "kind");
	const json_t *own = json_object_get(rule, "kind"), *v;
	size_t i;
	bool fits = json_equal(json_object_get(kind, "const"), own);

	json_array_foreach(json_object_get(kind, "enum"), i, v)
		fits |= json_equal(v, own);
	json_array_foreach(json_object_get(s, "required"), i, v)
		fits &= json_object_get(rule, json_string_value(v)) != NULL;
	return fits;
}

/* The member's own schema, wherever the kind says it. */
static void walk_member(const json_t *s, const char *key, json_t *v)
{
	const json_t *own = json_object_get(json_object_get(s, "properties"), key);
	const json_t *other = json_object_get(s, "additionalProperties");

	walk(own != NULL ? own : other, v);
}

static void walk(const json_t *given, json_t *j)
{
	const json_t *s = resolve(given), *one;
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_object(j) && json_object_get(s, "oneOf") != NULL) {
		json_array_foreach(json_object_get(s, "oneOf"), i, one)
			if (is_rule(one, j))
				walk(one, j);
		return;
	}
	if (json_is_object(j) && json_is_false(json_object_get(s, "additionalProperties"))) {
		assert_true(spot_count < sizeof spots / sizeof spots[0]);
		spots[spot_count++] = (struct spot){ s, j };
	}
	json_object_foreach(j, key, v)
		walk_member(s, key, v);
	json_array_foreach(j, i, v)
		walk(json_object_get(s, "items"), v);
}

/* Every kind of object that the schema has, and what keys there are. */
static void find_kinds(const json_t *s, json_t *kinds)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_object(s) && json_is_false(json_object_get(s, "additionalProperties"))) {
		json_array_append(kinds, (json_t *)s);
		json_object_foreach(json_object_get(s, "properties"), key, v)
			json_object_set_new(all_keys, key, json_true());
	}
	json_object_foreach((json_t *)s, key, v)
		find_kinds(v, kinds);
	json_array_foreach(s, i, v)
		find_kinds(v, kinds);
}

static bool uses(const json_t *kind, const char *key)
{
	size_t i;

	for (i = 0; i < spot_count; i++)
		if (spots[i].kind == kind &&
		    (key == NULL || json_object_get(spots[i].object, key) != NULL))
			return true;
	return false;
}

/* What the schema has the loaders take: the pack above has every key of every kind. */
static void the_loaders_know_each_key(const json_t *kinds)
{
	const char *key;
	json_t *kind, *v;
	size_t i;

	json_array_foreach(kinds, i, kind) {
		char *text = json_dumps(kind, 0);

		if (!uses(kind, NULL))
			fail_msg("the pack of this test has nothing of this kind: %.200s", text);
		json_object_foreach(json_object_get(kind, "properties"), key, v)
			if (strcmp(key, "$comment") != 0 && !json_is_false(v) && !uses(kind, key))
				fail_msg("the pack of this test has no \"%s\": %.200s", key, text);
		free(text);
	}
}

/* Checks once said what they ask for with other keys; packs of that time are still read. */
static bool is_old(const json_t *kind, const char *key)
{
	static const char *const keys[] = { "left", "count", "op", "right", "value" };
	size_t i;

	for (i = 0; json_object_get(json_object_get(kind, "properties"), "must") != NULL && i < 5; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* One object of a kind is enough. */
static bool was_seen(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (spots[i].kind == spots[n].kind)
			return true;
	return false;
}

static int load_new(const json_t *pack)
{
	char *text = json_dumps(pack, 0);
	struct schema *s;
	int code;

	assert_int_equal(schema_new(&s, &e), 0);
	code = schema_add_new(s, bytes_str(text), &e);
	schema_free(s);
	free(text);
	return code;
}

/* Every other key of the schema, and a misspelt one, is refused there, with its name. */
static void the_loaders_know_no_other(json_t *pack)
{
	char place[100];
	const char *key;
	json_t *v;
	size_t i;

	json_object_set_new(all_keys, "requird", json_true());
	for (i = 0; i < spot_count; i++)
		json_object_foreach(all_keys, key, v) {
			if (json_object_get(json_object_get(spots[i].kind, "properties"), key) != NULL ||
			    is_old(spots[i].kind, key) || was_seen(i))
				continue;
			json_object_set_new(spots[i].object, key, json_integer(0));
			if (load_new(pack) != ERR_BAD_PACK || e.why == NULL)
				fail_msg("\"%s\" is not refused as a key: %s", key, e.subject);
			/* A deadline's rule has one of two: it is told that it has both. */
			snprintf(place, sizeof place, "%s: \"%s\" is no key here", key, key);
			if (strstr(e.subject, place) == NULL && strstr(e.subject, ".rule.") == NULL)
				fail_msg("%s does not say %s", e.subject, place);
			json_object_del(spots[i].object, key);
		}
	assert_int_equal(load_new(pack), 0);
}

static void each_kind_has_the_same_keys(void **state)
{
	json_t *pack = read_good("", ""), *kinds = json_array();

	(void)state;
	all_keys = json_object();
	find_kinds(schema, kinds);
	walk(schema, pack);
	if (check(pack) != 0)
		fail_msg("%s", e.subject);
	the_loaders_know_each_key(kinds);
	the_loaders_know_no_other(pack);
	json_decref(all_keys);
	json_decref(kinds);
	json_decref(pack);
}

/* "$comment" is for authors, in every object. */
static void comments_are_passed_over(void **state)
{
	json_t *pack = read_good("", "");
	size_t i;

	(void)state;
	spot_count = 0;
	walk(schema, pack);
	for (i = 0; i < spot_count; i++)
		json_object_set_new(spots[i].object, "$comment", json_string("vì sao"));
	if (!json_schema_valid(schema, pack, why, sizeof why))
		fail_msg("%s", why);
	if (check(pack) != 0)
		fail_msg("%s", e.subject);
	json_decref(pack);
}

/* A pack that is published may be newer than the program that reads it. */
static void a_published_pack_may_say_more(void **state)
{
	json_t *pack = read_good("", "");
	struct schema *s;
	char *text;
	size_t i;

	(void)state;
	spot_count = 0;
	walk(schema, pack);
	for (i = 0; i < spot_count; i++)
		json_object_set_new(spots[i].object, "of_a_newer_program", json_pack("{s:i}", "a", 1));
	text = json_dumps(pack, 0);
	assert_int_equal(check(pack), ERR_BAD_PACK);
	assert_int_equal(schema_new(&s, &e), 0);
	if (schema_add(s, bytes_str(text), &e) != 0)
		fail_msg("%s", e.subject);
	assert_non_null(schema_type_by_code(s, bytes_str("box")));
	schema_free(s);
	free(text);
	json_decref(pack);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_is_valid),
		cmocka_unit_test(what_loads_is_valid),
		cmocka_unit_test(what_is_spoiled_is_not),
		cmocka_unit_test(each_kind_has_the_same_keys),
		cmocka_unit_test(comments_are_passed_over),
		cmocka_unit_test(a_published_pack_may_say_more)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
