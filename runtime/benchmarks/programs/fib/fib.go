// Package fib is the program fib in Go.
package fib

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

// Run gives what the program prints.
func Run(n int) any { return fib(n) }
