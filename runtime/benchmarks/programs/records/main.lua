local function run(n)
  local p = {x = 0, y = 0, dx = 3, dy = 5, hits = 0}
  for _ = 1, n do
    p.x = p.x + p.dx
    p.y = p.y + p.dy
    if p.x < 0 or p.x > 1000 then p.dx = -p.dx; p.hits = p.hits + 1 end
    if p.y < 0 or p.y > 1000 then p.dy = -p.dy; p.hits = p.hits + 1 end
  end
  return p.x .. " " .. p.y .. " " .. p.hits
end

print(run(n))
