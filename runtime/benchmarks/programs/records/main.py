class Ball:
    __slots__ = ("x", "y", "dx", "dy", "hits")

def run(n):
    p = Ball()
    p.x, p.y, p.dx, p.dy, p.hits = 0, 0, 3, 5, 0
    for _ in range(n):
        p.x += p.dx
        p.y += p.dy
        if p.x < 0 or p.x > 1000:
            p.dx = -p.dx
            p.hits += 1
        if p.y < 0 or p.y > 1000:
            p.dy = -p.dy
            p.hits += 1
    return f"{p.x} {p.y} {p.hits}"

print(run(n))
