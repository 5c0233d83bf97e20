/* Vectors of requests, replies, verdicts and heads. */
#include "tests/vectors/make_vectors.h"

static const char *empty_request(const char *have)
{
	return fmt("{'counter':1,'limit':18,'have':[%s],'objects':[],'pieces':[],'resume':[],"
		   "'claim':null}", have);
}

/* What a computer carries for others: a chief's change set and claim, say. */
static void carrying_requests(const char *claim)
{
	static const char *const wrong[][4] = {
		{ "carried nothing", "830112a10680", "malformed", "what is empty is left out" },
		{ "carried group of nothing", "830112a106818300480102030405060708" "80", "malformed", "" },
		{ "carried group of two", "830112a106818200480102030405060708", "malformed", "" },
		{ "carried for device 0", "830112a106818300480000000000000000" "8140", "malformed", "" },
		{ "carried for half a device", "830112a106818300" "4401020304" "8140", "malformed", "8 bytes" },
		{ "carried behind an object that is not there", "830112a106818301480102030405060708" "8140",
		  "malformed", "" },
		{ "carried before what stands before", "850112808140a106828301480102030405060708" "8140"
		  "8300480102030405060709" "8140", "malformed", "places ascend" },
		{ "carried in two groups that are one", "830112a106828300480102030405060708" "8140"
		  "8300480102030405060708" "8140", "malformed", "" },
		{ "claims of nothing", "830112a10780", "malformed", "" },
		{ "piece for device 0", "850112808081" "85480102030405060708" "010040" "480000000000000000",
		  "malformed", "" },
		{ "huge count of carried groups", "830112a1069affffffff", "truncated", "" },
	};
	size_t i;

	good("request", "request that carries", "",
	     fmt("{'counter':5,'limit':18,'have':[],'objects':['aa','bb'],'pieces':[],'resume':[],"
		 "'claim':null,'carried':[%s,%s,%s,%s],'claims':[%s,%s]}",
		 "{'after':0,'device':'0102030405060708','object':'c1'}",
		 "{'after':1,'device':'0102030405060708','object':'c2'}",
		 "{'after':1,'device':'0102030405060708','object':'c3'}",
		 "{'after':1,'device':'f102030405060709','object':'c4'}", claim, claim),
	     "three groups: c1 stands before aa, the others between aa and bb");
	good("request", "request with a piece of another's", "",
	     fmt("{'counter':3,'limit':22,'have':[],'objects':[],'pieces':[{'id':'%s','device':"
		 "'0102030405060708','total':300000,'offset':2048,'bytes':'0102'}],'resume':[],"
		 "'claim':null}", hex_run(8, 8)), "");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("request", wrong[i][0], "", wrong[i][1], wrong[i][2], wrong[i][3]);
}

/* What files tell beside: what stands before their change sets, of which bundle they are. */
static void requests_in_files(void)
{
	static const char *const wrong[][4] = {
		{ "before nothing", "830112a10180", "malformed", "what is empty is left out" },
		{ "before what is not there", "830112a1018182015820" "%s", "malformed", "" },
		{ "before one twice", "84011280" "a101828200" "5820%s" "8200" "5820%s", "malformed", "" },
		{ "bundle 0", "830112a1088400010080", "malformed", "bundles count from 1" },
		{ "bundle's part 0", "830112a1088401000080", "malformed", "" },
		{ "bundle of no change sets up to 0", "830112a1088401010081" "83070100", "malformed", "" },
		{ "huge count of ranges", "830112a10884010100" "9affffffff", "truncated", "" },
	};
	size_t i;

	good("request", "request in a file", "",
	     fmt("{'counter':9,'limit':22,'have':[],'objects':['aa','bb'],'pieces':[],'resume':[],"
		 "'claim':null,'carried':[{'after':1,'device':'0102030405060708','object':'c1'}],"
		 "'befores':[{'at':0,'hash':'%s'},{'at':1,'hash':'%s'}],'bundle':{'number':7,'part':2,"
		 "'written':1772323200,'ranges':[{'stream':7,'first':390,'last':412},{'stream':7,"
		 "'first':3,'last':3,'device':'0102030405060708'}]}}", hex_run(1, 32), hex_run(2, 32)),
	     "the hash before aa, and before c1, which stands between aa and bb");
	good("request", "request in a file with a piece", "",
	     fmt("{'counter':9,'limit':22,'have':[],'objects':[],'pieces':[{'id':'%s','total':300000,"
		 "'offset':2048,'bytes':'0102'}],'resume':[],'claim':null,'befores':[{'at':0,'hash':"
		 "'%s'}],'bundle':{'number':1,'part':1,'written':-5,'ranges':[]}}", hex_run(8, 8),
		 hex_run(1, 32)), "the change set that the piece is of comes after all others");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("request", wrong[i][0], "", fmt(wrong[i][1], hex_run(1, 32), hex_run(1, 32)),
		    wrong[i][2], wrong[i][3]);
}

