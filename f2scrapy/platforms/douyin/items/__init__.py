"""What Douyin tells us: every path into its answers stands here."""
