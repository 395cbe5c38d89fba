package resolve

import (
	"maps"
	"slices"

	"github.com/tgscript/tgscript/lexer"
)

// Nearest gives the candidate that a mistyped name most likely meant, "" where
// none is near: lexer.Nearest.
func Nearest(name string, candidates []string) string { return lexer.Nearest(name, candidates) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
