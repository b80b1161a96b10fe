"""Items of TikTok, with all paths into its answers."""
