def run(n):
    text = ("the quick brown fox jumps over the lazy dog " * 100).strip()
    words = 0
    chars = 0
    for _ in range(n):
        parts = text.split(" ")
        words += len(parts)
        chars += len(", ".join(parts))
    return "%d %d" % (words, chars)

print(run(n))
