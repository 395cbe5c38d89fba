package main

func docCommand(args []string) (int, error) { return 0, usage("", "later") }
