// Package quicksort is the program quicksort in Go.
package quicksort

import "fmt"

func quicksort(xs []int, low, high int) {
	pivot := xs[(low+high)/2]
	i, j := low, high
	for i <= j {
		for xs[i] < pivot {
			i++
		}
		for xs[j] > pivot {
			j--
		}
		if i <= j {
			xs[i], xs[j] = xs[j], xs[i]
			i++
			j--
		}
	}
	if low < j {
		quicksort(xs, low, j)
	}
	if i < high {
		quicksort(xs, i, high)
	}
}

// Run gives what the program prints.
func Run(n int) any {
	var xs []int
	s := 42
	for range n {
		s = s * 16807 % 2147483647
		xs = append(xs, s)
	}
	quicksort(xs, 0, n-1)
	for i := 1; i < n; i++ {
		if xs[i-1] > xs[i] {
			panic("not sorted")
		}
	}
	return fmt.Sprint(xs[0], " ", xs[n/2], " ", xs[n-1])
}
