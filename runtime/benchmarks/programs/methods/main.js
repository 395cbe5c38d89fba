class Square {
  constructor(side) { this.side = side; }
  area(k) { return this.side * this.side * k; }
}

class Rectangle {
  constructor(w, h) { this.w = w; this.h = h; }
  area(k) { return this.w * this.h * k; }
}

function run(n) {
  const shapes = [new Square(2), new Rectangle(2, 3), new Square(4), new Rectangle(1, 5)];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += shapes[i % 4].area(i % 3);
  return sum;
}

print(run(n));
