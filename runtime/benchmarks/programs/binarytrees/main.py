def make(depth):
    if depth == 0:
        return (None, None)
    return (make(depth - 1), make(depth - 1))

def check(tree):
    left, right = tree
    if left is None:
        return 1
    return 1 + check(left) + check(right)

def run(n):
    long_lived = make(n)
    sum = 0
    for depth in range(4, n + 1):
        for _ in range(1 << (n - depth)):
            sum += check(make(depth))
    return sum + check(long_lived)

print(run(n))
