local days = 365.24
local solar = 4.0 * math.pi * math.pi
local sqrt = math.sqrt

local function body(x, y, z, vx, vy, vz, mass)
  return {x = x, y = y, z = z, vx = vx * days, vy = vy * days, vz = vz * days, mass = mass * solar}
end

local function energy(bodies)
  local e = 0.0
  for i = 1, 5 do
    local b = bodies[i]
    e = e + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, 5 do
      local c = bodies[j]
      local dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      e = e - b.mass * c.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function run(n)
  local bodies = {
    body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
      0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
    body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
      -0.00276742510726411, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
    body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
      0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
    body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
      0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
  }
  local px, py, pz = 0.0, 0.0, 0.0
  for i = 1, 5 do
    local b = bodies[i]
    px, py, pz = px + b.vx * b.mass, py + b.vy * b.mass, pz + b.vz * b.mass
  end
  bodies[1].vx, bodies[1].vy, bodies[1].vz = -px / solar, -py / solar, -pz / solar

  for _ = 1, n do
    for i = 1, 5 do
      local b = bodies[i]
      local bx, by, bz, bm = b.x, b.y, b.z, b.mass
      local bvx, bvy, bvz = b.vx, b.vy, b.vz
      for j = i + 1, 5 do
        local c = bodies[j]
        local dx, dy, dz = bx - c.x, by - c.y, bz - c.z
        local d2 = dx * dx + dy * dy + dz * dz
        local mag = 0.01 / (d2 * sqrt(d2))
        local mi, mj = bm * mag, c.mass * mag
        bvx = bvx - dx * mj
        bvy = bvy - dy * mj
        bvz = bvz - dz * mj
        c.vx = c.vx + dx * mi
        c.vy = c.vy + dy * mi
        c.vz = c.vz + dz * mi
      end
      b.vx, b.vy, b.vz = bvx, bvy, bvz
    end
    for i = 1, 5 do
      local b = bodies[i]
      b.x = b.x + 0.01 * b.vx
      b.y = b.y + 0.01 * b.vy
      b.z = b.z + 0.01 * b.vz
    end
  end
  return string.format("%d", math.floor(energy(bodies) * -1e9))
end

print(run(n))
