// Package intmap is the program intmap in Go.
package intmap

import "fmt"

// Run gives what the program prints.
func Run(n int) any {
	m := map[int]int{}
	s := 42
	for i := range n {
		s = s * 16807 % 2147483647
		m[s%100003] += i
	}
	odd := 0
	for k, v := range m {
		if v%2 == 1 {
			odd += k
		}
	}
	return fmt.Sprint(len(m), " ", odd)
}
