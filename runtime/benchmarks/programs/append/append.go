// Package append is the program append in Go.
package append

// Run gives what the program prints.
func Run(n int) any {
	var xs []int
	for i := range n {
		xs = append(xs, i)
	}
	sum := 0
	for _, x := range xs {
		sum += x
	}
	return sum
}
