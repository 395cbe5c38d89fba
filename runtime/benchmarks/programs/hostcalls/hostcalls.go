// Package hostcalls is the program hostcalls in Go.
package hostcalls

//go:noinline
func add(a, b int) int { return a + b }

// Run gives what the program prints.
func Run(n int) any {
	sum := 0
	for i := range n {
		sum = add(sum, i)
	}
	return sum
}
