"""What a session can do, one thing to a file; `nengo_explorer.explorer.Session` joins them."""
