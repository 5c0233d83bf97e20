/* common/packs/pack.schema.json: the district's packs are valid under it, what the loader
 * takes is, and what is spoiled in any of its places is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/env.h"
#include "common/pack.h"
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

/* A pack with one of everything, in the writing of a person: ' for ". */
static const char good[] =
"{'$comment':['for','people'],'format':1,'pack':'mau','version':3,'vi':'Mẫu','en':'Sample',"
"'constants':[{'code':'factor','vi':'Hệ số','en':'Factor','value':2,'source':'KH','unverified':true}],"
"'registers':[{'code':'book','vi':'Sổ','en':'Book','yearly':true,'form':'{n}/{year}'}],"
"'lists':{'colours':{'vi':'Màu','en':'Colours','choices':["
"{'number':1,'code':'do','vi':'Đỏ','en':'Red','from':'2021-01-01','to':'2025-12-31'}]}},"
"'roles':[{'number':51,'code':'keeper','vi':'Thủ kho','en':'Keeper','reads':'own',"
"'reads_types':['box'],'writes':'all'}],"
"'workflows':{'flow':{'reasons':'reasons','states':["
"{'number':1,'code':'mo','vi':'Mở','en':'Open','open':true},"
"{'number':2,'code':'lai','vi':'Lại','en':'Back','open':'named'},"
"{'number':3,'code':'dong','vi':'Đóng','en':'Closed','filed':true,'good':true,'answered':true,"
"'final':true}],"
"'moves':[{'from':'mo','to':'dong','by':['keeper'],'complete':true,'remark':true,'sign':true,"
"'other':true}]}},"
"'types':[{'number':900,'code':'box','vi':'Hộp','en':'Box','section':'I','edit':['keeper'],"
"'title':['label'],'match':['label',['made','price']],'workflow':'flow',"
"'totals':{'year':'made','sum':'price'},'as_of':'made',"
"'nil':{'label':'không'},'lead':'PNV','copies':['VP'],"
"'apply':{'list':'things','record':'box','to':{'dong':'dong'},'set':{'label':'note'},'version':'note'},"
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
"{'number':9022,'code':'on','vi':'Ngày','en':'On','kind':'date'}]}],"
"'rollups':[{'number':1,'code':'boxes','vi':'Số','en':'Boxes','from':'key','by':'of','value':'weight',"
"'where':'weight > 0'}],"
"'duplicates':[{'code':'same','vi':'Trùng','en':'Same','keys':[{'type':'box','key':'label'},"
"{'type':'key','key':['of','weight']}]}],"
"'deadlines':["
"{'code':'d1','vi':'a','en':'a','type':'box','where':'price > 0','exempt':'price = 1','year':'made',"
"'units':['XA','PNV'],'since':'2021-11-01','rule':{'kind':'yearly','before':'10-20','year':-1}},"
"{'code':'d2','vi':'a','en':'a','type':'box','rule':{'kind':'quarterly','by':['03-20','06-20',"
"'09-20','12-20']}},"
"{'code':'d3','vi':'a','en':'a','type':'key','on':'on','rule':{'kind':'once','by':'2021-11-30'}},"
"{'code':'d4','vi':'a','en':'a','type':'box','rule':{'kind':'average','per_quarter':1}},"
"{'code':'d5','vi':'a','en':'a','type':'box','rule':{'kind':'ongoing'}}],"
"'reports':[{'code':'o1','vi':'a','en':'a','tables':[{'code':'t','vi':'a','en':'a','from':'box','columns':["
"{'code':'label','vi':'a','en':'a','value':'label'}]}]}]}";

static json_t *read_good(const char *from, const char *to)
{
	char text[12000];
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
		json_decref(pack);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_is_valid),
		cmocka_unit_test(what_loads_is_valid),
		cmocka_unit_test(what_is_spoiled_is_not)
	};

	return cmocka_run_group_tests(tests, begin, end);
}
