// Package sieve is the program sieve in Go.
package sieve

// Run gives what the program prints.
func Run(n int) any {
	prime := make([]bool, n+1)
	for i := range prime {
		prime[i] = true
	}
	count := 0
	for i := 2; i <= n; i++ {
		if prime[i] {
			count++
			for k := i * i; k <= n; k += i {
				prime[k] = false
			}
		}
	}
	return count
}
