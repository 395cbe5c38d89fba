// Package loop is the program loop in Go.
package loop

// Run gives what the program prints.
func Run(n int) any {
	sum := 0
	for i := range n {
		sum += i % 7
	}
	return sum
}
