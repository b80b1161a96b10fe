"""Make small MP4 files whose tables name every sample of their data."""

from collections.abc import Sequence
from struct import pack

FTYP = b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom"


def make_box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return pack(">I4s", len(body) + 8, name) + body


def make_film(
    *chunks: Sequence[bytes],
    is_long: bool = False,
    moov_last: bool = False,
    one_size: int = 0,
    form: bytes = b"avc1",
) -> bytes:
    """Return a film with one track; each chunk of samples has an `mdat` of its own.

    `is_long`: offsets of 64 bits. `one_size`: the samples have this size, and none a length.
    `form` is that of its samples.
    """
    data = [make_box(b"mdat", *chunk) for chunk in chunks]
    head = 0 if moov_last else len(_make_moov(chunks, [0] * len(chunks), is_long, one_size, form))
    offsets, at = [], len(FTYP) + head
    for box in data:
        offsets.append(at + 8)
        at += len(box)
    moov = _make_moov(chunks, offsets, is_long, one_size, form)
    return FTYP + b"".join([*data, moov] if moov_last else [moov, *data])


def make_segmented_film(*segments: bytes) -> bytes:
    """Return a film of segments, with an index of them before the first."""
    films = [make_box(b"moof", bytes(20)) + make_box(b"mdat", data) for data in segments]
    rows = b"".join(pack(">III", len(film), 1000, 0x90000000) for film in films)
    index = make_box(b"sidx", pack(">IIIIIHH", 0, 1, 1000, 0, 0, 0, len(films)), rows)
    return FTYP + make_box(b"moov", make_box(b"mvex")) + index + b"".join(films)


def _make_moov(
    chunks: Sequence[Sequence[bytes]],
    offsets: Sequence[int],
    is_long: bool,
    one_size: int,
    form: bytes,
) -> bytes:
    sizes = [len(sample) for chunk in chunks for sample in chunk]
    runs = [pack(">III", number, len(chunk), 1) for number, chunk in enumerate(chunks, 1)]
    code, name = ("Q", b"co64") if is_long else ("I", b"stco")
    tables = make_box(
        b"stbl",
        make_box(b"stsd", pack(">II", 0, 1), make_box(form, bytes(78))),
        make_box(b"stsz", pack(">III", 0, one_size, len(sizes)),
                 b"" if one_size else pack(f">{len(sizes)}I", *sizes)),
        make_box(b"stsc", pack(">II", 0, len(runs)), *runs),
        make_box(name, pack(f">II{len(offsets)}{code}", 0, len(offsets), *offsets)),
    )  # fmt: skip
    handler = make_box(b"hdlr", bytes(8), b"vide", bytes(13))
    return make_box(
        b"moov", make_box(b"trak", make_box(b"mdia", handler, make_box(b"minf", tables)))
    )
