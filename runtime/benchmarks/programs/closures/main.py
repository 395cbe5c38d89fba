def adder(k):
    return lambda x: (x + k) % 1000003

def run(n):
    s = 0
    for i in range(n):
        add = adder(i % 7)
        for _ in range(10):
            s = add(s)
    return s

print(run(n))
