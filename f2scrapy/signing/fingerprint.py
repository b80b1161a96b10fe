"""The sizes of the browser's window and screen, for a_bogus."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

# Common screens, in CSS pixels.
_SCREENS = {
    "Win32": ((1920, 1080), (1536, 864), (2560, 1440), (1366, 768), (1600, 900), (1440, 900)),
    "MacIntel": ((1440, 900), (1512, 982), (1728, 1117), (1680, 1050), (1920, 1080)),
    "Linux x86_64": ((1920, 1080), (2560, 1440), (1366, 768)),
}
_TOP_BAR = {"Win32": 0, "MacIntel": 30, "Linux x86_64": 30}  # menu bar above a maximised window
_BOTTOM_BARS = {"Win32": (40, 48), "MacIntel": (0, 70, 80), "Linux x86_64": (0,)}
_BROWSER_BARS = (79, 85, 87, 90, 121)  # tabs and address, the last with bookmarks


class Fingerprint(NamedTuple):
    """Sizes in CSS pixels: the page's window, the browser's, the screen, its usable part."""

    inner_width: int
    inner_height: int
    outer_width: int
    outer_height: int
    screen_y: int  # of the window's upper edge
    size_width: int
    size_height: int
    avail_width: int
    avail_height: int
    platform: str  # navigator.platform

    def __str__(self) -> str:
        """Return the 17 fields of a_bogus, layout "cus"."""
        inner = (self.inner_width, self.inner_height)
        outer = (self.outer_width, self.outer_height)
        size = (self.size_width, self.size_height)
        avail = (self.avail_width, self.avail_height)
        fields = (*inner, *outer, 0, self.screen_y, 0, 0, *size, *avail, *inner, 24, 24)
        return "|".join(map(str, (*fields, self.platform)))

    @property
    def short(self) -> str:
        """The 9 fields of a_bogus 1.0.1.19: eight sizes and the platform.

        The order of the sizes is not certain; assumed to be inner, outer, avail, size.
        """
        inner_outer = (self.inner_width, self.inner_height, self.outer_width, self.outer_height)
        screen = (self.avail_width, self.avail_height, self.size_width, self.size_height)
        return "|".join(map(str, (*inner_outer, *screen, self.platform)))


def parse(text: str) -> Fingerprint:
    """Parse the 17 fields of a fingerprint.

    Raises:
        ValueError: the number of fields is wrong, or a size is not a number.
    """
    *sizes, platform = text.split("|")
    if len(sizes) != 16:
        raise ValueError(f"a fingerprint has 17 fields, not {len(sizes) + 1}")
    inner_outer, screen_y, size_avail = sizes[:4], sizes[5], sizes[8:12]
    iw, ih, ow, oh, y, sw, sh, aw, ah = map(int, (*inner_outer, screen_y, *size_avail))
    return Fingerprint(iw, ih, ow, oh, y, sw, sh, aw, ah, platform)


def generate(user_agent: str, random: Callable[[], float]) -> Fingerprint:
    """Return a maximised window on a common screen of the platform that *user_agent* names.

    *random* is drawn from three times.
    """
    platform = detect_platform(user_agent)
    width, height = _pick(_SCREENS[platform], random)
    top = _TOP_BAR[platform]
    avail = height - top - _pick(_BOTTOM_BARS[platform], random)
    return Fingerprint(
        inner_width=width,
        inner_height=avail - _pick(_BROWSER_BARS, random),
        outer_width=width,
        outer_height=avail,
        screen_y=top,
        size_width=width,
        size_height=height,
        avail_width=width,
        avail_height=avail,
        platform=platform,
    )


def detect_platform(user_agent: str) -> str:
    """Return navigator.platform of a desktop browser; Win32 if *user_agent* names none."""
    if "Macintosh" in user_agent:
        return "MacIntel"
    return "Linux x86_64" if "Linux x86_64" in user_agent else "Win32"


def _pick(choices: Sequence[T], random: Callable[[], float]) -> T:
    return choices[int(random() * len(choices))]
