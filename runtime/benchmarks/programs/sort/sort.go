// Package sort is the program sort in Go.
package sort

import (
	"fmt"
	"slices"
)

// Run gives what the program prints.
func Run(n int) any {
	var xs []int
	s := 42
	for range n {
		s = s * 16807 % 2147483647
		xs = append(xs, s)
	}
	slices.Sort(xs)
	return fmt.Sprint(xs[0], " ", xs[n/2], " ", xs[n-1])
}
