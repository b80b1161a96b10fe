"""Play Douyin and TikTok on loopback, as strictly as the real servers."""
