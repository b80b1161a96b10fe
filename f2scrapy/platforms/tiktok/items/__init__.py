"""What TikTok tells us: every path into its answers stands here."""
