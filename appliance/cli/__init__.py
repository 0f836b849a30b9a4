"""The command line: everything an administrator, an expert or a tester does by hand."""