void make_requests(void)
{
	const char *have = "{'stream':0,'seq':12,'check':'01020304'},"
			   "{'stream':7,'seq':40,'check':'0a0b0c0d','own_seq':9,"
			   "'own_check':'99887766'}";
	const char *claim = fmt("{'enrolment':'%s','key':'%s','author':'Lê Thị Ví Dụ',"
				"'signature':'%s','mac':'%s'}", hex_run(1, 8),
				HEX_OF(fx.device.public_key), hex_run(2, 64), hex_run(3, 32));
	static const char *const wrong[][4] = {
		{ "request of nothing", "", "truncated", "" },
		{ "request that is no array", "01", "malformed", "" },
		{ "request without a limit", "8101", "malformed", "counter and limit are always there" },
		{ "request with a negative counter", "822012", "malformed", "" },
		{ "request with a huge counter", "821b400000000000000012", "malformed",
		  "2^62: numbers end one below" },
		{ "request with a long counter", "82180112", "not_canonical", "" },
		{ "request with a trailing byte", "82011200", "trailing_bytes", "" },
		{ "request with eight parts", "880112808080808000", "malformed",
		  "only a map may follow the last part" },
		{ "request with something behind its extensions", "840112a001", "malformed", "" },
		{ "request with extensions in the middle", "840112a080", "malformed", "" },
		{ "request with a text for streams", "8301126161", "malformed", "" },
		{ "have of two", "83011281820700", "malformed", "" },
		{ "have of four", "8301128184070044010203041801", "not_canonical", "" },
		{ "have without the own check", "830112818407004401020304" "01", "malformed", "" },
		{ "have with own seq 0", "8301128185070044010203040044" "05060708", "malformed",
		  "none is said by leaving it out" },
		{ "have with a short check", "83011281830700" "43010203", "malformed", "4 bytes" },
		{ "object that is a text", "8401128081" "6161", "malformed", "" },
		{ "piece with a short id", "8501128080818447" "01020304050607" "010040", "malformed", "8 bytes" },
		{ "piece of three", "85011280808183480102030405060708" "0100", "malformed", "" },
		{ "resume of two", "8601128080808182" "0102", "malformed", "" },
		{ "claim of nothing", "8701128080808080", "malformed", "" },
		{ "huge count of streams", "8301129affffffff", "truncated", "no memory is taken for it" },
		{ "huge object", "8401128081" "5affffffff", "truncated", "" },
		{ "request that is a tag", "c082" "0112", "malformed", "" },
		{ "extensions with keys that descend", "830112a21828000200", "not_canonical",
		  "unknown extensions are passed over, and checked" },
	};
	size_t i;

	good("request", "request with nothing new", "", empty_request(have), "the usual one");
	good("request", "least request", "", empty_request(""), "two numbers");
	good("request", "request with objects", "",
	     fmt("{'counter':2,'limit':11,'have':[%s],'objects':['aabb','cc'],'pieces':[],"
		 "'resume':[],'claim':null}", "{'stream':7,'seq':40,'check':'0a0b0c0d'}"),
	     "own_seq is left out: the objects tell");
	good("request", "request with a piece", "",
	     fmt("{'counter':3,'limit':22,'have':[],'objects':[],'pieces':[{'id':'%s',"
		 "'total':300000,'offset':2048,'bytes':'0102'}],'resume':[],'claim':null}",
		 hex_run(8, 8)), "");
	good("request", "request with resume", "",
	     "{'counter':4,'limit':12,'have':[],'objects':[],'pieces':[],'resume':[{'stream':7,"
	     "'seq':41,'held':4096}],'claim':null}", "");
	good("request", "first request", "",
	     fmt("{'counter':1,'limit':18,'have':[],'objects':['aabb'],'pieces':[],'resume':[],"
		 "'claim':%s}", claim), "empty parts before the last are there");
	good("request", "request that has heard of a backup", "",
	     "{'counter':6,'limit':18,'have':[],'objects':[],'pieces':[],'resume':[],'claim':null,"
	     "'safe':[{'stream':7,'seq':40}]}", "it is not said again");
	good("request", "request that reads snapshots", "",
	     "{'counter':8,'limit':18,'have':[],'objects':[],'pieces':[],'resume':[],'claim':null,"
	     "'snapshot':{}}", "and has nothing of one");
	good("request", "request for the rest of a snapshot", "",
	     fmt("{'counter':9,'limit':14,'have':[],'objects':[],'pieces':[],'resume':[],'claim':null,"
		 "'snapshot':{'stream':7,'hash':'%s','held':8192}}", hex_run(0x51, 32)), "");
	good("request", "request for official numbers", "",
	     "{'counter':7,'limit':18,'have':[],'objects':[],'pieces':[],'resume':[],'claim':null,"
	     "'leases':[{'register':'files','year':2026,'count':50},{'register':'all','year':0,"
	     "'count':1}]}", "year 0: of a register that is not yearly");
	good("request", "request with files", "",
	     fmt("{'counter':8,'limit':13,'have':[],'objects':[],'pieces':[],'resume':[],'claim':null,"
		 "'files':[{'hash':'%s','offset':4096,'total':200000,'bytes':'aabb'},{'hash':'%s',"
		 "'offset':0,'total':7,'bytes':''}],'wanted':[{'hash':'%s','held':100}]}", hex_run(8, 32),
		 hex_run(9, 32), hex_run(10, 32)), "a part, a question, and one that is wanted");
	bad("request", "no files", "", "830112a10a80", "malformed", "");
	bad("request", "numbers of no count", "", "830112a10c8183616100" "00", "malformed", "");
	bad("request", "no numbers asked for", "", "830112a10c80", "malformed", "");
	odd("request", "request with extensions", "", "83011280", "an empty part at the end");
	odd("request", "request with a map", "", "830112a1186343616263",
	    "what is not known is passed over");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("request", wrong[i][0], "", wrong[i][1], wrong[i][2], wrong[i][3]);
	carrying_requests(claim);
	requests_in_files();
	bad("request", "claim by an author of 201 bytes", "",
	    fmt("87011280808080" "85" "48%s" "5820%s" "78c9%s" "5840%s" "5820%s", hex_run(1, 8),
		hex_run(2, 32), hex_run('a', 201), hex_run(3, 64), hex_run(4, 32)), "too_large", "");
}

