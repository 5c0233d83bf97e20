/* Vectors of change sets, plain and as objects. */
#include "tests/vectors/make_vectors.h"

#include <string.h>

#include "protocol/changeset.h"
#include "protocol/limits.h"
#include "protocol/zip.h"

static const char salt[] = "00112233445566778899aabbccddeeff";

static const char *inputs(void)
{
	return fmt("{'device':'%s','salt':'%s'}", fx.self, salt);
}

/* head: stream, seq, first, zero. */
static const char *set_of(const char *head, const char *transactions)
{
	return fmt("{%s,'transactions':[%s]}", head, transactions);
}

static const char *tx(int first, const char *time_author_seen, const char *ops)
{
	return fmt("{'first':%d,%s,'ops':[%s]}", first, time_author_seen, ops);
}

/* An op on a record of the signer. */
static const char *op(const char *name, int number, int type, int record, const char *rest)
{
	return fmt("{'op':'%s','number':%d,'type':%d,'record':['%s',%d]%s%s}", name, number, type,
		   fx.self, record, rest[0] == '\0' ? "" : ",", rest);
}

static const char *set(int number, int record, int field, const char *value)
{
	return op("set", number, 100, record, fmt("'field':%d,'value':%s", field, value));
}

static const char *join(const char *a, const char *b)
{
	return a[0] == '\0' ? b : fmt("%s,%s", a, b);
}

#define HEAD1 "'stream':7,'seq':1,'first':1,'zero':3"
#define TIME "'time':1772323200"
#define PLAIN TIME ",'author':null,'seen':[0,0]"
#define SEEN_ALL TIME ",'author':null,'seen':[0,19]"

/* The example of SPEC.md section 4. */
static const char *example(void)
{
	const char *ops = op("create", 1, 100, 1, "");

	ops = join(ops, set(2, 1, 1001, "{'text':'Nguyễn Thị Mẫu'}"));
	ops = join(ops, op("set", 3, 100, 1, "'field':1002,'value':{'text':'000123456789'},"
			   "'personal':true"));
	ops = join(ops, set(4, 1, 1003, "{'int':1500000}"));
	ops = join(ops, set(5, 1, 1004, "{'date':20513}"));
	ops = join(ops, set(6, 1, 1005, "{'int':3}"));
	return set_of(HEAD1, tx(1, PLAIN, ops));
}

static void values(void)
{
	static const char *const list[] = {
		"null", "{'bool':true}", "{'bool':false}", "{'int':0}", "{'int':-5}",
		"{'int':999}", "{'int':1000}", "{'int':-2500000}", "{'int':1001}",
		"{'int':9223372036854775807}", "{'int':-9223372036854775808}",
		"{'int':1000000000000000}", "{'date':20513}", "{'date':-25567}", "{'date':39968}",
		"{'date':39969}", "{'date':-25568}", "{'text':''}", "{'text':'123'}",
		"{'text':'0001'}", "{'text':'999999999999999999'}",
		"{'text':'1234567890123456789'}", "{'text':'Đặng Văn Ỷ \\u0001 中'}",
		"{'bytes':''}", "{'bytes':'00ff00'}",
	};
	const char *ops = "";
	size_t i;

	for (i = 0; i < sizeof list / sizeof list[0]; i++)
		ops = join(ops, set((int)i + 20, 4, 1000 + (int)i, list[i]));
	good("changeset", "every value", inputs(),
	     set_of("'stream':7,'seq':9,'first':20,'zero':3", tx(20, PLAIN, ops)),
	     "one group; each kind of value at its seams");
}

static void references(void)
{
	const char *ops = set(5, 1, 1000, fmt("{'ref':[7,'%s',1]}", fx.self));

	ops = join(ops, set(6, 1, 1000, fmt("{'ref':[7,'%s',9]}", fx.else_)));
	ops = join(ops, set(7, 1, 1000, fmt("{'ref':[0,'%s',2]}", fx.self)));
	ops = join(ops, set(8, 1, 1000, fmt("{'ref':[12,'00000000000000ff',300]}")));
	good("changeset", "references", inputs(),
	     set_of("'stream':7,'seq':2,'first':5,'zero':3", tx(5, PLAIN, ops)),
	     "here or in another stream, by the signer or by others");
}

