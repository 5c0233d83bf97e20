#!/usr/bin/env python3
"""Reads protocol/vectors by the rules of protocol/SPEC.md alone.

A second reading of the norm, in another language and with nothing but Python's own
library: CBOR, varints, VISCII, change sets, messages, hashes. Signatures and boxes
need libsodium and are left to the C test; what goes into them is compared.

usage: tests/vectors/check_vectors.py [protocol/vectors]
"""
import base64
import hashlib
import json
import lzma
import pathlib
import sys
import zlib

MAX = 2 ** 62 - 1
TIME_MAX = 2 ** 61 - 1
NUMBERS = {name: number for number, name in {
    20: 'truncated', 21: 'malformed', 22: 'not_canonical', 23: 'bad_utf8',
    24: 'trailing_bytes', 25: 'too_deep', 26: 'too_large', 27: 'inflates_too_large',
    28: 'unknown_version', 29: 'unknown_dictionary', 30: 'not_sealed_to_us', 31: 'bad_seal',
    32: 'bad_signature', 33: 'unknown_device', 38: 'head_mismatch',
    54: 'enrolment_secret_wrong', 113: 'not_a_dongbo_answer', 224: 'code_mistyped'}.items()}


class Bad(Exception):
    """A name of SPEC.md 2.5."""


class CannotTell(Exception):
    """Needs a signature or a box."""


def need(true, name='malformed'):
    if not true:
        raise Bad(name)


def utf8(raw):
    try:
        text = raw.decode('utf-8')
    except UnicodeDecodeError:
        raise Bad('bad_utf8')
    need('\0' not in text, 'bad_utf8')
    return text


# --- 2.1 ---

class Bytes:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def left(self):
        return len(self.raw) - self.at

    def take(self, n):
        need(n <= self.left(), 'truncated')
        self.at += n
        return self.raw[self.at - n:self.at]

    def byte(self):
        return self.take(1)[0]

    def varint(self):
        n = 0
        for i in range(10):
            b = self.byte()
            need(i < 9 or b <= 1, 'not_canonical')
            n |= (b & 127) << 7 * i
            if b < 128:
                need(b > 0 or i == 0, 'not_canonical')
                return n
        raise Bad('not_canonical')

    def zigzag(self):
        n = self.varint()
        return n >> 1 ^ -(n & 1)

    def u64(self):
        return int.from_bytes(self.take(8), 'big')

    def count(self, limit):
        n = self.varint()
        need(n <= limit, 'too_large')
        need(n <= self.left(), 'truncated')
        return n


def u64(n):
    return (n & (2 ** 64 - 1)).to_bytes(8, 'big')


# --- 2.2: integers, str, bytes, list, dict (keys in order), bool, None ---

