// Package sortkey is the program sortkey in Go.
package sortkey

import (
	"cmp"
	"fmt"
	"slices"
)

type person struct{ id, score int }

// Run gives what the program prints.
func Run(n int) any {
	var people []person
	s := 42
	for i := range n {
		s = s * 16807 % 2147483647
		people = append(people, person{i, s})
	}
	slices.SortStableFunc(people, func(a, b person) int { return cmp.Compare(a.score, b.score) })
	return fmt.Sprint(people[0].id, " ", people[n/2].id, " ", people[n-1].id)
}
