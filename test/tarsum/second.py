"""A second way to the tarsum of an archive, written from the rules alone and without regard to speed or memory.

Reads lines `ALGORITHM PATH` and answers each with the tarsum, or with `refused: WHY`.
"""
import gzip
import hashlib
import posixpath
import sys
import zlib


class Refused(Exception):
    pass


def number(field):
    if field[0] >= 0x80:
        if field[0] & 0x40:
            raise Refused("negative")
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
        if value >= 1 << 63:
            raise Refused("too large a number")
        return value
    digits = field.strip(b" \0")
    if digits == b"":
        return 0
    if any(digit not in b"01234567" for digit in digits):
        raise Refused("bad octal number")
    return int(digits, 8)


def decimal(value):
    if value == b"" or any(digit not in b"0123456789" for digit in value):
        raise Refused("bad decimal number")
    result = int(value)
    if result >= 1 << 63:
        raise Refused("too large a number")
    return result


def seconds(value):
    whole, point, fraction = value.partition(b".")
    if any(digit not in b"0123456789" for digit in fraction):
        raise Refused("bad time")
    return decimal(whole)


def text(field):
    return field.split(b"\0", 1)[0]


def header(block):
    spaced = block[:148] + b" " * 8 + block[156:]
    try:
        given = number(block[148:156])
    except Refused:
        raise Refused("bad checksum")
    if given not in (sum(spaced), sum(b - 256 if b > 127 else b for b in spaced)):
        raise Refused("bad checksum")
    result = {
        "name": text(block[0:100]),
        "mode": number(block[100:108]),
        "uid": number(block[108:116]),
        "gid": number(block[116:124]),
        "size": number(block[124:136]),
        "mtime": number(block[136:148]),
        "typeflag": block[156:157],
        "linkname": text(block[157:257]),
        "uname": b"",
        "gname": b"",
        "devmajor": 0,
        "devminor": 0,
    }
    magic = block[257:265]
    if magic[:6] == b"ustar\0" or magic == b"ustar  \0":
        star = magic[:6] == b"ustar\0" and block[508:512] == b"tar\0"
        result["uname"] = text(block[265:297])
        result["gname"] = text(block[297:329])
        if result["typeflag"] in (b"3", b"4"):
            result["devmajor"] = number(block[329:337])
            result["devminor"] = number(block[337:345])
        prefix = text(block[345:476] if star else block[345:500])
        if prefix:
            result["name"] = prefix + b"/" + result["name"]
    return result


def records(content):
    result = {}
    while content:
        length, space, _ = content.partition(b" ")
        if space == b"" or not length or len(length) > 20 or any(digit not in b"0123456789" for digit in length):
            raise Refused("bad pax record")
        end = int(length)
        record = content[:end]
        key, equals, value = record[len(length) + 1:].partition(b"=")
        if end > len(content) or end <= len(length) + 1 or not value.endswith(b"\n") or equals == b"":
            raise Refused("bad pax record")
        result[key] = value[:-1]
        content = content[end:]
    return result


def entries(data):
    """Yields (header, xattrs, body)."""
    at = 0
    said, pending = {}, False
    while at < len(data):
        block = data[at:at + 512]
        if len(block) < 512:
            raise Refused("cut off")
        at += 512
        if block == bytes(512):
            second = data[at:at + 512]
            if second == b"":
                break
            if len(second) < 512:
                raise Refused("cut off")
            if second != bytes(512):
                raise Refused("lone zero block")
            if data[at + 512:].strip(b"\0"):
                raise Refused("data behind the end")
            break
        one = header(block)
        size = one["size"]
        padded = -(-size // 512) * 512
        if at + padded > len(data):
            raise Refused("cut off")
        body = data[at:at + size]
        at += padded
        kind = one["typeflag"]
        if kind == b"x":
            found = records(body)
            if any(key.startswith(b"GNU.sparse.") for key in found):
                raise Refused("sparse")
            said.update(found)
            pending = True
            continue
        if kind in (b"L", b"K"):
            said[kind] = text(body)
            pending = True
            continue
        if kind == b"S":
            raise Refused("sparse")
        if kind in (b"1", b"2", b"3", b"4", b"5", b"6") and size > 0:
            raise Refused("body of no file")
        if b"size" in said and decimal(said[b"size"]) != size:
            raise Refused("pax size")
        one["name"] = said.get(b"path", said.get(b"L", one["name"]))
        one["linkname"] = said.get(b"linkpath", said.get(b"K", one["linkname"]))
        one["uname"] = said.get(b"uname", one["uname"])
        one["gname"] = said.get(b"gname", one["gname"])
        for key in ("uid", "gid"):
            if key.encode() in said:
                one[key] = decimal(said[key.encode()])
        if b"mtime" in said:
            one["mtime"] = seconds(said[b"mtime"])
        prefix = b"SCHILY.xattr."
        xattrs = {key[len(prefix):]: value for key, value in said.items() if key.startswith(prefix)}
        said, pending = {}, False
        yield one, xattrs, body
    if pending:
        raise Refused("no entry behind an extension")


FIELDS = "name mode uid gid size mtime typeflag linkname uname gname devmajor devminor".split()


def before(one, other):
    if one["path"] == other["path"]:
        return one["at"] < other["at"]
    return one["sum"] < other["sum"]


def ordered(sums):
    for one in sums:
        for other in sums:
            if one["path"] != other["path"] or one["at"] >= other["at"] or one["sum"] <= other["sum"]:
                continue
            for third in sums:
                if third["path"] != one["path"] and other["sum"] <= third["sum"] <= one["sum"]:
                    raise Refused("cyclic")
    result = []
    for one in sums:
        at = len(result)
        while at > 0 and before(one, result[at - 1]):
            at -= 1
        result.insert(at, one)
    return result


def tarsum(data, label):
    version, algorithm = label.split("+")
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            raise Refused("gzip")
    sums = []
    for at, (one, xattrs, body) in enumerate(entries(data)):
        h = hashlib.new(algorithm)
        for field in FIELDS:
            if field == "mtime" and version != "tarsum":
                continue
            value = one[field]
            h.update(field.encode())
            h.update(value if isinstance(value, bytes) else str(value).encode())
        if version != "tarsum":
            for key in sorted(xattrs):
                h.update(key)
                h.update(xattrs[key])
        h.update(body)
        # Python keeps two slashes at the beginning, since POSIX lets them mean something.
        path = posixpath.normpath(b"/" + one["name"].lstrip(b"/"))[1:]
        sums.append({"sum": h.hexdigest(), "path": path, "at": at})
    total = hashlib.new(algorithm)
    for one in ordered(sums):
        total.update(one["sum"].encode())
    return label + ":" + total.hexdigest()


for line in sys.stdin:
    label, path = line.rstrip("\n").split(" ", 1)
    with open(path, "rb") as file:
        data = file.read()
    try:
        print(tarsum(data, label))
    except Refused as why:
        print("refused:", why)
