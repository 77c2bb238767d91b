"""``callbridge simulate``: simulated PBXs, to see what load a deployment can carry."""
