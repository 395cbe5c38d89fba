def run(n):
    xs = []
    s = 42
    for _ in range(n):
        s = s * 16807 % 2147483647
        xs.append(s)
    xs.sort()
    return "%d %d %d" % (xs[0], xs[n // 2], xs[n - 1])

print(run(n))