static const char *stream_of(const char *from, const char *items, const char *generation)
{
	return fmt("{'stream':7,'from':%s,'items':[%s],'signature':'%s','generation':%s}", from,
		   items, hex_run(0x51, 64), generation);
}

static const char *reply_of(const char *streams, const char *rest)
{
	return fmt("{'counter':5,'time':1772323200,'streams':[%s],%s}", streams, rest);
}

#define NO_REST "'problems':[],'held':[],'pieces':[]"

static void good_replies(void)
{
	const char *own = "{'own':true,'time':1772323200,'zero_ahead':0,'verdicts':''}";
	const char *foreign = fmt("{'time':1772323000,'zero_ahead':0,'verdicts':'','device':'%s',"
				  "'object':'0011'}", fx.else_);

	good("reply", "reply with nothing new", "", reply_of("", NO_REST), "two numbers");
	good("reply", "reply to an own change set", "",
	     reply_of(stream_of("40", own, "null"), NO_REST), "the receipt is the signed head");
	good("reply", "reply with own items", "",
	     reply_of(stream_of("40", fmt("%s,%s,%s", own,
					  "{'own':true,'time':1772323100,'zero_ahead':2,"
					  "'verdicts':''}",
					  "{'own':true,'time':1772323300,'zero_ahead':0,"
					  "'verdicts':'8100'}"), "null"), NO_REST),
	     "one element, two, three");
	good("reply", "reply from the start", "",
	     reply_of(stream_of("0", fmt("%s,%s", foreign, foreign),
				fmt("'%s'", hex_run(0x6e, 16))), NO_REST),
	     "the generation is told; a device is named once");
	good("reply", "reply with an item whose pieces are held", "",
	     reply_of(stream_of("40", fmt("{'time':1772323000,'zero_ahead':-1,'verdicts':'',"
					  "'device':'%s'}", fx.else_), "null"), NO_REST),
	     "four elements");
	good("reply", "reply with problems", "",
	     reply_of("", "'problems':[{'code':37,'stream':7,'seq':9},{'code':8,'stream':0,"
		      "'seq':0}],'held':[],'pieces':[]"), "a fork; and no room for more");
	good("reply", "reply with pieces", "",
	     reply_of("", fmt("'problems':[],'held':[{'id':'%s','held':4096}],'pieces':["
			      "{'stream':7,'seq':41,'total':300000,'offset':4096,"
			      "'bytes':'aabb'}]", hex_run(8, 8))), "of both directions");
	good("reply", "reply that misses something", "",
	     reply_of("", NO_REST ",'missing':[{'stream':7,'device':'0102030405060708','first':398,"
			  "'last':398,'waiting':412}]"), "398 is not there, 399 to 412 wait for it");
	good("reply", "reply that tells of a backup", "",
	     reply_of("", NO_REST ",'safe':[{'stream':0,'seq':12},{'stream':7,'seq':40}]"), "");
	good("reply", "reply with newer keys documents", "",
	     reply_of("", fmt(NO_REST ",'keys':[['8402%s','%s'],['8403','%s']]", hex_run(1, 4),
			      hex_run(2, 64), hex_run(3, 64))),
	     "what they say is checked where they are learned");
	good("reply", "reply that speaks of files", "",
	     reply_of("", fmt(NO_REST ",'files':[{'hash':'%s','offset':0,'total':300,'bytes':'cc'}],"
			      "'standings':[{'hash':'%s','held':8192},{'hash':'%s','held':0,'code':213}]",
			      hex_run(10, 32), hex_run(8, 32), hex_run(9, 32))), "");
	good("reply", "reply with a part of a snapshot", "",
	     reply_of("", fmt(NO_REST ",'snapshot':{'stream':7,'seq':40,'hash':'%s','total':9000,"
			      "'offset':8192,'bytes':'cc'}", hex_run(0x51, 32))), "");
	odd("reply", "reply with a map", "", "8305" "1a69a38500" "a1186341ff",
	    "extensions are passed over");
	odd("reply", "stream without a signature", "", "8305" "00" "81" "85" "0700" "40" "80" "f6",
	    "null, where no items came");
}

