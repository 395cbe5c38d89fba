def steps(n):
    count = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        count += 1
    return count

def run(n):
    sum = 0
    for i in range(1, n + 1):
        sum += steps(i)
    return sum

print(run(n))