static const char *member(int number, const char *element, const char *added)
{
	return op("set", number, 100, 1, fmt("'field':1010,'element':%s,'value':{'bool':%s}",
					      element, added));
}

static void members(void)
{
	const char *ops = member(5, "{'int':1}", "true");

	ops = join(ops, member(6, "{'int':4}", "true"));
	ops = join(ops, member(7, "{'int':2}", "false"));
	ops = join(ops, member(8, "{'text':'Toán'}", "true"));
	ops = join(ops, member(9, "{'text':'Lý'}", "false"));
	good("changeset", "members of sets", inputs(),
	     set_of("'stream':7,'seq':2,'first':5,'zero':3", tx(5, PLAIN, ops)),
	     "integers and texts, added and removed");
}

static void rows(void)
{
	const char *own = fmt("'list':1020,'parent':['%s',1]", fx.self);
	const char *foreign = fmt("'list':1020,'parent':['%s',77]", fx.else_);
	const char *ops = op("create", 10, 101, 10, own);

	ops = join(ops, op("set", 11, 101, 10, "'field':1101,'value':{'int':5}"));
	ops = join(ops, op("create", 12, 101, 12, foreign));
	ops = join(ops, op("set", 13, 101, 12, "'field':1101,'value':{'int':6}"));
	ops = join(ops, op("create", 14, 101, 14, own));
	good("changeset", "rows of lists", inputs(),
	     set_of("'stream':7,'seq':3,'first':10,'zero':3", tx(10, PLAIN, ops)),
	     "of an own record and of another's; the third has no field");
}

static void other_ops(void)
{
	const char *ops = op("delete", 10, 100, 1, "");
	const char *digest = fmt("'digest':'%s'", hex_run(0xd1, 32));

	ops = join(ops, op("undelete", 11, 100, 1, ""));
	ops = join(ops, op("move", 12, 100, 1, "'state':2"));
	ops = join(ops, op("move", 13, 100, 1, "'state':3,'remark':'Thiếu minh chứng'"));
	ops = join(ops, op("move", 14, 102, 5, "'state':1000"));
	ops = join(ops, op("sign", 15, 100, 1, digest));
	ops = join(ops, op("adopt", 16, 3, 2, digest));
	good("changeset", "other ops", inputs(),
	     set_of("'stream':7,'seq':3,'first':10,'zero':3", tx(10, PLAIN, ops)),
	     "deletion, moves without and with a remark, a signature, an adoption");
}

static void adoptions(void)
{
	const char *digest = fmt("'digest':'%s'", hex_run(0xd1, 32));
	const char *ops = op("adopt", 10, 3, 2, digest);

	ops = join(ops, op("adopt", 11, 3, 2, fmt("%s,'remark':'Trước khi mất máy'", digest)));
	ops = join(ops, op("adopt", 12, 3, 2, fmt("%s,'refused':true", digest)));
	ops = join(ops, op("adopt", 13, 3, 2, fmt("%s,'remark':'Sau khi mất máy','refused':true",
						  digest)));
	good("changeset", "adoptions", inputs(),
	     set_of("'stream':7,'seq':3,'first':10,'zero':3", tx(10, PLAIN, ops)),
	     "taken in and refused, without and with a reason");
}

static void transactions(void)
{
	const char *list = tx(20, "'time':1577836800,'author':null,'seen':[0,19]",
			      set(20, 1, 1000, "{'int':1}"));

	list = join(list, tx(21, "'time':1577836799,'author':'Lê Thị Ví Dụ','seen':[5,20]",
			     set(21, 1, 1000, "{'int':2}")));
	list = join(list, tx(22, "'time':-100,'author':'Lê Thị Ví Dụ','seen':[5,18]",
			     join(set(22, 1, 1000, "{'int':3}"), set(23, 2, 1000, "null"))));
	list = join(list, tx(24, "'time':1772323200,'author':null,'seen':[3,23]",
			     set(24, 1, 1000, "{'int':4}")));
	list = join(list, tx(25, "'time':1772323200,'author':'Trần Văn Mẫu','seen':[3,0]",
			     set(25, 1, 1000, "{'int':5}")));
	good("changeset", "transactions", inputs(),
	     set_of("'stream':7,'seq':4,'first':20,'zero':3", list),
	     "times that go back, authors that come and go, what was seen, more groups than one");
}