/* The hash of one, in CBOR. */
#define SNAPSHOT "5820" "5151515151515151515151515151515151515151515151515151515151515151"

void make_replies(void)
{
	static const char *const wrong[][4] = {
		{ "reply of nothing", "", "truncated", "" },
		{ "reply without a time", "8105", "malformed", "" },
		{ "reply with a trailing byte", "82050000", "trailing_bytes", "" },
		{ "reply with seven parts", "8705008080808000", "malformed", "" },
		{ "stream of four", "83050081" "84" "07004080", "malformed", "a signature or null" },
		{ "stream with half a device", "83050081" "85" "0700" "4401020304" "80f6", "malformed",
		  "8 bytes each" },
		{ "stream with a short signature", "83050081" "85" "0700" "40" "80" "4101", "malformed", "" },
		{ "stream with a short generation", "83050081" "86" "0700" "40" "80" "f6" "4101",
		  "malformed", "16 bytes" },
		{ "item of nothing", "83050081" "85" "0700" "40" "8180" "f6", "malformed", "" },
		{ "item of six", "83050081" "85" "0700" "480102030405060708" "8186000040004000" "f6",
		  "malformed", "" },
		{ "item of a device that is not named", "83050081" "85" "0700" "40" "8185000040004" "0f6",
		  "malformed", "" },
		{ "item whose time is none", "83050081" "85" "0700" "40" "81811b4000000000000000" "f6",
		  "malformed", "ages end at 2^61 - 1" },
		{ "item too far ahead", "83050081" "85" "0700" "40" "8182001b4000000000000000" "f6",
		  "malformed", "" },
		{ "missing nothing", "830500a10180", "malformed", "what is empty is left out" },
		{ "missing with nothing behind it", "830500a1018185" "07" "480102030405060708" "010202",
		  "malformed", "" },
		{ "snapshot part of no bytes", "830500a10486" "071828" SNAPSHOT "1923280040", "malformed",
		  "" },
		{ "snapshot part past its total", "830500a10486" "071828" SNAPSHOT "050541cc", "malformed",
		  "" },
		{ "snapshot part at position 0", "830500a10486" "0700" SNAPSHOT "050041cc", "malformed",
		  "there would be nothing in it" },
		{ "snapshot part of one too large", "830500a10486" "071828" SNAPSHOT "1a02100001" "0041cc",
		  "too_large", "33 MiB and a byte" },
		{ "snapshot part with a short hash", "830500a10486" "071828" "4151" "050041cc",
		  "malformed", "" },
		{ "backup of nothing", "830500a10680", "malformed", "what is empty is left out" },
		{ "backup up to 0", "830500a1068182" "0700", "malformed", "positions count from 1" },
		{ "problem 0", "8405008081" "83000000", "malformed", "0 is no error" },
		{ "problem 10000", "8405008081" "831927100000", "malformed", "numbers end at 9999" },
		{ "problem of two", "8405008081" "820100", "malformed", "" },
		{ "held with a short id", "850500808081" "82410101", "malformed", "8 bytes" },
		{ "piece of four", "86050080808081" "8401020300", "malformed", "" },
		{ "huge count of items", "83050081" "85" "0700" "40" "9affffffff", "truncated",
		  "no memory is taken for it" },
		{ "reply with bad UTF-8 in a map", "830500a1" "186361ff", "bad_utf8", "" },
	};
	size_t i;

	good_replies();
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("reply", wrong[i][0], "", wrong[i][1], wrong[i][2], wrong[i][3]);
}

