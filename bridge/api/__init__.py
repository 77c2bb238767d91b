"""The API: typed routes over the local store, who may read what, and the streams."""
