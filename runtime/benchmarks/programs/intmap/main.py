def run(n):
    m = {}
    s = 42
    for i in range(n):
        s = s * 16807 % 2147483647
        k = s % 100003
        m[k] = m.get(k, 0) + i
    odd = 0
    for k, v in m.items():
        if v % 2 == 1:
            odd += k
    return "%d %d" % (len(m), odd)

print(run(n))
