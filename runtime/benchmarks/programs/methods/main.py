class Square:
    __slots__ = ("side",)

    def __init__(self, side):
        self.side = side

    def area(self, k):
        return self.side * self.side * k

class Rectangle:
    __slots__ = ("w", "h")

    def __init__(self, w, h):
        self.w = w
        self.h = h

    def area(self, k):
        return self.w * self.h * k

def run(n):
    shapes = [Square(2), Rectangle(2, 3), Square(4), Rectangle(1, 5)]
    sum = 0
    for i in range(n):
        sum += shapes[i % 4].area(i % 3)
    return sum

print(run(n))
