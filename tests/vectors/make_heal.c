/* Vectors of what heals a restored server: extensions of requests and replies (SPEC.md 6.15). */
#include "tests/vectors/make_vectors.h"

/* A request and a reply with nothing but one extension, whose key follows. */
#define REQUEST "830112a1"
#define REPLY "830500a1"

/* Parts in CBOR, all of one byte. */
#define X16 "50" "6e6e6e6e6e6e6e6e" "6e6e6e6e6e6e6e6e"
#define RUN32 "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1" "c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
#define X32 "5820" RUN32
#define X64 "5840" RUN32 RUN32
#define WHICH(seq) "5821" RUN32 seq
#define DEVICE "48" "0102030405060708"
/* Item `number` of a stream up to its device; the same with all that it must have. */
#define ITEM(stream, number) stream number "00" "03" "40" DEVICE
#define BARE(stream, number) "87" ITEM(stream, number) WHICH("01")
#define NOTE "000000000000002a" "00000000001e8481"

#define MIN_TIME "3b1ffffffffffffffe"
#define BAD_TIME "1b2000000000000000"
#define BAD_NUMBER "1b4000000000000000"

static void all_bad(const char *kind, const char *const (*list)[4], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		bad(kind, list[i][0], "", list[i][1], list[i][2], list[i][3]);
}

static const char *request_with(const char *extensions)
{
	return fmt("{'counter':9,'limit':18,'have':[],'objects':[],'pieces':[],'resume':[],"
		   "'claim':null,%s}", extensions);
}

static const char *reply_with(const char *extensions)
{
	return fmt("{'counter':5,'time':1772323200,'streams':[],'problems':[],'held':[],"
		   "'pieces':[],%s}", extensions);
}

static const char *head_at(const char *seq, const char *generation)
{
	return fmt("{'stream':7,'seq':%s,'head':'%s','time':1772323200,'signature':'%s'%s}", seq,
		   hex_run(0xaa, 32), hex_run(0x51, 64), generation);
}

static void receipts(void)
{
	static const char *const wrong[][4] = {
		{ "receipts of nothing", REQUEST "0380", "malformed", "what is empty is left out" },
		{ "receipt without a generation", REQUEST "0381" "85" "07" "1828" X32 "00" X64,
		  "malformed", "only a reply's heads are without" },
		{ "receipt of seven", REQUEST "0381" "87" "07" X16 "1828" X32 "00" X64 "00",
		  "malformed", "" },
		{ "receipt with a short generation", REQUEST "0381" "86" "07" "416e" "1828" X32 "00"
		  X64, "malformed", "16 bytes" },
		{ "receipt with a short head", REQUEST "0381" "86" "07" X16 "1828" "41aa" "00" X64,
		  "malformed", "32 bytes" },
		{ "receipt with a short signature", REQUEST "0381" "86" "07" X16 "1828" X32 "00" X32,
		  "malformed", "64 bytes" },
		{ "receipt at position 2^62", REQUEST "0381" "86" "07" X16 BAD_NUMBER X32 "00" X64,
		  "malformed", "" },
		{ "receipt at time 2^61", REQUEST "0381" "86" "07" X16 "1828" X32 BAD_TIME X64,
		  "malformed", "times end one below" },
		{ "receipt cut in its signature", REQUEST "0381" "86" "07" X16 "1828" X32 "00"
		  "5840" RUN32, "truncated", "" },
		{ "receipt cut behind its head", REQUEST "0381" "86" "07" X16 "1828" X32, "truncated",
		  "" },
		{ "receipt that is null", REQUEST "0381" "f6", "malformed", "" },
		{ "huge count of receipts", REQUEST "039affffffff", "truncated",
		  "no memory is taken for it" },
	};

	good("request", "request that shows receipts", "",
	     request_with(fmt("'shown':[%s,%s]",
			      head_at("42", fmt(",'generation':'%s'", hex_run(0x6e, 16))),
			      head_at("40", fmt(",'generation':'%s'", hex_run(0x6e, 16))))),
	     "the newest first");
	odd("request", "receipt of before the year 1", "",
	    REQUEST "0381" "86" "07" X16 "1828" X32 MIN_TIME X64 "", "the least time there is");
	all_bad("request", wrong, sizeof wrong / sizeof wrong[0]);
	bad("request", "receipts of 20001 streams", "", fmt(REQUEST "03" "994e21" "%s",
							    hex_run(0, 20001)), "too_large", "");
}

