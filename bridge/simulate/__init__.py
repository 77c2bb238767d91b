"""``callbridge simulate``: PBXs that are not there, to see what a deployment can take."""
