// Package collatz is the program collatz in Go.
package collatz

func steps(n int) int {
	count := 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		count++
	}
	return count
}

// Run gives what the program prints.
func Run(n int) any {
	sum := 0
	for i := 1; i <= n; i++ {
		sum += steps(i)
	}
	return sum
}
