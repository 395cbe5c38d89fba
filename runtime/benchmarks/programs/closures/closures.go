// Package closures is the program closures in Go.
package closures

//go:noinline
func adder(k int) func(int) int {
	return func(x int) int { return (x + k) % 1000003 }
}

// Run gives what the program prints.
func Run(n int) any {
	s := 0
	for i := range n {
		add := adder(i % 7)
		for range 10 {
			s = add(s)
		}
	}
	return s
}
