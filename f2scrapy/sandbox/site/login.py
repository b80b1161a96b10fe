"""Log in by a QR code, as both platforms' pages do.

Fields and states are those of Douyin's get_qrcode and check_qrconnect (captures of 2026-07): new,
scanned, confirmed, refused, expired. The first code of a run expires; the second one is scanned and
confirmed. A code counts the questions about it, so no clock matters.
"""

from __future__ import annotations

from base64 import b64encode
from secrets import token_hex
from urllib.parse import parse_qs

from f2scrapy.sandbox.checks import Requirements, Route
from f2scrapy.sandbox.http_types import Reply, Request, respond_json
from f2scrapy.sandbox.state import SESSION, State
from f2scrapy.sandbox.tiktok.pages import serve_home

_HOSTS = {
    "login.douyin.com": "https://www.douyin.com",
    "www.tiktok.com": "https://www.tiktok.com",
}
_STATES = ("new", "scanned", "scanned", "confirmed")  # of all codes but the first
_DAYS_60 = 5_184_000


def serve_code(request: Request, state: State) -> Reply:
    """Serve a new code, as the link that it shows."""
    token = token_hex(16)
    state.codes[token] = 0
    site = _HOSTS[request.host]
    data = {"token": token, "qrcode_index_url": f"{site}/login/qr?token={token}", "error_code": 0,
            "qrcode": "", "is_frontier": False, "expire_time": int(state.clock()) + 60}  # fmt: skip
    if state.faults.find("drawn_code"):
        picture = _draw_code(str(data["qrcode_index_url"]))
        data |= {"qrcode_index_url": "", "qrcode": picture}
    return _respond(request, data)


def _draw_code(link: str) -> str:
    """Return a code as a page shows it: an image's address that holds the image."""
    import qrcode  # noqa: PLC0415 - an extra
    from qrcode.image.svg import SvgPathFillImage  # noqa: PLC0415

    drawing = qrcode.make(link, image_factory=SvgPathFillImage).to_string()
    return f"data:image/svg+xml;base64,{b64encode(drawing).decode()}"


def serve_state(request: Request, state: State) -> Reply:
    """Serve the state of a code; with "confirmed" come the cookies of the login."""
    token = parse_qs(request.body.decode()).get("token", [""])[0]
    if token not in state.codes:
        return _respond(request, {"error_code": 2046, "status": "expired"})
    name = _choose_state(token, state)
    state.codes[token] += 1
    if name != "confirmed":
        return _respond(request, {"error_code": 0, "status": name})
    site = _HOSTS[request.host]
    data = {"error_code": 0, "status": name, "redirect_url": f"{site}/?login=1"}
    return _respond(request, data, _list_cookies(site.partition("www.")[2]))


def _choose_state(token: str, state: State) -> str:
    asked, is_first = state.codes[token], token == next(iter(state.codes))
    if state.faults.find("unscanned"):
        return "new"
    if state.faults.find("unconfirmed"):
        return ("new", "scanned", "refused")[min(asked, 2)]
    if is_first:
        return "new" if asked < 2 else "expired"
    return _STATES[min(asked, len(_STATES) - 1)]


def _list_cookies(domain: str) -> list[str]:
    rest = f"Path=/; Domain=.{domain}; Max-Age={_DAYS_60}; Secure"
    return [f"sessionid={SESSION}; {rest}; HttpOnly",
            f"sessionid_ss={SESSION}; {rest}; HttpOnly; SameSite=None",
            f"LOGIN_STATUS=1; {rest}"]  # fmt: skip


def _respond(request: Request, data: dict[str, object], cookies: list[str] | None = None) -> Reply:
    """Return the data as the page of the same site may read them."""
    origin = request.headers.get("Origin", "")
    return respond_json(
        {"data": data, "message": "success"},
        cookies=cookies or [],
        Access_Control_Allow_Origin=origin or _HOSTS[request.host],
        Access_Control_Allow_Credentials="true",
    )


EXACT = {
    ("www.tiktok.com", "/login/qrcode"): Route("page", serve_home),
} | {
    (host, f"/passport/web/{path}/"): route
    for host in _HOSTS
    for path, route in (
        ("get_qrcode", Route("login", serve_code)),
        ("check_qrconnect", Route("login", serve_state, Requirements(method="POST"))),
    )
}
