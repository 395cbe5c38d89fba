// Package nbody is the program nbody in Go.
package nbody

import "math"

const (
	days  = 365.24
	solar = 4.0 * math.Pi * math.Pi
)

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func newBody(x, y, z, vx, vy, vz, mass float64) body {
	return body{x, y, z, vx * days, vy * days, vz * days, mass * solar}
}

func energy(bodies []body) float64 {
	e := 0.0
	for i, b := range bodies {
		e += 0.5 * b.mass * (b.vx*b.vx + b.vy*b.vy + b.vz*b.vz)
		for _, c := range bodies[i+1:] {
			dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
			e -= b.mass * c.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return e
}

// Run gives what the program prints.
func Run(n int) any {
	bodies := []body{
		newBody(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
		newBody(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
			0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
		newBody(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
			-0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
		newBody(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
			0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
		newBody(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
			0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
	}
	var px, py, pz float64
	for _, b := range bodies {
		px += b.vx * b.mass
		py += b.vy * b.mass
		pz += b.vz * b.mass
	}
	bodies[0].vx, bodies[0].vy, bodies[0].vz = -px/solar, -py/solar, -pz/solar

	for range n {
		for i := range bodies {
			b := &bodies[i]
			for j := i + 1; j < len(bodies); j++ {
				c := &bodies[j]
				dx, dy, dz := b.x-c.x, b.y-c.y, b.z-c.z
				d2 := dx*dx + dy*dy + dz*dz
				mag := 0.01 / (d2 * math.Sqrt(d2))
				mi, mj := b.mass*mag, c.mass*mag
				b.vx -= dx * mj
				b.vy -= dy * mj
				b.vz -= dz * mj
				c.vx += dx * mi
				c.vy += dy * mi
				c.vz += dz * mi
			}
		}
		for i := range bodies {
			b := &bodies[i]
			b.x += 0.01 * b.vx
			b.y += 0.01 * b.vy
			b.z += 0.01 * b.vz
		}
	}
	return int(energy(bodies) * -1e9)
}
