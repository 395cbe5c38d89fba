// Package records is the program records in Go.
package records

import "fmt"

type ball struct{ x, y, dx, dy, hits int }

// Run gives what the program prints.
func Run(n int) any {
	p := &ball{dx: 3, dy: 5}
	for range n {
		p.x += p.dx
		p.y += p.dy
		if p.x < 0 || p.x > 1000 {
			p.dx = -p.dx
			p.hits++
		}
		if p.y < 0 || p.y > 1000 {
			p.dy = -p.dy
			p.hits++
		}
	}
	return fmt.Sprint(p.x, " ", p.y, " ", p.hits)
}
