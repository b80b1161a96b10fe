"""The platform's site as a browser shows it."""

DOMAIN = "tiktok.com"  # its cookies are on it, and below
HOME = "https://www.tiktok.com/explore"
LOGIN_PAGE = "https://www.tiktok.com/login/qrcode"
LANGUAGES, TIME_ZONE = "en-US,en", ""  # "" = that of this machine
INTERFACES = "/api/"  # beginning of the paths that pages ask
PAGE_OWNED = frozenset({"msToken", "X-Bogus", "X-Gnarly", "X-Dynosaur", "verifyFp"})
IS_SORTED = True  # its parameters, by name
