package main

import (
	"errors"

	"github.com/tgscript/tgscript/cmd/tgscript/internal/docs"
	"github.com/tgscript/tgscript/stdlib/log"
)

// docCommand explains names; without one it lists what there is.
func docCommand(args []string) (int, error) {
	names, err := parseFlags("doc", nil, args, nil)
	switch {
	case errors.Is(err, errHelp{}):
		say(helpOf("doc", nil))
		return 0, nil
	case err != nil:
		return 0, err
	}
	book := docs.New(library(log.Options{}))
	if len(names) == 0 {
		say(book.Contents())
		return 0, nil
	}
	for i, name := range names {
		text, err := book.Explain(name)
		if err != nil {
			return 0, usage("doc", "%s", err)
		}
		if i > 0 {
			text = "\n" + text
		}
		say(text)
	}
	return 0, nil
}
