"""The pages: HTML from the server, one stylesheet, one small script; English and 繁體中文."""