static void items(void)
{
	static const char *const wrong[][4] = {
		{ "old items of nothing", REQUEST "0480", "malformed", "what is empty is left out" },
		{ "old items with one number twice", REQUEST "0482" BARE("07", "182a") BARE("07", "182a"),
		  "malformed", "numbers ascend" },
		{ "old items with numbers that descend", REQUEST "0482" BARE("07", "182a")
		  BARE("07", "1829"), "malformed", "" },
		{ "old items with streams that descend", REQUEST "0482" BARE("07", "1829")
		  BARE("06", "182a"), "malformed", "streams ascend" },
		{ "old item of six", REQUEST "0481" "86" ITEM("07", "182a"), "malformed",
		  "which change set it is, is always there" },
		{ "old item of ten", REQUEST "0481" "8a" ITEM("07", "182a") WHICH("01") "41bb"
		  "50" NOTE "00", "malformed", "" },
		{ "old item with a hash alone", REQUEST "0481" "87" ITEM("07", "182a") X32, "malformed",
		  "the device's seq follows it" },
		{ "old item with half a hash", REQUEST "0481" "87" ITEM("07", "182a") X16, "malformed", "" },
		{ "old item that is its device's 0th", REQUEST "0481" "87" ITEM("07", "182a") WHICH("00"),
		  "malformed", "they count from 1" },
		{ "old item with a long seq of its device's", REQUEST "0481" "87" ITEM("07", "182a")
		  "5822" RUN32 "8100", "malformed", "a varint is as short as can be" },
		{ "old item with a seq cut", REQUEST "0481" "87" ITEM("07", "182a") WHICH("81"),
		  "malformed", "" },
		{ "old item with bytes behind its seq", REQUEST "0481" "87" ITEM("07", "182a")
		  "5822" RUN32 "0100", "malformed", "" },
		{ "old item with seq 2^62 of its device's", REQUEST "0481" "87" ITEM("07", "182a")
		  "5829" RUN32 "808080808080808040", "malformed", "" },
		{ "old item of device 0", REQUEST "0481" "87" "07182a000340" "480000000000000000"
		  WHICH("01"), "malformed", "" },
		{ "old item of half a device", REQUEST "0481" "87" "07182a000340" "4401020304"
		  WHICH("01"), "malformed", "8 bytes" },
		{ "old item with number 2^62", REQUEST "0481" BARE("07", BAD_NUMBER), "malformed", "" },
		{ "old item with time 2^61", REQUEST "0481" "87" "07182a" BAD_TIME "0340" DEVICE
		  WHICH("01"), "malformed", "" },
		{ "old item with a negative zero", REQUEST "0481" "87" "07182a" "00" "20" "40" DEVICE
		  WHICH("01"), "malformed", "" },
		{ "old item with an object that is a text", REQUEST "0481" "88" ITEM("07", "182a")
		  WHICH("01") "6161", "malformed", "" },
		{ "old item with notes of no bytes", REQUEST "0481" "89" ITEM("07", "182a") WHICH("01")
		  "40" "40", "malformed", "they are left out" },
		{ "old item with half a note", REQUEST "0481" "89" ITEM("07", "182a") WHICH("01")
		  "40" "48" "000000000000002a", "malformed", "16 bytes each" },
		{ "old item with a note and a half", REQUEST "0481" "89" ITEM("07", "182a") WHICH("01")
		  "40" "5818" NOTE "000000000000002b", "malformed", "" },
		{ "old item cut in its notes", REQUEST "0481" "89" ITEM("07", "182a") WHICH("01") "40"
		  "50" "000000000000002a", "truncated", "" },
		{ "old item cut in its hash", REQUEST "0481" "87" ITEM("07", "182a") "5821" "c1c1",
		  "truncated", "" },
		{ "old items fewer than their count", REQUEST "0482" BARE("07", "182a"), "truncated", "" },
		{ "huge count of old items", REQUEST "049affffffff", "truncated", "" },
		{ "receipts behind old items", "830112a2" "0481" BARE("07", "182a") "0381" "86" "07"
		  X16 "1828" X32 "00" X64, "not_canonical", "keys ascend" },
	};

	good("request", "request that heals", "",
	     request_with(fmt("'healing':[%s%s'},%s%s','object':'bb'},%s%s','notes':'" NOTE "'},"
			      "%s%s','object':'cc','notes':'" NOTE "000000000000002b00000000001e8484'}]",
			      "{'stream':7,'number':41,'time':1772323200,'zero':3,'verdicts':'',"
			      "'device':'0102030405060708','device_seq':9,'hash':'", hex_run(1, 32),
			      "{'stream':7,'number':43,'time':1772323260,'zero':3,'verdicts':'8100',"
			      "'device':'0102030405060708','device_seq':300,'hash':'", hex_run(2, 32),
			      "{'stream':7,'number':2000001,'time':-1,'zero':0,'verdicts':'',"
			      "'device':'f102030405060709','device_seq':1,'hash':'", hex_run(3, 32),
			      "{'stream':9,'number':1,'time':1772323200,'zero':2000003,'verdicts':'',"
			      "'device':'f102030405060709','device_seq':2,'hash':'", hex_run(4, 32))),
	     "bare; whole; bare with a note; whole with two. Another stream may begin lower");
	odd("request", "old item with an object of no bytes", "",
	    REQUEST "0481" "88" ITEM("07", "182a") WHICH("01") "40",
	    "as if it were left out, which is what a writer does");
	all_bad("request", wrong, sizeof wrong / sizeof wrong[0]);
}