def cbor_item(b, depth, tally):
    tally[0] += 1
    need(tally[0] <= 200000, 'too_large')
    first = b.byte()
    major, info = first >> 5, first & 31
    if major == 7:
        need(info in (20, 21, 22))
        return {20: False, 21: True, 22: None}[info]
    need(major != 6)
    need(not (info == 31 and major >= 2), 'not_canonical')
    need(info < 28)
    n = info
    if info >= 24:
        width = 1 << info - 24
        n = int.from_bytes(b.take(width), 'big')
        need(n >= (24 if width == 1 else 1 << 4 * width), 'not_canonical')
    if major == 0:
        return n
    if major == 1:
        need(n < 2 ** 63)
        return -1 - n
    need(n <= (b.left() // 2 if major == 5 else b.left()), 'truncated')
    if major == 2:
        return b.take(n)
    if major == 3:
        return utf8(b.take(n))
    need(depth < 8, 'too_deep')
    if major == 4:
        return [cbor_item(b, depth + 1, tally) for _ in range(n)]
    result, last = {}, None
    for _ in range(n):
        key = cbor_item(b, depth + 1, tally)
        need(isinstance(key, int) and not isinstance(key, bool))
        rank = (key < 0, abs(key))
        need(last is None or rank > last, 'not_canonical')
        last = rank
        result[key] = cbor_item(b, depth + 1, tally)
    return result


def cbor(raw):
    b = Bytes(raw)
    item = cbor_item(b, 0, [0])
    need(b.left() == 0, 'trailing_bytes')
    return item


def cbor_put(item):
    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        width = next(w for w in (1, 2, 4, 8) if n < 1 << 8 * w)
        return bytes([major << 5 | 24 + width.bit_length() - 1]) + n.to_bytes(width, 'big')
    if item is None or isinstance(item, bool):
        return bytes([{None: 0xf6, True: 0xf5, False: 0xf4}[item]])
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        return head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return head(4, len(item)) + b''.join(map(cbor_put, item))
    return head(5, len(item)) + b''.join(cbor_put(k) + cbor_put(v) for k, v in item.items())


def cbor_json(item):
    if isinstance(item, bytes):
        return {'bytes': item.hex()}
    if isinstance(item, list):
        return [cbor_json(i) for i in item]
    if isinstance(item, dict):
        return {'map': [[k, cbor_json(v)] for k, v in item.items()]}
    if isinstance(item, int) and not isinstance(item, bool) and item >= 2 ** 63:
        return {'uint': str(item)}
    return item


# --- 2.3 ---

def H(domain, *parts, size=32):
    return hashlib.blake2b(b''.join(parts), digest_size=size,
                           key=('dongbo/' + domain).encode().ljust(32, b'\0')).digest()


def K(key, domain, *parts, size=32):
    return hashlib.blake2b(('dongbo/' + domain).encode() + b''.join(parts), digest_size=size,
                           key=key.ljust(32, b'\0')).digest()


# --- 4.8: the letters of RFC 1456 (byte: code point) ---

LETTERS = {0x02: 0x1eb2, 0x05: 0x1eb4, 0x06: 0x1eaa, 0x14: 0x1ef6, 0x19: 0x1ef8, 0x1e: 0x1ef4}
LETTERS.update(zip(range(0x80, 0x100), (ord(c) for c in
    'ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ'
    'ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ'
    'ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư'
    'àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ')))
POINTS = {i: i for i in range(2, 128) if i not in LETTERS}
POINTS.update(LETTERS)
HAS_BYTE = set(POINTS.values())


def viscii(raw):
    text, at = '', 0
    while at < len(raw):
        c = raw[at]
        at += 1
        if c != 1:
            text += chr(POINTS[c])
            continue
        need(at < len(raw), 'bad_utf8')
        first = raw[at]
        n = 1 if first < 0x80 else 2 if first < 0xe0 else 3 if first < 0xf0 else 4
        one = utf8(raw[at:at + n])
        need(len(one) == 1 and ord(one) not in HAS_BYTE, 'bad_utf8')
        text += one
        at += n
    return text


# --- 4 ---

WIDTH = {n: (10 ** n - 1).bit_length() + 7 >> 3 for n in range(4, 19)}
PERSONAL = (11, 12)
# rank of each form in 4.7
RANK = {3: 0, 13: 1, 14: 2, 6: 3, 8: 4, 10: 5, 7: 6, 9: 7, 5: 8, 15: 9, 4: 10, 12: 11, 11: 12}
KINDS = ['set', 'create', 'create', 'delete', 'undelete', 'move', 'sign', 'adopt']


def take_text(b, limit):
    end = b.raw.find(b'\0', b.at)
    need(end >= 0, 'truncated')
    raw = b.take(end - b.at)
    b.byte()
    text = viscii(raw)
    need(len(text.encode()) <= limit, 'too_large')
    return text


def take_digits(b, count):
    length = b.byte()
    lengths = [length] * count if length else list(b.take(count))
    need(all(4 <= n <= 18 for n in lengths))
    numbers = [0] * count
    for plane in range(7, -1, -1):
        for i in range(count):
            if plane < WIDTH[lengths[i]]:
                numbers[i] = numbers[i] << 8 | b.byte()
    need(all(n < 10 ** k for n, k in zip(numbers, lengths)))
    return ['%0*d' % (k, n) for n, k in zip(numbers, lengths)]


def take_values(b, form, count):
    if form == 12:
        return take_digits(b, count) if count else []
    return [take_text(b, 65536) for _ in range(count)]


def personal_part(raw):
    """Columns and root (4.9)."""
    if not raw:
        return [], bytes(32)
    b = Bytes(raw)
    salt, columns, leaves = b.take(16), [], b''
    need(b.left() > 0, 'truncated')
    place = 0
    while b.left():
        need(len(columns) < 256, 'too_large')
        form, count = b.byte(), b.varint()
        need(form in PERSONAL and count > 0)
        need(count <= b.left(), 'truncated')
        values = take_values(b, form, count)
        columns.append((form, values))
        for text in values:
            one = K(salt, 'salt/1', u64(place), size=16)
            leaves += H('leaf/1', one, text.encode())
            place += 1
    return columns, H('leaves/1', leaves)


def split(plain):
    b = Bytes(plain)
    payload = b.take(b.varint())
    return payload, b.take(b.left())


def payload_head(b):
    need(b.varint() == 1, 'unknown_version')
    stream, seq, first, zero = (b.varint() for _ in range(4))
    need(max(stream, seq, first, zero) <= MAX and seq > 0 and first > 0)
    return stream, seq, first, zero


def transactions(b, devices):
    count = b.count(64)
    authors = [None]
    for _ in range(count):
        n = b.varint()
        need(n > 0)
        need(n <= 200, 'too_large')
        authors.append(utf8(b.take(n)))
    n = b.count(100000)
    flags = b.take(n)
    times, time = [], 1577836800
    for _ in range(n):
        time += b.zigzag()
        need(abs(time) <= TIME_MAX)
        times.append(time)
    result, seen, author = [], 0, 0
    for flag, time in zip(flags, times):
        need(flag < 32, 'unknown_version')
        if flag & 1:
            seen += b.zigzag()
        back = b.varint() if flag & 2 else 0
        if flag & 4:
            author = b.varint()
        groups = b.varint() if flag & 8 else 1
        need(0 <= seen <= MAX and author < len(authors) and 1 <= groups <= 10000)
        result.append(dict(time=time, seen=seen, back=back, author=authors[author], groups=groups))
        if flag & 16:
            index, first = b.varint(), b.varint()
            need(0 < index < len(devices) and 0 < first <= MAX - 10000)
            need(devices[index] not in (devices[0], '0' * 16))
            result[-1].update(carried=devices[index], first=first)
    return result


def lane_of(kind):
    return max(0, kind - 4)


def shapes_of(b):
    """[(kind, type, list, [(field, form, removed)])], 4.5."""
    layouts, total = [], 0
    for _ in range(b.count(4096)):
        word = b.varint()
        kind_type, lane = word >> 2, word & 3
        need(kind_type < 2 ** 32)
        entries, field = [], 0
        count = b.count(400000)
        total += count
        need(total <= 400000, 'too_large')
        for _ in range(count):
            word = b.varint()
            field += word >> 4
            need(0 < field < 2 ** 32)
            removed = b.byte() if word & 15 == 15 else 0
            need(removed < 2)
            entries.append((field, word & 15, removed))
        layouts.append((kind_type, lane, entries, []))
    shapes = []
    for _ in range(b.count(65536)):
        word = b.varint()
        need(word >> 3 < len(layouts))
        layout = layouts[word >> 3]
        shape = dict(kind=word & 7, type=layout[0], list=0, entries=None)
        need(layout[1] == lane_of(shape['kind']))
        layout[3].append(shape)
        shapes.append(shape)
    for shape in shapes:
        if shape['kind'] == 2:
            shape['list'] = b.varint()
            need(shape['list'] < 2 ** 32)
    for _, _, entries, members in layouts:
        if len(members) == 1:
            members[0]['entries'] = entries
            continue
        size = len(entries) + 7 >> 3
        masks = b.take(size * len(members))
        for k, shape in enumerate(members):
            mask = int.from_bytes(masks[k::len(members)], 'little')
            need(mask >> len(entries) == 0)
            shape['entries'] = [e for i, e in enumerate(entries) if mask >> i & 1]
    for shape in shapes:
        check_shape(shape)
        total += len(shape['entries'])
        need(total <= 400000, 'too_large')
    return shapes


def check_shape(shape):
    kind, entries = shape['kind'], [e[:2] for e in shape['entries']]
    shape['ops'] = len(entries) + (kind != 0) if kind <= 2 else 1
    need(shape['ops'] > 0)
    need(shape['ops'] <= 10000, 'too_large')
    need(kind not in (3, 4) or not entries)
    need(kind != 5 or entries in ([(1, 3)], [(1, 3), (2, 4)]))
    need(kind != 6 or entries == [(1, 5)])
    need(kind != 7 or entries in ([(1, 5)], [(1, 5), (2, 4)], [(1, 5), (3, 2)],
                                  [(1, 5), (2, 4), (3, 2)]))


def groups_of(b, txs, shapes, first):
    """Ops without values, grouped; fills in the transactions."""
    need(sum(t['groups'] for t in txs) <= b.left(), 'truncated')
    used, own, groups, total = 0, first, [], 0
    for tx in txs:
        number = tx.setdefault('first', own)
        tx['ops'] = []
        need(tx['back'] <= number - 1)
        for _ in range(tx['groups']):
            word = b.varint()
            need(word <= used and not (word == 0 and used == len(shapes)))
            shape = shapes[used if word == 0 else word - 1]
            used += word == 0
            ops = []
            for _ in range(shape['ops']):
                ops.append(dict(op=KINDS[shape['kind']], number=number, type=shape['type'],
                                time=tx['time']))
                number += 1
            for op in ops[1:]:
                op['op'] = 'set'
            tx['ops'] += ops
            total += len(ops)
            need(len(tx['ops']) <= 10000 and total <= 100000, 'too_large')
            groups.append((shape, ops, tx.get('carried')))
        if 'carried' not in tx:
            own = number
    return groups


def record_of(b, devices, index, number):
    need(index < len(devices))
    op = number - b.zigzag() if index == 0 else b.varint()
    need(0 < op <= MAX)
    return [devices[index], op]


def records(b, groups, devices):
    indices = [None if shape['kind'] == 1 else b.varint() for shape, _, _ in groups]
    for (shape, ops, carried), index in zip(groups, indices):
        own = [carried or devices[0], ops[0]['number']]
        record = own if index is None else record_of(b, devices, index, ops[0]['number'])
        if shape['kind'] == 2:
            ops[0]['list'], ops[0]['parent'] = shape['list'], record
            record = own
        for op in ops:
            op['record'] = record


def columns_of(groups):
    columns = {}
    for shape, ops, _ in groups:
        lane = lane_of(shape['kind'])
        sets = ops[1:] if shape['kind'] in (1, 2) else ops
        for i, (field, form, removed) in enumerate(shape['entries']):
            op = sets[i] if lane == 0 else ops[0]
            if lane == 3 and form == 2:
                op['refused'] = True
            if lane == 0:
                op['field'] = field
                op['value'] = {0: None, 1: {'bool': False}, 2: {'bool': True},
                               13: {'bool': True}, 14: {'bool': False},
                               15: {'bool': not removed}}.get(form)
                if form in PERSONAL:
                    op['personal'] = True
            if form in RANK:
                columns.setdefault((RANK[form], lane, field, removed), (form, lane, field, []))
                columns[RANK[form], lane, field, removed][3].append(op)
    return [columns[k] for k in sorted(columns)]


def store(op, form, lane, field, value):
    if lane == 1:
        op['state' if field == 1 else 'remark'] = value
    elif lane > 1 and field == 2:
        op['remark'] = value
    elif lane > 1:
        need(len(value) == 32)
        op['digest'] = value.hex()
    elif form in (13, 14):
        op['element'] = {'int': value}
    elif form == 15:
        op['element'] = {'text': value}
    else:
        name = {3: 'int', 10: 'int', 6: 'date', 8: 'date', 5: 'bytes', 7: 'ref'}.get(form, 'text')
        op['value'] = {name: value.hex() if form == 5 else value}


def column_values(b, form, lane, ops, stream, devices):
    n = len(ops)
    if form in (3, 8, 13, 14):
        return [b.zigzag() for _ in range(n)]
    if form == 6:
        mode = b.byte()
        need(mode < 2)
        if mode == 1:
            back = [b.zigzag() for _ in range(n)]
            need(all(abs(k) <= TIME_MAX for k in back))
            return [op['time'] // 86400 - k for op, k in zip(ops, back)]
        high, low = b.take(n), b.take(n)
        return [(h << 8 | k) - 25567 for h, k in zip(high, low)]
    if form == 10:
        values = []
        for _ in range(n):
            word = b.varint()
            m = word >> 5 ^ -(word >> 4 & 1)
            need(word & 15 >= 3 and m != 0)
            values.append(m * 10 ** (word & 15))
            need(-2 ** 63 <= values[-1] < 2 ** 63)
        return values
    if form == 7:
        streams = [b.varint() for _ in range(n)]
        need(all(s <= MAX + 1 for s in streams))
        indices = [b.varint() for _ in range(n)]
        result = []
        for s, index, op in zip(streams, indices, ops):
            result.append([stream if s == 0 else s - 1] +
                          record_of(b, devices, index, op['number']))
        return result
    if form == 9:
        return take_digits(b, n)
    if form == 5:
        values = []
        for _ in range(n):
            values.append(b.take(b.varint()))
            need(len(values[-1]) <= 512 * 1024, 'too_large')
        return values
    return [take_text(b, 65536 if lane == 0 else 4096) for _ in range(n)]


def changeset(plain, device):
    need(len(plain) <= 2 ** 20, 'too_large')
    payload, hidden = split(plain)
    personal, root = personal_part(hidden)
    b = Bytes(payload)
    stream, seq, first, zero = payload_head(b)
    devices = [device] + [b.take(8).hex() for _ in range(b.count(100000))]
    txs = transactions(b, devices)
    shapes = shapes_of(b)
    groups = groups_of(b, txs, shapes, first)
    records(b, groups, devices)
    for form, lane, field, ops in columns_of(groups):
        if form in PERSONAL:
            need(personal and personal[0][0] == form and len(personal[0][1]) == len(ops))
            values = personal.pop(0)[1]
        else:
            values = column_values(b, form, lane, ops, stream, devices)
        for op, value in zip(ops, values):
            store(op, form, lane, field, value)
    need(b.left() == 0 and not personal, 'trailing_bytes')
    for tx in txs:
        tx['seen'] = [tx['seen'], tx['first'] - 1 - tx.pop('back')]
        del tx['groups']
        for op in tx['ops']:
            del op['time']
    return dict(stream=stream, seq=seq, first=first, zero=zero, transactions=txs,
                root=root.hex())


def object_parts(raw, case):
    b = Bytes(raw)
    number, signature = b.varint(), b.take(64)
    words = b''
    if number:
        need(number == case['dictionary_number'], 'unknown_dictionary')
        words = bytes.fromhex(case['dictionary'])
    z = zlib.decompressobj(-15, zdict=words) if words else zlib.decompressobj(-15)
    try:
        plain = z.decompress(b.take(b.left()), 2 ** 20 + 1)
    except zlib.error:
        raise Bad('malformed')
    need(len(plain) <= 2 ** 20, 'inflates_too_large')
    need(z.eof, 'truncated')
    need(not z.unused_data, 'trailing_bytes')
    return number, signature, plain


# --- kinds of cases: bytes and case to the JSON value ---

def read_object(raw, case):
    number, signature, plain = object_parts(raw, case)
    payload, hidden = split(plain)
    root = personal_part(hidden)[1]
    payload_head(Bytes(payload))
    need('error' not in case, 'bad_signature')
    chain = H('changeset/1', bytes.fromhex(case['prev']), root, payload)
    # The device's key needs Ed25519: its id is taken over.
    return dict(device=case['value']['device'], dictionary=number, signature=signature.hex(),
                plain=plain.hex(), root=root.hex(), hash=chain.hex())


def number(n, limit=MAX):
    need(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= limit)
    return n


def integer(n):
    need(isinstance(n, int) and not isinstance(n, bool))
    return n


def fixed(raw, n):
    need(isinstance(raw, bytes) and len(raw) == n)
    return raw.hex()


def blob(raw):
    need(isinstance(raw, bytes))
    return raw.hex()


def array(item, *lengths):
    need(isinstance(item, list) and (not lengths or len(item) in lengths))
    return item


def parts_of(raw, most):
    item = array(cbor(raw))
    if item and isinstance(item[-1], dict):
        item = item[:-1]
    need(2 <= len(item) <= most)
    return item + [None] * (most - len(item))


def read_claim_part(c):
    c = array(c, 5)
    need(isinstance(c[2], str))
    need(len(c[2].encode()) <= 200, 'too_large')
    return dict(enrolment=fixed(c[0], 8), key=fixed(c[1], 32), author=c[2],
                signature=fixed(c[3], 64), mac=fixed(c[4], 32))


def other(raw):
    need(fixed(raw, 8) != '0' * 16)
    return raw.hex()


def read_files(extensions, parts, standings, name, value):
    if parts in extensions:
        need(len(filled(extensions[parts])) <= 64, 'too_large')
        value['files'] = []
        for f in extensions[parts]:
            f = array(f, 4)
            need(number(f[1]) <= 64 << 20, 'too_large')
            need(0 < f[1] and number(f[2]) + len(blob(f[3])) // 2 <= f[1])
            value['files'].append(dict(hash=fixed(f[0], 32), total=f[1], offset=f[2], bytes=blob(f[3])))
    if standings in extensions:
        need(len(filled(extensions[standings])) <= 64, 'too_large')
        value[name] = []
        for f in extensions[standings]:
            f = array(f, 2, 3) if name == 'standings' else array(f, 2)
            one = dict(hash=fixed(f[0], 32), held=number(f[1]))
            need(f[1] <= 64 << 20)
            if len(f) == 3:
                need(1 <= number(f[2]) <= 9999)
                one['code'] = f[2]
            value[name].append(one)


def read_others(extensions, own, value):
    if not isinstance(extensions, dict):
        return
    if 6 in extensions:
        before = (0, None)
        for group in filled(extensions[6]):
            after, device, objects = array(group, 3)
            need(before[0] <= number(after) <= own and (after, device) != before)
            before = (after, device)
            value.setdefault('carried', []).extend(
                dict(after=after, device=other(device), object=blob(o)) for o in filled(objects))
    read_files(extensions, 10, 11, 'wanted', value)
    if 7 in extensions:
        need(len(filled(extensions[7])) <= 64, 'too_large')
        value['claims'] = [read_claim_part(c) for c in extensions[7]]


def read_ranges(item, waiting):
    ranges = []
    for g in item:
        if waiting:
            g = array(g, 5)
            one = dict(stream=number(g[0]), device=other(g[1]), first=number(g[2]),
                       last=number(g[3]), waiting=number(g[4]))
            need(one['first'] > 0 and one['last'] >= one['first'] - 1
                 and one['waiting'] > one['last'])
        else:
            g = array(g, 3, 4)
            one = dict(stream=number(g[0]), first=number(g[1]), last=number(g[2]))
            need(one['first'] > 0 and one['last'] >= one['first'])
            if len(g) == 4:
                one['device'] = other(g[3])
        ranges.append(one)
    return ranges


def read_safe(extensions, key, value):
    if key in extensions:
        value['safe'] = []
        for s in filled(extensions[key]):
            s = array(s, 2)
            need(number(s[1]) > 0)
            value['safe'].append(dict(stream=number(s[0]), seq=s[1]))


# What a message in a file says of itself, and of the change sets before its own.
def read_bundle(extensions, sets, value):
    if 1 in extensions:
        value['befores'] = []
        last = -1
        for b in filled(extensions[1]):
            b = array(b, 2)
            need(last < number(b[0]) <= sets)
            last = b[0]
            value['befores'].append(dict(at=b[0], hash=fixed(b[1], 32)))
    if 8 in extensions:
        b = array(extensions[8], 4)
        need(number(b[0]) > 0 and number(b[1]) > 0 and abs(integer(b[2])) <= TIME_MAX)
        value['bundle'] = dict(number=b[0], part=b[1], written=b[2],
                               ranges=read_ranges(array(b[3]), False))


def read_leases(extensions, value):
    if 12 in extensions:
        need(len(filled(extensions[12])) <= 64)
        value['leases'] = []
        for l in extensions[12]:
            l = array(l, 3)
            need(isinstance(l[0], str) and number(l[1]) <= 9999 and number(l[2]) > 0)
            value['leases'].append(dict(register=l[0], year=l[1], count=l[2]))


def read_snapshot_part(extensions, value):
    if 4 not in extensions:
        return
    stream, seq, name, total, offset, part = array(extensions[4], 6)
    need(number(total) <= 33 << 20, 'too_large')
    need(number(seq) > 0 and len(part) > 0 and number(offset) + len(part) <= total)
    value['snapshot'] = dict(stream=number(stream), seq=seq, hash=fixed(name, 32), total=total,
                             offset=offset, bytes=blob(part))


def read_snapshot_held(extensions, value):
    if 5 not in extensions:
        return
    held = array(extensions[5], 0, 3)
    value['snapshot'] = {}
    if held:
        need(0 < number(held[2]) <= 33 << 20)
        value['snapshot'] = dict(stream=number(held[0]), hash=fixed(held[1], 32), held=held[2])


def read_snapshot(raw, case):
    unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=16 << 20)
    try:
        plain = unpack.decompress(raw)
    except lzma.LZMAError:
        raise Bad('malformed')
    need(unpack.eof, 'truncated')
    need(not unpack.unused_data, 'trailing_bytes')
    b, blocks = Bytes(plain), []
    while b.left():
        at = b.at
        reply = read_reply(b.take(b.varint()), case)
        for s in reply['streams']:
            need(s['items'] and s['signature'] is not None and s['stream'] == reply['streams'][0]['stream'])
            need(all(i.get('object') for i in s['items']))
        blocks.append(plain[at:b.at].hex())
    return blocks


def filled(item):
    need(len(array(item)) > 0)
    return item


# 6.15. A list of at most `most`; receipts that are shown have a generation.
def read_list(extensions, key, most=200000):
    items = filled(extensions[key]) if key in extensions else []
    need(len(items) <= most, 'too_large')
    return items


def time_of(n):
    need(abs(integer(n)) <= TIME_MAX)
    return n


def read_signed(h, shown):
    h = array(h, 6 if shown else 5)
    value = dict(generation=fixed(h.pop(1), 16)) if shown else {}
    value.update(stream=number(h[0]), seq=number(h[1]), head=fixed(h[2], 32), time=time_of(h[3]),
                 signature=fixed(h[4], 64))
    return value


def read_old_item(i):
    i = array(i, 7, 8, 9)
    need(isinstance(i[6], bytes) and len(i[6]) > 32)
    seq = Bytes(i[6][32:])
    try:
        device_seq = seq.varint()
    except Bad:
        raise Bad('malformed')
    need(seq.left() == 0 and 0 < device_seq <= MAX)
    value = dict(stream=number(i[0]), number=number(i[1]), time=time_of(i[2]), zero=number(i[3]),
                 verdicts=blob(i[4]), device=other(i[5]), hash=i[6][:32].hex(),
                 device_seq=device_seq)
    if len(i) > 7 and blob(i[7]):
        value['object'] = blob(i[7])
    if len(i) > 8:
        need(blob(i[8]) and len(i[8]) % 16 == 0)
        value['notes'] = blob(i[8])
    return value


def read_healing(extensions, value):
    value['shown'] = [read_signed(h, True) for h in read_list(extensions, 3, 20000)]
    value['healing'] = [read_old_item(i) for i in read_list(extensions, 4)]
    places = [(i['stream'], i['number']) for i in value['healing']]
    need(all(a < b for a, b in zip(places, places[1:])))
    if 13 in extensions:
        prev, raw = array(extensions[13], 2)
        need(blob(raw))
        value['certificate'] = dict(prev=fixed(prev, 32), object=raw.hex())
    leave_out(value, 'shown', 'healing')


def read_healed(extensions, value):
    value['statements'] = [[blob(array(s, 2)[0]), fixed(s[1], 64)]
                           for s in read_list(extensions, 5, 20000)]
    value['notes'] = [dict(zip(('stream', 'at', 'number', 'position', 'count'),
                               map(number, array(n, 5)))) for n in read_list(extensions, 9)]
    need(all(n['number'] > 0 and 0 < n['count'] <= 200000 for n in value['notes']))
    value['healed'] = [dict(zip(('stream', 'base', 'number'), map(number, array(h, 3))))
                       for h in read_list(extensions, 10, 20000)]
    value['heads'] = [read_signed(h, False) for h in read_list(extensions, 11, 20000)]
    leave_out(value, 'statements', 'notes', 'healed', 'heads')


def leave_out(value, *names):
    for name in names:
        if not value[name]:
            del value[name]


def read_request(raw, case):
    counter, limit, have, objects, pieces, resume, claim = parts_of(raw, 7)
    value = dict(counter=number(counter), limit=number(limit), have=[],
                 objects=[blob(o) for o in array([] if objects is None else objects)], pieces=[], resume=[],
                 claim=None)
    for h in array([] if have is None else have):
        h = array(h, 3, 5)
        one = dict(stream=number(h[0]), seq=number(h[1]), check=fixed(h[2], 4))
        if len(h) == 5:
            need(number(h[3]) > 0)
            one.update(own_seq=h[3], own_check=fixed(h[4], 4))
        value['have'].append(one)
    for p in array([] if pieces is None else pieces):
        p = array(p, 4, 5)
        one = dict(id=fixed(p[0], 8), total=number(p[1]), offset=number(p[2]), bytes=blob(p[3]))
        if len(p) == 5:
            one['device'] = other(p[4])
        value['pieces'].append(one)
    for p in array([] if resume is None else resume):
        p = [number(n) for n in array(p, 3)]
        value['resume'].append(dict(stream=p[0], seq=p[1], held=p[2]))
    if claim is not None:
        value['claim'] = read_claim_part(claim)
    last = cbor(raw)[-1]
    read_others(last, len(value['objects']), value)
    if isinstance(last, dict):
        read_bundle(last, len(value['objects']) + len(value.get('carried', [])), value)
        read_safe(last, 9, value)
        read_leases(last, value)
        read_snapshot_held(last, value)
        read_healing(last, value)
    return value


def read_item(it, time, devices):
    it = array(it, 1, 2, 3, 4, 5)
    need(abs(integer(it[0])) < 2 ** 61)
    value = dict(time=time - it[0], zero_ahead=integer(it[1]) if len(it) > 1 else 0,
                 verdicts=blob(it[2]) if len(it) > 2 else '')
    need(abs(value['zero_ahead']) < 2 ** 62)
    if len(it) <= 3:
        value['own'] = True
        return value
    index = number(it[3])
    need(index < len(devices) // 8)
    value['device'] = devices[8 * index:8 * index + 8].hex()
    if len(it) == 5:
        value['object'] = blob(it[4])
    return value


def read_reply(raw, case):
    counter, time, streams, problems, held, pieces = parts_of(raw, 6)
    value = dict(counter=number(counter), time=integer(time), streams=[], problems=[], held=[],
                 pieces=[])
    for s in array([] if streams is None else streams):
        s = array(s, 5, 6)
        need(isinstance(s[2], bytes) and len(s[2]) % 8 == 0)
        value['streams'].append(dict(
            stream=number(s[0]), **{'from': number(s[1])},
            items=[read_item(i, time, s[2]) for i in array(s[3])],
            signature=None if s[4] is None else fixed(s[4], 64),
            generation=fixed(s[5], 16) if len(s) > 5 else None))
    for p in array([] if problems is None else problems):
        p = array(p, 3)
        need(1 <= number(p[0]) <= 9999)
        value['problems'].append(dict(code=p[0], stream=number(p[1]), seq=number(p[2])))
    for h in array([] if held is None else held):
        h = array(h, 2)
        value['held'].append(dict(id=fixed(h[0], 8), held=number(h[1])))
    for p in array([] if pieces is None else pieces):
        p = array(p, 5)
        value['pieces'].append(dict(stream=number(p[0]), seq=number(p[1]), total=number(p[2]),
                                    offset=number(p[3]), bytes=blob(p[4])))
    last = array(cbor(raw))[-1]
    if isinstance(last, dict):
        read_files(last, 8, 7, 'standings', value)
        read_safe(last, 6, value)
        read_snapshot_part(last, value)
        read_healed(last, value)
        if 1 in last:
            value['missing'] = read_ranges(filled(last[1]), True)
    if isinstance(last, dict) and 3 in last:
        need(last[3])
        value['keys'] = [[blob(array(k, 2)[0]), fixed(k[1], 64)] for k in array(last[3])]
    return value


def read_verdicts(raw, case):
    if not raw:
        return []
    value, last = [], -1
    items = array(cbor(raw))
    need(items, 'not_canonical')
    for v in items:
        v = array(v, 5)
        need(last < number(v[0], 2 ** 32 - 1) and 1 <= number(v[1]) <= 9999)
        last = v[0]
        value.append(dict(tx=v[0], code=v[1], rule=number(v[2], 2 ** 32 - 1),
                          record=[fixed(v[3], 8), number(v[4])]))
    return value


def read_head(raw, case):
    if 'error' in case:
        raise CannotTell
    v = case['value']
    head = H('head/1', bytes.fromhex(v['district']), u64(v['stream']),
             bytes.fromhex(v['generation']))
    heads = [head.hex()]
    for it in v['items']:
        verdicts = H('verdicts/1', bytes.fromhex(it['verdicts']))
        head = H('head/1', head, bytes.fromhex(it['changeset']), verdicts, u64(it['time']),
                 u64(it['zero']))
        heads.append(head.hex())
    return dict(v, heads=heads)


def read_hash(raw, case):
    v = case['value']
    parts = [bytes.fromhex(p) for p in v['parts']]
    domain = v['domain'].removeprefix('dongbo/')
    made = (K(bytes.fromhex(v['key']), domain, *parts, size=v['size']) if 'key' in v else
            H(domain, *parts, size=v['size']))
    need(made == raw)
    return v


def read_short(raw, case):
    n = int.from_bytes(H('record/1', raw, size=16)[:5], 'big')
    return ''.join('0123456789abcdefghjkmnpqrstvwxyz'[n >> 35 - 5 * i & 31] for i in range(8))


def read_signature(raw, case):
    if 'error' in case:
        raise CannotTell
    v = case['value']
    district = None if v['district'] is None else bytes.fromhex(v['district'])
    aad = cbor_put([v['domain'], district, bytes.fromhex(v['public_key'])] +
                   [bytes.fromhex(x) for x in v['bound']])
    structure = cbor_put(['Signature1', b'\xa1\x01\x32', aad, bytes.fromhex(v['payload'])])
    return dict(v, structure=structure.hex())


def read_envelope(raw, case):
    need(raw[:2] == b'\xd6\xb6', 'not_a_dongbo_answer')
    b = Bytes(raw[2:])
    suite = b.byte()
    if suite == 0x14:
        code = b.varint()
        raise Bad(next((n for n, k in NUMBERS.items() if k == code), str(code)))
    need(suite in (0x11, 0x12, 0x13), 'unknown_version')
    key = b.byte()
    value = dict(suite={0x11: 'known', 0x12: 'first', 0x13: 'reply'}[suite], key_number=key)
    if suite == 0x11:
        value['device'] = b.take(8).hex()
    if suite == 0x12:
        value['ephemeral'] = b.take(32).hex()
    else:
        value['nonce'] = b.take(12).hex()
    need(b.left() >= 16, 'truncated')
    need(key == case['key_number'], 'not_sealed_to_us')
    if 'error' in case:
        raise CannotTell
    # Opening needs X25519.
    need(b.left() - 16 == len(case['value']['content']) // 2)
    return dict(value, content=case['value']['content'])


def read_refusal(raw, case):
    need(len(raw) >= 3 and raw[:3] == b'\xd6\xb6\x14', 'not_a_dongbo_answer')
    try:
        code = Bytes(raw[3:]).varint()
    except Bad:
        raise Bad('malformed')
    need(1 <= code <= 9999)
    return code


def format_first(raw, length):
    item = array(cbor(raw))
    need(item and isinstance(item[0], int))
    need(item[0] == 1, 'unknown_version')
    return array(item, length)


# --- 7.8: codes ---

def times(a, b):
    product = 0
    for i in range(5):
        if b >> i & 1:
            product ^= a << i
    for i in range(9, 4, -1):
        if product >> i & 1:
            product ^= 0x25 << i - 5
    return product


def read_code(raw, case):
    text = utf8(raw).upper().translate(str.maketrans('OIL', '011', '-. \t\r\n'))
    alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    need(len(text) == 40 and all(c in alphabet for c in text), 'code_mistyped')
    h = H('code/1', case['address'].rstrip('/').lower().encode(), size=16)
    number = 0
    for g in range(8):
        d = [alphabet.index(c) for c in text[5 * g:5 * g + 5]]
        total = d[4] ^ g ^ (h[g] & 3) << 3
        for weight, digit in zip((16, 8, 4, 2), d):
            total ^= times(digit, weight)
            number = number << 5 | digit
        need(total == 0, 'code_mistyped')
    data = number.to_bytes(20, 'big')
    both = H('code-seed/1', data[:10], size=24)
    return dict(seed=data[:10].hex(), print=data[10:].hex(), id=both[:8].hex(),
                secret=both[8:].hex())


def read_code_request(raw, case):
    need(len(raw) == 75 and raw[:3] == b'\xd6\xb6\x16', 'unknown_version')
    mac = K(bytes.fromhex(case['secret']), 'code-mac/1', raw[3:43])
    need(mac == raw[43:], 'enrolment_secret_wrong')
    return dict(id=raw[3:11].hex(), ephemeral=raw[11:43].hex())


def read_code_reply(raw, case):
    b = Bytes(raw)
    need(b.take(3) == b'\xd6\xb6\x17', 'unknown_version')
    documents = array(cbor(b.take(b.varint())), 4)
    names = ('root', 'root_signature', 'keys', 'keys_signature')
    return dict({name: blob(d) for name, d in zip(names, documents)},
                envelope=b.take(b.left()).hex())


def read_root(raw, case):
    d = format_first(raw, 5)
    need(isinstance(d[1], str))
    value = dict(name=d[1], root=fixed(d[2], 32), created=integer(d[3]), salt=fixed(d[4], 16),
                 district=H('district/1', raw).hex())
    if 'error' in case:
        raise CannotTell
    return value


def read_keys(raw, case):
    d = array(cbor(raw), 4)
    box = array(d[2])
    need(box)
    need(len(box) <= 16, 'too_large')
    value = dict(version=number(d[0]), working=fixed(d[1], 32), since=integer(d[3]),
                 box=[[number(array(k, 2)[0], 255), fixed(k[1], 32)] for k in box])
    if 'error' in case:
        raise CannotTell
    return value


def read_enrolment(raw, case):
    d = array(cbor(raw))
    more = d[-1] if d and isinstance(d[-1], dict) else {}
    d = format_first(raw, 14) if more else format_first(raw, 13)
    need(isinstance(d[1], str) and isinstance(d[11], str))
    pins = array(more.get(1, []))
    need(1 not in more or pins)
    need(len(pins) <= 4, 'too_large')
    pins = dict(pins=[fixed(p, 32) for p in pins]) if pins else {}
    return dict(pins, address=d[1], root=blob(d[2]), root_signature=blob(d[3]), keys=blob(d[4]),
                keys_signature=blob(d[5]), unit=number(d[6]), role=number(d[7], 2 ** 32 - 1),
                id=fixed(d[8], 8), secret=fixed(d[9], 16), expires=integer(d[10]),
                unit_name=d[11], stream_zero=blob(d[12]))


def read_armour(raw, case):
    begin, end = b'-----BEGIN DONGBO ENROLMENT-----', b'-----END DONGBO ENROLMENT-----'
    need(raw.startswith(begin))
    at = raw.find(b'-', len(begin))
    need(at >= 0, 'truncated')
    need(len(raw) - at >= len(end), 'truncated')
    need(raw[at:].startswith(end))
    letters = bytes(c for c in raw[len(begin):at] if c not in b' \t\r\n')
    need(letters)
    try:
        return base64.b64decode(letters, validate=True).hex()
    except ValueError:
        raise Bad('malformed')


def read_claim(raw, case):
    value = read_claim_part(cbor(raw))
    payload = cbor_put([bytes.fromhex(value['enrolment']), case['unit'], value['author']])
    mac = K(bytes.fromhex(case['secret']), 'claim-mac/1', payload, bytes.fromhex(value['key']),
            bytes.fromhex(value['signature']))
    need(mac.hex() == value['mac'], 'enrolment_secret_wrong')
    if 'error' in case:
        raise CannotTell
    return value


def read_statement(raw, case):
    value = cbor_json(cbor(raw))
    if 'error' in case:
        raise CannotTell
    return value


def read_erased(raw, case):
    """11.7, and the part as it was before."""
    b, values, leaves = Bytes(raw), [], b''
    while True:
        form, count = b.byte(), b.varint()
        need(form in PERSONAL and count > 0)
        mask = int.from_bytes(b.take(count + 7 >> 3), 'little')
        need(mask >> count == 0)
        erased = [bool(mask >> i & 1) for i in range(count)]
        proofs = [b.take(32 if e else 16) for e in erased]
        left = take_values(b, form, erased.count(False))
        for e, proof in zip(erased, proofs):
            text = None if e else left.pop(0)
            values.append(text)
            leaves += proof if e else H('leaf/1', proof, text.encode())
        if not b.left():
            break
    need(H('leaves/1', leaves).hex() == case['root'], 'bad_signature')
    before, root = personal_part(bytes.fromhex(case['before']))
    need(root.hex() == case['root'])
    texts = [t for _, column in before for t in column]
    need(all(v in (None, t) for v, t in zip(values, texts)))
    return values


def whole(take):
    def read(raw, case):
        b = Bytes(raw)
        value = str(take(b))
        need(b.left() == 0, 'trailing_bytes')
        return value
    return read


READERS = {
    'cbor': lambda raw, case: cbor_json(cbor(raw)),
    'varint': whole(Bytes.varint), 'zigzag': whole(Bytes.zigzag),
    'viscii': lambda raw, case: viscii(raw),
    'hash': read_hash,
    'device': lambda raw, case: H('device/1', raw)[:8].hex(),
    'short_id': read_short, 'signature': read_signature,
    'changeset': lambda raw, case: changeset(raw, case['device']),
    'object': read_object, 'request': read_request, 'reply': read_reply,
    'verdicts': read_verdicts, 'head': read_head, 'envelope': read_envelope,
    'refusal': read_refusal, 'root': read_root, 'keys': read_keys,
    'enrolment': read_enrolment, 'enrolment_text': read_armour, 'claim': read_claim,
    'code': read_code, 'code_request': read_code_request, 'code_reply': read_code_reply,
    'snapshot': read_snapshot, 'statement': read_statement, 'erased': read_erased,
}


def check(case, counts):
    want = case.get('error')
    try:
        value = READERS[case['kind']](bytes.fromhex(case['hex']), case)
    except CannotTell:
        counts['needs libsodium'] += 1
        return None
    except Bad as e:
        if want is None:
            return 'rejected: %s' % e
        counts['rejected'] += 1
        return None if str(e) == want else '%s, not %s' % (e, want)
    if want is not None:
        return 'taken, and it is %s' % want
    counts['the same value'] += 1
    return None if value == case['value'] else 'another value: %s' % json.dumps(
        value, ensure_ascii=False)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else 'protocol/vectors')
    counts = {'the same value': 0, 'rejected': 0, 'needs libsodium': 0}
    wrong = 0
    for path in sorted(folder.glob('*.json')):
        for case in json.loads(path.read_text(encoding='utf-8')):
            why = check(case, counts)
            if why:
                wrong += 1
                print('%s: %s: %s' % (path.name, case['name'], why))
    print(', '.join('%d %s' % (n, what) for what, n in counts.items()), '- %d wrong' % wrong)
    return wrong > 0 or counts['the same value'] == 0


if __name__ == '__main__':
    sys.exit(main())
