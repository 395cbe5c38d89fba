// Package spectralnorm is the program spectralnorm in Go.
package spectralnorm

import "math"

func a(i, j int) float64 { return 1.0 / float64((i+j)*(i+j+1)/2+i+1) }

func times(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range out {
		sum := 0.0
		for j := range v {
			sum += a(i, j) * v[j]
		}
		out[i] = sum
	}
	return out
}

func transposed(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range out {
		sum := 0.0
		for j := range v {
			sum += a(j, i) * v[j]
		}
		out[i] = sum
	}
	return out
}

// Run gives what the program prints.
func Run(n int) any {
	u := make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	v := u
	for range 10 {
		v = transposed(times(u))
		u = transposed(times(v))
	}
	var uv, vv float64
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	return int(math.Sqrt(uv/vv) * 1e9)
}
