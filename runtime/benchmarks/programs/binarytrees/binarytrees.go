// Package binarytrees is the program binarytrees in Go.
package binarytrees

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func (t *tree) check() int {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.check() + t.right.check()
}

// Run gives what the program prints.
func Run(n int) any {
	longLived := grow(n)
	sum := 0
	for depth := 4; depth <= n; depth++ {
		for range 1 << (n - depth) {
			sum += grow(depth).check()
		}
	}
	return sum + longLived.check()
}
