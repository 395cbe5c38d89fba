def run(n):
    sum = 0
    for i in range(n):
        sum += i % 7
    return sum

print(run(n))
