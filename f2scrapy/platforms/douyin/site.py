"""The platform's site as a browser shows it."""

DOMAIN = "douyin.com"  # its cookies are on it, and below
LOGIN_PAGE = "https://www.douyin.com/user/self"  # shows guests the login
LOCALE, TIME_ZONE = "zh-CN", "Asia/Shanghai"
