def quicksort(xs, low, high):
    pivot = xs[(low + high) // 2]
    i = low
    j = high
    while i <= j:
        while xs[i] < pivot:
            i += 1
        while xs[j] > pivot:
            j -= 1
        if i <= j:
            xs[i], xs[j] = xs[j], xs[i]
            i += 1
            j -= 1
    if low < j:
        quicksort(xs, low, j)
    if i < high:
        quicksort(xs, i, high)

def run(n):
    xs = []
    s = 42
    for _ in range(n):
        s = s * 16807 % 2147483647
        xs.append(s)
    quicksort(xs, 0, n - 1)
    for i in range(1, n):
        if xs[i - 1] > xs[i]:
            raise ValueError("not sorted")
    return "%d %d %d" % (xs[0], xs[n // 2], xs[n - 1])

print(run(n))