static void good_heads(void)
{
	const char *keys = fmt("{'keys':{'working_seed':'%s'}}", seed(SEED_WORKING));
	const char *start = fmt("'district':'%s','stream':7,'generation':'%s'", fx.id,
				hex_run(0x6e, 16));
	const char *one = fmt("{'changeset':'%s','verdicts':'','time':1772323200,'zero':3}",
			      hex_run(0xc1, 32));
	const char *two = fmt("%s,{'changeset':'%s','verdicts':'%s','time':1772323260,'zero':4}",
			      one, hex_run(0xc2, 32), "81850018" "50" "00" "48" "0000000000000000" "00");
	const char *made;

	good("head", "head of an empty stream", keys, fmt("{%s,'items':[]}", start),
	     "position 0, time 0");
	made = good("head", "head after one item", keys, fmt("{%s,'items':[%s]}", start, one), "");
	bad("head", "head of another stream",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{'district':'%s','stream':8,"
		"'generation':'%s','items':[%s]}}", seed(SEED_WORKING), fx.id, hex_run(0x6e, 16),
		one), made, "head_mismatch", "");
	bad("head", "head of another generation",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{'district':'%s','stream':7,"
		"'generation':'%s','items':[%s]}}", seed(SEED_WORKING), fx.id, hex_run(0x6f, 16),
		one), made, "head_mismatch", "");
	bad("head", "head signed by a device",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{%s,'items':[%s]}}", seed(SEED_DEVICE),
		start, one), made, "head_mismatch", "the working key alone signs heads");
	bad("head", "head with one item more",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{%s,'items':[%s]}}", seed(SEED_WORKING),
		start, two), made, "head_mismatch", "");
	made = good("head", "head after a refusal", keys, fmt("{%s,'items':[%s]}", start, two),
		    "verdicts are hashed in");
	bad("head", "head with the refusal left out",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{%s,'items':[%s,{'changeset':'%s',"
		"'verdicts':'','time':1772323260,'zero':4}]}}", seed(SEED_WORKING), start, one,
		hex_run(0xc2, 32)), made, "head_mismatch", "");
	bad("head", "head with another time",
	    fmt("{'keys':{'working_seed':'%s'},'claimed':{%s,'items':[{'changeset':'%s',"
		"'verdicts':'','time':1772323201,'zero':3}]}}", seed(SEED_WORKING), start,
		hex_run(0xc1, 32)), made, "head_mismatch", "");
}

void make_verdicts(void)
{
	static const char *const wrong[][4] = {
		{ "verdicts of an empty list", "80", "not_canonical", "nothing is said with no bytes" },
		{ "verdict of four", "8184" "00184a00480000000000000000", "malformed", "" },
		{ "verdict 0", "8185" "000000480000000000000000" "00", "malformed", "applied is not listed" },
		{ "verdict 10000", "8185" "0019271000480000000000000000" "00", "malformed", "" },
		{ "verdicts that descend", "8285" "01184a00480000000000000000" "0085" "00184a00"
		  "480000000000000000" "00", "malformed", "indices ascend" },
		{ "verdicts twice on one", "8285" "01184a00480000000000000000" "0085" "01184a00"
		  "480000000000000000" "00", "malformed", "" },
		{ "verdict on transaction 2^32", "8185" "1b0000000100000000184a00"
		  "480000000000000000" "00", "malformed", "" },
		{ "verdict with a short device", "8185" "00184a0047" "00000000000000" "00", "malformed", "" },
		{ "verdict on op 2^62", "8185" "00184a00480000000000000000" "1b4000000000000000",
		  "malformed", "" },
		{ "verdicts cut", "8185" "00184a0048", "truncated", "" },
		{ "verdicts with a trailing byte", "8185" "00184a00480000000000000000" "0000",
		  "trailing_bytes", "" },
		{ "verdict with text", "8186" "00184a00480000000000000000" "006161", "malformed",
		  "codes and numbers only" },
	};
	size_t i;

	good("verdicts", "all applied", "", "[]", "no bytes");
	good("verdicts", "one refused", "",
	     fmt("[{'tx':0,'code':84,'rule':1003,'record':['%s',1]}]", fx.self),
	     "out of range: field 1003 of record 1");
	good("verdicts", "two refused", "",
	     fmt("[{'tx':1,'code':74,'rule':0,'record':['%s',1]},{'tx':5,'code':73,'rule':0,"
		 "'record':['%s',9]}]", fx.else_, fx.self), "stale; on what a refusal took away");
	good("verdicts", "unreadable", "",
	     "[{'tx':4294967295,'code':72,'rule':0,'record':['0000000000000000',0]}]",
	     "the whole change set");
	for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		bad("verdicts", wrong[i][0], "", wrong[i][1], wrong[i][2], wrong[i][3]);
	good_heads();
}
