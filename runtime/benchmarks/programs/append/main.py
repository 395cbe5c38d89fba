def run(n):
    xs = []
    for i in range(n):
        xs.append(i)
    sum = 0
    for x in xs:
        sum += x
    return sum

print(run(n))
