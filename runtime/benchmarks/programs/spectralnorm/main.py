import math

def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)

def times(v, n):
    out = [0.0] * n
    for i in range(n):
        sum = 0.0
        for j in range(n):
            sum += a(i, j) * v[j]
        out[i] = sum
    return out

def transposed(v, n):
    out = [0.0] * n
    for i in range(n):
        sum = 0.0
        for j in range(n):
            sum += a(j, i) * v[j]
        out[i] = sum
    return out

def run(n):
    u = [1.0] * n
    v = u
    for _ in range(10):
        v = transposed(times(u, n), n)
        u = transposed(times(v, n), n)
    uv = 0.0
    vv = 0.0
    for i in range(n):
        uv += u[i] * v[i]
        vv += v[i] * v[i]
    return int(math.sqrt(uv / vv) * 1e9)

print(run(n))
