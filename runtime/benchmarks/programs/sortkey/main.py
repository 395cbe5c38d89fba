from operator import attrgetter

class Person:
    __slots__ = ("id", "score")

    def __init__(self, id, score):
        self.id = id
        self.score = score

def run(n):
    people = []
    s = 42
    for i in range(n):
        s = s * 16807 % 2147483647
        people.append(Person(i, s))
    people.sort(key=attrgetter("score"))
    return f"{people[0].id} {people[n // 2].id} {people[n - 1].id}"

print(run(n))
