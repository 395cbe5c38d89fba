function run(n) {
  const p = {x: 0, y: 0, dx: 3, dy: 5, hits: 0};
  for (let i = 0; i < n; i++) {
    p.x += p.dx;
    p.y += p.dy;
    if (p.x < 0 || p.x > 1000) { p.dx = -p.dx; p.hits++; }
    if (p.y < 0 || p.y > 1000) { p.dy = -p.dy; p.hits++; }
  }
  return p.x + " " + p.y + " " + p.hits;
}

print(run(n));
