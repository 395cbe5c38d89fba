def run(n):
    counts = {}
    s = 42
    for _ in range(n):
        s = s * 16807 % 2147483647
        word = f"word{s % 5000}"
        counts[word] = counts.get(word, 0) + 1
    return f"{len(counts)} {counts['word42']}"

print(run(n))
