def run(n):
    parts = []
    for i in range(n):
        parts.append(f"{i % 1000},")
    return len("".join(parts))

print(run(n))
