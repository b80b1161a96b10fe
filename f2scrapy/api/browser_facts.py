"""The facts of one browser that a platform sees; they are taken together, or not at all.

Cookies that Chromium on Linux was given are a contradiction beside the user agent of Windows.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from f2scrapy.signing import fingerprint

_OS_NAMES = {"Windows": "Windows", "macOS": "Mac OS"}  # sec-ch-ua-platform → navigator.platform's


class BrowserFacts(BaseModel):
    """What a browser says of itself; the defaults are those that client.yaml describes."""

    model_config = ConfigDict(frozen=True)

    user_agent: str = ""  # "" = that of client.yaml
    brands: str = ""  # sec-ch-ua; "" = that of client.yaml
    system: str = "Windows"  # as in sec-ch-ua-platform
    cores: int = 12
    memory: int = 8  # GiB
    screen: str = ""  # the 17 fields of signing.fingerprint; "" = another one is made up

    @property
    def version(self) -> str:
        """The version in the user agent; "" = that of client.yaml."""
        return self.user_agent.partition("Chrome/")[2].partition(" ")[0]

    @property
    def placeholders(self) -> dict[str, str | int]:
        """The values of these facts for client.yaml, which the sites send under such names."""
        name = _OS_NAMES.get(self.system, self.system)
        return {
            "system": self.system,
            "os_name": name,
            "os_version": "10" if name == "Windows" else "",
            "os": name.split()[0].lower(),
            "cores": self.cores,
            "memory": self.memory,
        }

    def read_screen(self) -> fingerprint.Fingerprint | None:
        """Return the sizes of its screen; None = they are not known."""
        return fingerprint.parse(self.screen) if self.screen else None
