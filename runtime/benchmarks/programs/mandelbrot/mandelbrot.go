// Package mandelbrot is the program mandelbrot in Go.
package mandelbrot

// Run gives what the program prints.
func Run(n int) any {
	inside := 0
	for py := range n {
		y0 := 2.0*float64(py)/float64(n) - 1.0
		for px := range n {
			x0 := 3.0*float64(px)/float64(n) - 2.0
			x, y, i := 0.0, 0.0, 0
			for i < 50 && x*x+y*y <= 4.0 {
				x, y = x*x-y*y+x0, 2.0*x*y+y0
				i++
			}
			if i == 50 {
				inside++
			}
		}
	}
	return inside
}
