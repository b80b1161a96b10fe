"""The platform's site as a browser shows it."""

DOMAIN = "tiktok.com"  # its cookies are on it, and below
LOGIN_PAGE = "https://www.tiktok.com/login/qrcode"
LOCALE, TIME_ZONE = "en-US", ""  # "" = that of this machine