/* Saved under an earlier key: device index 1; the signer's own go on at 20. */
static void carried(void)
{
	static const char device[] = "c0c0c0c0c0c0c0c0";
	const char *create = fmt("{'op':'create','number':7,'type':100,'record':['%s',7]}", device);
	const char *name = fmt("{'op':'set','number':8,'type':100,'record':['%s',7],'field':1000,"
			       "'value':{'int':1}}", device);
	const char *edit = fmt("{'op':'set','number':20,'type':100,'record':['%s',7],'field':1000,"
			       "'value':{'int':2}}", device);
	const char *list = fmt("{'first':7,'carried':'%s',%s,'author':null,'seen':[4,6],'ops':[%s]}",
			       device, TIME, join(create, name));

	list = join(list, tx(20, "'time':1772323260,'author':null,'seen':[4,19]", edit));
	good("changeset", "carried", inputs(),
	     set_of("'stream':7,'seq':1,'first':20,'zero':3", list),
	     "a save of the key before, with its own id and number; then one of the signer's");
}

/* Three shapes over one layout of ten entries, and a lone one. */
static void shapes(void)
{
	const char *ops = "";
	int i, n = 30;

	for (i = 0; i < 10; i++)
		ops = join(ops, set(n++, 1, 1000 + i, "{'int':1}"));
	for (i = 0; i < 10; i += 3)
		ops = join(ops, set(n++, 2, 1000 + i, "{'int':2}"));
	ops = join(ops, set(n++, 3, 1009, "{'int':3}"));
	ops = join(ops, set(n++, 4, 1009, "{'int':4}"));
	ops = join(ops, op("set", n++, 105, 5, "'field':1500,'value':{'bool':true}"));
	good("changeset", "shapes share a layout", inputs(),
	     set_of("'stream':7,'seq':4,'first':30,'zero':3", tx(30, PLAIN, ops)),
	     "masks of two bytes; the first bytes of all stand before the second");
	ops = set(40, 1, 1000, "{'int':1}");
	ops = join(ops, set(41, 1, 1000, "{'int':2}"));
	ops = join(ops, set(42, 2, 1000, "{'int':3}"));
	good("changeset", "a field twice", inputs(),
	     set_of("'stream':7,'seq':4,'first':40,'zero':3", tx(40, PLAIN, ops)),
	     "one group sets a field twice: the layout has its entry twice");
}

static void dates(void)
{
	good("changeset", "dates near the save", inputs(),
	     set_of("'stream':7,'seq':4,'first':20,'zero':3",
		    tx(20, SEEN_ALL, join(set(20, 1, 1000, "{'date':20510}"),
					  set(21, 2, 1000, "{'date':20520}")))),
	     "days back from the day of the save take one byte each");
	good("changeset", "dates far from the save", inputs(),
	     set_of("'stream':7,'seq':4,'first':20,'zero':3",
		    tx(20, SEEN_ALL, join(set(20, 1, 1000, "{'date':3650}"),
					  set(21, 2, 1000, "{'date':-900}")))),
	     "two planes of 16 bits since 1900");
}

static void personal(void)
{
	const char *ops = "";
	static const char *const list[] = { "Nguyễn Thị Mẫu", "000123456789", "0912000000",
					    "Trần Văn Mẫu", "000987654321" };
	static const int fields[] = { 1030, 1031, 1032, 1030, 1031 };
	int i;

	for (i = 0; i < 5; i++)
		ops = join(ops, op("set", 20 + i, 100, i / 3 + 1,
				   fmt("'field':%d,'value':{'text':'%s'},'personal':true",
				       fields[i], list[i])));
	good("changeset", "personal values", inputs(),
	     set_of("'stream':7,'seq':4,'first':20,'zero':3", tx(20, PLAIN, ops)),
	     "columns of digits before columns of text; the root is over all leaves in that order");
}

/* --- forms that are read and that this writer does not make --- */

#define OPEN "01 07 01 0a 02 00 00 01 00 00 "
#define SHAPE "01 0c 01 13 01 00 "
#define OP "00 00 0c "

