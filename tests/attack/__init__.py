"""What was found to hurt a running service, done to it again: bounded, and on this machine's loopback only."""
