// Package methods is the program methods in Go.
package methods

type shape interface{ area(k int) int }

type square struct{ side int }

func (s *square) area(k int) int { return s.side * s.side * k }

type rectangle struct{ w, h int }

func (r *rectangle) area(k int) int { return r.w * r.h * k }

// Run gives what the program prints.
func Run(n int) any {
	shapes := []shape{&square{2}, &rectangle{2, 3}, &square{4}, &rectangle{1, 5}}
	sum := 0
	for i := range n {
		sum += shapes[i%4].area(i % 3)
	}
	return sum
}
