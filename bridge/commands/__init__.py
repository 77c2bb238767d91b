"""One file for each command: the file has the command's name, and its function ``command`` takes the arguments.

``bridge/cli.py`` imports a file only when its command is typed or its help is shown.
"""
