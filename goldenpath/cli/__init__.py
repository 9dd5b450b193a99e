"""The command line: parser, commands, options and exit codes."""
