"""python -m f2scrapy.signing FILE...: check the algorithms against files of known signatures.

A file is JSON: lists of vectors by name of group. A vector has `input`, `output` and, if there
is a decoder, `decoded`. It passes if signing gives `output`, the decoder gives `decoded`, and the
verifier accepts the one with the other.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from . import abogus, abogus_dhzx, tiktok_dynosaur, tiktok_gnarly, tokens, webcast, xbogus
from .fingerprint import Fingerprint
from .tiktok_envelope import TEXTS

Vector = Mapping[str, Any]
Result = tuple[Any, Mapping[str, Any]]  # the output, and what it decodes to


def _run_x_bogus(given: Vector, output: str) -> Result:
    query, user_agent = given["params"], given["user_agent"]
    found = xbogus.verify(output, query, user_agent)
    return xbogus.sign(query, user_agent, given["timestamp_s"]), {
        "header_hex": "02ff",  # this, the constant's first byte and the checksum: else not decoded
        "const_hex": "40" + found.env.hex(),
        "params_hash_hex": found.query_hash.hex(),
        "body_hash_hex": found.body_hash.hex(),
        "ua_hash_hex": found.user_agent_hash.hex(),
        "timestamp_s": found.time,
        "canvas": found.canvas,
        "checksum_ok": True,
    }


def _run_a_bogus(given: Vector, output: str) -> Result:
    query, user_agent, body = given["params"], given["user_agent"], given["body"].encode()
    found = abogus.verify(output, query, user_agent, body=body)
    signature = abogus.sign(
        query,
        user_agent,
        given["fingerprint"],
        given["start_ms"],
        _replay(given["random"]),
        end_ms=given["end_ms"],
        body=body,
        options=tuple(given["options"]),
    )
    return signature, {
        "prefix_hex": found.prefix.hex(),
        "frame_hex": found.frame.hex(),
        "start_low32": found.start_ms & 0xFFFFFFFF,
        "end_low32": found.end_ms & 0xFFFFFFFF,
        "start_bits_32_39": found.start_ms >> 32 & 255,
        "end_bits_32_39": found.end_ms >> 32 & 255,
        "params_hash_hex": found.query_hash.hex(),
        "body_hash_hex": found.body_hash.hex(),
        "ua_hash_hex": found.user_agent_hash.hex(),
        "aid": found.aid,
        "fingerprint": found.fingerprint,
        "checksum": found.checksum,
    }


def _run_a_bogus_dhzx(given: Vector, output: str) -> Result:
    query, user_agent, body = given["query"], given["user_agent"], given["body"].encode()
    found = abogus_dhzx.verify(output, query, user_agent, body=body)
    names = ("browser_offset", "flags", "env", "ub", "page_id", "aid")
    signature = abogus_dhzx.sign(
        query,
        user_agent,
        given["fingerprint"],
        given["time_ms"],
        _replay(given["random"]),
        body=body,
        page=abogus_dhzx.Page(*(given[name] for name in names)),
        page_age_ms=given["age_byte"] - 3,
        calls=given["call_counter"],
    )
    return signature, {
        "head_hex": found.head.hex(),
        "a8_hex": found.noise.hex(),
        "slots": {str(slot): value for slot, value in found.slots.items()},
        "query_hash": list(found.query_hash),
        "body_hash": list(found.body_hash),
        "ua_hash": list(found.user_agent_hash),
        "tail": found.tail,
    }


def _run_webcast(given: Vector, output: str) -> Result:
    parameters = dict(pair.split("=", 1) for pair in given["raw_string"].split(","))
    stub = webcast.compute_stub(parameters)
    found = webcast.verify(output, stub)
    signature = webcast.sign(
        stub,
        _replay([given["flag_random"], given["noise_random"], given["key_random"]]),
        env=given["env"],
        ub=given["ub"],
        calls=given["call_index"],
    )
    payload = found.payload.hex()
    return signature, {"header": found.header, "rc4_key": found.key, "payload_hex": payload}


def _run_verify_fp(given: Vector, output: str) -> Result:
    if tokens.read_verify_fp(output) != given["time_ms"]:
        raise ValueError("time differs")
    return tokens.make_verify_fp(given["time_ms"], _replay(given["random"])), {}


def _run_ms_token(given: Vector, _output: str) -> Result:
    indexes = given["alphabet_indexes"]
    random = _replay((index + 0.5) / 64 for index in indexes)
    return tokens.make_ms_token(len(indexes) + 2, random), {}


def _run_fingerprint(given: Vector, _output: str) -> Result:
    drawn = dict(given["draws"])
    drawn["outer_width"] = drawn["inner_width"] + drawn.pop("outer_width_delta")
    drawn["outer_height"] = drawn["inner_height"] + drawn.pop("outer_height_delta")
    platform = "MacIntel" if given["browser"] == "Safari" else "Win32"
    return str(Fingerprint(**drawn, platform=platform)), {}


def _run_x_gnarly(given: Vector, output: str) -> Result:
    query, user_agent, body = given["query"], given["user_agent"], given["body"].encode()
    found = tiktok_gnarly.verify(output, query, user_agent, body=body)
    signature = tiktok_gnarly.sign(
        query,
        user_agent,
        given["time_ms"],
        _replay(()),
        body=body,
        env=given["envcode"],
        version=given["version"],
        key=given["key_words"],
    )
    fields = {
        str(number): value.decode() if number in TEXTS else int.from_bytes(value, "big")
        for number, value in found.fields.items()
    }
    return signature, {"fields": fields, "payload_hex": found.payload.hex()}


def _run_dynosaur(given: Vector, output: Mapping[str, str]) -> Result:
    query, user_agent, body = given["query"], given["user_agent"], given["body"].encode()
    time, sequence = given["timestamp_s"], given["sequence"]
    found = tiktok_dynosaur.verify(output["final_query"], user_agent, body=body)
    dynosaur = tiktok_dynosaur.sign_dynosaur(
        query,
        user_agent,
        time,
        given["dynosaur_nonce"],
        given["dynosaur_key_words"],
        sequence=sequence,
    )
    covered = f"{query}&X-Dynosaur={dynosaur}&msToken={given['ms_token']}"
    gnarly = tiktok_dynosaur.sign_gnarly(
        covered,
        user_agent,
        time,
        (given["gnarly_nonce"], given["gnarly_nonce2"]),
        given["gnarly_key_words"],
        body=body,
        sequence=sequence,
    )
    final = f"{covered}&X-Bogus=1&X-Gnarly={gnarly}"
    return {"x_dynosaur": dynosaur, "x_gnarly": gnarly, "final_query": final}, {
        "dynosaur_payload_hex": found.dynosaur.payload.hex(),
        "gnarly_payload_hex": found.gnarly.payload.hex(),
    }


RUNNERS: Mapping[str, Callable[[Vector, Any], Result]] = {
    "xbogus": _run_x_bogus,
    "abogus": _run_a_bogus,
    "abogus_1_0_1_19": _run_a_bogus_dhzx,
    "webcast_signature_f2": _run_webcast,
    "webcast_signature_sdk": _run_webcast,
    "verify_fp": _run_verify_fp,
    "ms_token_fake": _run_ms_token,
    "browser_fingerprint": _run_fingerprint,
    "x_gnarly_5_1": _run_x_gnarly,
    "tiktok_websign_5_3_2": _run_dynosaur,
}


def _replay(numbers: Iterable[float]) -> Callable[[], float]:
    return iter(numbers).__next__


def _find_fault(group: str, vector: Vector) -> str:
    """Return the fault of *vector*; "" = it passes."""
    try:
        output, decoded = RUNNERS[group](vector["input"], vector["output"])
    except Exception as error:  # noqa: BLE001  (any error means that this vector failed)
        return f"{type(error).__name__}: {error}"
    if output != vector["output"]:
        return f"output is {output!r}"
    wanted = vector.get("decoded") or {}
    wrong = [name for name in wanted if name not in decoded or decoded[name] != wanted[name]]
    return f"decoded {', '.join(wrong)} differs" if wrong else ""


def _run(group: str, vectors: Iterable[Vector]) -> Counter[bool]:
    """Return the numbers of passed (True) and failed (False) vectors; print faults to stderr."""
    counts: Counter[bool] = Counter()
    for vector in vectors:
        fault = _find_fault(group, vector)
        counts[not fault] += 1
        if fault:
            print(f"{group} {vector.get('id', '?')}: {fault}", file=sys.stderr)
    return counts


def _read(file: str) -> dict[str, list[Vector]]:
    """Return the groups of a file; exit if the file does not hold vectors."""
    try:
        groups = json.loads(Path(file).read_bytes())
    except OSError as error:
        sys.exit(f"{file}: cannot be read: {error.strerror}")
    except ValueError:
        groups = None
    if not isinstance(groups, dict):
        sys.exit(f"{file}: want JSON: lists of vectors by name of group")
    return groups


def main(files: list[str]) -> int:
    """Print a line for every group; return 0 if some vectors passed and none failed."""
    total: Counter[bool] = Counter()
    for file in files:
        for name, vectors in _read(file).items():
            if name == "meta":
                continue
            if name not in RUNNERS:
                print(f"{name}: not supported, {len(vectors)} not run")
                continue
            counts = _run(name, vectors)
            print(f"{name}: {counts[True]} passed, {counts[False]} failed")
            total += counts
    return 0 if total[True] and not total[False] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m f2scrapy.signing", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE")
    sys.exit(main(parser.parse_args().files))