static void certificates(void)
{
	static const char *const wrong[][4] = {
		{ "certificate of nothing", REQUEST "0d80", "malformed", "" },
		{ "certificate without what stands before", REQUEST "0d81" "41aa", "malformed", "" },
		{ "certificate of three", REQUEST "0d83" X32 "41aa" "00", "malformed", "" },
		{ "certificate behind a short hash", REQUEST "0d82" X16 "41aa", "malformed",
		  "32 bytes" },
		{ "certificate of no bytes", REQUEST "0d82" X32 "40", "malformed", "" },
		{ "certificate cut", REQUEST "0d82" X32 "42aa", "truncated", "" },
		{ "certificate of a huge size", REQUEST "0d82" X32 "5affffffff", "truncated", "" },
	};

	good("request", "request with a certificate", "",
	     request_with(fmt("'certificate':{'prev':'%s','object':'aabb'}", hex_run(0xc1, 32))),
	     "to a server that has lost it");
	all_bad("request", wrong, sizeof wrong / sizeof wrong[0]);
}

static void statements(void)
{
	static const char *const wrong[][4] = {
		{ "statements of nothing", REPLY "0580", "malformed", "what is empty is left out" },
		{ "statement of one", REPLY "0581" "81" "41aa", "malformed", "" },
		{ "statement of three", REPLY "0581" "83" "41aa" X64 "00", "malformed", "" },
		{ "statement with a short signature", REPLY "0581" "82" "41aa" X32, "malformed",
		  "64 bytes" },
		{ "statement with no signature", REPLY "0581" "82" "41aa" "f6", "malformed", "" },
		{ "statement cut in its signature", REPLY "0581" "82" "41aa" "5840" RUN32,
		  "truncated", "" },
		{ "huge count of statements", REPLY "059affffffff", "truncated", "" },
	};

	good("reply", "reply with statements", "",
	     reply_with(fmt("'statements':[['8601','%s'],['','%s']]", hex_run(2, 64),
			    hex_run(3, 64))), "what they say is checked where they are followed");
	all_bad("reply", wrong, sizeof wrong / sizeof wrong[0]);
}

static void notes(void)
{
	static const char *const wrong[][4] = {
		{ "notes of nothing", REPLY "0980", "malformed", "what is empty is left out" },
		{ "notes of four", REPLY "0981" "84" "07" "18c8" "182a" "18c8", "malformed", "" },
		{ "notes of six", REPLY "0981" "86" "07" "18c8" "182a" "18c8" "01" "00", "malformed",
		  "" },
		{ "notes of count 0", REPLY "0981" "85" "07" "18c8" "182a" "18c8" "00", "malformed", "" },
		{ "notes of count 200001", REPLY "0981" "85" "07" "18c8" "182a" "18c8" "1a00030d41",
		  "malformed", "no message could have the items" },
		{ "notes of number 0", REPLY "0981" "85" "07" "18c8" "00" "18c8" "01", "malformed",
		  "numbers count from 1" },
		{ "notes at position 2^62", REPLY "0981" "85" "07" BAD_NUMBER "182a" "18c8" "01",
		  "malformed", "" },
		{ "notes cut", REPLY "0981" "85" "07" "18c8" "182a", "truncated", "" },
		{ "huge count of notes", REPLY "099affffffff", "truncated", "" },
	};

	good("reply", "reply with notes", "",
	     reply_with("'notes':[{'stream':7,'at':4000001,'number':41,'position':4000001,"
			"'count':3},{'stream':7,'at':4000009,'number':2000001,'position':4000009,"
			"'count':1}]"), "items 4000001 to 4000003 had numbers 41 to 43");
	good("reply", "reply with as many notes as can be", "",
	     reply_with("'notes':[{'stream':7,'at':9,'number':1,'position':9,'count':200000}]"), "");
	all_bad("reply", wrong, sizeof wrong / sizeof wrong[0]);
}

