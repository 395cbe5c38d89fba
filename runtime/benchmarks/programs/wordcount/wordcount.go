// Package wordcount is the program wordcount in Go.
package wordcount

import (
	"fmt"
	"strconv"
)

// Run gives what the program prints.
func Run(n int) any {
	counts := map[string]int{}
	s := 42
	for range n {
		s = s * 16807 % 2147483647
		counts["word"+strconv.Itoa(s%5000)]++
	}
	return fmt.Sprint(len(counts), " ", counts["word42"])
}
