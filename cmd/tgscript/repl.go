package main

func replCommand(args []string) (int, error) { return 0, usage("", "later") }