static void healed(void)
{
	static const char *const wrong[][4] = {
		{ "healed nothing", REPLY "0a80", "malformed", "what is empty is left out" },
		{ "healed of two", REPLY "0a81" "82" "07" "1828", "malformed", "" },
		{ "healed of four", REPLY "0a81" "84" "07" "1828" "182a" "00", "malformed", "" },
		{ "healed with a negative number", REPLY "0a81" "83" "07" "1828" "20", "malformed",
		  "" },
		{ "healed up to 2^62", REPLY "0a81" "83" "07" "1828" BAD_NUMBER, "malformed", "" },
		{ "healed cut", REPLY "0a81" "83" "07" "1828", "truncated", "" },
		{ "huge count of healed", REPLY "0a9affffffff", "truncated", "" },
		{ "notes behind healed", "830500a2" "0a81" "83" "07" "1828" "182a" "0981" "85" "07"
		  "18c8" "182a" "18c8" "01", "not_canonical", "keys ascend" },
	};

	good("reply", "reply that says what is healed", "",
	     reply_with("'healed':[{'stream':0,'base':2000000,'number':12},{'stream':7,'base':"
			"4000000,'number':0}]"), "number 0: nothing yet");
	all_bad("reply", wrong, sizeof wrong / sizeof wrong[0]);
	bad("reply", "healed in 20001 streams", "", fmt(REPLY "0a" "994e21" "%s",
							hex_run(0, 20001)), "too_large", "");
}

static void heads(void)
{
	static const char *const wrong[][4] = {
		{ "heads of nothing", REPLY "0b80", "malformed", "what is empty is left out" },
		{ "signed head of four", REPLY "0b81" "84" "07" "1828" X32 "00", "malformed", "" },
		{ "signed head with a generation", REPLY "0b81" "86" "07" X16 "1828" X32 "00" X64,
		  "malformed", "a request's receipts have one" },
		{ "signed head that is short", REPLY "0b81" "85" "07" "1828" X16 "00" X64,
		  "malformed", "" },
		{ "signed head with a short signature", REPLY "0b81" "85" "07" "1828" X32 "00" X16,
		  "malformed", "" },
		{ "signed head at time 2^61", REPLY "0b81" "85" "07" "1828" X32 BAD_TIME X64,
		  "malformed", "" },
		{ "signed head cut", REPLY "0b81" "85" "07" "1828" X32 "00" "5840" RUN32, "truncated",
		  "" },
		{ "huge count of heads", REPLY "0b9affffffff", "truncated", "" },
	};

	good("reply", "reply with what was signed", "",
	     fmt("{'counter':5,'time':1772323200,'streams':[],'problems':[{'code':38,'stream':7,"
		 "'seq':40}],'held':[],'pieces':[],'heads':[%s]}", head_at("40", "")),
	     "beside problem 38");
	all_bad("reply", wrong, sizeof wrong / sizeof wrong[0]);
}

/* Keys of all parts in one message, among others: they come by number. */
static void together(void)
{
	good("request", "request that heals in every way", "",
	     request_with(fmt("'safe':[{'stream':7,'seq':40}],'shown':[%s],'healing':[{'stream':7,"
			      "'number':41,'time':1772323200,'zero':3,'verdicts':'','device':"
			      "'0102030405060708','device_seq':9,'hash':'%s'}],'certificate':{"
			      "'prev':'%s','object':'aa'}",
			      head_at("41", fmt(",'generation':'%s'", hex_run(0x6e, 16))),
			      hex_run(1, 32), hex_run(0, 32))), "keys 3, 4, 9, 13");
	good("reply", "reply that heals in every way", "",
	     reply_with(fmt("'safe':[{'stream':7,'seq':40}],'statements':[['8601','%s']],'notes':[{"
			    "'stream':7,'at':9,'number':3,'position':9,'count':1}],'healed':[{"
			    "'stream':7,'base':40,'number':3}],'heads':[%s]", hex_run(2, 64),
			    head_at("9", ""))), "keys 5, 6, 9, 10, 11");
}

void make_heal(void)
{
	receipts();
	items();
	certificates();
	statements();
	notes();
	healed();
	heads();
	together();
}