static void odd_forms(void)
{
	odd("changeset", "the least", inputs(), plain_of(OPEN SHAPE OP "02", ""),
	    "field 1 of record 4, type 3, is set to 1, as op 10");
	odd("changeset", "a layout and shapes that nobody uses", inputs(),
	    plain_of(OPEN "02 0c 01 13 10 01 24 03 00 08 08 01 01 00 00 0c 02", ""),
	    "what is defined and not used is no error");
	odd("changeset", "a device table that names the signer", inputs(),
	    plain_of(fmt("01 07 01 0a 02 01 %s 00 01 00 00 " SHAPE "00 01 04 02", fx.self), ""),
	    "longer than needed, and true");
	odd("changeset", "a scaled number with a zero left over", inputs(),
	    plain_of(OPEN "01 0c 01 1a 01 00 " OP "8305", ""),
	    "20 with three zeros, where 2 with four would do");
	odd("changeset", "an integer that could be scaled", inputs(),
	    plain_of(OPEN SHAPE OP "d00f", ""), "1000 as a plain integer");
	odd("changeset", "dates as planes that could be near", inputs(),
	    plain_of(OPEN "01 0c 01 16 01 00 " OP "00 ab00", ""), "");
	odd("changeset", "no transactions", inputs(), plain_of("01 07 01 0a 02 00 00 00 00 00", ""),
	    "an empty change set has its place in the chain");
	odd("changeset", "numbers at their ends", inputs(),
	    plain_of("01 ffffffffffffffff3f 01 0a ffffffffffffffff3f 00 00 01 00 00 " SHAPE OP
		     "ffffffffffffffffff01", ""), "2^62 - 1, and the least integer");
}

void make_changesets(void)
{
	good("changeset", "the example of SPEC.md", inputs(), example(), "section 4.12");
	values();
	references();
	members();
	rows();
	other_ops();
	adoptions();
	transactions();
	carried();
	shapes();
	dates();
	personal();
	good("changeset", "nothing", inputs(), set_of(HEAD1, ""), "no transactions at all");
	odd_forms();
}

/* --- objects --- */

static const char *object_inputs(unsigned who, unsigned prev, const char *dictionary)
{
	return fmt("{'keys':{'device_seed':'%s'},'district':'%s','prev':'%s',"
		   "'dictionary_number':1,'dictionary':'%s'}", seed(who), fx.id,
		   hex_run(prev, 32), dictionary);
}

/* dictionary 0 | signature of nothing | deflated. */
static const char *object_with(const char *deflated)
{
	return fmt("00%s%s", hex_run(0, 64), deflated);
}

static const char *deflated(size_t zeros)
{
	struct buf b, out;
	const char *hex;

	buf_init(&b, zeros);
	memset(buf_grow(&b, zeros), 0, zeros);
	buf_init(&out, zeros);
	if (zip_deflate(buf_view(&b), BYTES_NONE, &out, NULL) != 0)
		vec_die(NULL, "deflate");
	hex = hex_of(buf_view(&out));
	buf_release(&b);
	buf_release(&out);
	return hex;
}

/* A plain form under 64 bytes that may be its signature. */
static const char *object_of(const char *signature, const char *plain)
{
	const char *hex;
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_byte(&b, 0);
	buf_add(&b, bytes_of(signature));
	if (zip_deflate(bytes_of(plain), BYTES_NONE, &b, NULL) != 0)
		vec_die(NULL, "deflate");
	hex = hex_of(buf_view(&b));
	buf_release(&b);
	return hex;
}

