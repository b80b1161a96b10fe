"""The platform's site as a browser shows it."""

DOMAIN = "douyin.com"  # its cookies are on it, and below
HOME = "https://www.douyin.com/?recommend=1"
LOGIN_PAGE = "https://www.douyin.com/user/self"  # shows guests the login
LANGUAGES, TIME_ZONE = "zh-CN,zh", "Asia/Shanghai"
INTERFACES = "/aweme/v1/web/"  # beginning of the paths that pages ask
# Parameters that the page's script adds to each request: given twice, its signature is wrong
# (Everless321/dYm, 2026-09).
PAGE_OWNED = frozenset(
    {"webid", "uifid", "msToken", "a_bogus", "verifyFp", "fp", "timestamp"}
)  # fmt: skip
IS_SORTED = False
