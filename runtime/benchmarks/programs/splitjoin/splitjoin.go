// Package splitjoin is the program splitjoin in Go.
package splitjoin

import (
	"fmt"
	"strings"
)

// Run gives what the program prints.
func Run(n int) any {
	text := strings.TrimSpace(strings.Repeat("the quick brown fox jumps over the lazy dog ", 100))
	words, chars := 0, 0
	for range n {
		parts := strings.Split(text, " ")
		words += len(parts)
		chars += len(strings.Join(parts, ", "))
	}
	return fmt.Sprint(words, " ", chars)
}