static void bad_objects(const char *plain, const char *whole, const char *words)
{
	const char *in = object_inputs(SEED_DEVICE, 0, words);

	bad("object", "object of nothing", in, "", "truncated", "");
	bad("object", "object without signature", in, "00", "truncated", "");
	bad("object", "object cut in its signature", in, cut(object_with(""), 1), "truncated", "");
	bad("object", "object without a body", in, object_with(""), "truncated", "");
	bad("object", "object cut", in, cut(whole, 1), "truncated", "deflate has no end");
	bad("object", "object cut in the middle", in, cut(whole, 20), "truncated", "");
	bad("object", "object with a trailing byte", in, fmt("%s00", whole), "trailing_bytes",
	    "deflate ends before the object does");
	bad("object", "object with a long dictionary number", in,
	    fmt("80%s", whole), "not_canonical", "80 00: a varint has one form");
	bad("object", "object with an unknown dictionary", in, fmt("02%s", cut(whole, 0) + 2),
	    "unknown_dictionary", "number 2, and the reader has 1");
	bad("object", "object with a zlib header", in, object_with("789c4b040000"), "malformed",
	    "raw deflate only");
	bad("object", "object with a reserved block", in, object_with("07"), "malformed",
	    "block type 3");
	bad("object", "object with a distance before the start", in, object_with("03020000"),
	    "malformed", "");
	bad("object", "object that is a bomb", in, object_with(deflated(LIMIT_CHANGESET + 1)),
	    "inflates_too_large", "1,048,577 bytes come out of some thousand");
	bad("object", "object of zeros", in, object_with(deflated(100)), "malformed",
	    "no payload, and a personal part of integers");
	bad("object", "object unsigned", in,
	    object_of(hex_run(0, 64), plain), "bad_signature", "64 zeros");
	bad("object", "object with another signature", in, flip(whole, 1, 1), "bad_signature", "");
	bad("object", "object with a scalar above the order", in, flip(whole, 64, 0xe0),
	    "bad_signature", "the last byte of a signature has its high bits clear");
	bad("object", "object by another device", object_inputs(SEED_OTHER, 0, words), whole,
	    "bad_signature", "the key is part of what is signed");
	bad("object", "object after another predecessor", object_inputs(SEED_DEVICE, 1, words),
	    whole, "bad_signature", "the chain is part of what is signed");
	bad("object", "object of another district",
	    fmt("{'keys':{'device_seed':'%s'},'district':'%s','prev':'%s'}", seed(SEED_DEVICE),
		hex_run(9, 32), hex_run(0, 32)), whole, "bad_signature",
	    "the district is part of what is signed");
}

void make_objects(void)
{
	static const char words[] = "Nguy\xadn Th\xb8 M\xe7u\0Tr\xdf\xb6ng THCS\0"
				    "\x01\x07\x01\x01\x03\x00\x00\x01";
	const char *dictionary = HEX_OF(words), *none, *signature;
	const char *plain = plain_of(OPEN SHAPE OP "02", ""), *hidden, *zeros = hex_run(0, 32);
	struct changeset cs;
	struct bytes payload;

	none = good("object", "object", object_inputs(SEED_DEVICE, 0, dictionary),
		    fmt("{'dictionary':0,'plain':'%s','root':'%s'}", plain, zeros),
		    "the least change set, without a dictionary");
	good("object", "object after another", object_inputs(SEED_DEVICE, 0x77, dictionary),
	     fmt("{'dictionary':0,'plain':'%s'}", plain), "the predecessor's hash is bound");
	good("object", "object with a dictionary", object_inputs(SEED_DEVICE, 0, dictionary),
	     fmt("{'dictionary':1,'plain':'%s'}", plain),
	     "deflate begins as if the dictionary had come before");
	/* Field 1 is a personal text. */
	hidden = plain_of(OPEN "01 0c 01 1b 01 00 " OP,
			  fmt("%s 0b 01 4de7 75 00", salt));
	good("object", "object with a personal value", object_inputs(SEED_DEVICE, 0, dictionary),
	     fmt("{'dictionary':0,'plain':'%s'}", hidden),
	     "the root of the personal values is bound, the payload has none of them");
	signature = json_string_value(json_object_get(newest("value"), "signature"));
	bad("object", "object with another personal value",
	    object_inputs(SEED_DEVICE, 0, dictionary),
	    object_of(signature, flip(hidden, -3, 1)), "bad_signature",
	    "the text counts, though only its hash is signed");
	bad("object", "object with another salt", object_inputs(SEED_DEVICE, 0, dictionary),
	    object_of(signature, flip(hidden, -7, 1)), "bad_signature", "");
	good("object", "object whose ops make no sense", object_inputs(SEED_DEVICE, 0, dictionary),
	     fmt("{'dictionary':0,'plain':'%s'}", plain_of("01 07 01 0a 02 ff", "")),
	     "head and signature are in order: it takes its place, judged unreadable");
	if (changeset_peek(bytes_of(plain), fx.device.id, &memory, &cs, &payload, NULL) != 0)
		vec_die(NULL, "peek");
	bad_objects(plain, none, dictionary);
}
